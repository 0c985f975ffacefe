//! Receipts: the entries of one request or one statement, each with the proof that it is in the ledger.

use serde::{Deserialize, Serialize};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::entry::{Entry, EntryError};
use crate::hash::{Hash, leaf_hash};
use crate::proof::verify_inclusion;
use crate::receipt_id::ReceiptId;
use crate::signing::PublicKey;

/// What the owner of a request gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The request.
    pub receipt: ReceiptId,
    /// Its entries, oldest first.
    pub entries: Vec<ReceiptEntry>,
    /// The checkpoint that the proofs lead to.
    pub checkpoint: String,
}

/// One entry of a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptEntry {
    /// Its place in the ledger, from 0.
    pub index: u64,
    /// The entry, byte for byte.
    pub body: String,
    /// What opens the commitment of an egress; for the owner alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce_hex: Option<String>,
    /// The hashes from the entry up to the root.
    pub proof: Vec<Hash>,
}

/// Why a receipt proves nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The checkpoint is not the ledger's.
    #[error("the receipt's checkpoint does not hold")]
    Checkpoint(#[source] CheckpointError),
    /// An entry is not in the tree of the checkpoint.
    #[error("entry {index} of the receipt is not in the ledger that the checkpoint signs")]
    NotIncluded {
        /// The entry's claimed place.
        index: u64,
    },
    /// An entry is no entry.
    #[error("entry {index} of the receipt cannot be read")]
    Entry {
        /// The entry's claimed place.
        index: u64,
        /// Why.
        #[source]
        cause: EntryError,
    },
    /// An entry is another request's.
    #[error("entry {index} belongs to another request")]
    ForeignEntry {
        /// The entry's claimed place.
        index: u64,
    },
    /// There is nothing in it.
    #[error("the receipt has no entries")]
    Empty,
}

impl Receipt {
    /// Checks every entry against the checkpoint and the checkpoint against `key`; gives the entries.
    pub fn verify(&self, key: &PublicKey) -> Result<Vec<Entry>, ReceiptError> {
        let checkpoint =
            Checkpoint::verify(&self.checkpoint, key).map_err(ReceiptError::Checkpoint)?;
        if self.entries.is_empty() {
            return Err(ReceiptError::Empty);
        }
        self.entries.iter().map(|entry| self.verify_entry(entry, &checkpoint)).collect()
    }

    fn verify_entry(
        &self,
        given: &ReceiptEntry,
        checkpoint: &Checkpoint,
    ) -> Result<Entry, ReceiptError> {
        let index = given.index;
        let leaf = leaf_hash(given.body.as_bytes());
        if !verify_inclusion(leaf, index, checkpoint.size, &given.proof, &checkpoint.root) {
            return Err(ReceiptError::NotIncluded { index });
        }
        let entry = Entry::from_bytes(given.body.as_bytes())
            .map_err(|cause| ReceiptError::Entry { index, cause })?;
        let owner = match &entry {
            Entry::Egress(egress) => &egress.receipt,
            Entry::Answer(answer) => &answer.receipt,
            Entry::Statement(statement) => &statement.receipt,
            Entry::Genesis(_) => return Err(ReceiptError::ForeignEntry { index }),
        };
        if *owner == self.receipt { Ok(entry) } else { Err(ReceiptError::ForeignEntry { index }) }
    }
}
