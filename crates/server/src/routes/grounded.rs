//! Chat completions that answer from documents: `"knowledge": {"collections": ["…"]}`.
//!
//! Extractive answers are the documents' own words and ask no model. A generated one is asked for through the
//! gateway like any request, so its extracts are protected, metered and recorded, and of what comes back only
//! the sentences whose quotes stand in the extracts are passed on.

use std::convert::Infallible;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use gateway::{Incoming, Reply, ReplyBody};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use knowledge::answer::{Answer, Citation, Grounds};
use knowledge::ports::Filter;
use model::{Grounding, Route};
use projects::Access;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answers::refused;
use super::speak::{Told, told};
use super::{parse, worked};
use crate::app::Shared;
use crate::errors::{PublicError, internal};

const SHAPE: &str = r#"{"collections": ["…"], "commune": "…", "languages": ["…"], "mode": "extractive" | "generated"} (`knowledge`)"#;
/// The model that extractive answers name.
const EXTRACTIVE: &str = "igudar-extractive";

/// The member `knowledge`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    #[serde(default)]
    collections: Vec<String>,
    commune: Option<String>,
    #[serde(default)]
    languages: Vec<String>,
    mode: Option<WantedMode>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WantedMode {
    Extractive,
    Generated,
}

/// What a completion says beside its text.
#[derive(Serialize)]
struct Completion<'a> {
    id: &'a str,
    object: &'static str,
    created: i64,
    model: &'a str,
    choices: [Choice<'a>; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    knowledge: Option<&'a Answer>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    citations: Vec<&'a Citation>,
}

#[derive(Serialize)]
struct Choice<'a> {
    index: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delta: Option<Message<'a>>,
    finish_reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<&'a str>,
}

/// Who answered, and what it cost.
pub(super) struct Origin {
    id: String,
    created: i64,
    model: String,
    usage: Option<Value>,
    /// Why it ends.
    end: &'static str,
}

/// Answers a chat request from documents.
pub(super) async fn complete(
    app: Shared,
    access: Access,
    body: Bytes,
    asked: Grounding,
) -> Result<Response, PublicError> {
    let Wanted { collections, commune, languages, mode } =
        parse(asked.knowledge.as_bytes(), SHAPE).map_err(|error| error.about("knowledge"))?;
    let mode = mode.unwrap_or_else(|| usual_mode(&app, &access, &asked.model));
    let filter = Filter { collections, commune, languages, ..Filter::default() };
    let grounds = app.parts.answers.grounds(&access.project, asked.question.clone(), filter);
    let grounds = grounds.await.map_err(|fault| refused(&fault))?;
    if mode == WantedMode::Extractive || grounds.extractive.refused {
        let origin = Origin {
            id: new_id(&app),
            created: app.parts.ambient.now_ms() / 1000,
            model: EXTRACTIVE.to_owned(),
            usage: None,
            end: "stop",
        };
        return written(&asked, &origin, &grounds.extractive);
    }
    let (answer, reply) = generated(app, access, body, &grounds).await?;
    let (origin, told_of) = reply;
    let mut response = written(&asked, &origin, &answer)?;
    told(response.headers_mut(), &told_of);
    Ok(response)
}

/// Asks a model to answer from the extracts, and gives what of its answer holds.
pub(super) async fn generated(
    app: Shared,
    access: Access,
    body: Bytes,
    grounds: &Grounds,
) -> Result<(Answer, (Origin, Told)), PublicError> {
    let limits = model::Limits::default();
    let text = model::body_text(&body).map_err(gateway::GatewayError::from)?;
    let asked = model::grounded_body(text, &grounds.instructions(), &limits)
        .map_err(gateway::GatewayError::from)?;
    let incoming = Incoming { route: Route::ChatCompletions, body: Bytes::from(asked) };
    let size = incoming.body.len();
    let prepared =
        worked(&app, size, move |app| app.parts.gateway.prepare(&access, &incoming)).await??;
    let reply = Box::pin(app.parts.gateway.send(prepared)).await?;
    let Reply { receipt, findings, destination, body } = reply;
    // An answer that is asked for in one piece comes in one.
    let ReplyBody::Whole(bytes) = body else { return Err(internal()) };
    let mut whole: Value = serde_json::from_slice(&bytes).map_err(|_| internal())?;
    let said = whole.pointer("/choices/0/message/content").map(text_of).unwrap_or_default();
    let member =
        |name: &str| whole.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let origin = Origin {
        id: member("id"),
        created: whole.get("created").and_then(Value::as_i64).unwrap_or_default(),
        model: member("model"),
        end: match whole.pointer("/choices/0/finish_reason").and_then(Value::as_str) {
            Some("length") => "length",
            Some("content_filter") => "content_filter",
            _ => "stop",
        },
        usage: whole.get_mut("usage").map(Value::take),
    };
    Ok((grounds.verified(&said), (origin, Told { receipt, findings, destination })))
}

/// Without a word about it: a model on this machine is small and lets the documents speak; another may write.
fn usual_mode(app: &Shared, access: &Access, model: &str) -> WantedMode {
    if app.parts.gateway.is_local(access, model) {
        WantedMode::Extractive
    } else {
        WantedMode::Generated
    }
}

/// Content as text, or as Mistral's list of chunks.
fn text_of(content: &Value) -> String {
    let of_chunk = |chunk: &Value| chunk.get("text").and_then(Value::as_str).map(str::to_owned);
    match content {
        Value::String(text) => text.clone(),
        Value::Array(chunks) => chunks.iter().filter_map(of_chunk).collect(),
        _ => String::new(),
    }
}

fn new_id(app: &Shared) -> String {
    let mut bytes = [0; 16];
    app.parts.ambient.random(&mut bytes);
    format!("chatcmpl-{}", hex::encode(bytes))
}

fn written(asked: &Grounding, origin: &Origin, answer: &Answer) -> Result<Response, PublicError> {
    let completion = |object, choice, usage, knowledge, citations| Completion {
        id: &origin.id,
        object,
        created: origin.created,
        model: &origin.model,
        choices: [choice],
        usage,
        knowledge,
        citations,
    };
    let text = answer.text();
    if !asked.stream {
        let message = Message { role: Some("assistant"), content: Some(&text) };
        let choice = Choice {
            index: 0,
            message: Some(message),
            delta: None,
            finish_reason: Some(origin.end),
        };
        let usage = origin.usage.as_ref();
        let whole = completion("chat.completion", choice, usage, Some(answer), Vec::new());
        let json = serde_json::to_vec(&whole).map_err(|_| internal())?;
        return Ok(([(CONTENT_TYPE, "application/json")], Bytes::from(json)).into_response());
    }
    let mut events = Vec::new();
    let mut role = Some("assistant");
    let lines: Vec<String> = answer
        .sentences
        .iter()
        .enumerate()
        .map(|(at, sentence)| {
            let gap = if at > 0 { "\n" } else { "" };
            format!("{gap}{}", sentence.marked())
        })
        .collect();
    for (sentence, line) in answer.sentences.iter().zip(&lines) {
        let cited = |citation: &&Citation| sentence.citations.contains(&citation.number);
        let delta = Message { role: role.take(), content: Some(line) };
        let choice = Choice { index: 0, message: None, delta: Some(delta), finish_reason: None };
        let citations = answer.citations.iter().filter(cited).collect();
        events.push(completion("chat.completion.chunk", choice, None, None, citations));
    }
    let delta = Message { role: None, content: None };
    let last =
        Choice { index: 0, message: None, delta: Some(delta), finish_reason: Some(origin.end) };
    let usage = origin.usage.as_ref().filter(|_| asked.include_usage);
    events.push(completion("chat.completion.chunk", last, usage, Some(answer), Vec::new()));
    let mut pieces = Vec::new();
    for event in &events {
        let json = serde_json::to_string(event).map_err(|_| internal())?;
        pieces.push(format!("data: {json}\n\n"));
    }
    pieces.push("data: [DONE]\n\n".to_owned());
    let pieces = pieces.into_iter().map(|piece| Ok::<_, Infallible>(Bytes::from(piece)));
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    Ok(([(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-cache")], body).into_response())
}

/// What `/v1/answers` asks a model for: one question, no more.
pub(super) fn body_for(model: &str, question: &str) -> Bytes {
    let message = serde_json::json!({ "role": "user", "content": question });
    serde_json::json!({ "model": model, "messages": [message], "temperature": 0 })
        .to_string()
        .into()
}
