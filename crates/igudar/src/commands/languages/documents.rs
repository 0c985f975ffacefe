//! `--jsonl`: one document a line in, one answer a line out, in the same order. A line that cannot be read
//! does not stop the others.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Named;
use super::input::Lines;
use crate::exit::Exit;
use crate::output;

/// Other members of a document are not looked at.
#[derive(Deserialize)]
struct Document<'line> {
    #[serde(borrow)]
    id: &'line RawValue,
    text: String,
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
            Ok(text) => writeln!(out, "{text}")?,
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

/// The reason never quotes the line.
fn answered<A: Serialize>(line: &[u8], answer: impl Fn(&str) -> A) -> Result<String, String> {
    let line = std::str::from_utf8(line).map_err(|error| {
        format!("not UTF-8: the byte at offset {} is wrong", error.valid_up_to())
    })?;
    let document: Document<'_> = serde_json::from_str(line).map_err(|error| {
        let column = error.column();
        match error.classify() {
            serde_json::error::Category::Data => {
                format!("not a document (column {column}): it needs `id` and the string `text`")
            }
            _ => format!("not JSON (column {column})"),
        }
    })?;
    let answer = answer(&document.text);
    serde_json::to_string(&Named { id: document.id, answer: &answer })
        .map_err(|_| "the answer could not be written".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_quote_nothing() {
        let check = |line: &[u8], expect: &str| {
            let reason = answered(line, |text| vec![text.len()]).unwrap_err();
            assert!(reason.contains(expect) && !reason.contains("DA48213"), "{reason}");
        };
        check(b"{\"id\": 1, \"text\": 'DA48213'}", "not JSON");
        check(b"{\"id\": 1, \"text\": 48213, \"x\": \"DA48213\"}", "not a document");
        check(b"[\"DA48213\"]", "not a document");
        check(b"{\"id\": 1, \"text\": \"\xff\"}", "not UTF-8");
    }
}
