//! The lines of the ledger. An entry holds counts, names and hashes, never a value that was found.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::hash::Hash;
use crate::receipt_id::ReceiptId;
use crate::statement::Statement;

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum Entry {
    /// The first line: whose ledger it is.
    Genesis(Genesis),
    /// A request that may leave.
    Egress(Egress),
    /// How that request ended.
    Answer(Answer),
    /// Something that was stated: a study, a register's entry, a contest, its outcome.
    Statement(Statement),
}

/// The first line of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Genesis {
    /// The origin in every checkpoint, `igudar/<installation>`.
    pub origin: String,
    /// The key that signs, as a C2SP verifier key.
    pub public_key: String,
    /// Milliseconds since the Unix epoch.
    pub time_ms: i64,
}

/// A request on its way to a destination. Durable before its first byte leaves (law 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Egress {
    /// The request.
    pub receipt: ReceiptId,
    /// Which try, from 1: each retry and each fallback is an egress of its own.
    pub attempt: u32,
    /// Milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// Who pays and answers.
    pub project: String,
    /// The key's name, not the key.
    pub key_id: String,
    /// The path of the operation.
    pub route: String,
    /// The destination's name.
    pub destination: String,
    /// The model's name there.
    pub model: String,
    /// The country of the destination, or `here`.
    pub place: String,
    /// The name of the policy that was applied.
    pub policy: String,
    /// The class of the content.
    pub class: String,
    /// How many values of each type were found.
    pub findings: BTreeMap<String, u32>,
    /// Binds the bytes that were sent.
    pub commitment: Commitment,
    /// How many bytes were sent.
    pub bytes: u64,
    /// What was reserved: the upper bound of the cost, in millionths of the currency unit.
    pub reserved_micro: i64,
}

/// How an egress ended. Durable before the last byte of the answer goes to the caller (law 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The request.
    pub receipt: ReceiptId,
    /// Which try.
    pub attempt: u32,
    /// Milliseconds since the Unix epoch.
    pub time_ms: i64,
    /// How it ended.
    pub outcome: Outcome,
    /// Tokens of the request.
    pub prompt_tokens: u64,
    /// Tokens of the answer.
    pub completion_tokens: u64,
    /// Where the two counts come from.
    pub usage: UsageSource,
    /// What was charged, in millionths of the currency unit.
    pub cost_micro: i64,
    /// How many values of each type were put back.
    pub restored: BTreeMap<String, u32>,
    /// Values that the model wrote by itself (the request did not hold them), by type. They are kept: this
    /// count is what the output policy does with them.
    pub written: BTreeMap<String, u32>,
    /// The status of the destination's answer, when there was one.
    pub http_status: Option<u16>,
}

/// How an egress ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The whole answer came.
    Complete,
    /// The stream died before its end.
    Truncated,
    /// The caller went away.
    Cancelled,
    /// There was no usable answer.
    Failed,
    /// Igudar itself stopped before the end; written at the next start.
    Interrupted,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 5] =
        [Self::Complete, Self::Truncated, Self::Cancelled, Self::Failed, Self::Interrupted];

    /// The word in an entry.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Truncated => "truncated",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

/// Where the counts of tokens come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageSource {
    /// The destination counted.
    Measured,
    /// Igudar counted what it saw of an answer that broke off.
    Estimated,
    /// Nobody knows: the whole reservation is charged, and the counts are zero.
    Bound,
}

/// SHA-256(nonce ‖ bytes sent). Whoever holds the nonce and the bytes can show that these bytes left;
/// without the nonce nobody can guess them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Commitment(Hash);

impl Commitment {
    /// Commits to `bytes`.
    pub fn new(nonce: &[u8; 32], bytes: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(nonce);
        hasher.update(bytes);
        Self(Hash(hasher.finalize().into()))
    }

    /// The hash, for an entry that carries it as a digest.
    pub fn hash(&self) -> Hash {
        self.0
    }

    /// Whether `nonce` and `bytes` are what was committed to.
    pub fn opens_with(&self, nonce: &[u8; 32], bytes: &[u8]) -> bool {
        *self == Self::new(nonce, bytes)
    }
}

/// The bytes are not an entry.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Not JSON of an entry.
    #[error("not an entry of the ledger")]
    Unreadable(#[source] serde_json::Error),
    /// Readable, but written otherwise than Igudar writes it.
    #[error("an entry that is not in its canonical form")]
    NotCanonical,
}

impl Entry {
    /// The leaf: JSON without spaces, the members in the order of the struct, maps sorted by key.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Serialising strings, integers and maps with string keys into memory has no way to fail.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads a leaf; only the exact bytes that `to_bytes` writes are accepted.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        let entry: Self = serde_json::from_slice(bytes).map_err(EntryError::Unreadable)?;
        if entry.to_bytes() == bytes { Ok(entry) } else { Err(EntryError::NotCanonical) }
    }
}
