//! For whoever runs the installation: life, readiness, counters, the list of routes.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, State};
use axum::http::header::{CONTENT_TYPE, FORWARDED};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::app::Shared;
use crate::errors::{Code, PublicError};
use crate::settings::MetricsAccess;

pub(crate) async fn livez() -> Json<Value> {
    Json(json!({ "status": "alive" }))
}

pub(crate) async fn readyz(State(app): State<Shared>) -> Response {
    let parts = app.parts.accounts.parts().await;
    let ready = parts.iter().all(|part| part.ready);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = if ready { "ready" } else { "not ready" };
    (status, Json(json!({ "status": word, "parts": parts }))).into_response()
}

/// A proxy on this machine makes every caller look local, so a forwarded request is never taken as such.
pub(crate) async fn metrics(
    State(app): State<Shared>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
) -> Result<Response, PublicError> {
    let here = peer
        .is_some_and(|Extension(ConnectInfo(address))| address.ip().to_canonical().is_loopback());
    let forwarded = headers.contains_key(FORWARDED) || headers.contains_key("x-forwarded-for");
    let allowed = match app.parts.settings.metrics {
        MetricsAccess::Loopback => here && !forwarded,
        MetricsAccess::Open => true,
        MetricsAccess::Off => false,
    };
    if !allowed {
        return Err(PublicError::new(
            Code::Forbidden,
            "the counters are not for this caller (server.metrics)",
        ));
    }
    let text = app.parts.metrics.render(app.in_flight.taken());
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

pub(crate) async fn openapi() -> Json<Value> {
    Json(crate::openapi::document())
}
