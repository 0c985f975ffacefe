//! The bodies of `detect`, `protect` and `restore`.

use serde_json::{Map, Value, json};

use super::reference;

/// The names of the schemas of a route's request and answer; nothing for a route that is described
/// elsewhere.
pub(super) fn of(path: &str) -> Option<(&'static str, &'static str)> {
    match path {
        "/v1/detect" => Some(("DetectRequest", "DetectAnswer")),
        "/v1/protect" => Some(("ProtectRequest", "ProtectAnswer")),
        "/v1/restore" => Some(("RestoreRequest", "RestoreAnswer")),
        _ => None,
    }
}

/// Adds the schemas by their names.
pub(super) fn schemas(all: &mut Map<String, Value>) {
    for path in ["/v1/detect", "/v1/protect", "/v1/restore"] {
        if let (Some((request, answer)), Some(bodies)) = (of(path), bodies(path)) {
            all.insert(request.to_owned(), bodies.0);
            all.insert(answer.to_owned(), bodies.1);
        }
    }
    all.extend(shared().map(|(name, schema)| (name.to_owned(), schema)));
}

/// The schemas of a route's request and answer.
fn bodies(path: &str) -> Option<(Value, Value)> {
    let texts = || json!({ "type": "array", "items": { "type": "string" } });
    let options = json!({
        "offsets": reference("Offsets"),
        "why": { "type": "boolean", "default": false, "description": "Tell why each value was found." },
    });
    Some(match path {
        "/v1/detect" => (
            object(&["text"], &[&json!({ "text": { "type": "string" } }), &options]),
            object(
                &["findings", "topics", "class", "offsets"],
                &[&json!({
                    "findings": { "type": "array", "items": reference("Finding") },
                    "topics": {
                        "description": "The sensitive topics about somebody: health, judicial, minor and others.",
                        "type": "array",
                        "items": object(&["topic", "score"], &[&json!({
                            "topic": { "type": "string" },
                            "score": { "type": "number", "minimum": 0.5, "maximum": 1 },
                            "why": { "type": "string" },
                        })]),
                    },
                    "class": reference("Class"),
                    "risk": object(&["expected_missed", "share"], &[&json!({
                        "expected_missed": { "type": "number", "minimum": 0, "description": "How many values are expected to have been missed." },
                        "share": { "type": "number", "minimum": 0, "maximum": 1, "description": "Of those found and those missed together." },
                    })]),
                    "offsets": reference("Offsets"),
                })],
            ),
        ),
        "/v1/protect" => (
            one_of(
                &[
                    &options,
                    &json!({
                        "expires_in": { "type": "integer", "minimum": 1, "description": "Seconds until the map cannot be opened any more." },
                    }),
                ],
                &[],
            ),
            one_of(
                &[&json!({
                    "findings": {
                        "description": "For `text` a list; for `texts` a list of lists, one for each text.",
                        "type": "array",
                        "items": { "anyOf": [reference("Finding"), { "type": "array", "items": reference("Finding") }] },
                    },
                    "counts": { "type": "object", "additionalProperties": { "type": "integer" } },
                    "class": reference("Class"),
                    "offsets": reference("Offsets"),
                    "map": { "type": "string", "description": "Sealed; only this installation opens it, for the same project." },
                    "expires_at": { "type": "integer", "description": "Seconds since 1970 (UTC)." },
                })],
                &["findings", "counts", "class", "offsets", "map", "expires_at"],
            ),
        ),
        "/v1/restore" => (
            one_of(&[&json!({ "map": { "type": "string" } })], &["map"]),
            object(&[], &[&json!({ "text": { "type": "string" }, "texts": texts() })]),
        ),
        _ => return None,
    })
}

/// The schemas that those bodies share.
fn shared() -> [(&'static str, Value); 3] {
    [
        (
            "Offsets",
            json!({ "type": "string", "enum": ["chars", "bytes", "utf16"], "default": "chars" }),
        ),
        (
            "Class",
            json!({ "type": "string", "enum": ["public", "internal", "personal", "sensitive"] }),
        ),
        (
            "Finding",
            object(
                &["type", "start", "end", "score"],
                &[&json!({
                    "type": { "type": "string", "description": "The type of the value, such as `cin`." },
                    "start": { "type": "integer", "minimum": 0 },
                    "end": { "type": "integer", "minimum": 0 },
                    "score": { "type": "number", "minimum": 0, "maximum": 1 },
                    "why": { "type": "string", "description": "Rule, context word, check digit or score; never the value. Only with `why`." },
                })],
            ),
        ),
    ]
}

/// An object of some members, closed to others.
fn object(required: &[&str], members: &[&Value]) -> Value {
    let mut all = serde_json::Map::new();
    for members in members {
        all.extend(members.as_object().cloned().unwrap_or_default());
    }
    json!({ "type": "object", "required": required, "properties": all, "additionalProperties": false })
}

/// An object that holds either `text` or `texts` beside its other members.
fn one_of(members: &[&Value], required: &[&str]) -> Value {
    let text = json!({ "text": { "type": "string" } });
    let texts = json!({ "texts": { "type": "array", "items": { "type": "string" } } });
    let with = |name: &'static str, own: &Value| {
        let members: Vec<&Value> = members.iter().copied().chain([own]).collect();
        object(&[&[name], required].concat(), &members)
    };
    json!({ "oneOf": [with("text", &text), with("texts", &texts)] })
}
