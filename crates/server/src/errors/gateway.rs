//! What ends a request early, as the caller sees it. The one place where a [`GatewayError`] meets HTTP.

use std::time::Duration;

use gateway::GatewayError;
use gateway::ports::JournalError;
use model::AskError;

use super::{Code, PublicError};

impl From<GatewayError> for PublicError {
    fn from(error: GatewayError) -> Self {
        Self::from(&error)
    }
}

impl From<&GatewayError> for PublicError {
    fn from(error: &GatewayError) -> Self {
        let text = error.to_string();
        match error {
            GatewayError::InvalidRequest { param, .. } => {
                with(Code::InvalidRequest, text, param.as_deref())
            }
            GatewayError::UnreadableInput { param, .. } => {
                with(Code::UnreadableInput, text, param.as_deref())
            }
            GatewayError::UnknownModel => Self::new(Code::ModelNotFound, text).about("model"),
            GatewayError::NoTokenizer => Self::new(Code::ModelNotFound, text).about("model"),
            GatewayError::WhichTokenizer => Self::new(Code::InvalidRequest, text).about("model"),
            GatewayError::PolicyRefused { .. } => Self::new(Code::PolicyRefused, text),
            GatewayError::Unprotectable { param, .. } => {
                Self::new(Code::UnreadableInput, text).about(param.clone())
            }
            GatewayError::Journal(error) => journal(error),
            GatewayError::Ask(error) => ask(error, text),
            GatewayError::Rejected { .. } => Self::new(Code::InvalidRequest, text),
            GatewayError::Busy { retry_after } => Self::new(Code::RateLimited, text)
                .retry_after(retry_after.unwrap_or(Duration::from_secs(1))),
            GatewayError::Internal(reason) => {
                tracing::error!(reason, "a request was refused because of a fault");
                Self::new(Code::Internal, text)
            }
        }
    }
}

fn with(code: Code, text: String, param: Option<&str>) -> PublicError {
    PublicError { param: param.map(str::to_owned), ..PublicError::new(code, text) }
}

fn journal(error: &JournalError) -> PublicError {
    match error {
        JournalError::BudgetExhausted { limit, spent, reserved } => PublicError::new(
            Code::BudgetExhausted,
            format!(
                "the project's budget has no room for this request: budget {limit}, spent {spent}, held \
                 by running requests {reserved}"
            ),
        ),
        JournalError::Unavailable(reason) => {
            // The reason can name a file of this machine, which is the operator's business.
            tracing::error!(%reason, "the ledger cannot be written");
            PublicError::new(Code::LedgerUnavailable, "the ledger cannot be written at the moment")
        }
    }
}

fn ask(error: &AskError, text: String) -> PublicError {
    let code = match error {
        AskError::HeaderTimeout | AskError::IdleTimeout => Code::UpstreamTimeout,
        AskError::NotReady(_) => Code::NoCapacity,
        AskError::Unsupported(_) => Code::InvalidRequest,
        AskError::Connect
        | AskError::Truncated
        | AskError::Status { .. }
        | AskError::NotAnAnswer(_)
        | AskError::TooLarge { .. } => Code::UpstreamFailed,
    };
    let public = PublicError::new(code, text);
    match error {
        AskError::NotReady(_) => public.retry_after(Duration::from_secs(2)),
        _ => public,
    }
}

#[cfg(test)]
mod tests {
    use projects::Micro;

    use super::*;

    fn check(error: GatewayError, status: u16, code: &str, param: Option<&str>) {
        let public = PublicError::from(error);
        let row = public.code.row();
        assert_eq!((row.status.as_u16(), row.code), (status, code));
        assert_eq!(public.param.as_deref(), param);
    }

    #[test]
    fn every_end_has_its_line() {
        let message = || "m".to_owned();
        let param = Some("messages[0]".to_owned());
        check(
            GatewayError::InvalidRequest { message: message(), param: param.clone() },
            400,
            "invalid_request",
            Some("messages[0]"),
        );
        check(
            GatewayError::UnreadableInput { message: message(), param },
            400,
            "unreadable_input",
            Some("messages[0]"),
        );
        check(GatewayError::UnknownModel, 404, "model_not_found", Some("model"));
        let refused = GatewayError::PolicyRefused { rule: "r".to_owned(), message: message() };
        check(refused, 403, "policy_refused", None);
        let (limit, spent, reserved) = (Micro(1), Micro(1), Micro(0));
        let broke = JournalError::BudgetExhausted { limit, spent, reserved };
        check(broke.into(), 402, "budget_exhausted", None);
        let full = JournalError::Unavailable("disk full".to_owned());
        check(full.into(), 503, "ledger_unavailable", None);
        check(GatewayError::Ask(AskError::Connect), 502, "upstream_failed", None);
        check(GatewayError::Ask(AskError::Truncated), 502, "upstream_failed", None);
        check(GatewayError::Ask(AskError::HeaderTimeout), 504, "upstream_timeout", None);
        check(GatewayError::Ask(AskError::IdleTimeout), 504, "upstream_timeout", None);
        check(GatewayError::Ask(AskError::NotReady(message())), 503, "no_capacity", None);
        check(GatewayError::Ask(AskError::Unsupported(message())), 400, "invalid_request", None);
        check(GatewayError::Ask(AskError::NotAnAnswer("HTML")), 502, "upstream_failed", None);
        let status = AskError::Status { status: 500, retry_after: None, message: None };
        check(GatewayError::Ask(status), 502, "upstream_failed", None);
        let rejected = GatewayError::Rejected { status: 422, message: None };
        check(rejected, 400, "invalid_request", None);
        check(GatewayError::Busy { retry_after: None }, 429, "rate_limited", None);
        check(GatewayError::Internal("x"), 500, "internal_error", None);
    }
}
