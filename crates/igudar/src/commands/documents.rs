//! `--jsonl`: one document a line in, one answer a line out, in the same order. A line that cannot be read
//! does not stop the others.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::value::RawValue;

use super::lines::Lines;
use crate::exit::Exit;
use crate::output;

/// One line's record. Other members are not looked at.
pub(super) struct Document {
    pub(super) id: Box<RawValue>,
    pub(super) text: String,
}

/// An answer with what it belongs to.
#[derive(Serialize)]
pub(super) struct Named<'a, I: Serialize, A: Serialize> {
    pub(super) id: I,
    #[serde(flatten)]
    pub(super) answer: &'a A,
}

pub(super) fn run<A: Serialize>(
    files: &[PathBuf],
    answer: impl Fn(&str) -> A,
) -> anyhow::Result<Exit> {
    let mut bad = 0_u64;
    Lines::new(files).each(|place, line, out| {
        if line.iter().all(u8::is_ascii_whitespace) {
            return Ok(());
        }
        match answered(line, &answer) {
            Ok((text, remark)) => {
                if let Some(remark) = remark {
                    output::remark(&format!("{place}: {remark}"));
                }
                writeln!(out, "{text}")?;
            }
            Err(reason) => {
                bad += 1;
                output::remark(&format!("{place}: {reason}"));
            }
        }
        Ok(())
    })?;
    if bad > 0 {
        anyhow::bail!("{bad} of the lines could not be read; the others were answered");
    }
    Ok(Exit::Done)
}

/// The answer, and what is to be remarked on its line. The reason never quotes the line.
fn answered<A: Serialize>(
    line: &[u8],
    answer: impl Fn(&str) -> A,
) -> Result<(String, Option<&'static str>), String> {
    let (document, remark) = record(line, "document", "text")?;
    let answer = answer(&document.text);
    let answer = serde_json::to_string(&Named { id: &document.id, answer: &answer });
    answer.map(|answer| (answer, remark)).map_err(|_| "the answer could not be written".to_owned())
}

/// The record of a line, and what is to be remarked on it. `what` and `member` are for reasons, which never
/// quote the line.
pub(super) fn record(
    line: &[u8],
    what: &str,
    member: &str,
) -> Result<(Document, Option<&'static str>), String> {
    let line = std::str::from_utf8(line).map_err(|error| {
        format!("not UTF-8: the byte at offset {} is wrong", error.valid_up_to())
    })?;
    let needs = format!("it needs `id` and the string `{member}`");
    // Serde would take a list for a record as well.
    if line.trim_start().starts_with('[') {
        return Err(format!("a list is not a {what}: {needs}"));
    }
    let whole = without_half_characters(line);
    let remark = matches!(whole, Cow::Owned(_))
        .then_some("half of a surrogate pair stands alone and was read as U+FFFD");
    let mut record: BTreeMap<String, Box<RawValue>> =
        serde_json::from_str(&whole).map_err(|error| {
            let column = error.column();
            match error.classify() {
                serde_json::error::Category::Data => {
                    format!("not a {what} (column {column}): {needs}")
                }
                _ => format!("not JSON (column {column})"),
            }
        })?;
    let text = record.get(member).and_then(|text| serde_json::from_str(text.get()).ok());
    match (record.remove("id"), text) {
        (Some(id), Some(text)) => Ok((Document { id, text }, remark)),
        _ => Err(format!("not a {what}: {needs}")),
    }
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
        let check = |line: &[u8], expect: &str| {
            let reason = answered(line, |text| vec![text.len()]).unwrap_err();
            assert!(reason.contains(expect) && !reason.contains("DA48213"), "{reason}");
        };
        check(b"{\"id\": 1, \"text\": 'DA48213'}", "not JSON");
        check(b"{\"id\": 1, \"text\": 48213, \"x\": \"DA48213\"}", "not a document");
        check(b"[\"DA48213\"]", "a list");
        check(b" [1, \"CIN DA48213\"]", "a list");
        check(b"{\"id\": 1, \"text\": \"\xff\"}", "not UTF-8");
    }
}
