//! The wire form of an error: OpenAI's.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::json;

use super::{Code, PublicError};

/// Left in the response for the log and the metrics.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refused(pub(crate) &'static str);

impl IntoResponse for PublicError {
    fn into_response(self) -> Response {
        let row = self.code.row();
        let message = format!("{} {}", finished(&self.message), row.advice);
        let body = json!({
            "error": {
                "message": message,
                "type": row.kind,
                "code": row.code,
                "param": self.param,
            }
        });
        let mut response = (row.status, Json(body)).into_response();
        response.extensions_mut().insert(Refused(row.code));
        let headers = response.headers_mut();
        if let Some(wait) = self.retry_after {
            // Whole seconds, rounded up: a caller that waits so long does not come too early.
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds.max(1)));
        }
        if self.code == Code::InvalidKey {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The message as a sentence.
fn finished(message: &str) -> String {
    let mut text = message.trim_end().to_owned();
    let mut letters = text.chars();
    if let Some(first) = letters.next().filter(char::is_ascii_lowercase) {
        text = format!("{}{}", first.to_ascii_uppercase(), letters.as_str());
    }
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

/// The answer to a path that is not in the route table.
pub(crate) async fn not_found() -> PublicError {
    PublicError::new(Code::NotFound, "there is nothing at this path")
}

/// The answer after a panic: generic, so that no text of the request can be in it.
pub(crate) fn internal() -> PublicError {
    PublicError::new(Code::Internal, "something went wrong on this server")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn speaks_openai() {
        let error = PublicError::new(Code::RateLimited, "the project has used its 60 requests")
            .about("model")
            .retry_after(Duration::from_millis(1200));
        let response = error.into_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()[RETRY_AFTER], "2");
        let bytes = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(body["error"]["code"], "rate_limited");
        assert_eq!(body["error"]["type"], "rate_limit_error");
        assert_eq!(body["error"]["param"], "model");
        assert_eq!(
            body["error"]["message"],
            "The project has used its 60 requests. Wait as long as the header Retry-After says."
        );
    }
}
