//! The echo's answers to `POST /v1/completions`: each prompt exactly as it came.

use serde_json::{Value, json};

use super::{ECHO_MODEL, cut_after_words, pieces, words};
use crate::AskError;
use crate::dialect::opaque_id;

/// The answers to one request.
pub(super) struct Continued {
    id: String,
    model: Value,
    /// Text and end of each choice.
    choices: Vec<(String, &'static str)>,
    prompt_tokens: u64,
}

pub(super) fn continued(body: &Value, raw: &[u8]) -> Result<Continued, AskError> {
    let scored = body.get("logprobs").is_some_and(|logprobs| !logprobs.is_null());
    if scored || body.get("echo").and_then(Value::as_bool) == Some(true) {
        return Err(AskError::Unsupported(format!(
            "{ECHO_MODEL} knows no probabilities, so `echo` and `logprobs` mean nothing to it; choose a \
             model that runs on this machine"
        )));
    }
    let prompts = body.get("prompt").map(texts).unwrap_or_default().ok_or_else(|| {
        AskError::Unsupported(format!("{ECHO_MODEL} has no tokenizer; send text"))
    })?;
    let cap = body.get("max_tokens").and_then(Value::as_u64).unwrap_or(u64::MAX);
    let each = body.get("n").and_then(Value::as_u64).unwrap_or(1).clamp(1, 8);
    let answer = |prompt: &String| match cut_after_words(prompt, cap) {
        Some(cut) => (cut.to_owned(), "length"),
        None => (prompt.clone(), "stop"),
    };
    Ok(Continued {
        id: format!("cmpl-{}", opaque_id(&[0; 32], &String::from_utf8_lossy(raw))),
        model: body.get("model").cloned().unwrap_or_else(|| json!(ECHO_MODEL)),
        choices: prompts.iter().flat_map(|prompt| (0..each).map(move |_| answer(prompt))).collect(),
        prompt_tokens: prompts.iter().map(|prompt| words(prompt)).sum(),
    })
}

/// The prompts; `None` where one is no text.
fn texts(prompt: &Value) -> Option<Vec<String>> {
    match prompt {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(texts) => texts.iter().map(|text| text.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

impl Continued {
    fn usage(&self) -> Value {
        let completion_tokens: u64 = self.choices.iter().map(|(text, _)| words(text)).sum();
        json!({
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": self.prompt_tokens.saturating_add(completion_tokens),
        })
    }

    fn body(&self, choices: &[Value]) -> Value {
        json!({
            "id": self.id,
            "object": "text_completion",
            "created": 0,
            "model": self.model,
            "choices": choices,
        })
    }

    pub(super) fn whole(&self) -> Value {
        let choices: Vec<Value> = (0..)
            .zip(&self.choices)
            .map(|(index, (text, finish))| choice(index, text, Some(*finish)))
            .collect();
        let mut body = self.body(&choices);
        if let Some(members) = body.as_object_mut() {
            members.insert("usage".to_owned(), self.usage());
        }
        body
    }

    /// All events, framed.
    pub(super) fn events(&self, include_usage: bool) -> Vec<String> {
        let event = |choices: &[Value], usage: Value| {
            let mut body = self.body(choices);
            if let (true, Some(members)) = (include_usage, body.as_object_mut()) {
                members.insert("usage".to_owned(), usage);
            }
            format!("data: {body}\n\n")
        };
        let mut events = Vec::new();
        for (index, (text, finish)) in (0..).zip(&self.choices) {
            for piece in pieces(text) {
                events.push(event(&[choice(index, piece, None)], Value::Null));
            }
            events.push(event(&[choice(index, "", Some(*finish))], Value::Null));
        }
        if include_usage {
            events.push(event(&[], self.usage()));
        }
        events.push("data: [DONE]\n\n".to_owned());
        events
    }
}

fn choice(index: u64, text: &str, finish_reason: Option<&str>) -> Value {
    json!({ "index": index, "text": text, "logprobs": null, "finish_reason": finish_reason })
}
