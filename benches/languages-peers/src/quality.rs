//! How well languages are told: over the rows of the four languages that every contender claims, and the
//! share of all rows that it gets right.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// What every contender can tell.
const CLAIMED: [&str; 4] = ["ar", "fr", "en", "es"];

/// A text and its language.
pub(crate) struct Row<'t> {
    language: String,
    text: &'t str,
}

/// The rows of a table with a header and the columns label, source, text.
pub(crate) fn rows(table: &str) -> Vec<Row<'_>> {
    let line = |line| {
        let mut cells = str::splitn(line, 3, '\t');
        let (label, _, text) = (cells.next()?, cells.next()?, cells.next()?);
        Some(Row { language: short(label), text })
    };
    table.lines().skip(1).filter_map(line).collect()
}

/// One name for a language, whoever names it; the script only where a language has two.
fn short(tag: &str) -> String {
    let (language, script) = tag.split_once(['_', '-']).unwrap_or((tag, ""));
    let language = match language.to_ascii_lowercase().as_str() {
        "arb" | "ara" => "ar".to_owned(),
        "fra" => "fr".to_owned(),
        "eng" => "en".to_owned(),
        "spa" => "es".to_owned(),
        other => other.to_owned(),
    };
    if matches!(language.as_str(), "ary" | "zgh") {
        format!("{language}-{script}")
    } else {
        language
    }
}

/// F1 of each claimed language over the rows of these four, and the share of all rows that are right.
pub(crate) fn score(rows: &[Row<'_>], tell: &dyn Fn(&str) -> String) -> Value {
    if rows.is_empty() {
        return Value::Null;
    }
    let found: Vec<String> = rows.iter().map(|row| short(&tell(row.text))).collect();
    let right = rows.iter().zip(&found).filter(|(row, found)| row.language == **found).count();
    let mut f1 = BTreeMap::new();
    for language in CLAIMED {
        let (mut hit, mut gold, mut said) = (0_u32, 0_u32, 0_u32);
        for (row, found) in rows.iter().zip(&found) {
            if CLAIMED.contains(&row.language.as_str()) {
                hit += u32::from(row.language == language && found == language);
                gold += u32::from(row.language == language);
                said += u32::from(found == language);
            }
        }
        f1.insert(language, 2.0 * f64::from(hit) / f64::from((gold + said).max(1)));
    }
    json!({ "f1": f1, "right": right as f64 / rows.len() as f64 })
}
