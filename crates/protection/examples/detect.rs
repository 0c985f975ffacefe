//! Detection as a pipe, to score the finder without the binary:
//! `detect [NAME_WEIGHTS] < gold.jsonl > found.jsonl`, offsets in Unicode code points. With a file of weights
//! of names these are measured instead of the built-in ones.
#![expect(clippy::disallowed_methods, reason = "an example is an edge: it reads files")]
#![expect(clippy::print_stdout, reason = "its answer is its standard output")]

use std::error::Error;
use std::io::BufRead;

use language::{OffsetConverter, OffsetUnit};
use protection::find::names::model::Weights;
use protection::{Finder, FinderParts, Pack};

fn main() -> Result<(), Box<dyn Error>> {
    let weights = std::env::args().nth(1).map(std::fs::read).transpose()?;
    let name_weights = weights.map(|bytes| Weights::read(&bytes));
    let parts = FinderParts { name_weights, ..FinderParts::default() };
    let finder = Finder::with(&Pack::read(&packs::morocco())?, parts);
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
