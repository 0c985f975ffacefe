//! Error bodies in the shapes that real servers use.

use axum::body::Body;
use axum::http::{Response, header};
use serde_json::{Value, json};

use crate::ErrorShape;

/// A refusal in the given shape.
pub(crate) struct Refusal<'a> {
    pub(crate) status: u16,
    pub(crate) shape: ErrorShape,
    pub(crate) retry_after: Option<u64>,
    pub(crate) message: &'a str,
    pub(crate) code: &'a str,
}

impl Refusal<'_> {
    pub(crate) fn response(&self) -> Response<Body> {
        let mut response = Response::builder()
            .status(self.status)
            .header("mistral-correlation-id", "mock-correlation");
        if let Some(seconds) = self.retry_after {
            response = response.header(header::RETRY_AFTER, seconds);
        }
        let kind = if self.shape == ErrorShape::Text { "text/plain" } else { "application/json" };
        let response = response.header(header::CONTENT_TYPE, kind).body(self.body().into());
        response.unwrap_or_default()
    }

    fn body(&self) -> String {
        let Self { status, message, code, .. } = self;
        let value: Value = match self.shape {
            ErrorShape::Text => return (*message).to_owned(),
            ErrorShape::OpenAi => json!({ "error": {
                "message": message, "type": "invalid_request_error", "param": null, "code": code,
            } }),
            ErrorShape::Flat => json!({
                "object": "error", "message": message, "type": code, "param": null, "code": "1500",
            }),
            ErrorShape::Detail => json!({ "detail": [{
                "type": code, "loc": ["body", "messages", 0], "msg": message,
            }] }),
            ErrorShape::Gateway => json!({ "message": message }),
            ErrorShape::Guardrail => json!({
                "error": { "message": message, "status": status },
                "guardrails": { "moderation": { "triggered": true } },
            }),
        };
        value.to_string()
    }
}
