//! The built-in echo: answers with what it received. It is no model, and its name says so.
//!
//! It shows what leaves Igudar: the answer is the text of the last user message exactly as it came (chunks
//! of a content list joined by line feeds). Tokens are words between white space; `max_tokens` cuts after
//! that many. When a tool is forced (`tool_choice` names one, or is `required` or `any`), it answers with a
//! call whose arguments are `{"text": …}`. A completion of plain text is the prompt itself. It knows no time, so `created` is 0.

mod completions;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, future, stream};
use serde_json::{Value, json};

use crate::dialect::opaque_id;
use crate::{Answer, Ask, AskError, Model, Route};

/// The name of the echo in the list of models.
pub const ECHO_MODEL: &str = "echo-no-model";

/// How many characters one event of a stream carries: few, so that labels are cut.
const PIECE: usize = 7;

/// Answers with what it received.
#[derive(Debug, Clone, Copy, Default)]
pub struct Echo;

impl Model for Echo {
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Answer, AskError>> {
        future::ready(answer(&ask)).boxed()
    }

    fn count_prompt_tokens(&self, ask: &Ask) -> Option<u64> {
        if ask.route != Route::ChatCompletions {
            return None;
        }
        let body: Value = serde_json::from_slice(&ask.body).ok()?;
        Some(prompt_words(&body))
    }
}

/// What is sent back.
struct Reply {
    id: String,
    model: Value,
    /// The text, or the arguments of the call.
    text: String,
    /// The name of the called tool.
    tool: Option<String>,
    finish_reason: &'static str,
    choices: u64,
    prompt_tokens: u64,
    completion_tokens: u64,
}

fn answer(ask: &Ask) -> Result<Answer, AskError> {
    if ask.route == Route::Embeddings {
        return Err(AskError::Unsupported(format!(
            "{ECHO_MODEL} makes no embeddings; choose an embedding model"
        )));
    }
    let body: Value = serde_json::from_slice(&ask.body).map_err(|_| {
        AskError::Unsupported(format!("{ECHO_MODEL} was sent a body that is not JSON"))
    })?;
    let include_usage =
        body.pointer("/stream_options/include_usage").and_then(Value::as_bool).unwrap_or(false);
    let (whole, events) = if ask.route == Route::Completions {
        let continued = completions::continued(&body, &ask.body)?;
        (continued.whole(), continued.events(include_usage))
    } else {
        let reply = reply(&body, &ask.body);
        (whole(&reply), events(&reply, include_usage))
    };
    if !ask.stream {
        return Ok(Answer::Whole(Bytes::from(whole.to_string())));
    }
    let events = events.into_iter().map(|event| Ok(Bytes::from(event)));
    Ok(Answer::Stream(stream::iter(events.collect::<Vec<_>>()).boxed()))
}

fn reply(body: &Value, raw: &[u8]) -> Reply {
    let received = received(body);
    let cap = ["max_completion_tokens", "max_tokens"]
        .iter()
        .find_map(|name| body.get(name).and_then(Value::as_u64))
        .unwrap_or(u64::MAX);
    let tool = forced_tool(body);
    let (text, finish_reason) = match &tool {
        Some(_) => (json!({ "text": received }).to_string(), "tool_calls"),
        None => match cut_after_words(&received, cap) {
            Some(cut) => (cut.to_owned(), "length"),
            None => (received, "stop"),
        },
    };
    let choices = body.get("n").and_then(Value::as_u64).unwrap_or(1).clamp(1, 8);
    Reply {
        id: opaque_id(&[0; 32], &String::from_utf8_lossy(raw)),
        model: body.get("model").cloned().unwrap_or_else(|| json!(ECHO_MODEL)),
        completion_tokens: words(&text).saturating_mul(choices),
        prompt_tokens: prompt_words(body),
        text,
        tool,
        finish_reason,
        choices,
    }
}

fn messages(body: &Value) -> &[Value] {
    body.get("messages").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The text of the last user message, or of the last message when there is none.
fn received(body: &Value) -> String {
    let messages = messages(body);
    let user =
        messages.iter().rfind(|message| message.get("role").is_some_and(|role| role == "user"));
    user.or(messages.last()).map(text_of).unwrap_or_default()
}

fn text_of(message: &Value) -> String {
    match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(chunks)) => {
            let texts = chunks.iter().filter_map(|chunk| {
                chunk.as_str().or_else(|| chunk.get("text").and_then(Value::as_str))
            });
            texts.collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

fn words(text: &str) -> u64 {
    text.split_whitespace().count() as u64
}

fn prompt_words(body: &Value) -> u64 {
    messages(body).iter().map(|message| words(&text_of(message))).sum()
}

/// The text up to the end of its last allowed word; `None` when it has no more words than that.
fn cut_after_words(text: &str, allowed: u64) -> Option<&str> {
    let mut seen = 0;
    let mut inside = false;
    for (position, character) in text.char_indices() {
        if character.is_whitespace() {
            inside = false;
        } else if !inside {
            inside = true;
            seen += 1;
            if seen > allowed {
                return text.get(..position).map(str::trim_end);
            }
        }
    }
    None
}

/// The tool that the request makes the model call.
fn forced_tool(body: &Value) -> Option<String> {
    let choice = body.get("tool_choice")?;
    let named = choice.pointer("/function/name");
    let first = body.pointer("/tools/0/function/name");
    let name = match choice.as_str() {
        Some("required" | "any") => first,
        Some(_) => None,
        None => named,
    };
    name.and_then(Value::as_str).map(str::to_owned)
}

fn usage(reply: &Reply) -> Value {
    json!({
        "prompt_tokens": reply.prompt_tokens,
        "completion_tokens": reply.completion_tokens,
        "total_tokens": reply.prompt_tokens.saturating_add(reply.completion_tokens),
    })
}

fn whole(reply: &Reply) -> Value {
    let message = match &reply.tool {
        Some(name) => json!({
            "role": "assistant",
            "content": null,
            "tool_calls": [{
                "id": reply.id,
                "type": "function",
                "function": { "name": name, "arguments": reply.text },
            }],
        }),
        None => json!({ "role": "assistant", "content": reply.text }),
    };
    let choices: Vec<Value> = (0..reply.choices)
        .map(|index| {
            json!({
                "index": index,
                "message": message,
                "logprobs": null,
                "finish_reason": reply.finish_reason,
            })
        })
        .collect();
    json!({
        "id": format!("chatcmpl-{}", reply.id),
        "object": "chat.completion",
        "created": 0,
        "model": reply.model,
        "choices": choices,
        "usage": usage(reply),
    })
}

/// All events of a streamed reply, framed.
fn events(reply: &Reply, include_usage: bool) -> Vec<String> {
    let chunk = |choices: Value, usage: Value| {
        let mut chunk = json!({
            "id": format!("chatcmpl-{}", reply.id),
            "object": "chat.completion.chunk",
            "created": 0,
            "model": reply.model,
            "choices": choices,
        });
        if let (true, Some(members)) = (include_usage, chunk.as_object_mut()) {
            members.insert("usage".to_owned(), usage);
        }
        format!("data: {chunk}\n\n")
    };
    let mut events = Vec::new();
    for index in 0..reply.choices {
        let delta = |delta: Value, finish_reason: Value| {
            let choice =
                json!([{ "index": index, "delta": delta, "finish_reason": finish_reason }]);
            chunk(choice, Value::Null)
        };
        events.push(match &reply.tool {
            None => delta(json!({ "role": "assistant", "content": "" }), Value::Null),
            Some(name) => delta(
                json!({
                    "role": "assistant",
                    "content": null,
                    "tool_calls": [{
                        "index": 0,
                        "id": reply.id,
                        "type": "function",
                        "function": { "name": name, "arguments": "" },
                    }],
                }),
                Value::Null,
            ),
        });
        for piece in pieces(&reply.text) {
            let text = if reply.tool.is_none() {
                json!({ "content": piece })
            } else {
                json!({ "tool_calls": [{ "index": 0, "function": { "arguments": piece } }] })
            };
            events.push(delta(text, Value::Null));
        }
        events.push(delta(json!({}), json!(reply.finish_reason)));
    }
    if include_usage {
        events.push(chunk(json!([]), usage(reply)));
    }
    events.push("data: [DONE]\n\n".to_owned());
    events
}

/// The text in pieces of a few characters, cut wherever that falls.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.char_indices().nth(PIECE).map_or(rest.len(), |(position, _)| position);
        let (piece, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        pieces.push(piece);
        rest = after;
    }
    pieces
}
