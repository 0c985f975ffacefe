//! The committed schemas and exports against the struct and the table of fields.
#![expect(clippy::unwrap_used, reason = "helpers of tests: a failure shall stop the test")]

use register::{ENTRY_SCHEMA, Entry, NL_SCHEMA, entry_schema, nl_csv, nl_records, nl_schema, read};
use serde_json::Value;

const WHOLE: &str = include_str!("data/entry.toml");

fn entry() -> Entry {
    read("entry.toml", WHOLE).unwrap()
}

#[test]
fn the_committed_schemas_are_those_of_the_table() {
    for (name, committed, made) in [
        ("igudar-register-1.schema.json", ENTRY_SCHEMA, entry_schema()),
        ("nl-1.0.schema.json", NL_SCHEMA, nl_schema()),
    ] {
        let text = format!("{}\n", serde_json::to_string_pretty(&made).unwrap());
        assert!(committed == text, "schema/{name} differs: igudar register schema writes it");
    }
}

fn keys_of(value: &Value, prefix: &str, keys: &mut Vec<String>) {
    for (key, inner) in value.as_object().into_iter().flatten() {
        if ["oversight", "fundamental_rights"].contains(&key.as_str()) && prefix.is_empty() {
            keys_of(inner, &format!("{key}."), keys);
        } else {
            keys.push(format!("{prefix}{key}"));
        }
    }
}

/// Each member of the struct is in the schema and the other way round: the whole entry has all of them but
/// `end_date`, which a system in use has not.
#[test]
fn struct_and_schema_have_the_same_keys() {
    let (mut of_entry, mut of_schema) = (Vec::new(), Vec::new());
    keys_of(&serde_json::to_value(entry()).unwrap(), "", &mut of_entry);
    let schema = entry_schema();
    for (key, inner) in schema["properties"].as_object().unwrap() {
        match inner["properties"].as_object() {
            Some(block) if ["oversight", "fundamental_rights"].contains(&key.as_str()) => {
                of_schema.extend(block.keys().map(|inner| format!("{key}.{inner}")));
            }
            _ => of_schema.push(key.clone()),
        }
    }
    of_entry.push("end_date".to_owned());
    of_entry.sort();
    of_schema.sort();
    assert_eq!(of_entry, of_schema);
}

#[test]
fn the_dutch_export_speaks_the_standards_words() {
    let records = nl_records(&entry());
    assert_eq!(records.len(), 2);
    let french = &records[0];
    let check = |key: &str, expect: Value| assert_eq!(french[key], expect, "{key}");
    check("name", "Assistant de l'accueil".into());
    check("status", "In gebruik".into());
    check("publication_category", "Impactvolle algoritmes".into());
    check("category", serde_json::json!(["Organisatie en bedrijfsvoering", "Recht"]));
    check("tags", "accueil, état civil".into());
    check("lang", "fra".into());
    check("standard_version", "1.0".into());
    check("impacttoetsen_grouping", serde_json::json!([{ "title": "Analyse d'impact" }]));
    assert!(french.get("oversight").is_none() && french.get("id").is_none());
    let arabic = &records[1];
    assert_eq!((arabic["lang"].as_str(), arabic.get("goal")), (Some("ara"), None));
    let known = nl_schema();
    for record in &records {
        for key in known["required"].as_array().unwrap() {
            assert!(record.contains_key(key.as_str().unwrap()), "{key}");
        }
        for key in record.keys() {
            assert!(known["properties"].get(key).is_some(), "{key}");
        }
    }
}

#[test]
fn the_csv_has_a_row_for_each_language_and_no_formula() {
    let mut entry = entry();
    entry.provider = Some("=1+1, \"x\"".to_owned());
    let text = nl_csv([&entry, &entry]);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 4);
    let cell = |row: usize, name: &str| {
        rows[row].get(head.iter().position(|column| column == name).unwrap()).unwrap().to_owned()
    };
    assert_eq!(cell(0, "provider"), "'=1+1, \"x\"");
    assert_eq!(cell(0, "lawful_basis_grouping"), "1: Loi 09-08, https://www.cndp.ma.");
    assert_eq!(cell(1, "lang"), "ara");
    assert_eq!(cell(2, "category"), "Organisatie en bedrijfsvoering, Recht");
}
