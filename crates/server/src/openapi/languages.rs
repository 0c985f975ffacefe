//! The schemas of the routes about languages.

use serde_json::{Map, Value, json};

use super::reference;

/// The schemas of a route's body and answer.
pub(super) fn of(path: &str) -> Option<(&'static str, &'static str)> {
    match path {
        "/v1/languages/identify" => Some(("IdentifyRequest", "IdentifyAnswer")),
        "/v1/languages/transliterate" => Some(("TransliterateRequest", "TransliterateAnswer")),
        "/v1/languages/normalize" => Some(("NormalizeRequest", "NormalizeAnswer")),
        _ => None,
    }
}

/// Adds the schemas under their names.
pub(super) fn schemas(all: &mut Map<String, Value>) {
    let tags = language::identify::LANGUAGES.map(language::identify::Language::tag);
    let tag =
        json!({ "type": "string", "enum": tags.into_iter().chain(["und"]).collect::<Vec<_>>() });
    let form = json!({ "type": "string", "examples": ["ary-Latn", "ary-Arab", "ar-Arab", "ar-Latn", "zgh-Tfng", "zgh-Latn", "zgh-Arab"] });
    let text = || json!({ "type": "string" });
    let position = || json!({ "type": "integer", "minimum": 0 });
    let flag = || json!({ "type": "boolean", "default": false });
    let mut add = |name: &str, schema: Value| {
        all.insert(name.to_owned(), schema);
    };
    add(
        "OffsetUnit",
        json!({ "type": "string", "enum": ["chars", "bytes", "utf16"], "default": "chars" }),
    );
    add("IdentifyRequest", request(&[], json!({ "among": { "type": "array", "items": text() } })));
    add(
        "TransliterateRequest",
        request(
            &["from", "to"],
            json!({
                "from": form,
                "to": form,
                "answers": { "type": "integer", "minimum": 1, "maximum": 20, "default": 1 },
                "rules_only": flag(),
                "mark_foreign": flag(),
            }),
        ),
    );
    let profile =
        json!({ "type": "string", "enum": ["search", "match", "display"], "default": "search" });
    add("NormalizeRequest", request(&[], json!({ "profile": profile, "map": flag() })));
    let span = record(
        &["start", "end", "language"],
        json!({ "start": position(), "end": position(), "language": tag }),
    );
    add(
        "IdentifiedText",
        record(
            &["language", "confidence", "spans"],
            json!({
                "language": tag,
                "confidence": { "type": "number", "minimum": 0, "maximum": 1 },
                "spans": { "type": "array", "items": span },
            }),
        ),
    );
    let word = record(
        &["start", "end", "answers"],
        json!({
            "start": position(),
            "end": position(),
            "answers": { "type": "array", "items": text() },
            "foreign": { "type": "string", "enum": ["fr", "en"] },
        }),
    );
    add(
        "TransliteratedText",
        record(
            &["text", "words"],
            json!({ "text": text(), "words": { "type": "array", "items": word } }),
        ),
    );
    let stretch = record(
        &["start", "end", "source_start", "source_end"],
        json!({
            "start": position(),
            "end": position(),
            "source_start": position(),
            "source_end": position(),
        }),
    );
    add(
        "NormalizedText",
        record(&["text"], json!({ "text": text(), "map": { "type": "array", "items": stretch } })),
    );
    add("IdentifyAnswer", answer("IdentifiedText"));
    add("TransliterateAnswer", answer("TransliteratedText"));
    add("NormalizeAnswer", answer("NormalizedText"));
}

#[expect(clippy::needless_pass_by_value, reason = "callers write it in place")]
fn record(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties })
}

/// A body with `text` or `texts`, and what else the route takes.
fn request(required: &[&str], mut properties: Value) -> Value {
    if let Some(properties) = properties.as_object_mut() {
        let texts = json!({ "type": "array", "maxItems": 10_000, "items": { "type": "string" } });
        properties.insert("text".to_owned(), json!({ "type": "string" }));
        properties.insert("texts".to_owned(), texts);
        properties.insert("offsets".to_owned(), reference("OffsetUnit"));
    }
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "oneOf": [{ "required": ["text"] }, { "required": ["texts"] }],
        "additionalProperties": false,
    })
}

/// The answer for `text` itself, or the list of answers for `texts`.
fn answer(name: &str) -> Value {
    let offsets = json!({ "type": "object", "required": ["offsets"], "properties": { "offsets": reference("OffsetUnit") } });
    let many =
        record(&["answers"], json!({ "answers": { "type": "array", "items": reference(name) } }));
    json!({ "allOf": [offsets, { "oneOf": [reference(name), many] }] })
}
