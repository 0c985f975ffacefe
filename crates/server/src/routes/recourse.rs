//! `/v1/recourse`: for whoever holds a receipt.
//!
//! A receipt's name is 128 random bits, given to whoever sent the request; holding it is what shows the right
//! to be told. What is told without a key is what a citizen needs to contest: no content, no key, no cost.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use ledger::ReceiptId;
use projects::ProjectId;
use register::{LONGEST_TEXT, Language, OPEN_CONTESTS, explain};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{VisitorBody, parse};
use crate::app::Shared;
use crate::errors::{Code, PublicError};
use crate::ports::RecourseFault;

const SHAPE: &str = r#"{"text": "…", "language": "fr"}"#;
/// Contests a minute of the whole server: people read them.
const A_MINUTE: u32 = 30;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    language: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contest {
    text: String,
    language: Option<String>,
}

pub(crate) async fn told(
    State(app): State<Shared>,
    receipt: Option<Path<String>>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, PublicError> {
    let id = receipt_of(receipt.map(|Path(receipt)| receipt))?;
    let Ok(Query(asked)) = asked else { return Err(unknown_language()) };
    let languages = match asked.language {
        None => Language::ALL.to_vec(),
        Some(tag) => vec![Language::parse(&tag).ok_or_else(unknown_language)?],
    };
    let told = app.parts.doors.recourse.told(&id).await.map_err(|fault| refused(&fault))?;
    let told = told.ok_or_else(no_receipt)?;
    let texts: Map<String, Value> = languages
        .into_iter()
        .map(|language| {
            let text = explain(&told.asked, told.answerable.as_ref(), &told.term, language);
            (language.tag().to_owned(), json!(text))
        })
        .collect();
    let answerable = told.answerable.as_ref().map(|answerable| {
        json!({
            "entry": answerable.entry,
            "system": answerable.system,
            "organization": answerable.organization,
            "contact": answerable.contact,
        })
    });
    let body = json!({
        "receipt": id,
        "day": told.asked.day,
        "answered": told.asked.answered,
        "left": told.asked.left,
        "answerable": answerable,
        "term": told.term,
        "contests": { "all": told.contests.0, "open": told.contests.1 },
        "texts": texts,
    });
    Ok(([(CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

pub(crate) async fn contest(
    State(app): State<Shared>,
    receipt: Option<Path<String>>,
    VisitorBody(body, _share): VisitorBody,
) -> Result<Response, PublicError> {
    let id = receipt_of(receipt.map(|Path(receipt)| receipt))?;
    let Contest { text, language } = parse(&body, SHAPE)?;
    let text = text.trim();
    let count = text.chars().count();
    if count == 0 || count > LONGEST_TEXT {
        let message = format!("`text` has {count} characters; it has 1 to {LONGEST_TEXT}");
        return Err(PublicError::new(Code::InvalidRequest, message).about("text"));
    }
    let language = match language {
        None => Language::default(),
        Some(tag) => Language::parse(&tag).ok_or_else(unknown_language)?,
    };
    // Names of receipts that are guessed do not use up what those who hold one may send.
    let known = app.parts.doors.recourse.told(&id).await.map_err(|fault| refused(&fault))?;
    let known = known.ok_or_else(no_receipt)?;
    // Nor does whoever has sent as many as one receipt may: what others send is not held up.
    if known.contests.1 < OPEN_CONTESTS {
        count_contest(&app)?;
    }
    let taken = app.parts.doors.recourse.contest(&id, text, language).await;
    let taken = taken.map_err(|fault| refused(&fault))?.ok_or_else(no_receipt)?;
    Ok((StatusCode::ACCEPTED, [(CACHE_CONTROL, "no-store")], Json(taken)).into_response())
}

fn count_contest(app: &Shared) -> Result<(), PublicError> {
    // No project can have a name with a space.
    app.rate.count(&ProjectId::new("every contest"), A_MINUTE).map(drop).map_err(|too_many| {
        PublicError { message: "too many contests come in at once".into(), ..too_many.error }
    })
}

pub(crate) async fn contested(
    State(app): State<Shared>,
    names: Option<Path<(String, String)>>,
) -> Result<Response, PublicError> {
    let none = || PublicError::new(Code::NotFound, "this receipt has no contest of that name");
    let Path((receipt, contest)) = names.ok_or_else(none)?;
    let id = receipt_of(Some(receipt))?;
    let found = app.parts.doors.recourse.contested(&id, &contest).await;
    let found = found.map_err(|fault| refused(&fault))?.ok_or_else(none)?;
    Ok(([(CACHE_CONTROL, "no-store")], Json(found)).into_response())
}

fn receipt_of(name: Option<String>) -> Result<ReceiptId, PublicError> {
    name.and_then(|name| ReceiptId::parse(&name).ok()).ok_or_else(no_receipt)
}

fn no_receipt() -> PublicError {
    PublicError::new(Code::NotFound, "no request of this installation has this receipt")
}

fn unknown_language() -> PublicError {
    PublicError::new(Code::InvalidRequest, "`language` is one of fr, ar, zgh, en").about("language")
}

fn refused(fault: &RecourseFault) -> PublicError {
    let code = match fault {
        RecourseFault::TooMany => Code::Conflict,
        RecourseFault::Unavailable => Code::NoCapacity,
    };
    PublicError::new(code, fault.to_string())
}
