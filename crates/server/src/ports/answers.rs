//! What the routes that answer from documents need.

use futures_core::future::BoxFuture;
use knowledge::answer::Grounds;
use knowledge::ports::Filter;
use projects::ProjectId;

/// Why a question cannot be answered. Quotes neither question nor document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// A collection is not there, or not open to the project: a caller cannot tell which.
    #[error("a collection that was named is not there, or is not open to this project")]
    NoCollection,
    /// The question.
    #[error("the question is empty or too long")]
    Question,
    /// The documents cannot be read now.
    #[error("the documents cannot be read now")]
    Unavailable,
}

/// Answers from documents.
pub trait Answers: Send + Sync {
    /// Answers a project's question from collections that are open to it; from all of those where the filter
    /// names none. With the answer come the extracts from which a model may write another.
    fn grounds(
        &self,
        project: &ProjectId,
        question: String,
        filter: Filter,
    ) -> BoxFuture<'_, Result<Grounds, AnswerFault>>;
}
