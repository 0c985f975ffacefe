//! Checkpoints: the signed state of the ledger, as C2SP tlog-checkpoint and signed-note write it.
//!
//! ```text
//! igudar/4f6c…        the origin
//! 1042                the number of entries
//! CsUYap…=            the root, in base64
//!
//! — igudar/4f6c… aBcD…
//! ```

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::hash::Hash;
use crate::signing::{CheckpointSigner, PublicKey};

/// What a checkpoint says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose ledger.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A note that is no valid checkpoint of the expected signer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a signed note, or its text is not a checkpoint.
    #[error("not a checkpoint: a signed note with origin, size and root is expected")]
    Malformed,
    /// Another ledger's.
    #[error("the checkpoint belongs to another ledger")]
    WrongOrigin,
    /// No signature of the key over this text.
    #[error("the checkpoint carries no valid signature of the ledger's key")]
    BadSignature,
}

impl Checkpoint {
    /// The signed note.
    pub fn sign(size: u64, root: &Hash, signer: &CheckpointSigner) -> String {
        let root = STANDARD.encode(root.0);
        signer.sign_note(&format!("{}\n{size}\n{root}\n", signer.origin()))
    }

    /// Reads a note **without** checking its signature.
    pub fn parse_unverified(note: &str) -> Result<Self, CheckpointError> {
        Ok(split(note)?.0)
    }

    /// Reads a note and checks that `key` signed it.
    pub fn verify(note: &str, key: &PublicKey) -> Result<Self, CheckpointError> {
        let (checkpoint, text, signatures) = split(note)?;
        if checkpoint.origin != key.name() {
            return Err(CheckpointError::WrongOrigin);
        }
        if !key.verifies(text, signatures) {
            return Err(CheckpointError::BadSignature);
        }
        Ok(checkpoint)
    }
}

/// The checkpoint, the signed text and the signature lines of a note.
fn split(note: &str) -> Result<(Checkpoint, &str, &str), CheckpointError> {
    let malformed = CheckpointError::Malformed;
    let blank = note.rfind("\n\n").ok_or(malformed)?;
    let (text, rest) = note.split_at_checked(blank + 1).ok_or(malformed)?;
    let signatures = rest.strip_prefix('\n').ok_or(malformed)?;
    if !signatures.ends_with('\n') {
        return Err(malformed);
    }
    let mut lines = text.split('\n');
    let (Some(origin), Some(size), Some(root), Some("")) =
        (lines.next(), lines.next(), lines.next(), lines.next())
    else {
        return Err(malformed);
    };
    // Extension lines would stand here; this ledger writes none, and what it did not write it does not read.
    if lines.next().is_some() || origin.is_empty() {
        return Err(malformed);
    }
    let number: u64 = size.parse().map_err(|_| malformed)?;
    if number.to_string() != size {
        return Err(malformed);
    }
    let root = STANDARD.decode(root).map_err(|_| malformed)?;
    let root = Hash(root.try_into().map_err(|_| malformed)?);
    Ok((Checkpoint { origin: origin.to_owned(), size: number, root }, text, signatures))
}
