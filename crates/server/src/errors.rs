//! The one table of public errors: code, status, type and advice, and the shape in which they go out.
//!
//! Every text here is written by Igudar. Neither a key, nor a value of a request, nor a URL enters one.

mod body;
mod gateway;

use std::borrow::Cow;
use std::time::Duration;

use http::StatusCode;

pub(crate) use body::{Refused, internal, not_found};

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The public code.
    pub code: &'static str,
    /// The HTTP status.
    pub status: StatusCode,
    /// The type that OpenAI's clients know.
    pub kind: &'static str,
    /// What the caller can do.
    pub advice: &'static str,
}

macro_rules! table {
    ($($(#[doc = $about:literal])+ $name:ident = $code:literal, $status:ident, $kind:literal, $advice:literal;)+) => {
        /// The name of a public error.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $($(#[doc = $about])+ $name,)+ }

        impl Code {
            /// All codes, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The line of the table.
            pub const fn row(self) -> Row {
                match self {
                    $(Self::$name => Row {
                        code: $code,
                        status: StatusCode::$status,
                        kind: $kind,
                        advice: $advice,
                    },)+
                }
            }
        }
    };
}

table! {
    /// The request is not what the route takes.
    InvalidRequest = "invalid_request", BAD_REQUEST, "invalid_request_error",
        "Correct the request and send it again.";
    /// The input has a form that cannot be protected (token ids, bytes that are no text).
    UnreadableInput = "unreadable_input", BAD_REQUEST, "invalid_request_error",
        "Send the input as text, or ask a model on this machine.";
    /// No valid key.
    InvalidKey = "invalid_key", UNAUTHORIZED, "authentication_error",
        "Send `Authorization: Bearer KEY` with a key from `igudar key create`.";
    /// No budget left.
    BudgetExhausted = "budget_exhausted", PAYMENT_REQUIRED, "insufficient_quota",
        "Ask for a smaller answer (`max_tokens`) or raise the budget with `igudar project set`.";
    /// A policy forbids it.
    PolicyRefused = "policy_refused", FORBIDDEN, "permission_error",
        "Remove the value, or choose a destination whose policy allows it (GET /v1/destinations).";
    /// The key may not do this.
    Forbidden = "forbidden", FORBIDDEN, "permission_error",
        "Ask whoever runs this installation for the right.";
    /// No such thing.
    NotFound = "not_found", NOT_FOUND, "invalid_request_error",
        "GET /openapi.json lists what this server knows.";
    /// No such model.
    ModelNotFound = "model_not_found", NOT_FOUND, "invalid_request_error",
        "GET /v1/models lists the models this key may use.";
    /// The path exists, the method does not.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "invalid_request_error",
        "The header Allow names the methods of this path.";
    /// What is asked does not go with what is there.
    Conflict = "conflict", CONFLICT, "invalid_request_error",
        "Do what the message says, then send it again.";
    /// The body did not arrive in time.
    RequestTimeout = "request_timeout", REQUEST_TIMEOUT, "invalid_request_error",
        "Send the body faster, or a smaller one.";
    /// The body is longer than a limit.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "invalid_request_error",
        "Send less at once.";
    /// The body is in a form that is not taken.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE,
        "invalid_request_error",
        "Send JSON in UTF-8 (`content-type: application/json`), plain or encoded as gzip, deflate, br or zstd.";
    /// Too many requests a minute.
    RateLimited = "rate_limited", TOO_MANY_REQUESTS, "rate_limit_error",
        "Wait as long as the header Retry-After says.";
    /// A fault of ours.
    Internal = "internal_error", INTERNAL_SERVER_ERROR, "server_error",
        "Tell whoever runs this installation the value of the header x-request-id.";
    /// The model's server failed.
    UpstreamFailed = "upstream_failed", BAD_GATEWAY, "server_error",
        "Try again, or ask another model.";
    /// No room, or a part that is needed is not ready.
    NoCapacity = "no_capacity", SERVICE_UNAVAILABLE, "server_error",
        "Try again a little later.";
    /// The record cannot be kept, so nothing is sent.
    LedgerUnavailable = "ledger_unavailable", SERVICE_UNAVAILABLE, "server_error",
        "Nothing was sent. `igudar doctor` on the server tells what is wrong.";
    /// The model's server did not answer in time.
    UpstreamTimeout = "upstream_timeout", GATEWAY_TIMEOUT, "server_error",
        "Try again, or ask another model.";
}

/// An error as a caller sees it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct PublicError {
    /// The line of the table.
    pub code: Code,
    /// What was wrong, and where. Never a value.
    pub message: Cow<'static, str>,
    /// The member of the request it is about, in dotted form.
    pub param: Option<String>,
    /// When to try again.
    pub retry_after: Option<Duration>,
}

impl PublicError {
    /// An error of this code with its own text.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), param: None, retry_after: None }
    }

    /// The same, about one member of the request.
    #[must_use]
    pub fn about(mut self, param: impl Into<String>) -> Self {
        self.param = Some(param.into());
        self
    }

    /// The same, with the time after which it is worth trying again.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_errors() {
        for (position, code) in Code::ALL.iter().enumerate() {
            let row = code.row();
            assert!(row.status.is_client_error() || row.status.is_server_error(), "{}", row.code);
            assert!(row.advice.ends_with('.'), "{}", row.code);
            assert!(
                Code::ALL[..position].iter().all(|other| other.row().code != row.code),
                "{} stands twice",
                row.code
            );
        }
    }
}
