//! `igudar detect --jsonl`: one document a line in, one line out, in the same order.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use language::{OffsetConverter, OffsetUnit};
use protection::{Kind, Place, TextIn};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::detect::score;
use crate::arguments::Detect;
use crate::exit::Exit;
use crate::output;
use crate::wiring::Knowledge;

/// Other members of a document are not looked at.
#[derive(Deserialize)]
struct Document<'line> {
    #[serde(borrow)]
    id: &'line RawValue,
    text: String,
}

#[derive(Serialize)]
struct Answer<'line> {
    id: &'line RawValue,
    findings: Vec<Found<'line>>,
    class: &'static str,
}

#[derive(Serialize)]
struct Found<'line> {
    #[serde(rename = "type")]
    kind: &'line Kind,
    start: usize,
    end: usize,
    score: f64,
}

pub(super) fn run(knowledge: &Knowledge, detect: &Detect) -> anyhow::Result<Exit> {
    let unit = detect.offsets.into();
    let mut out = BufWriter::new(std::io::stdout().lock());
    let bad = match detect.file.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => {
            let file =
                File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
            each_line(BufReader::new(file), &mut out, knowledge, unit)?
        }
        None => each_line(std::io::stdin().lock(), &mut out, knowledge, unit)?,
    };
    if bad > 0 {
        anyhow::bail!("{bad} of the lines could not be read; the others were answered");
    }
    Ok(Exit::Done)
}

/// Answers every line that can be read and reports the others. Yields how many could not.
fn each_line(
    mut input: impl BufRead,
    out: &mut impl Write,
    knowledge: &Knowledge,
    unit: OffsetUnit,
) -> anyhow::Result<u64> {
    let mut line = Vec::new();
    let mut bad = 0;
    for number in 1_u64.. {
        line.clear();
        if input.read_until(b'\n', &mut line).context("the input cannot be read")? == 0 {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match answer(&line, knowledge, unit) {
            Ok(text) => {
                // Whoever sends line by line gets each answer before the next line is read.
                writeln!(out, "{text}")?;
                out.flush()?;
            }
            Err(reason) => {
                bad += 1;
                output::remark(&format!("line {number}: {reason}"));
            }
        }
    }
    Ok(bad)
}

/// The reason never quotes the line.
fn answer(line: &[u8], knowledge: &Knowledge, unit: OffsetUnit) -> Result<String, String> {
    let line = std::str::from_utf8(line).map_err(|error| {
        format!("not UTF-8: the byte at offset {} is wrong", error.valid_up_to())
    })?;
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let document: Document<'_> = serde_json::from_str(line).map_err(|error| {
        let column = error.column();
        match error.classify() {
            serde_json::error::Category::Data => {
                format!("not a document (column {column}): it needs `id` and the string `text`")
            }
            _ => format!("not JSON (column {column})"),
        }
    })?;
    let inputs = [TextIn { text: &document.text, place: Place::Text }];
    let found = protection::find_all(&*knowledge.finder, &inputs);
    let mut converter = OffsetConverter::new(&document.text, unit);
    let findings = found.per_text.iter().flatten().map(|finding| {
        let (start, end) = converter.span(finding.span);
        Found { kind: &finding.kind, start, end, score: score(finding.score) }
    });
    let answer =
        Answer { id: document.id, findings: findings.collect(), class: found.class().as_str() };
    serde_json::to_string(&answer).map_err(|_| "the answer could not be written".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wiring::knowledge_in;

    #[test]
    fn lines_keep_their_order_and_bad_ones_do_not_stop_the_rest() {
        let knowledge = knowledge_in(None).unwrap();
        let input = concat!(
            "{\"id\": 7, \"lang\": \"fr\", \"text\": \"é mon mail: a.b@example.ma\"}\n",
            "\n",
            "not json\n",
            "{\"id\": \"x\"}\n",
            "{\"id\": \"z\", \"text\": \"rien\"}",
        );
        let mut out = Vec::new();
        let bad = each_line(input.as_bytes(), &mut out, &knowledge, OffsetUnit::Chars).unwrap();
        assert_eq!(bad, 2);
        let out = String::from_utf8(out).unwrap();
        let lines: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0]["id"], 7);
        assert_eq!(lines[0]["findings"][0]["type"], "email");
        assert_eq!(lines[0]["findings"][0]["start"], 12);
        assert_eq!(lines[1]["id"], "z");
        assert_eq!(lines[1]["findings"], serde_json::json!([]));
    }

    #[test]
    fn reasons_quote_nothing() {
        let knowledge = knowledge_in(None).unwrap();
        let check = |line: &[u8], expect: &str| {
            let reason = answer(line, &knowledge, OffsetUnit::Chars).unwrap_err();
            assert!(reason.contains(expect), "{reason}");
            assert!(!reason.contains("DA48213"), "{reason}");
        };
        check(b"{\"id\": 1, \"text\": 'DA48213'}", "not JSON");
        check(b"{\"id\": 1, \"text\": 48213, \"x\": \"DA48213\"}", "not a document");
        check(b"[\"DA48213\"]", "not a document");
        check(b"{\"id\": 1, \"text\": \"\xff\"}", "not UTF-8");
    }
}
