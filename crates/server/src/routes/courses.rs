//! Courses, learners and badges.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::StatusCode;
use projects::Access;
use serde::Deserialize;
use serde_json::Value;

use super::{TextBody, VisitorBody, parse};
use crate::app::Shared;
use crate::errors::PublicError;
use crate::ports::{DoorFault, HandedIn, Joining};

type Answer = Result<Json<Value>, PublicError>;

/// What is handed in may be so long, in bytes.
const LONGEST_SUBMISSION: usize = 64 << 10;

fn named(name: Option<Path<String>>, what: &'static str) -> Result<String, PublicError> {
    Ok(name.map(|Path(name)| name).ok_or(DoorFault::Unknown(what))?)
}

pub(crate) async fn list(State(app): State<Shared>) -> Answer {
    Ok(Json(app.parts.doors.courses.courses().await?))
}

pub(crate) async fn one(State(app): State<Shared>, id: Option<Path<String>>) -> Answer {
    Ok(Json(app.parts.doors.courses.course(&named(id, "course")?).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attempt {
    submission: String,
    learner: Option<String>,
}

pub(crate) async fn attempt(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    place: Option<Path<(String, String)>>,
    TextBody(body, _share): TextBody,
) -> Answer {
    let Path((course, exercise)) = place.ok_or(DoorFault::Unknown("exercise"))?;
    let Attempt { submission, learner } =
        parse(&body, r#"{"submission": "…", "learner": "…"}, without `learner` nothing is kept"#)?;
    if submission.len() > LONGEST_SUBMISSION {
        let problem = format!("`submission` is longer than {LONGEST_SUBMISSION} bytes");
        return Err(DoorFault::Wrong { member: "submission", problem }.into());
    }
    let handed_in = HandedIn { course, exercise, learner, submission };
    Ok(Json(app.parts.doors.courses.attempt(&access.project, handed_in).await?))
}

pub(crate) async fn join(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    TextBody(body, _share): TextBody,
) -> Result<Response, PublicError> {
    let joining: Joining =
        parse(&body, r#"{"region": "…", "cohort": "…", "language": "…"}, each if wanted"#)?;
    let made = app.parts.doors.courses.join(&access.project, joining).await?;
    Ok((StatusCode::CREATED, Json(made)).into_response())
}

pub(crate) async fn progress(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    id: Option<Path<String>>,
) -> Answer {
    let id = named(id, "learner")?;
    Ok(Json(app.parts.doors.courses.progress(&access.project, &id).await?))
}

pub(crate) async fn forget(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    id: Option<Path<String>>,
) -> Answer {
    let id = named(id, "learner")?;
    Ok(Json(app.parts.doors.courses.forget(&access.project, &id).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Issue {
    course: String,
    learner: String,
}

pub(crate) async fn issue(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    TextBody(body, _share): TextBody,
) -> Answer {
    let Issue { course, learner } = parse(&body, r#"{"course": "…", "learner": "…"}"#)?;
    Ok(Json(app.parts.doors.courses.issue(&access.project, &course, &learner).await?))
}

pub(crate) async fn badge(State(app): State<Shared>, id: Option<Path<String>>) -> Answer {
    Ok(Json(app.parts.doors.courses.badge(&named(id, "badge")?).await?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Verify {
    badge: String,
}

pub(crate) async fn verify(
    State(app): State<Shared>,
    VisitorBody(body, _share): VisitorBody,
) -> Answer {
    let Verify { badge } = parse(&body, r#"{"badge": "…"}, the JSON Web Token"#)?;
    Ok(Json(app.parts.doors.courses.verify(&badge).await?))
}

pub(crate) async fn revocations(State(app): State<Shared>) -> Answer {
    Ok(Json(app.parts.doors.courses.revocations().await?))
}

pub(crate) async fn issuer_key(State(app): State<Shared>) -> Answer {
    Ok(Json(app.parts.doors.courses.issuer_key().await?))
}
