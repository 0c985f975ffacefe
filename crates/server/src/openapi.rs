//! The `OpenAPI` document, written from the route table and the error table.

mod courses;
mod languages;
mod search;
mod texts;
mod tokenizer;

use serde_json::{Map, Value, json};

use crate::errors::Code;
use crate::routes::{Door, ROUTES};

/// `OpenAPI` 3.1. The chat, completions and embeddings bodies are those of OpenAI's and Mistral's APIs and pass through,
/// so they are not repeated here.
pub(crate) fn document() -> Value {
    let mut paths = Map::new();
    for route in ROUTES {
        let path = route.path.replace("{*", "{");
        let mut operation = json!({
            "summary": route.about,
            "responses": {
                "200": { "description": "Done.", "content": { route.answer: content(answer_of(route.path)) } },
                "default": { "$ref": "#/components/responses/Error" },
            },
        });
        if let Some(fields) = operation.as_object_mut() {
            if route.door != Door::Key {
                fields.insert("security".to_owned(), json!([]));
            }
            if route.method == "post" {
                let content = json!({ "required": true, "content": { media_of(route.path): content(request_of(route.path)) } });
                fields.insert("requestBody".to_owned(), content);
            }
            let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
            let parameters: Vec<Value> = names
                .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
                .collect();
            if !parameters.is_empty() {
                fields.insert("parameters".to_owned(), Value::from(parameters));
            }
        }
        let entry = paths.entry(path).or_insert_with(|| json!({}));
        if let Some(methods) = entry.as_object_mut() {
            methods.insert(route.method.to_owned(), operation);
        }
    }
    let mut schemas = Map::new();
    courses::schemas(&mut schemas);
    languages::schemas(&mut schemas);
    search::schemas(&mut schemas);
    texts::schemas(&mut schemas);
    tokenizer::schemas(&mut schemas);
    let codes: Vec<&str> = Code::ALL.iter().map(|code| code.row().code).collect();
    let error = json!({
        "type": "object",
        "required": ["error"],
        "properties": { "error": {
            "type": "object",
            "required": ["message", "type", "code", "param"],
            "properties": {
                "message": { "type": "string" },
                "type": { "type": "string" },
                "code": { "type": "string", "enum": codes },
                "param": { "type": ["string", "null"] },
            },
        } },
    });
    schemas.insert("Error".to_owned(), error);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Igudar",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
        },
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } },
            "responses": { "Error": {
                "description": "An error in OpenAI's shape.",
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } },
            } },
            "schemas": schemas,
        },
    })
}

/// The media type of a route's body.
fn media_of(path: &str) -> &'static str {
    if path == "/v1/documents" { "multipart/form-data" } else { "application/json" }
}

/// The name of the schema of a route's body, where it is written here.
fn request_of(path: &str) -> Option<&'static str> {
    languages::of(path)
        .or_else(|| search::of(path))
        .or_else(|| texts::of(path))
        .or_else(|| tokenizer::of(path))
        .map(|names| names.0)
        .or_else(|| courses::of(path))
}

/// The name of the schema of a route's answer, where it is written here.
fn answer_of(path: &str) -> Option<&'static str> {
    languages::of(path)
        .or_else(|| search::of(path))
        .or_else(|| texts::of(path))
        .or_else(|| tokenizer::of(path))
        .map(|names| names.1)
}

fn content(schema: Option<&str>) -> Value {
    schema.map_or_else(|| json!({}), |name| json!({ "schema": reference(name) }))
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
