//! Collections: made, listed, shared, deleted.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::StatusCode;
use knowledge::document::PersonalData;
use projects::Access;
use serde::Deserialize;
use serde_json::Value;

use super::{TextBody, parse};
use crate::app::Shared;
use crate::errors::PublicError;
use crate::shelves::{self, CollectionRules, LibraryError};

type Answer = Result<Json<Value>, PublicError>;

/// A name of the path. One that is not text is nobody's.
pub(super) fn named(name: Option<Path<String>>) -> Result<String, PublicError> {
    Ok(name.map(|Path(name)| name).ok_or(LibraryError::Unknown)?)
}

pub(crate) async fn list(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
) -> Answer {
    Ok(Json(app.parts.shelves.collections(&access.project).await?))
}

pub(crate) async fn one(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    name: Option<Path<String>>,
) -> Answer {
    Ok(Json(app.parts.shelves.collection(&access.project, &named(name)?).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    name: String,
    personal_data: Option<PersonalData>,
    licence: Option<String>,
    attribution: Option<String>,
}

pub(crate) async fn create(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    TextBody(body, _share): TextBody,
) -> Result<Response, PublicError> {
    let shape = r#"{"name": "…", "personal_data": "keep" | "mask" | "refuse", "licence": "…", "attribution": "…"}"#;
    let Create { name, personal_data, licence, attribution } = parse(&body, shape)?;
    let rules = CollectionRules { personal_data, licence, attribution };
    let made = app.parts.shelves.create(&access.project, &name, rules).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Share {
    projects: Vec<String>,
}

pub(crate) async fn share(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    name: Option<Path<String>>,
    TextBody(body, _share): TextBody,
) -> Answer {
    let name = named(name)?;
    let Share { projects } = parse(&body, r#"{"projects": ["…"]}, an empty list for private"#)?;
    let access_rule = shelves::Access::Projects(projects);
    Ok(Json(app.parts.shelves.open_to(&access.project, &name, access_rule).await?))
}

pub(crate) async fn publish(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    name: Option<Path<String>>,
    TextBody(body, _share): TextBody,
) -> Answer {
    let name = named(name)?;
    let rules: CollectionRules = parse(&body, r#"{"licence": "…", "attribution": "…"}"#)?;
    let access_rule = shelves::Access::Public(rules);
    Ok(Json(app.parts.shelves.open_to(&access.project, &name, access_rule).await?))
}

pub(crate) async fn delete(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    name: Option<Path<String>>,
) -> Answer {
    Ok(Json(app.parts.shelves.delete_collection(&access.project, &named(name)?).await?))
}
