//! The ports of a run: whom it asks, where it keeps what was answered, and whom it tells how far it is.

use futures_core::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::task::{Generation, System, SystemInput};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// A model is to write.
    Generate {
        /// What it is asked.
        prompt: String,
        /// How it generates.
        generation: Generation,
    },
    /// How likely a text is behind another.
    Likelihood {
        /// What stands before.
        context: String,
        /// What follows.
        continuation: String,
    },
    /// A system of Igudar's own.
    System {
        /// Which.
        system: System,
        /// What it is given.
        input: SystemInput,
        /// The set of documents that it answers from.
        documents: Option<String>,
    },
}

/// How an answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// By itself.
    Complete,
    /// At the limit of tokens, or it broke off.
    Truncated,
    /// It declined to answer.
    Refused,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// A text.
    Text {
        /// What was written.
        text: String,
        /// How it ended.
        end: End,
    },
    /// The natural logarithm of a probability.
    Likelihood(f64),
}

/// Why there is no answer. Carries no text of the question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoReply {
    /// A rule forbids the question: it was not sent. The rule's name.
    #[error("refused by the rule {0}")]
    Refused(String),
    /// The answer broke off.
    #[error("the answer broke off")]
    Truncated,
    /// The respondent cannot do this at all (no log-likelihoods).
    #[error("not given: {0}")]
    NotGiven(String),
    /// It failed; the same question may be answered later.
    #[error("{0}")]
    Failed(String),
}

/// Somebody who is asked: a model behind the gateway, or a system of Igudar's own.
pub trait Respondent: Send + Sync {
    /// The name in reports.
    fn name(&self) -> &str;

    /// The system that it is; `None` for a model.
    fn system(&self) -> Option<System>;

    /// What tells it from others and belongs into a manifest: destination, operator, place, digests, versions. The
    /// same facts mean the same answers, as far as anybody can tell.
    fn facts(&self) -> Value;

    /// Whether its answers are worth keeping. What answers at once and changes with the program is asked each time.
    fn is_kept(&self) -> bool {
        self.system().is_none()
    }

    /// Answers.
    fn ask(&self, question: Question) -> BoxFuture<'_, Result<Reply, NoReply>>;
}

/// What was answered before, by the digest of respondent and question.
pub trait Cache: Send + Sync {
    /// What is kept; an entry that cannot be read is none.
    fn get(&self, digest: &str) -> Option<Reply>;

    /// Keeps an answer; durable when it returns.
    fn put(&self, digest: &str, reply: &Reply) -> Result<(), CacheError>;
}

/// The cache cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an answer could not be kept: {0}")]
pub struct CacheError(pub String);

/// Told how far a run is.
pub trait Progress: Send + Sync {
    /// So many questions there are.
    fn begin(&self, questions: usize);
    /// One more is settled.
    fn settled(&self);
}
