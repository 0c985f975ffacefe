//! `GET /v1/register`: which AI systems meet the public, for everyone.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use register::{Document, Entry, nl_csv, nl_records};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::Shared;
use crate::errors::{Code, PublicError};
use crate::ports::{Published, RegisterFault};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    format: Option<String>,
}

pub(crate) async fn list(
    State(app): State<Shared>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PublicError> {
    let all = app.parts.doors.register.list().await.map_err(unavailable)?;
    match format_of(asked)?.as_deref() {
        None => {
            let entries: Vec<Value> = all.iter().map(shown).collect::<Result<_, _>>()?;
            Ok(Json(json!({ "entries": entries })).into_response())
        }
        Some("nl-1.0") => {
            let entries = entries(&all)?;
            let records = entries.iter().flat_map(nl_records).map(Value::Object);
            Ok(Json(records.collect::<Vec<_>>()).into_response())
        }
        Some("nl-1.0-csv") => Ok(csv(&entries(&all)?)),
        Some(_) => Err(unknown("nl-1.0 or nl-1.0-csv")),
    }
}

pub(crate) async fn one(
    State(app): State<Shared>,
    id: Option<Path<String>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PublicError> {
    let none =
        || PublicError::new(Code::NotFound, "the register has no published entry of that name");
    let Path(id) = id.ok_or_else(none)?;
    let found = app.parts.doors.register.entry(&id).await.map_err(unavailable)?.ok_or_else(none)?;
    match format_of(asked)?.as_deref() {
        None => Ok(Json(shown(&found)?).into_response()),
        Some("document") => {
            Ok(([(CONTENT_TYPE, "application/json")], found.document).into_response())
        }
        Some("nl-1.0") => {
            let records = nl_records(&document(&found)?.entry).into_iter().map(Value::Object);
            Ok(Json(records.collect::<Vec<_>>()).into_response())
        }
        Some("nl-1.0-csv") => Ok(csv(&[document(&found)?.entry])),
        Some(_) => Err(unknown("document, nl-1.0 or nl-1.0-csv")),
    }
}

fn format_of(asked: Result<Query<Asked>, QueryRejection>) -> Result<Option<String>, PublicError> {
    let Ok(Query(asked)) = asked else { return Err(unknown("document, nl-1.0 or nl-1.0-csv")) };
    Ok(asked.format)
}

fn unknown(known: &str) -> PublicError {
    PublicError::new(Code::InvalidRequest, format!("`format` is one of {known}, or left out"))
        .about("format")
}

/// What the ledger knows of it, and the document's members.
fn shown(published: &Published) -> Result<Value, PublicError> {
    let mut value = serde_json::to_value(published).map_err(|_| crate::errors::internal())?;
    let document: Value =
        serde_json::from_str(&published.document).map_err(|_| crate::errors::internal())?;
    if let (Some(members), Value::Object(document)) = (value.as_object_mut(), document) {
        for (key, member) in document {
            members.entry(key).or_insert(member);
        }
    }
    Ok(value)
}

fn document(published: &Published) -> Result<Document, PublicError> {
    Document::from_text(&published.document).ok_or_else(crate::errors::internal)
}

/// The entries in force.
fn entries(all: &[Published]) -> Result<Vec<Entry>, PublicError> {
    let in_force = all.iter().filter(|published| published.state == "published");
    in_force.map(|published| Ok(document(published)?.entry)).collect()
}

fn csv(entries: &[Entry]) -> Response {
    ([(CONTENT_TYPE, "text/csv; charset=utf-8; header=present")], nl_csv(entries)).into_response()
}

fn unavailable(fault: RegisterFault) -> PublicError {
    PublicError::new(Code::NoCapacity, fault.to_string())
}
