//! `POST /v1/search`: passages of documents for a question in any language.

use axum::Extension;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use knowledge::document::is_day;
use knowledge::ports::{Filter, Versions};
use knowledge::search::{Listing, Query};
use projects::Access;
use serde::Deserialize;

use super::{TextBody, parse};
use crate::app::Shared;
use crate::errors::{Code, PublicError};
use crate::ports::SearchFault;

const SHAPE: &str = r#"{"query": "…"} with "collections", "languages", "institution", "commune", "from", "until", "version" (a number or "all"), "limit", "page" if wanted"#;
/// Hits on one page.
const MOST_HITS: usize = 100;
/// What stands behind the best thousand is not found by leafing.
const DEEPEST: usize = 1_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SearchRequest {
    query: String,
    #[serde(default)]
    collections: Vec<String>,
    #[serde(default)]
    languages: Vec<String>,
    institution: Option<String>,
    commune: Option<String>,
    from: Option<String>,
    until: Option<String>,
    version: Option<Version>,
    #[serde(default = "ten")]
    limit: usize,
    #[serde(default = "one")]
    page: usize,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Version {
    Number(u32),
    Word(Word),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Word {
    All,
}

fn ten() -> usize {
    10
}

fn one() -> usize {
    1
}

pub(crate) async fn search(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    TextBody(body, _share): TextBody,
) -> Result<Response, PublicError> {
    let query = query(parse(&body, SHAPE)?)?;
    let found =
        app.parts.search.search(&access.project, query).await.map_err(|fault| refused(&fault))?;
    let json = serde_json::to_vec(&Listing::from(&found)).map_err(|_| crate::errors::internal())?;
    Ok(([(CONTENT_TYPE, "application/json")], Bytes::from(json)).into_response())
}

fn query(request: SearchRequest) -> Result<Query, PublicError> {
    let wrong = |member: &'static str, text: String| {
        Err(PublicError::new(Code::InvalidRequest, text).about(member))
    };
    if !(1..=MOST_HITS).contains(&request.limit) {
        return wrong("limit", format!("`limit` is not between 1 and {MOST_HITS}"));
    }
    if request.page == 0 || request.page.saturating_mul(request.limit) > DEEPEST {
        let text = format!("`page` begins at 1, and the last page ends at hit {DEEPEST}");
        return wrong("page", text);
    }
    for (member, day) in [("from", &request.from), ("until", &request.until)] {
        if day.as_deref().is_some_and(|day| !is_day(day)) {
            return wrong(member, format!("`{member}` is no day; write YYYY-MM-DD"));
        }
    }
    Ok(Query {
        text: request.query,
        filter: Filter {
            collections: request.collections,
            languages: request.languages,
            institution: request.institution,
            commune: request.commune,
            from: request.from,
            until: request.until,
            versions: match request.version {
                None => Versions::InForce,
                Some(Version::Word(Word::All)) => Versions::All,
                Some(Version::Number(number)) => Versions::Number(number),
            },
        },
        limit: request.limit,
        offset: request.limit * (request.page - 1),
    })
}

fn refused(fault: &SearchFault) -> PublicError {
    let text = fault.to_string();
    match fault {
        SearchFault::NoCollection => PublicError::new(Code::NotFound, text).about("collections"),
        SearchFault::Query(_) => PublicError::new(Code::InvalidRequest, text).about("query"),
        SearchFault::Unavailable => PublicError::new(Code::NoCapacity, text),
    }
}
