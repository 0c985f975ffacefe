//! Who asks: the key in the header becomes a hash at once, the hash an [`Access`].

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use gateway::ports::JournalError;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use projects::{Access, Denied, KeyHash, access};

use crate::app::{App, Shared};
use crate::errors::{Code, PublicError};
use crate::observe::Held;

/// Middleware of every route that needs a key: a place, a valid key, the project's allowance.
pub(crate) async fn admit(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let place = match app.in_flight.enter() {
        Ok(place) => place,
        Err(error) => return error.into_response(),
    };
    let access = match identify(&app, request.headers()).await {
        Ok(access) => access,
        Err(error) => return error.into_response(),
    };
    let standing = match app.rate.count(&access.project, access.requests_per_minute) {
        Ok(standing) => standing,
        Err(too_many) => {
            let mut response = too_many.error.into_response();
            too_many.standing.write(response.headers_mut());
            return response;
        }
    };
    request.extensions_mut().insert(access);
    let mut response = next.run(request).await;
    if let Some(standing) = standing {
        standing.write(response.headers_mut());
    }
    response.map(|body| Body::new(Held::new(body, place)))
}

/// Middleware of every route that is open to visitors: a place, and an allowance by where they come from.
pub(crate) async fn admit_visitor(
    State(app): State<Shared>,
    request: Request,
    next: Next,
) -> Response {
    let caller = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Err(error) = app.visitors.count(caller.map(|ConnectInfo(address)| address.ip())) {
        return error.into_response();
    }
    let place = match app.visitors_in_flight.enter() {
        Ok(place) => place,
        Err(error) => return error.into_response(),
    };
    next.run(request).await.map(|body| Body::new(Held::new(body, place)))
}

async fn identify(app: &App, headers: &HeaderMap) -> Result<Access, PublicError> {
    let hash = key_hash(headers)?;
    let found = app.parts.directory.find_key(&hash).await.map_err(|error: JournalError| {
        tracing::error!(%error, "keys cannot be read");
        PublicError::new(Code::LedgerUnavailable, "keys cannot be read at the moment")
    })?;
    let Some((record, project)) = found else {
        return Err(refused("the key is not one of this installation"));
    };
    access(&record, &project, app.parts.ambient.now_ms()).map_err(|denied| match denied {
        Denied::Revoked => refused("the key was revoked"),
        Denied::Expired => refused("the key has expired"),
        Denied::Unregistered => PublicError::new(
            Code::Conflict,
            format!(
                "the key is for production, and its project `{0}` has no published entry in the public \
                 register: `igudar register init --project {0}` writes a draft, `igudar register publish FILE` \
                 publishes it",
                project.id
            ),
        ),
    })
}

fn refused(message: &'static str) -> PublicError {
    PublicError::new(Code::InvalidKey, message)
}

/// The hash of the key in the headers: `Authorization: Bearer`, else `x-api-key` or `api-key`.
fn key_hash(headers: &HeaderMap) -> Result<KeyHash, PublicError> {
    let text = if let Some(value) = headers.get(AUTHORIZATION) {
        let value = value.to_str().map_err(|_| refused("the key is malformed"))?;
        let (scheme, key) = value.split_once(' ').unwrap_or((value, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(refused("the header Authorization is not of the form `Bearer KEY`"));
        }
        key.trim()
    } else {
        let value = headers.get("x-api-key").or_else(|| headers.get("api-key"));
        let value = value.ok_or_else(|| refused("no key was sent"))?;
        value.to_str().map_err(|_| refused("the key is malformed"))?.trim()
    };
    if text.is_empty() {
        return Err(refused("no key was sent"));
    }
    if projects::ApiKey::parse(text).is_err() {
        return Err(refused("the key is malformed: keys of this installation begin with `igd_`"));
    }
    Ok(KeyHash::of(text))
}
