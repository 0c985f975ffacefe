//! The schemas of the route that searches documents.

use serde_json::{Map, Value, json};

/// The schemas of the route's body and answer.
pub(super) fn of(path: &str) -> Option<(&'static str, &'static str)> {
    (path == "/v1/search").then_some(("SearchRequest", "SearchAnswer"))
}

/// Adds the schemas under their names.
pub(super) fn schemas(all: &mut Map<String, Value>) {
    let text = || json!({ "type": "string" });
    let maybe = || json!({ "type": ["string", "null"] });
    let names = || json!({ "type": "array", "items": { "type": "string" } });
    let day = || json!({ "type": "string", "format": "date" });
    let position = || json!({ "type": "integer", "minimum": 0 });
    let request = json!({
        "type": "object",
        "required": ["query"],
        "additionalProperties": false,
        "properties": {
            "query": { "type": "string", "maxLength": knowledge::search::LONGEST_QUERY },
            "collections": names(),
            "languages": names(),
            "institution": text(),
            "commune": text(),
            "from": day(),
            "until": day(),
            "version": { "oneOf": [position(), { "const": "all" }] },
            "limit": { "type": "integer", "minimum": 1, "maximum": 100, "default": 10 },
            "page": { "type": "integer", "minimum": 1, "default": 1 },
        },
    });
    let hit = json!({
        "type": "object",
        "properties": {
            "collection": text(),
            "document": text(),
            "title": maybe(),
            "institution": maybe(),
            "commune": maybe(),
            "version": { "type": ["integer", "null"] },
            "date": maybe(),
            "language": maybe(),
            "licence": maybe(),
            "attribution": maybe(),
            "in_force": { "type": "boolean" },
            "headings": names(),
            "page": { "type": ["integer", "null"] },
            "passage": text(),
            "start": position(),
            "end": position(),
            "score": { "type": "number" },
            "highlights": { "type": "array", "items": { "type": "array", "items": position(), "minItems": 2, "maxItems": 2 } },
        },
    });
    let answer = json!({
        "type": "object",
        "required": ["results", "more", "language", "by_meaning"],
        "properties": {
            "results": { "type": "array", "items": hit },
            "more": { "type": "boolean" },
            "language": maybe(),
            "by_meaning": { "type": "boolean" },
        },
    });
    all.insert("SearchRequest".to_owned(), request);
    all.insert("SearchAnswer".to_owned(), answer);
}
