//! `POST /v1/answers`: questions answered with quotes from documents.

use std::convert::Infallible;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use knowledge::answer::{Answer, Sentence};
use knowledge::ports::Filter;
use projects::Access;
use serde::{Deserialize, Serialize};

use super::speak::told;
use super::{TextBody, grounded, parse};
use crate::app::Shared;
use crate::errors::{Code, PublicError};
use crate::ports::AnswerFault;

const SHAPE: &str = r#"{"question": "…", "collections": ["…"], "commune": "…", "languages": ["…"], "model": "…", "stream": false}"#;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    question: String,
    #[serde(default)]
    collections: Vec<String>,
    commune: Option<String>,
    #[serde(default)]
    languages: Vec<String>,
    /// A model that may write the answer.
    model: Option<String>,
    #[serde(default)]
    stream: bool,
}

#[derive(Serialize)]
struct Whole<'a> {
    answer: String,
    #[serde(flatten)]
    parts: &'a Answer,
}

/// One event of a stream: a sentence with what it cites.
#[derive(Serialize)]
struct Piece<'a> {
    text: &'a str,
    citations: Vec<&'a knowledge::answer::Citation>,
}

pub(crate) async fn answer(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    TextBody(body, _share): TextBody,
) -> Result<Response, PublicError> {
    let Asked { question, collections, commune, languages, model, stream } = parse(&body, SHAPE)?;
    let filter = Filter { collections, commune, languages, ..Filter::default() };
    let grounds = app.parts.answers.grounds(&access.project, question.clone(), filter).await;
    let grounds = grounds.map_err(|fault| refused(&fault))?;
    // Where the documents do not answer no model is asked.
    let Some(model) = model.filter(|_| !grounds.extractive.refused) else {
        return given(&grounds.extractive, stream);
    };
    let body = grounded::body_for(&model, &question);
    let (answer, (_, told_of)) = grounded::generated(app, access, body, &grounds).await?;
    let mut response = given(&answer, stream)?;
    told(response.headers_mut(), &told_of);
    Ok(response)
}

fn given(answer: &Answer, stream: bool) -> Result<Response, PublicError> {
    if stream {
        return events(answer);
    }
    let whole = Whole { answer: answer.text(), parts: answer };
    let json = serde_json::to_vec(&whole).map_err(|_| crate::errors::internal())?;
    Ok(([(CONTENT_TYPE, "application/json")], Bytes::from(json)).into_response())
}

/// Server-sent events: each sentence with its citations, then the whole answer, then the end.
fn events(answer: &Answer) -> Result<Response, PublicError> {
    let mut pieces = Vec::new();
    for Sentence { text, citations } in &answer.sentences {
        let cited = answer.citations.iter().filter(|citation| citations.contains(&citation.number));
        let piece = Piece { text, citations: cited.collect() };
        pieces.push(format!("event: sentence\ndata: {}\n\n", written(&piece)?));
    }
    let whole = Whole { answer: answer.text(), parts: answer };
    pieces.push(format!("event: answer\ndata: {}\n\ndata: [DONE]\n\n", written(&whole)?));
    let pieces = pieces.into_iter().map(|piece| Ok::<_, Infallible>(Bytes::from(piece)));
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    Ok(([(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-cache")], body).into_response())
}

fn written(value: &impl Serialize) -> Result<String, PublicError> {
    serde_json::to_string(value).map_err(|_| crate::errors::internal())
}

pub(super) fn refused(fault: &AnswerFault) -> PublicError {
    let text = fault.to_string();
    match fault {
        AnswerFault::NoCollection => PublicError::new(Code::NotFound, text).about("collections"),
        AnswerFault::Question => PublicError::new(Code::InvalidRequest, text).about("question"),
        AnswerFault::Unavailable => PublicError::new(Code::NoCapacity, text),
    }
}
