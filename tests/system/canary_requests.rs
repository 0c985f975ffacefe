//! Generated requests with invented values in every position of the field table.

use serde_json::{Map, Value as Json, json};

use crate::invented::{Draw, Value, sentence, value};

/// One generated request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) path: &'static str,
    pub(crate) body: Json,
    /// The values in it and the sentence around each.
    pub(crate) values: Vec<(Value, String)>,
    /// Where they stand.
    pub(crate) places: Vec<&'static str>,
}

type Place = (&'static str, fn(&mut Map<String, Json>, &str, &Value));

/// Adds a message before the last one, which stays the user's.
fn message(body: &mut Map<String, Json>, message: Json) {
    let messages = body.get_mut("messages").and_then(Json::as_array_mut).unwrap();
    messages.insert(messages.len() - 1, message);
}

/// An assistant's call with these arguments, and the tool's answer.
fn call(body: &mut Map<String, Json>, arguments: &Json, result: &str) {
    let id = "call12345";
    message(
        body,
        json!({ "role": "assistant", "content": null, "tool_calls": [
        { "id": id, "type": "function", "function": { "name": "find_file", "arguments": arguments } }] }),
    );
    message(body, json!({ "role": "tool", "tool_call_id": id, "content": result }));
}

fn tool(body: &mut Map<String, Json>, description: &str, schema: &Json) {
    let function = json!({ "name": "find_file", "description": description,
        "parameters": { "type": "object", "properties": { "name": schema } } });
    body.insert("tools".to_owned(), json!([{ "type": "function", "function": function }]));
}

fn put(body: &mut Map<String, Json>, name: &str, value: Json) {
    body.insert(name.to_owned(), value);
}

/// Every position; the last ones are refused or have no room for a sentence.
const PLACES: &[Place] = &[
    ("user", |body, text, _| message(body, json!({ "role": "user", "content": text }))),
    ("user chunks", |body, text, _| {
        let chunks = json!([{ "type": "text", "text": text }, { "type": "text", "text": "et ?" }]);
        message(body, json!({ "role": "user", "content": chunks }));
    }),
    ("system", |body, text, _| message(body, json!({ "role": "system", "content": text }))),
    ("developer", |body, text, _| message(body, json!({ "role": "developer", "content": text }))),
    ("assistant", |body, text, _| message(body, json!({ "role": "assistant", "content": text }))),
    ("reasoning", |body, text, _| {
        message(body, json!({ "role": "assistant", "content": "ok", "reasoning_content": text }));
    }),
    ("refusal", |body, text, _| {
        message(body, json!({ "role": "assistant", "content": null, "refusal": text }));
    }),
    ("author", |body, _, value| {
        message(body, json!({ "role": "user", "name": value.text, "content": "Salam" }));
    }),
    ("arguments", |body, text, _| {
        let arguments = json!({ "question": text, "limit": 3 }).to_string();
        call(body, &arguments.into(), "rien");
    }),
    ("arguments by key", |body, _, value| {
        let arguments = json!({ value.kind: value.text, "list": [value.text] }).to_string();
        call(body, &arguments.into(), "rien");
    }),
    ("JSON inside JSON", |body, text, _| {
        let inner = json!({ "deep": [text] }).to_string();
        call(body, &json!({ "payload": inner }).to_string().into(), "rien");
    }),
    ("broken arguments", |body, text, _| call(body, &format!("{{\"q\": \"{text}").into(), "rien")),
    ("tool result", |body, text, _| call(body, &"{}".into(), text)),
    ("tool result as JSON", |body, text, value| {
        let result = json!({ "rows": [{ "text": text, value.kind: value.text }] }).to_string();
        call(body, &"{}".into(), &result);
    }),
    ("tool description", |body, text, _| tool(body, text, &json!({ "type": "string" }))),
    ("tool schema", |body, text, value| {
        let schema =
            json!({ "type": "string", "description": text, "enum": [value.text], "default": text });
        tool(body, "Un outil", &schema);
    }),
    ("stop", |body, _, value| put(body, "stop", json!(value.text))),
    ("stops", |body, text, value| put(body, "stop", json!([text, value.text]))),
    ("metadata", |body, text, value| {
        put(body, "metadata", json!({ "note": text, "id": value.text }));
    }),
    ("user field", |body, _, value| put(body, "user", json!(value.text))),
    ("safety identifier", |body, _, value| put(body, "safety_identifier", json!(value.text))),
    ("prediction", |body, text, _| {
        put(body, "prediction", json!({ "type": "content", "content": text }));
    }),
    ("response format", |body, text, value| {
        let schema = json!({ "type": "object", "description": text, "properties": { "x": { "const": value.text } } });
        let named = json!({ "name": "answer", "description": text, "schema": schema });
        put(body, "response_format", json!({ "type": "json_schema", "json_schema": named }));
    }),
    ("web search", |body, text, _| {
        put(
            body,
            "web_search_options",
            json!({ "user_location": { "approximate": { "city": text } } }),
        );
    }),
    ("unknown string", |body, text, _| put(body, "x_note", json!(text))),
    ("unknown tree", |body, text, value| {
        put(body, "x_tree", json!({ "a": [1, { "b": text }, [value.text]], "c": null }));
    }),
    ("unknown in a message", |body, text, _| {
        message(body, json!({ "role": "user", "content": "Salam", "x_note": { "n": text } }));
    }),
    ("unknown in a chunk", |body, text, _| {
        message(
            body,
            json!({ "role": "user", "content": [{ "type": "text", "text": "a", "x": text }] }),
        );
    }),
    ("a word that is none", |body, _, value| put(body, "service_tier", json!(value.text))),
    ("a chunk of an unknown type", |body, text, _| {
        message(body, json!({ "role": "user", "content": [{ "type": "memo", "memo": text }] }));
    }),
    ("role", |body, _, value| message(body, json!({ "role": value.text, "content": "Salam" }))),
    ("tool name", |body, _, value| {
        let function = json!({ "name": value.text, "parameters": {} });
        put(body, "tools", json!([{ "type": "function", "function": function }]));
    }),
    ("tool choice", |body, _, value| {
        let choice = json!({ "type": "function", "function": { "name": value.text } });
        put(body, "tool_choice", choice);
    }),
    ("tool call id", |body, _, value| {
        message(body, json!({ "role": "tool", "tool_call_id": value.text, "content": "ok" }));
    }),
    ("object key", |body, _, value| put(body, "metadata", json!({ value.text.clone(): "x" }))),
    ("unknown key", |body, _, value| put(body, &value.text, json!("x"))),
    ("number", |body, _, value| {
        // A number has no leading zero, so only some values can be written as one.
        let written = match value.kind {
            "card" => value.text.clone(),
            "phone" => format!("212{}", value.text.trim_start_matches('0')),
            _ => "7".to_owned(),
        };
        put(
            body,
            "x_number",
            json!({ value.kind: serde_json::from_str::<Json>(&written).unwrap() }),
        );
    }),
    ("model", |body, _, value| put(body, "model", json!(value.text))),
    ("cache key", |body, _, value| put(body, "prompt_cache_key", json!(value.text))),
];

/// How many positions there are.
pub(crate) const fn positions() -> usize {
    PLACES.len()
}

/// The request of this number; `models` are the ones to ask for.
pub(crate) fn generate(number: usize, models: &[&str]) -> Request {
    let mut draw = Draw::new(u64::try_from(number).unwrap() * 7919 + 13);
    let model = draw.of(models).to_owned();
    let mut values = Vec::new();
    if number % 20 == 19 {
        for _ in 0..3 {
            let value = value(&mut draw);
            let sentence = sentence(&value, &mut draw);
            values.push((value, sentence));
        }
        let input: Vec<&str> = values.iter().map(|(_, sentence)| sentence.as_str()).collect();
        let body = json!({ "model": model, "input": input, "user": values[0].0.text });
        return Request { path: "/v1/embeddings", body, values, places: vec!["input"] };
    }
    if number % 20 == 9 {
        for _ in 0..3 {
            let value = value(&mut draw);
            let sentence = sentence(&value, &mut draw);
            values.push((value, sentence));
        }
        let texts: Vec<&str> = values.iter().map(|(_, sentence)| sentence.as_str()).collect();
        let prompt = if draw.below(2) == 0 { json!(texts[0]) } else { json!(texts) };
        let body = json!({
            "model": model, "prompt": prompt, "suffix": texts[1], "x_note": { "n": texts[2] },
            "seed": number, "max_tokens": 100, "stream": draw.below(2) == 0,
        });
        return Request { path: "/v1/completions", body, values, places: vec!["prompt"] };
    }
    let mut body = Map::new();
    put(&mut body, "model", json!(model));
    put(&mut body, "messages", json!([{ "role": "user", "content": "Merci de répondre." }]));
    // Tells the mock's record which request it was.
    put(&mut body, "seed", json!(number));
    if draw.below(2) == 0 {
        put(&mut body, "stream", json!(true));
    }
    let mut places = Vec::new();
    for turn in 0..=draw.below(3) {
        // The first goes round, so that every position occurs; most of the last ones are refused.
        let place = if turn == 0 { number % PLACES.len() } else { draw.below(PLACES.len() - 9) };
        let value = value(&mut draw);
        let sentence = sentence(&value, &mut draw);
        let (name, write) = PLACES[place];
        write(&mut body, &sentence, &value);
        places.push(name);
        values.push((value, sentence));
    }
    Request { path: "/v1/chat/completions", body: Json::Object(body), values, places }
}
