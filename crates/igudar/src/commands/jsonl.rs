//! `igudar detect --jsonl`: one document a line in, one line out, in the same order.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::Context as _;
use language::{OffsetConverter, OffsetUnit};
use protection::decide::topics::ShownTopic;
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
    topics: Vec<ShownTopic>,
    class: &'static str,
}

#[derive(Serialize)]
struct Found<'line> {
    #[serde(rename = "type")]
    kind: &'line Kind,
    start: usize,
    end: usize,
    score: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'line str>,
}

/// What is wanted of each finding.
#[derive(Debug, Clone, Copy)]
struct Wanted {
    unit: OffsetUnit,
    why: bool,
}

pub(super) fn run(knowledge: &Knowledge, detect: &Detect) -> anyhow::Result<Exit> {
    let wanted = Wanted { unit: detect.offsets.into(), why: detect.why };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let bad = match detect.file.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => {
            let file =
                File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
            each_line(BufReader::new(file), &mut out, knowledge, wanted)?
        }
        None => each_line(std::io::stdin().lock(), &mut out, knowledge, wanted)?,
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
    wanted: Wanted,
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
        match answer(&line, knowledge, wanted) {
            Ok((text, remark)) => {
                if let Some(remark) = remark {
                    output::remark(&format!("line {number}: {remark}"));
                }
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
fn answer(
    line: &[u8],
    knowledge: &Knowledge,
    wanted: Wanted,
) -> Result<(String, Option<&'static str>), String> {
    let line = std::str::from_utf8(line).map_err(|error| {
        format!("not UTF-8: the byte at offset {} is wrong", error.valid_up_to())
    })?;
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    // Serde would take a list for a record as well.
    if line.trim_start().starts_with('[') {
        return Err("a list is not a document: it needs `id` and the string `text`".to_owned());
    }
    let whole = without_half_characters(line);
    let remark = matches!(whole, Cow::Owned(_))
        .then_some("half of a surrogate pair stands alone and was read as U+FFFD");
    let document: Document<'_> = serde_json::from_str(&whole).map_err(|error| {
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
    let mut converter = OffsetConverter::new(&document.text, wanted.unit);
    let findings = found.per_text.iter().flatten().map(|finding| {
        let (start, end) = converter.span(finding.span);
        let why = wanted.why.then_some(&*finding.reason);
        Found { kind: &finding.kind, start, end, score: score(finding.score), why }
    });
    let answer = Answer {
        id: document.id,
        findings: findings.collect(),
        topics: found.topics().iter().map(|topic| topic.shown(wanted.why)).collect(),
        class: found.class().as_str(),
    };
    let answer = serde_json::to_string(&answer);
    answer.map(|answer| (answer, remark)).map_err(|_| "the answer could not be written".to_owned())
}

/// The line with every escape of half a surrogate pair that stands alone as the replacement character: such
/// a text is no Unicode text, but programs write it, and what else it holds must be found.
fn without_half_characters(line: &str) -> Cow<'_, str> {
    let bytes = line.as_bytes();
    let unit = |at: usize| {
        let digits = line.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut mended: Option<String> = None;
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|&b| b == b'\\')) {
        at += found;
        match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                mended.get_or_insert_with(|| line.to_owned()).replace_range(at..at + 6, "\\ufffd");
                at += 6;
            }
            _ => at += 2,
        }
    }
    mended.map_or(Cow::Borrowed(line), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wiring::knowledge_in;

    const WANTED: Wanted = Wanted { unit: OffsetUnit::Chars, why: false };

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
        let bad = each_line(input.as_bytes(), &mut out, &knowledge, WANTED).unwrap();
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
    fn half_characters_are_mended() {
        let check = |line: &str, expect: &str| assert_eq!(without_half_characters(line), expect);
        check("\\ud83d\\ude00 \\\\ud83d", "\\ud83d\\ude00 \\\\ud83d");
        check("a\\ud83d b\\uDE00c", "a\\ufffd b\\ufffdc");
        check("\\ud83d\\ud83d\\ude00", "\\ufffd\\ud83d\\ude00");
        check("\\ud8", "\\ud8");
    }

    #[test]
    fn reasons_quote_nothing() {
        let knowledge = knowledge_in(None).unwrap();
        let check = |line: &[u8], expect: &str| {
            let reason = answer(line, &knowledge, WANTED).unwrap_err();
            assert!(reason.contains(expect), "{reason}");
            assert!(!reason.contains("DA48213"), "{reason}");
        };
        check(b"{\"id\": 1, \"text\": 'DA48213'}", "not JSON");
        check(b"{\"id\": 1, \"text\": 48213, \"x\": \"DA48213\"}", "not a document");
        check(b"[\"DA48213\"]", "a list");
        check(b" [1, \"CIN DA48213\"]", "a list");
        check(b"{\"id\": 1, \"text\": \"\xff\"}", "not UTF-8");
    }
}
