//! The whole answer to a chat request, before it is cut into anything.

use serde_json::{Value, json};

use crate::request::{self, Call};
use crate::{Behaviour, Saying, Shape};

/// What the model says or calls.
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) reasoning: Option<String>,
    pub(crate) calls: Vec<Call>,
    /// What it says about its end instead of the truth.
    pub(crate) finish: Option<String>,
}

impl Said {
    pub(crate) fn to(body: &Value, behaviour: &Behaviour) -> Self {
        let mut calls = Vec::new();
        let text = match &behaviour.saying {
            Saying::Fixed(text) => text.clone(),
            Saying::EchoAll => request::all_text(body),
            Saying::Chat => request::last_user_text(body),
            Saying::Tools => {
                calls = request::calls(body);
                String::new()
            }
            Saying::EchoLast => {
                let result = request::tool_result(body);
                if result.is_none() {
                    calls = request::calls(body);
                }
                match result {
                    Some(result) => result,
                    None if calls.is_empty() => request::last_user_text(body),
                    None => String::new(),
                }
            }
        };
        let reasoning =
            behaviour.reasoning.then(|| format!("They write: {}", request::last_user_text(body)));
        Self { text, reasoning, calls, finish: behaviour.finish.clone() }
    }

    pub(crate) fn finish_reason(&self) -> &str {
        if let Some(finish) = &self.finish {
            return finish;
        }
        if self.calls.is_empty() { "stop" } else { "tool_calls" }
    }

    pub(crate) fn usage(&self, body: &Value) -> Value {
        let prompt = words(&request::all_text(body));
        let called: usize = self.calls.iter().map(|call| words(&call.arguments)).sum();
        let completion = words(&self.text) + called + self.reasoning.as_deref().map_or(0, words);
        json!({
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
        })
    }
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

/// The id of a tool call: nine letters and digits, as Mistral wants them, behind `call_` elsewhere.
pub(crate) fn call_id(shape: Shape, choice: u64, index: usize) -> String {
    let nine = format!("mock{choice:02}{index:03}");
    match shape {
        Shape::OpenAi => format!("call_{nine}"),
        Shape::Mistral => nine,
    }
}

/// The content as the wire format has it.
pub(crate) fn content(shape: Shape, text: &str) -> Value {
    match shape {
        Shape::OpenAi => Value::from(text),
        Shape::Mistral => json!([{ "type": "text", "text": text }]),
    }
}

pub(crate) fn thinking(text: &str) -> Value {
    json!([{ "type": "thinking", "thinking": [{ "type": "text", "text": text }] }])
}

/// The JSON of a whole answer.
pub(crate) fn whole(body: &Value, said: &Said, behaviour: &Behaviour) -> String {
    let choices: Vec<Value> = (0..request::choices(body))
        .map(|choice| {
            json!({
                "index": choice,
                "message": message(said, behaviour, choice),
                "finish_reason": said.finish_reason(),
            })
        })
        .collect();
    let mut answer = json!({
        "id": "chatcmpl-mock",
        "object": "chat.completion",
        "created": 1_764_000_000,
        "model": request::model(body),
        "choices": choices,
    });
    if behaviour.usage != crate::UsageWhen::Never
        && let Some(members) = answer.as_object_mut()
    {
        members.insert("usage".to_owned(), said.usage(body));
    }
    spelled(&answer, behaviour)
}

fn message(said: &Said, behaviour: &Behaviour, choice: u64) -> Value {
    let mut message = serde_json::Map::new();
    message.insert("role".to_owned(), "assistant".into());
    if let Some(reasoning) = &said.reasoning {
        match behaviour.shape {
            Shape::OpenAi => {
                message.insert("reasoning_content".to_owned(), reasoning.as_str().into());
                message.insert("content".to_owned(), said.text.as_str().into());
            }
            Shape::Mistral => {
                let mut chunks = thinking(reasoning);
                if let Some(chunks) = chunks.as_array_mut() {
                    chunks.push(json!({ "type": "text", "text": said.text }));
                }
                message.insert("content".to_owned(), chunks);
            }
        }
    } else {
        // Whole answers carry plain strings in both formats.
        message.insert("content".to_owned(), said.text.as_str().into());
    }
    if !said.calls.is_empty() {
        let empty = if behaviour.shape == Shape::OpenAi { Value::Null } else { "".into() };
        message.insert("content".to_owned(), empty);
        let calls: Vec<Value> = said
            .calls
            .iter()
            .enumerate()
            .map(|(index, call)| {
                json!({
                    "id": call_id(behaviour.shape, choice, index),
                    "type": "function",
                    "function": { "name": call.name, "arguments": call.arguments },
                })
            })
            .collect();
        message.insert("tool_calls".to_owned(), calls.into());
    }
    Value::Object(message)
}

/// JSON text, with everything outside ASCII escaped when the behaviour says so.
pub(crate) fn spelled(value: &Value, behaviour: &Behaviour) -> String {
    let plain = value.to_string();
    if !behaviour.ascii {
        return plain;
    }
    let mut escaped = String::with_capacity(plain.len() * 2);
    let mut units = [0; 2];
    for character in plain.chars() {
        if character.is_ascii() {
            escaped.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut units) {
            escaped.extend(["\\u".to_owned(), format!("{unit:04x}")]);
        }
    }
    escaped
}
