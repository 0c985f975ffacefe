//! The answer to a chat request as server-sent events.

use serde_json::{Value, json};

use crate::answer::{self, Said};
use crate::{Behaviour, Ending, Newline, Shape, UsageWhen, request};

/// The whole stream, one event a string.
pub(crate) fn events(body: &Value, said: &Said, behaviour: &Behaviour) -> Vec<String> {
    let mut chunks = Vec::new();
    for choice in 0..request::choices(body) {
        for delta in deltas(said, behaviour, choice) {
            chunks.push(chunk(body, choice, &delta, &Value::Null));
        }
    }
    for choice in 0..request::choices(body) {
        chunks.push(chunk(body, choice, &json!({}), &said.finish_reason().into()));
    }
    add_usage(&mut chunks, body, said, behaviour);
    let mut texts: Vec<String> =
        chunks.iter().map(|chunk| answer::spelled(chunk, behaviour)).collect();
    match behaviour.ending {
        Ending::NoDone => {}
        Ending::ErrorEvent => {
            texts.truncate(texts.len() / 2);
            texts.push(
                json!({"error": {"message": "the model failed", "type": "server_error", "code": 500}})
                    .to_string(),
            );
        }
        Ending::NotJson => texts.insert(1, "this is not JSON".to_owned()),
        _ => texts.push("[DONE]".to_owned()),
    }
    texts.iter().map(|text| framed(text, behaviour)).collect()
}

pub(crate) fn framed(data: &str, behaviour: &Behaviour) -> String {
    let newline = match behaviour.newline {
        Newline::Lf => "\n",
        Newline::CrLf => "\r\n",
        Newline::Cr => "\r",
    };
    let comment = if behaviour.comments {
        format!(": keep-alive{newline}{newline}id: 1{newline}")
    } else {
        String::new()
    };
    format!("{comment}data: {data}{newline}{newline}")
}

fn chunk(body: &Value, choice: u64, delta: &Value, finish_reason: &Value) -> Value {
    json!({
        "id": "chatcmpl-mock",
        "object": "chat.completion.chunk",
        "created": 1_764_000_000,
        "model": request::model(body),
        "choices": [{ "index": choice, "delta": delta, "finish_reason": finish_reason }],
    })
}

fn add_usage(chunks: &mut Vec<Value>, body: &Value, said: &Said, behaviour: &Behaviour) {
    let mistral = behaviour.shape == Shape::Mistral;
    let told = match behaviour.usage {
        UsageWhen::Always => true,
        UsageWhen::Asked => mistral || request::wants_usage(body),
        UsageWhen::Never => false,
    };
    if !told {
        return;
    }
    let usage = said.usage(body);
    if mistral {
        if let Some(members) = chunks.last_mut().and_then(Value::as_object_mut) {
            members.insert("usage".to_owned(), usage);
        }
        return;
    }
    for chunk in chunks.iter_mut().filter_map(Value::as_object_mut) {
        chunk.insert("usage".to_owned(), Value::Null);
    }
    let mut last = chunk(body, 0, &Value::Null, &Value::Null);
    if let Some(members) = last.as_object_mut() {
        members.insert("choices".to_owned(), json!([]));
        members.insert("usage".to_owned(), usage);
    }
    chunks.push(last);
}

fn deltas(said: &Said, behaviour: &Behaviour, choice: u64) -> Vec<Value> {
    let size = behaviour.piece_characters;
    let shape = behaviour.shape;
    let mut deltas = vec![json!({ "role": "assistant", "content": "" })];
    for piece in said.reasoning.iter().flat_map(|text| pieces(text, size)) {
        deltas.push(match shape {
            Shape::OpenAi => json!({ "reasoning_content": piece }),
            Shape::Mistral => json!({ "content": answer::thinking(&piece) }),
        });
    }
    for (index, call) in said.calls.iter().enumerate() {
        let id = answer::call_id(shape, choice, index);
        let first = |arguments: &str| {
            json!({ "tool_calls": [{
                "index": index, "id": id, "type": "function",
                "function": { "name": call.name, "arguments": arguments },
            }] })
        };
        match shape {
            Shape::Mistral => deltas.push(first(&call.arguments)),
            Shape::OpenAi => {
                deltas.push(first(""));
                deltas.extend(pieces(&call.arguments, size).map(|piece| {
                    json!({ "tool_calls": [{ "index": index, "function": { "arguments": piece } }] })
                }));
            }
        }
    }
    deltas.extend(
        pieces(&said.text, size).map(|piece| json!({ "content": answer::content(shape, &piece) })),
    );
    deltas
}

fn pieces(text: &str, characters: usize) -> impl Iterator<Item = String> {
    let mut rest = text.chars();
    std::iter::from_fn(move || {
        let piece: String = rest.by_ref().take(characters).collect();
        (!piece.is_empty()).then_some(piece)
    })
}
