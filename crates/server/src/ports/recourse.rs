//! What the routes of recourse need.

use futures_core::future::BoxFuture;
use ledger::ReceiptId;
use register::{Answerable, Asked, Language, Term};
use serde::Serialize;

/// What is known about a receipt, for whoever holds it.
#[derive(Debug, Clone)]
pub struct Told {
    /// The request: counts, names and places.
    pub asked: Asked,
    /// Who answers for it, where the register has a published entry.
    pub answerable: Option<Answerable>,
    /// The term of a contest that comes now.
    pub term: Term,
    /// How many contests there are, and how many of them wait.
    pub contests: (usize, usize),
}

/// A contest that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Its id: whoever holds it may ask what became of it.
    pub contest: String,
    /// Until when it is answered, RFC 3339.
    pub due: String,
    /// The term.
    pub term: Term,
    /// The statement in the ledger.
    pub statement: String,
}

/// What became of a contest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContestShown {
    /// Its id.
    pub contest: String,
    /// When it came, RFC 3339.
    pub received: String,
    /// Until when it is answered, RFC 3339.
    pub due: String,
    /// The term as it was told.
    pub term: Option<Term>,
    /// `open`, or the outcome, in the word of `register::Outcome`.
    pub state: String,
    /// Whether it waits beyond its term.
    pub overdue: bool,
    /// Why it was decided so; not there where it is not decided, or was erased.
    pub reason: Option<String>,
    /// The contest's statement in the ledger.
    pub statement: String,
    /// The outcome's statement in the ledger.
    pub outcome_statement: Option<String>,
}

/// Why nothing is told or taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecourseFault {
    /// The receipt has as many open contests as it may have.
    #[error("this receipt has as many open contests as it may have; wait for an answer")]
    TooMany,
    /// The books cannot be read or written now.
    #[error("contests cannot be read or kept now; try again later")]
    Unavailable,
}

/// Recourse.
pub trait Recourse: Send + Sync {
    /// What is known about a receipt; `None` where no request has it.
    fn told<'a>(
        &'a self,
        receipt: &'a ReceiptId,
    ) -> BoxFuture<'a, Result<Option<Told>, RecourseFault>>;

    /// Takes a contest into the queue of people; `None` where no request has this receipt.
    fn contest<'a>(
        &'a self,
        receipt: &'a ReceiptId,
        text: &'a str,
        language: Language,
    ) -> BoxFuture<'a, Result<Option<Taken>, RecourseFault>>;

    /// What became of a contest of this receipt.
    fn contested<'a>(
        &'a self,
        receipt: &'a ReceiptId,
        contest: &'a str,
    ) -> BoxFuture<'a, Result<Option<ContestShown>, RecourseFault>>;
}
