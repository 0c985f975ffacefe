//! The routes that reach a model, and the preview of what it would see.

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::StreamExt as _;
use gateway::{GatewayError, Incoming, Preview, Reply, ReplyBody, Why};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use language::OffsetUnit;
use ledger::ReceiptId;
use model::Route;
use projects::Access;
use protection::Counts;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{RECEIPT, TextBody, grounded, worked};
use crate::app::Shared;
use crate::errors::{Code, PublicError};

const FINDINGS: HeaderName = HeaderName::from_static("x-igudar-findings");
const DESTINATION: HeaderName = HeaderName::from_static("x-igudar-destination");

pub(crate) async fn chat_completions(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    TextBody(body, _share): TextBody,
) -> Result<Response, PublicError> {
    let text = model::body_text(&body).map_err(GatewayError::from)?;
    match model::read_grounding(text).map_err(GatewayError::from)? {
        Some(asked) => grounded::complete(app, access, body, asked).await,
        None => ask(app, access, Incoming { route: Route::ChatCompletions, body }).await,
    }
}

pub(crate) async fn completions(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    TextBody(body, _share): TextBody,
) -> Result<Response, PublicError> {
    ask(app, access, Incoming { route: Route::Completions, body }).await
}

pub(crate) async fn embeddings(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    TextBody(body, _share): TextBody,
) -> Result<Response, PublicError> {
    ask(app, access, Incoming { route: Route::Embeddings, body }).await
}

async fn ask(app: Shared, access: Access, incoming: Incoming) -> Result<Response, PublicError> {
    let size = incoming.body.len();
    let prepared =
        worked(&app, size, move |app| app.parts.gateway.prepare(&access, &incoming)).await??;
    let reply = Box::pin(app.parts.gateway.send(prepared)).await?;
    Ok(respond(reply))
}

fn respond(reply: Reply) -> Response {
    let Reply { receipt, findings, destination, body } = reply;
    let mut response = match body {
        ReplyBody::Whole(bytes) => ([(CONTENT_TYPE, "application/json")], bytes).into_response(),
        ReplyBody::Events(events) => {
            let body = Body::from_stream(events.map(Ok::<_, std::convert::Infallible>));
            let headers = [
                (CONTENT_TYPE, "text/event-stream"),
                (CACHE_CONTROL, "no-cache"),
                // Asks a proxy in front not to gather the stream.
                (HeaderName::from_static("x-accel-buffering"), "no"),
            ];
            (headers, body).into_response()
        }
    };
    told(response.headers_mut(), &Told { receipt, findings, destination });
    response
}

/// What the headers tell of a request that was recorded.
pub(super) struct Told {
    pub(super) receipt: ReceiptId,
    pub(super) findings: Counts,
    pub(super) destination: String,
}

pub(super) fn told(headers: &mut HeaderMap, told: &Told) {
    for (name, text) in [
        (RECEIPT, told.receipt.to_string()),
        (FINDINGS, listed(&told.findings)),
        (DESTINATION, told.destination.clone()),
    ] {
        if let Ok(value) = HeaderValue::try_from(text) {
            headers.insert(name, value);
        }
    }
}

/// `person=2,cin=1`; empty where nothing was found.
fn listed(counts: &Counts) -> String {
    let parts: Vec<String> = counts.iter().map(|(kind, count)| format!("{kind}={count}")).collect();
    parts.join(",")
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct PreviewQuery {
    #[serde(default)]
    route: Option<String>,
    #[serde(default)]
    offsets: OffsetUnit,
}

#[derive(Serialize)]
struct PreviewList<'a> {
    object: &'static str,
    data: Vec<PreviewLine<'a>>,
    offsets: OffsetUnit,
}

#[derive(Serialize)]
struct PreviewLine<'a> {
    destination: &'a str,
    place: &'a str,
    local: bool,
    model: &'a str,
    policy: &'a str,
    findings: std::collections::BTreeMap<&'a str, u32>,
    class: &'static str,
    topics: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    risk: Option<f64>,
    why: Vec<WhyLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    /// The bytes as they would be sent.
    body: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    most_cost_micro: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Refusal>,
}

/// What would happen to one finding. Offsets are those of the text at `param`, in the unit asked for.
#[derive(Serialize)]
struct WhyLine<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    param: &'a str,
    start: usize,
    end: usize,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    written: Option<&'a str>,
    rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    law: Option<&'a str>,
}

#[derive(Serialize)]
struct Refusal {
    code: &'static str,
    message: String,
    param: Option<String>,
}

pub(crate) async fn preview(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    query: Result<Query<PreviewQuery>, QueryRejection>,
    TextBody(body, _share): TextBody,
) -> Result<Response, PublicError> {
    let Query(PreviewQuery { route, offsets }) = query.map_err(|_| {
        let message = "the query takes `route` (chat/completions, completions or embeddings) and `offsets` (chars, bytes or utf16)";
        PublicError::new(Code::InvalidRequest, message)
    })?;
    let route = match route.as_deref() {
        None | Some("chat/completions") => Route::ChatCompletions,
        Some("completions") => Route::Completions,
        Some("embeddings") => Route::Embeddings,
        Some(_) => {
            return Err(PublicError::new(
                Code::InvalidRequest,
                "`route` is none of chat/completions, completions and embeddings",
            )
            .about("route"));
        }
    };
    let size = body.len();
    let json = worked(&app, size, move |app| {
        let previews = app.parts.gateway.preview(&access, &Incoming { route, body }, offsets)?;
        let lines: Vec<PreviewLine<'_>> = previews.iter().map(line).collect();
        serde_json::to_vec(&PreviewList { object: "list", data: lines, offsets })
            .map_err(|_| GatewayError::Internal("the preview could not be written"))
    })
    .await??;
    Ok(([(CONTENT_TYPE, "application/json")], Bytes::from(json)).into_response())
}

fn line(preview: &Preview) -> PreviewLine<'_> {
    let (body, most_cost_micro, refused) = match &preview.outcome {
        Ok((bytes, most)) => (serde_json::from_slice(bytes).ok(), Some(most.0), None),
        Err(error) => {
            let error = PublicError::from(error);
            let refusal = Refusal {
                code: error.code.row().code,
                message: error.message.into_owned(),
                param: error.param,
            };
            (None, None, Some(refusal))
        }
    };
    PreviewLine {
        destination: &preview.destination,
        place: &preview.place,
        local: preview.local,
        model: &preview.model,
        findings: preview.findings.iter().map(|(kind, count)| (kind.as_str(), *count)).collect(),
        class: preview.class.as_str(),
        policy: &preview.policy,
        topics: preview.topics.iter().map(protection::Kind::as_str).collect(),
        risk: preview.risk,
        why: preview.why.iter().map(why_line).collect(),
        body,
        most_cost_micro,
        refused,
    }
}

fn why_line(why: &Why) -> WhyLine<'_> {
    WhyLine {
        kind: why.kind.as_str(),
        param: &why.param,
        start: why.start,
        end: why.end,
        action: why.action.as_str(),
        written: why.written.as_deref(),
        rule: why.rule.to_string(),
        law: why.rule.law.as_deref(),
    }
}
