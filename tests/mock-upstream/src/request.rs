//! What the server reads in a request: only what shapes the answer.

use serde_json::Value;

/// The text of a message's content: a string, or the `text` members of an array of chunks.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(chunks) => {
            let texts: Vec<&str> =
                chunks.iter().filter_map(|chunk| chunk.get("text")?.as_str()).collect();
            texts.join("\n")
        }
        _ => String::new(),
    }
}

fn messages(body: &Value) -> &[Value] {
    body.get("messages").and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn role(message: &Value) -> &str {
    message.get("role").and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn last_user_text(body: &Value) -> String {
    let last = messages(body).iter().rev().find(|message| role(message) == "user");
    last.and_then(|message| message.get("content")).map(text_of).unwrap_or_default()
}

/// The text of the last message when it is a tool's.
pub(crate) fn tool_result(body: &Value) -> Option<String> {
    let last = messages(body).last().filter(|message| role(message) == "tool")?;
    last.get("content").map(text_of)
}

pub(crate) fn all_text(body: &Value) -> String {
    let texts: Vec<String> = messages(body)
        .iter()
        .filter_map(|message| message.get("content"))
        .map(text_of)
        .filter(|text| !text.is_empty())
        .collect();
    texts.join("\n")
}

pub(crate) fn model(body: &Value) -> &str {
    body.get("model").and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn streams(body: &Value) -> bool {
    body.get("stream").and_then(Value::as_bool).unwrap_or(false)
}

pub(crate) fn wants_usage(body: &Value) -> bool {
    body.pointer("/stream_options/include_usage").and_then(Value::as_bool).unwrap_or(false)
}

pub(crate) fn choices(body: &Value) -> u64 {
    body.get("n").and_then(Value::as_u64).unwrap_or(1).max(1)
}

/// A tool to call: its name and the JSON text of the arguments, which repeat the last user message in
/// every string parameter.
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) arguments: String,
}

/// The calls to make: the named tool of `tool_choice`, else the first two that are offered.
pub(crate) fn calls(body: &Value) -> Vec<Call> {
    let chosen = body.pointer("/tool_choice/function/name").and_then(Value::as_str);
    if body.get("tool_choice").and_then(Value::as_str) == Some("none") {
        return Vec::new();
    }
    let tools = body.get("tools").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let said = last_user_text(body);
    tools
        .iter()
        .filter_map(|tool| tool.get("function"))
        .filter_map(|function| {
            let name = function.get("name")?.as_str()?;
            (chosen.is_none() || chosen == Some(name)).then(|| Call {
                name: name.to_owned(),
                arguments: arguments(function.get("parameters"), &said),
            })
        })
        .take(2)
        .collect()
}

fn arguments(parameters: Option<&Value>, said: &str) -> String {
    let mut members = serde_json::Map::new();
    let properties = parameters.and_then(|schema| schema.get("properties")?.as_object());
    for (name, schema) in properties.into_iter().flatten() {
        let value = match schema.get("type").and_then(Value::as_str) {
            Some("integer" | "number") => Value::from(7),
            Some("boolean") => Value::from(true),
            Some("array") => Value::from(vec![said]),
            Some("object") => serde_json::json!({ "text": said }),
            _ => Value::from(said),
        };
        members.insert(name.clone(), value);
    }
    if members.is_empty() {
        members.insert("text".to_owned(), Value::from(said));
    }
    Value::Object(members).to_string()
}
