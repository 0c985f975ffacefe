//! The programme and its indicators, as JSON or CSV.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::app::Shared;
use crate::errors::{Code, PublicError};

pub(crate) async fn programme(State(app): State<Shared>) -> Result<Json<Value>, PublicError> {
    Ok(Json(app.parts.doors.programme.programme().await?))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    #[serde(default)]
    format: Format,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Json,
    Csv,
}

pub(crate) async fn indicators(
    State(app): State<Shared>,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<Response, PublicError> {
    let Ok(Query(wanted)) = wanted else {
        let text = "the query of the address takes `format`: json or csv";
        return Err(PublicError::new(Code::InvalidRequest, text).about("format"));
    };
    let indicators = app.parts.doors.programme.indicators().await?;
    Ok(match wanted.format {
        Format::Json => Json(json!({ "figures": indicators.figures() })).into_response(),
        Format::Csv => {
            ([(CONTENT_TYPE, "text/csv; charset=utf-8")], indicators.csv()).into_response()
        }
    })
}
