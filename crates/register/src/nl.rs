//! The export in the form of the Dutch algorithm register's publication standard 1.0
//! (<https://regels.overheid.nl/standaarden/algoritmeregister-publicatiestandaard>): flat records, one for
//! each language of the entry, with the standard's own words.
//!
//! The Dutch register itself takes `nld` alone as `lang`; ours carry the ISO 639-3 code of their language.

use serde_json::{Map, Value, json};

use crate::check::value_at;
use crate::entry::Entry;
use crate::fields::{FIELDS, Holds};
use crate::texts::Language;

/// The name of this export.
pub const NL_1_0: &str = "nl-1.0";

/// The version of the standard, as records name it.
pub(crate) const STANDARD_VERSION: &str = "1.0";

/// One record for each language in which the entry has a name. A text that is missing in a language is left
/// out of its record.
pub fn nl_records(entry: &Entry) -> Vec<Map<String, Value>> {
    entry.name.languages().map(|language| record(entry, language)).collect()
}

fn record(entry: &Entry, language: Language) -> Map<String, Value> {
    let whole = serde_json::to_value(entry).unwrap_or_default();
    let mut record = Map::new();
    for field in FIELDS {
        let Some(key) = field.dutch else { continue };
        let value = value_at(&whole, field.key);
        let dutch = |words: &[(&str, &str)], word: &Value| {
            let found = words.iter().find(|(ours, _)| word == ours);
            found.map(|(_, dutch)| json!(dutch))
        };
        let written = match field.holds {
            Holds::Texts => value.get(language.tag()).filter(|text| *text != "").cloned(),
            Holds::Word(words) => dutch(words, value),
            Holds::Words(words, _) => value
                .as_array()
                .map(|all| all.iter().filter_map(|word| dutch(words, word)).collect()),
            Holds::Lines => value.as_array().map(|all| {
                let lines: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
                json!(lines.join(", "))
            }),
            Holds::Line | Holds::Month | Holds::Page | Holds::Contact | Holds::References(_) => {
                Some(value.clone()).filter(|value| !value.is_null())
            }
        };
        if let Some(written) = written {
            record.insert(key.to_owned(), written);
        }
    }
    record.insert("lang".to_owned(), json!(language.iso_639_3()));
    record.insert("standard_version".to_owned(), json!(STANDARD_VERSION));
    if !record.contains_key("source_id") {
        record.insert("source_id".to_owned(), json!(entry.id));
    }
    record
}

/// The columns, in the order of the standard's fields here.
pub(crate) fn columns() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().filter_map(|field| field.dutch).chain(["lang", "standard_version"])
}

/// The records of several entries as CSV (RFC 4180), one head line. Lists are written as the Dutch register's
/// own downloads write them: words parted by commas, links as `1: Title, https://….`.
pub fn nl_csv<'e>(entries: impl IntoIterator<Item = &'e Entry>) -> String {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let head = writer.write_record(columns());
    debug_assert!(head.is_ok());
    for record in entries.into_iter().flat_map(nl_records) {
        let row = columns().map(|column| record.get(column).map_or_else(String::new, cell));
        // Writing into memory, each row with as many cells as the head, has no way to fail.
        let written = writer.write_record(row);
        debug_assert!(written.is_ok());
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn cell(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Value::Array(items) => {
            let text = |item: &Value, member: &str| {
                item.get(member).and_then(Value::as_str).map(str::to_owned)
            };
            let item = |(number, item): (usize, &Value)| {
                let title = text(item, "title").unwrap_or_default();
                let link = text(item, "link").map_or_else(String::new, |link| format!(", {link}"));
                format!("{}: {title}{link}.", number + 1)
            };
            items.iter().enumerate().map(item).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    };
    // A spreadsheet would take it for a formula.
    if text.starts_with(['=', '+', '-', '@', '\t']) { format!("'{text}") } else { text }
}
