//! Everything that can end a request early, in the gateway's own terms. The server turns it into HTTP.

use std::time::Duration;

use model::AskError;
use model::dialect::DialectError;
use protection::Kind;

use crate::ports::JournalError;

/// Why a request got no answer. No variant carries a value of the request.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// The body is not what the API asks for.
    #[error("{message}")]
    InvalidRequest {
        /// What is wrong and what to do.
        message: String,
        /// Where, as a path such as `messages[2].content`.
        param: Option<String>,
    },
    /// Part of the input cannot be read, so it cannot be protected (token ids, images, files).
    #[error("{message}")]
    UnreadableInput {
        /// What is wrong and what to do.
        message: String,
        /// Where.
        param: Option<String>,
    },
    /// No destination serves a model of that name.
    #[error(
        "no destination of this installation serves the model that was asked for; GET /v1/models lists them"
    )]
    UnknownModel,
    /// No model on this machine has a tokenizer that may be asked.
    #[error(
        "no model on this machine of that name has a tokenizer; GET /v1/models lists the models and where \
         they run"
    )]
    NoTokenizer,
    /// Several models on this machine have tokenizers, and the request names none of them.
    #[error(
        "this installation runs several models, whose tokens differ; name one: `model` in the body, or \
         `?model=` for GET /tokenizer_info"
    )]
    WhichTokenizer,
    /// The rules forbid every destination that serves the model.
    #[error("{message}")]
    PolicyRefused {
        /// The rule's name.
        rule: String,
        /// What it says, with its source in law where it has one.
        message: String,
    },
    /// A personal value stands where no label can: in an object key, a number or a name.
    #[error(
        "a value of type {kind} stands where it cannot be replaced ({param}); send it as a string value, or leave it out"
    )]
    Unprotectable {
        /// The type found.
        kind: Kind,
        /// Where.
        param: String,
    },
    /// The record could not be kept, or the budget has no room.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The model's server could not answer.
    #[error(transparent)]
    Ask(AskError),
    /// The request was refused by the model's server as malformed. Labels in its message stay labels:
    /// clients log errors.
    #[error("the model's server refused the request (status {status}){}{}", if message.is_some() { ": " } else { "" }, message.as_deref().unwrap_or(""))]
    Rejected {
        /// The status it gave.
        status: u16,
        /// Its message.
        message: Option<String>,
    },
    /// The model's server asks to slow down.
    #[error("the model's server asks to slow down; try again later")]
    Busy {
        /// How long it asked to wait.
        retry_after: Option<Duration>,
    },
    /// A fault inside Igudar that made protection impossible: the request was refused (law 2).
    #[error("the request could not be protected and was not sent: {0}")]
    Internal(&'static str),
}

impl From<model::RequestError> for GatewayError {
    fn from(error: model::RequestError) -> Self {
        let unreadable = error.is_unreadable_input();
        let param = error.param.clone();
        let message = error.to_string();
        if unreadable {
            Self::UnreadableInput { message, param }
        } else {
            Self::InvalidRequest { message, param }
        }
    }
}

impl From<DialectError> for GatewayError {
    fn from(error: DialectError) -> Self {
        Self::InvalidRequest { message: error.to_string(), param: error.param.clone() }
    }
}

impl From<AskError> for GatewayError {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Status { status: 429, retry_after, .. } => Self::Busy { retry_after },
            AskError::Status { status: status @ (400 | 404 | 413 | 422), message, .. } => {
                Self::Rejected { status, message }
            }
            other => Self::Ask(other),
        }
    }
}
