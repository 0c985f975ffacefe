//! Detection as a pipe, to score the finder without the binary:
//! `detect PACK_FOLDER < gold.jsonl > found.jsonl`, offsets in Unicode code points.
#![expect(clippy::disallowed_methods, reason = "an example is an edge: it reads the pack's folder")]
#![expect(clippy::print_stdout, reason = "its answer is its standard output")]

use std::collections::BTreeMap;
use std::error::Error;
use std::io::BufRead;
use std::path::Path;

use language::{OffsetConverter, OffsetUnit};
use protection::{Finder, Pack};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("usage: detect PACK_FOLDER < IN.jsonl")?;
    let mut files = BTreeMap::new();
    read_folder(Path::new(&folder), "", &mut files)?;
    let finder = Finder::new(&Pack::read(&files)?);
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

fn read_folder(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, String>,
) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_folder(&entry.path(), &format!("{name}/"), files)?;
        } else if entry.path().extension().is_some_and(|end| end == "toml" || end == "tsv") {
            files.insert(name, std::fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}
