//! Statements: that something was stated, at what time, and which bytes it was. The thing itself stays where
//! it is kept; the ledger has its digest.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::hash::Hash;
use crate::receipt_id::ReceiptId;

/// Something that was stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Its own name, by which a receipt can be asked for.
    pub receipt: ReceiptId,
    /// Milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// What kind of thing it is.
    pub kind: StatementKind,
    /// Which thing: the name of a study, of a register's entry, the receipt that is contested. Never a text
    /// that a person wrote.
    pub subject: String,
    /// Binds the thing's bytes: `document_digest` for what may be read by all, a `Commitment`'s hash for
    /// what a person wrote, since whoever guesses a short text could else see that the guess is right.
    pub digest: Hash,
    /// The project that it concerns; none where it concerns the installation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
}

/// What can be stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// The manifest of a study's run.
    Study,
    /// A version of an entry of the public register, published or withdrawn.
    Register,
    /// Somebody contests what a request led to.
    Contest,
    /// What became of a contest.
    Outcome,
}

impl StatementKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Study, Self::Register, Self::Contest, Self::Outcome];

    /// The word in an entry.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Study => "study",
            Self::Register => "register",
            Self::Contest => "contest",
            Self::Outcome => "outcome",
        }
    }
}

/// SHA-256 of a document that may be read by all, byte for byte as it is published: what `sha256sum` prints.
pub fn document_digest(bytes: &[u8]) -> Hash {
    Hash(Sha256::digest(bytes).into())
}
