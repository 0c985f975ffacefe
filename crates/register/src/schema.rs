//! The JSON Schemas (draft 2020-12) of an entry and of the Dutch export, written from the table of fields. The
//! files in `schema/` are what these functions give; a test compares them.

use serde_json::{Map, Value, json};

use crate::fields::{FIELDS, Field, Holds, LONGEST_LINK, LONGEST_RISK, RISK_KEYS};
use crate::nl::STANDARD_VERSION;
use crate::texts::Language;

/// The schema of an entry, version 1, as it is published.
pub const ENTRY_SCHEMA: &str = include_str!("../schema/igudar-register-1.schema.json");
/// The schema of a record of the export `nl-1.0`.
pub const NL_SCHEMA: &str = include_str!("../schema/nl-1.0.schema.json");

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
const MONTH: &str = "^[0-9]{4}-(0[1-9]|1[0-2])$";
const PAGE: &str = "^https://[^\\s<>\"\\\\]+$";
const CONTACT: &str = "^(https://[^\\s<>\"\\\\]+|[^@\\s]+@[^@\\s]+\\.[^@\\s]+)$";

/// The schema of an entry: a TOML file or the member `entry` of a published document.
pub fn entry_schema() -> Value {
    let mut blocks: Vec<(&str, Map<String, Value>)> = Vec::new();
    let mut properties = Map::new();
    for field in FIELDS {
        let schema = described(field, entry_field(field));
        match field.key.split_once('.') {
            None => drop(properties.insert(field.key.to_owned(), schema)),
            Some((block, key)) => match blocks.iter_mut().find(|(name, _)| *name == block) {
                Some((_, members)) => drop(members.insert(key.to_owned(), schema)),
                None => blocks.push((block, Map::from_iter([(key.to_owned(), schema)]))),
            },
        }
    }
    for (name, mut members) in blocks {
        if name == "oversight" {
            let texts = RISK_KEYS.map(|key| (key.to_owned(), texts(LONGEST_RISK, true)));
            let risk = object(Map::from_iter(texts), &RISK_KEYS);
            members.insert("risk".to_owned(), json!({ "type": "array", "items": risk }));
        }
        properties.insert(name.to_owned(), object(members, &[]));
    }
    let required: Vec<&str> =
        FIELDS.iter().filter(|field| field.required).map(|field| field.key).collect();
    let mut schema = object(properties, &required);
    put(&mut schema, "$schema", json!(DRAFT));
    put(&mut schema, "$id", json!("urn:igudar:register:1"));
    put(&mut schema, "title", json!("Entry of the register of AI systems, version 1"));
    schema
}

/// The schema of one record of the export `nl-1.0`.
pub fn nl_schema() -> Value {
    let mut properties = Map::new();
    for field in FIELDS {
        if let Some(key) = field.dutch {
            properties.insert(key.to_owned(), described(field, nl_field(field)));
        }
    }
    let languages: Vec<&str> = Language::ALL.iter().map(|language| language.iso_639_3()).collect();
    properties.insert("lang".to_owned(), json!({ "enum": languages }));
    properties.insert("standard_version".to_owned(), json!({ "const": STANDARD_VERSION }));
    let required = [
        "name",
        "description_short",
        "organization",
        "status",
        "contact_email",
        "publication_category",
        "source_data_grouping",
        "lang",
    ];
    let mut schema = object(properties, &required);
    put(&mut schema, "$schema", json!(DRAFT));
    put(&mut schema, "$id", json!("urn:igudar:register:nl-1.0"));
    put(
        &mut schema,
        "title",
        json!("Record in the form of the Dutch algorithm register's standard 1.0"),
    );
    schema
}

fn put(schema: &mut Value, key: &str, value: Value) {
    if let Some(members) = schema.as_object_mut() {
        members.insert(key.to_owned(), value);
    }
}

fn object(properties: Map<String, Value>, required: &[&str]) -> Value {
    let mut schema = json!({ "type": "object", "additionalProperties": false });
    put(&mut schema, "properties", Value::Object(properties));
    if !required.is_empty() {
        put(&mut schema, "required", json!(required));
    }
    schema
}

fn described(field: &Field, mut schema: Value) -> Value {
    put(&mut schema, "description", json!(field.about));
    schema
}

fn texts(longest: usize, required: bool) -> Value {
    let text = || json!({ "type": "string", "maxLength": longest });
    let languages = Language::ALL.map(|language| (language.tag().to_owned(), text()));
    let mut schema = object(Map::from_iter(languages), &[]);
    if required {
        put(&mut schema, "minProperties", json!(1));
    }
    schema
}

fn entry_field(field: &Field) -> Value {
    match field.holds {
        Holds::Texts => texts(field.longest, field.required),
        Holds::Word(words) => one_of(words.iter().map(|(ours, _)| *ours)),
        Holds::Words(words, most) => {
            let items = one_of(words.iter().map(|(ours, _)| *ours));
            json!({ "type": "array", "maxItems": most, "uniqueItems": true, "items": items })
        }
        Holds::Lines => json!({ "type": "array", "items": { "type": "string" } }),
        Holds::Line if matches!(field.key, "id" | "project") => {
            json!({ "type": "string", "maxLength": field.longest, "pattern": "^[a-z0-9-]+$" })
        }
        _ => plain(field),
    }
}

fn nl_field(field: &Field) -> Value {
    match field.holds {
        Holds::Word(words) => one_of(words.iter().map(|(_, dutch)| *dutch)),
        Holds::Words(words, most) => {
            let items = one_of(words.iter().map(|(_, dutch)| *dutch));
            json!({ "type": "array", "maxItems": most, "items": items })
        }
        _ => plain(field),
    }
}

/// What is written alike in both forms.
fn plain(field: &Field) -> Value {
    let longest = field.longest;
    match field.holds {
        Holds::Month => json!({ "type": "string", "pattern": MONTH }),
        Holds::Page => json!({ "type": "string", "maxLength": longest, "pattern": PAGE }),
        Holds::Contact => json!({ "type": "string", "maxLength": longest, "pattern": CONTACT }),
        Holds::References(needs_link) => {
            let title = json!({ "type": "string", "minLength": 1, "maxLength": longest });
            let link = json!({ "type": "string", "maxLength": LONGEST_LINK, "pattern": PAGE });
            let members = [("title".to_owned(), title), ("link".to_owned(), link)];
            let required: &[&str] = if needs_link { &["title", "link"] } else { &["title"] };
            json!({ "type": "array", "items": object(Map::from_iter(members), required) })
        }
        _ if field.required => json!({ "type": "string", "minLength": 1, "maxLength": longest }),
        _ => json!({ "type": "string", "maxLength": longest }),
    }
}

fn one_of<'w>(words: impl Iterator<Item = &'w str>) -> Value {
    json!({ "enum": words.collect::<Vec<_>>() })
}
