//! Why a request was not accepted as one.

use crate::scan::ScanError;

/// A request that is not acceptable, as the client is told. Holds names of published members and offsets,
/// never content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RequestError {
    /// What sort of fault it is.
    pub kind: RequestErrorKind,
    /// The member it is about: `messages[2].content`.
    pub param: Option<String>,
    /// What was wrong and what to do.
    pub message: String,
}

/// The sorts of faults of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestErrorKind {
    /// Not JSON as RFC 8259 defines it, or more of it than the limits allow.
    InvalidJson,
    /// A member is missing, has the wrong type or a value outside its range.
    InvalidRequest,
    /// Content that Igudar cannot read, so cannot protect: images, audio, files.
    UnreadableInput,
}

impl RequestError {
    pub(crate) fn invalid(param: impl Into<String>, message: impl Into<String>) -> Self {
        let param = Some(param.into()).filter(|param| !param.is_empty());
        Self { kind: RequestErrorKind::InvalidRequest, param, message: message.into() }
    }

    pub(crate) fn unreadable(param: String, reason: &str) -> Self {
        let message = format!("`{param}`: {reason}");
        Self { kind: RequestErrorKind::UnreadableInput, param: Some(param), message }
    }

    /// Whether the fault is content that cannot be read (error code `unreadable_input`).
    pub fn is_unreadable_input(&self) -> bool {
        self.kind == RequestErrorKind::UnreadableInput
    }
}

impl From<ScanError> for RequestError {
    fn from(error: ScanError) -> Self {
        let place =
            if error.path.is_empty() { String::new() } else { format!(" (in `{}`)", error.path) };
        Self {
            kind: RequestErrorKind::InvalidJson,
            message: format!("the body is not acceptable JSON: {error}{place}"),
            param: Some(error.path).filter(|path| !path.is_empty()),
        }
    }
}
