//! The catalogue of solutions: published, found by need, taken.

use std::collections::BTreeMap;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::StatusCode;
use projects::Access;
use serde::Deserialize;
use serde_json::Value;

use super::{TextBody, parse};
use crate::app::Shared;
use crate::errors::{Code, PublicError};
use crate::ports::DoorFault;

type Answer = Result<Json<Value>, PublicError>;

/// A need may have so many bytes.
const LONGEST_NEED: usize = 1_000;

fn named(name: Option<Path<String>>) -> Result<String, PublicError> {
    Ok(name.map(|Path(name)| name).ok_or(DoorFault::Unknown("solution"))?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    need: Option<String>,
}

pub(crate) async fn list(
    State(app): State<Shared>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Answer {
    let wanted = wanted.ok().map(|Query(wanted)| wanted);
    let short =
        |wanted: &Wanted| wanted.need.as_ref().is_none_or(|need| need.len() <= LONGEST_NEED);
    let Some(Wanted { need }) = wanted.filter(short) else {
        let text = "the query of the address takes `need`, at most 1000 bytes";
        return Err(PublicError::new(Code::InvalidRequest, text).about("need"));
    };
    Ok(Json(app.parts.doors.solutions.solutions(need.as_deref()).await?))
}

pub(crate) async fn one(State(app): State<Shared>, name: Option<Path<String>>) -> Answer {
    Ok(Json(app.parts.doors.solutions.solution(&named(name)?).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Publish {
    files: BTreeMap<String, String>,
}

pub(crate) async fn publish(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    TextBody(body, _share): TextBody,
) -> Result<Response, PublicError> {
    let shape = r#"{"files": {"solution.toml": "…", "PATH": "TEXT"}}"#;
    let Publish { files } = parse(&body, shape)?;
    let published = app.parts.doors.solutions.publish(&access.project, files).await?;
    Ok((StatusCode::CREATED, Json(published)).into_response())
}

pub(crate) async fn reuse(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    name: Option<Path<String>>,
) -> Answer {
    Ok(Json(app.parts.doors.solutions.reuse(&access.project, &named(name)?).await?))
}

pub(crate) async fn reuses(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    name: Option<Path<String>>,
) -> Answer {
    Ok(Json(app.parts.doors.solutions.reuses(&access.project, &named(name)?).await?))
}

pub(crate) async fn withdraw(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    name: Option<Path<String>>,
) -> Answer {
    Ok(Json(app.parts.doors.solutions.withdraw(&access.project, &named(name)?).await?))
}
