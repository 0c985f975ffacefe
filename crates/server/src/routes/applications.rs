//! Applications: start-ups and companies ask for a project.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::StatusCode;
use projects::{Access, ApplicationForm, ProjectId};
use serde_json::Value;

use super::{VisitorBody, parse};
use crate::app::Shared;
use crate::errors::PublicError;
use crate::ports::DoorFault;

/// Applications of all visitors together: nobody fills the reviewers' desk in minutes.
const A_MINUTE: u32 = 10;

type Answer = Result<Json<Value>, PublicError>;

const SHAPE: &str = r#"{"organisation": "…", "contact": "…", "kind": "startup" | "industrial" | "research" | "training" | "public_service", "region": "…", "language": "…", "need": "…", "solution": "…", "credits": 100, "milestones": [{"title": "…", "due": "YYYY-MM-DD"}]}"#;

pub(crate) async fn submit(
    State(app): State<Shared>,
    VisitorBody(body, _share): VisitorBody,
) -> Result<Response, PublicError> {
    let form: ApplicationForm = parse(&body, SHAPE)?;
    form.check()
        .map_err(|error| DoorFault::Wrong { member: error.member, problem: error.to_string() })?;
    // No project can have a name with a space.
    app.rate.count(&ProjectId::new("every application"), A_MINUTE).map_err(|too_many| {
        PublicError { message: "too many applications come in at once".into(), ..too_many.error }
    })?;
    let taken = app.parts.doors.applications.submit(form).await?;
    Ok((StatusCode::ACCEPTED, Json(taken)).into_response())
}

pub(crate) async fn one(State(app): State<Shared>, id: Option<Path<String>>) -> Answer {
    let Path(id) = id.ok_or(DoorFault::Unknown("application"))?;
    Ok(Json(app.parts.doors.applications.application(&id).await?))
}

pub(crate) async fn list(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
) -> Answer {
    Ok(Json(app.parts.doors.applications.of_project(&access.project).await?))
}
