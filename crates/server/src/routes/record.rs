//! What was recorded: receipts, checkpoints, usage.

use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use gateway::GatewayError;
use gateway::ports::JournalError;
use ledger::{Receipt, ReceiptId};
use projects::Access;

use crate::app::Shared;
use crate::errors::{Code, PublicError};
use crate::ports::UsageReport;

pub(crate) async fn receipt(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
    id: Option<Path<String>>,
) -> Result<Json<Receipt>, PublicError> {
    let none =
        || PublicError::new(Code::NotFound, "this key's project has no receipt of that name");
    let Path(id) = id.ok_or_else(none)?;
    let id = ReceiptId::parse(&id).map_err(|_| none())?;
    let found = app.parts.receipts.receipt(&access.project, &id).await.map_err(unavailable)?;
    found.map(Json).ok_or_else(none)
}

pub(crate) async fn checkpoint(State(app): State<Shared>) -> Result<Response, PublicError> {
    let note = app.parts.receipts.checkpoint().await.map_err(unavailable)?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], note).into_response())
}

pub(crate) async fn usage(
    State(app): State<Shared>,
    Extension(access): Extension<Access>,
) -> Result<Json<UsageReport>, PublicError> {
    app.parts.accounts.usage(&access.project).await.map(Json).map_err(unavailable)
}

fn unavailable(error: JournalError) -> PublicError {
    GatewayError::from(error).into()
}
