//! Detection as a pipe, to score the finder without the binary:
//! `detect < gold.jsonl > found.jsonl`, offsets in Unicode code points.
#![expect(clippy::print_stdout, reason = "its answer is its standard output")]

use std::error::Error;
use std::io::BufRead;

use language::{OffsetConverter, OffsetUnit};
use protection::{Finder, Pack};

fn main() -> Result<(), Box<dyn Error>> {
    let finder = Finder::new(&Pack::read(&packs::morocco())?);
    for line in std::io::stdin().lock().lines() {
        let document: serde_json::Value = serde_json::from_str(&line?)?;
        let text = document.get("text").and_then(|text| text.as_str()).unwrap_or_default();
        let mut offsets = OffsetConverter::new(text, OffsetUnit::Chars);
        let findings: Vec<_> = finder
            .find(text)
            .into_iter()
            .map(|finding| {
                let (start, end) = offsets.span(finding.span);
                serde_json::json!({
                    "type": finding.kind, "start": start, "end": end, "score": finding.score,
                })
            })
            .collect();
        println!("{}", serde_json::json!({"id": document.get("id"), "findings": findings}));
    }
    Ok(())
}
