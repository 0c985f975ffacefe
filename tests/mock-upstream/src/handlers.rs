//! The routes of the server.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Response, header};
use axum::routing::{get, post};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::answer::{self, Said};
use crate::record::{Received, Record, Watch};
use crate::refusal::Refusal;
use crate::{Behaviour, Ending, ErrorShape, completions, embeddings, events, request, sending};

pub(crate) fn router(record: Arc<Record>) -> Router {
    Router::new()
        .route("/v1/chat/completions", post(chat))
        .route("/v1/completions", post(complete))
        .route("/v1/embeddings", post(embed))
        .route("/v1/models", get(models))
        .route("/v1/models/{*model}", get(models))
        .fallback(unknown)
        .with_state(record)
}

async fn chat(State(record): State<Arc<Record>>, request: Request) -> Response<Body> {
    let (body, mut watch) = match arrive(&record, request).await {
        Ok(arrived) => arrived,
        Err(refused) => return refused,
    };
    let behaviour = record.next_behaviour(request::model(&body));
    if let Some(response) = trouble(&record, &behaviour, &body, &mut watch).await {
        return response;
    }
    let said = match behaviour.ending {
        Ending::Huge(bytes) => {
            let text = "lorem ".repeat(bytes / 6 + 1);
            Said { text, reasoning: None, calls: Vec::new(), finish: None }
        }
        _ => Said::to(&body, &behaviour),
    };
    if request::streams(&body) {
        let events = events::events(&body, &said, &behaviour);
        return sending::send(events, "text/event-stream; charset=utf-8", &behaviour, watch);
    }
    let whole = match behaviour.ending {
        Ending::NotJson => "this is not JSON".to_owned(),
        _ => answer::whole(&body, &said, &behaviour),
    };
    sending::send(vec![whole], "application/json", &behaviour, watch)
}

async fn complete(State(record): State<Arc<Record>>, request: Request) -> Response<Body> {
    let (body, mut watch) = match arrive(&record, request).await {
        Ok(arrived) => arrived,
        Err(refused) => return refused,
    };
    let behaviour = record.next_behaviour(request::model(&body));
    if let Some(response) = trouble(&record, &behaviour, &body, &mut watch).await {
        return response;
    }
    if request::streams(&body) {
        let events = completions::events(&body, &behaviour);
        return sending::send(events, "text/event-stream; charset=utf-8", &behaviour, watch);
    }
    sending::send(vec![completions::whole(&body)], "application/json", &behaviour, watch)
}

async fn embed(State(record): State<Arc<Record>>, request: Request) -> Response<Body> {
    let (body, mut watch) = match arrive(&record, request).await {
        Ok(arrived) => arrived,
        Err(refused) => return refused,
    };
    let behaviour = record.next_behaviour(request::model(&body));
    if let Some(response) = trouble(&record, &behaviour, &body, &mut watch).await {
        return response;
    }
    sending::send(vec![embeddings::answer(&body)], "application/json", &behaviour, watch)
}

async fn models(State(record): State<Arc<Record>>, request: Request) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let (_, mut watch) = match arrive(&record, request).await {
        Ok(arrived) => arrived,
        Err(refused) => return refused,
    };
    watch.finished();
    let mut known = record.options.models.clone();
    if known.is_empty() {
        known = vec!["mock".to_owned(), "mock-embed".to_owned()];
    }
    let card = |name: &String| {
        json!({ "id": name, "object": "model", "created": 1_764_000_000, "owned_by": "mock",
            "type": "base", "capabilities": { "completion_chat": true } })
    };
    match path.strip_prefix("/v1/models/") {
        None => {
            let cards: Vec<Value> = known.iter().map(card).collect();
            json_response(&json!({ "object": "list", "data": cards }))
        }
        Some(name) => known.iter().find(|known| *known == name).map(card).map_or_else(
            || not_found("this model does not exist", "model_not_found"),
            |card| json_response(&card),
        ),
    }
}

async fn unknown(State(record): State<Arc<Record>>, request: Request) -> Response<Body> {
    if let Ok((_, mut watch)) = arrive(&record, request).await {
        watch.finished();
    }
    not_found("no such route", "not_found")
}

/// Takes a request into the record and checks what every route checks.
async fn arrive(record: &Arc<Record>, request: Request) -> Result<(Value, Watch), Response<Body>> {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return Err(not_found("the request broke off", "broken"));
    };
    let headers = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), Bytes::copy_from_slice(value.as_bytes())))
        .collect();
    let received = Received {
        method: parts.method.to_string(),
        target: parts.uri.to_string(),
        headers,
        body,
        gone_after: None,
    };
    let key = received.header("authorization").unwrap_or_default().replace("Bearer ", "");
    let json = received.json();
    let is_post = received.method == "POST";
    let mut watch = record.arrived(received);
    let options = &record.options;
    let mut refuse = |status, message: &str, code, retry_after| {
        watch.finished();
        let shape = ErrorShape::OpenAi;
        Refusal { status, shape, retry_after, message, code }.response()
    };
    if options.limited_key.as_ref() == Some(&key) {
        return Err(refuse(429, "too many requests", "rate_limited", Some(1)));
    }
    if options.key.as_ref().is_some_and(|known| *known != key) {
        return Err(refuse(401, "the API key is wrong", "invalid_api_key", None));
    }
    if !is_post {
        return Ok((json, watch));
    }
    if !json.is_object() {
        return Err(refuse(400, "the body is no JSON object", "invalid_json", None));
    }
    let model = request::model(&json);
    let known = |name: &str| {
        options.models.is_empty()
            || options.models.iter().any(|model| model == name)
            || Behaviour::read(name).is_some()
    };
    if !known(model) {
        return Err(refuse(404, "this model does not exist", "model_not_found", None));
    }
    if json.get("messages").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        return Err(refuse(400, "the list of messages is empty", "empty_messages", None));
    }
    Ok((json, watch))
}

/// The behaviours that never come to an answer.
async fn trouble(
    record: &Record,
    behaviour: &Behaviour,
    body: &Value,
    watch: &mut Watch,
) -> Option<Response<Body>> {
    if let Some(pause) = behaviour.delay {
        tokio::time::sleep(pause).await;
    }
    if behaviour.ending == Ending::HangBeforeHeaders {
        return std::future::pending().await;
    }
    let page = "<!doctype html><html><body><h1>Service unavailable</h1></body></html>";
    let response = match behaviour.ending {
        Ending::Html => Response::builder()
            .status(behaviour.status)
            .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
            .body(page.into())
            .unwrap_or_default(),
        Ending::Redirect => Response::builder()
            .status(307)
            .header(header::LOCATION, "/v1/elsewhere")
            .body(Body::empty())
            .unwrap_or_default(),
        _ if behaviour.status != 200 => {
            // Real servers repeat the input in some messages and the key in others.
            let key = record.options.key.as_deref().unwrap_or_default();
            let message = match behaviour.status {
                401 | 403 => format!("refused, key provided: {key}"),
                400 | 422 => format!("cannot read: {}", request::last_user_text(body)),
                429 => "too many requests".to_owned(),
                _ => "the server failed".to_owned(),
            };
            let code = if behaviour.status == 429 { "rate_limit_exceeded" } else { "mock_error" };
            Refusal {
                status: behaviour.status,
                shape: behaviour.error_shape,
                retry_after: behaviour.retry_after,
                message: &message,
                code,
            }
            .response()
        }
        _ => return None,
    };
    watch.finished();
    Some(response)
}

fn json_response(value: &Value) -> Response<Body> {
    let response = Response::builder().header(header::CONTENT_TYPE, "application/json");
    response.body(value.to_string().into()).unwrap_or_default()
}

fn not_found(message: &str, code: &str) -> Response<Body> {
    let shape = ErrorShape::OpenAi;
    Refusal { status: 404, shape, retry_after: None, message, code }.response()
}
