//! Continuations of plain text: each prompt as it came.

use serde_json::{Value, json};

use crate::{Behaviour, events, request};

/// Characters of one event.
const PIECE: usize = 5;

fn prompts(body: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match body.get("prompt") {
        Some(Value::Array(prompts)) => prompts.iter().map(text).collect(),
        Some(prompt) => vec![text(prompt)],
        None => Vec::new(),
    }
}

fn answer(body: &Value, choices: &[Value]) -> Value {
    json!({
        "id": "cmpl-mock",
        "object": "text_completion",
        "created": 1_764_000_000,
        "model": request::model(body),
        "choices": choices,
    })
}

fn choice(index: usize, text: &str, finish_reason: Option<&str>) -> Value {
    json!({ "index": index, "text": text, "logprobs": null, "finish_reason": finish_reason })
}

fn usage(body: &Value) -> Value {
    let words: usize = prompts(body).iter().map(|text| text.split_whitespace().count()).sum();
    json!({ "prompt_tokens": words, "completion_tokens": words, "total_tokens": 2 * words })
}

/// The JSON of a whole answer.
pub(crate) fn whole(body: &Value) -> String {
    let choices: Vec<Value> = prompts(body)
        .iter()
        .enumerate()
        .map(|(index, text)| choice(index, text, Some("stop")))
        .collect();
    let mut answer = answer(body, &choices);
    if let Some(members) = answer.as_object_mut() {
        members.insert("usage".to_owned(), usage(body));
    }
    answer.to_string()
}

/// The whole stream, one event a string.
pub(crate) fn events(body: &Value, behaviour: &Behaviour) -> Vec<String> {
    let mut chunks = Vec::new();
    for (index, text) in prompts(body).iter().enumerate() {
        let letters: Vec<char> = text.chars().collect();
        for piece in letters.chunks(PIECE) {
            let piece: String = piece.iter().collect();
            chunks.push(answer(body, &[choice(index, &piece, None)]).to_string());
        }
        chunks.push(answer(body, &[choice(index, "", Some("stop"))]).to_string());
    }
    let mut last = answer(body, &[]);
    if request::wants_usage(body)
        && let Some(members) = last.as_object_mut()
    {
        members.insert("usage".to_owned(), usage(body));
        chunks.push(last.to_string());
    }
    chunks.push("[DONE]".to_owned());
    chunks.iter().map(|chunk| events::framed(chunk, behaviour)).collect()
}
