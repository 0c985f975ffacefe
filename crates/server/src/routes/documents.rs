//! Documents: taken, listed, shown, deleted. A file goes to the data folder as it arrives; it never lies in
//! memory whole, and it is read after the answer.

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use http::StatusCode;
use http::header::{CONTENT_TYPE, LOCATION};
use multer::{Constraints, Field, Multipart, SizeLimit};
use projects::Access;
use serde::Deserialize;
use serde_json::Value;
use tokio::time::timeout;

use super::collections::named;
use crate::app::{App, Shared};
use crate::errors::{Code, PublicError};

/// The form of an upload, for errors.
const SHAPE: &str = "the form has the fields `collection` (before the file) and `file`";
/// The longest that a field beside the file may be.
const FIELD: u64 = 1 << 10;

type Answer = Result<Json<Value>, PublicError>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    #[serde(default = "usual_collection")]
    collection: String,
    #[serde(default)]
    offset: u32,
    #[serde(default = "usual_limit")]
    limit: u32,
}

fn usual_collection() -> String {
    "documents".to_owned()
}

const fn usual_limit() -> u32 {
    50
}

fn place(query: Result<Query<Place>, QueryRejection>) -> Result<Place, PublicError> {
    let wrong = "the query of the address takes `collection`, `offset` and `limit`";
    query
        .ok()
        .map(|Query(place)| place)
        .filter(|place| (1..=200).contains(&place.limit))
        .ok_or_else(|| PublicError::new(Code::InvalidRequest, wrong))
}

pub(crate) async fn list(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    query: Result<Query<Place>, QueryRejection>,
) -> Answer {
    let Place { collection, offset, limit } = place(query)?;
    Ok(Json(app.parts.shelves.documents(&access.project, &collection, offset, limit).await?))
}

pub(crate) async fn one(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    id: Option<Path<String>>,
    query: Result<Query<Place>, QueryRejection>,
) -> Answer {
    let collection = place(query)?.collection;
    Ok(Json(app.parts.shelves.document(&access.project, &collection, &named(id)?).await?))
}

pub(crate) async fn delete(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    id: Option<Path<String>>,
    query: Result<Query<Place>, QueryRejection>,
) -> Answer {
    let collection = place(query)?.collection;
    Ok(Json(app.parts.shelves.delete_document(&access.project, &collection, &named(id)?).await?))
}

pub(crate) async fn job(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    id: Option<Path<String>>,
) -> Answer {
    Ok(Json(app.parts.shelves.job(&access.project, &named(id)?).await?))
}

pub(crate) async fn take(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    request: Request,
) -> Result<Response, PublicError> {
    let (parts, body): (_, Body) = request.into_parts();
    let boundary = parts
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| multer::parse_boundary(value).ok());
    let boundary = boundary.ok_or_else(|| {
        PublicError::new(
            Code::UnsupportedMediaType,
            "the content type of the body is not multipart/form-data with a boundary",
        )
    })?;
    let most = app.parts.settings.upload;
    let sizes = SizeLimit::new().for_field("file", most).for_field("collection", FIELD);
    let constraints =
        Constraints::new().allowed_fields(vec!["collection", "file"]).size_limit(sizes);
    let mut form = Multipart::with_constraints(body.into_data_stream(), boundary, constraints);
    let mut collection = usual_collection();
    loop {
        let field = timeout(app.parts.settings.body.idle_time, form.next_field()).await;
        let field = field.map_err(|_| late())?.map_err(|error| broken(&error, most))?;
        let Some(field) = field else {
            return Err(PublicError::new(Code::InvalidRequest, SHAPE).about("file"));
        };
        if field.name() == Some("collection") {
            let text = timeout(app.parts.settings.body.total_time, field.text()).await;
            collection = text.map_err(|_| late())?.map_err(|error| broken(&error, most))?;
        } else {
            let job = receive(&app, &access, &collection, field).await?;
            let id = job.get("id").and_then(Value::as_str).unwrap_or_default();
            let address = format!("/v1/documents/jobs/{id}");
            return Ok((StatusCode::ACCEPTED, [(LOCATION, address)], Json(job)).into_response());
        }
    }
}

async fn receive(
    app: &App,
    access: &Access,
    collection: &str,
    mut field: Field<'_>,
) -> Result<Value, PublicError> {
    let name = field.file_name().unwrap_or_default().to_owned();
    if name.is_empty() || name.len() > 1_000 {
        let text = "the file has no name, or a very long one; the name tells its format";
        return Err(PublicError::new(Code::InvalidRequest, text).about("file"));
    }
    let mut incoming = app.parts.shelves.begin_upload(&access.project, collection).await?;
    let most = app.parts.settings.upload;
    loop {
        let piece = timeout(app.parts.settings.body.idle_time, field.chunk()).await;
        match piece.map_err(|_| late())?.map_err(|error| broken(&error, most))? {
            Some(piece) => incoming.write(piece).await?,
            None => return Ok(incoming.finish(name).await?),
        }
    }
}

fn late() -> PublicError {
    PublicError::new(Code::RequestTimeout, "the body did not arrive in time")
}

/// The parser's own text may quote the form.
fn broken(error: &multer::Error, most: u64) -> PublicError {
    match error {
        multer::Error::FieldSizeExceeded { .. } | multer::Error::StreamSizeExceeded { .. } => {
            let text = format!("a field is longer than its limit; a file has {most} bytes at most");
            PublicError::new(Code::BodyTooLarge, text)
        }
        _ => PublicError::new(Code::InvalidRequest, SHAPE),
    }
}
