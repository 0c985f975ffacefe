//! The port through which Igudar asks a language model.

use std::time::Duration;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use futures_core::stream::BoxStream;

use crate::{Route, Tokenizer};

/// One call to a model: the protected, already edited body, as it goes over the wire.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Which operation.
    pub route: Route,
    /// The JSON body in the destination's own dialect.
    pub body: Bytes,
    /// Whether the answer is to come as server-sent events.
    pub stream: bool,
}

/// What a model answers: bytes in the shape of the `OpenAI` API (JSON or server-sent events).
pub enum Answer {
    /// A whole JSON body.
    Whole(Bytes),
    /// Raw bytes of a server-sent event stream, split anywhere. Dropping it cancels the generation.
    Stream(BoxStream<'static, Result<Bytes, AskError>>),
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Whole(_) => "Answer::Whole",
            Self::Stream(_) => "Answer::Stream",
        })
    }
}

/// Why a model did not answer. No variant carries a URL, a key or text of the request.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// No connection (refused, DNS, TLS) within the connect time-out.
    #[error("the model's server cannot be reached")]
    Connect,
    /// Connected, but no response header within the header time-out.
    #[error("the model's server did not begin to answer in time")]
    HeaderTimeout,
    /// The answer began, then nothing came for the idle time-out.
    #[error("the model's server fell silent in the middle of its answer")]
    IdleTimeout,
    /// The answer broke off: connection lost, or the stream ended without its terminal event.
    #[error("the model's answer broke off")]
    Truncated,
    /// The server answered with an HTTP error status.
    #[error("the model's server answered with status {status}")]
    Status {
        /// HTTP status.
        status: u16,
        /// The server's `Retry-After`, when it gave one in seconds.
        retry_after: Option<Duration>,
        /// Its own message, when the body was one of the known error shapes. It may hold labels; the
        /// adapter has removed its own credential from it.
        message: Option<String>,
    },
    /// The body was not what the API promises (HTML, half an event, not JSON, not UTF-8).
    #[error("the model's server sent something that is no answer: {0}")]
    NotAnAnswer(&'static str),
    /// The body was longer than the documented limit.
    #[error("the model's answer is longer than the limit of {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
    /// A model on this machine is not ready: worker lost or restarting, file missing or damaged, queue full.
    #[error("the model on this machine is not ready: {0}")]
    NotReady(String),
    /// The model cannot do what was asked (no embeddings, prompt longer than its context, bad parameter).
    #[error("{0}")]
    Unsupported(String),
}

/// A language model behind any wire. Implementations enforce their own connect, header and idle
/// time-outs and cancel the work when the returned future or stream is dropped.
pub trait Model: Send + Sync {
    /// Asks the model.
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Answer, AskError>>;

    /// The exact number of prompt tokens of a body, where the model can count them without being asked
    /// to generate (`None` otherwise).
    fn count_prompt_tokens(&self, _ask: &Ask) -> Option<u64> {
        None
    }

    /// The model's own tokenizer, where it may be asked.
    fn tokenizer(&self) -> Option<&dyn Tokenizer> {
        None
    }
}
