//! The export of a ledger and its verification without the ledger.
//!
//! One JSON object a line: a header, the entries in order, a footer with the checkpoint.
//! ```text
//! {"format":"igudar-ledger-1","origin":"igudar/…","public_key":"…"}
//! {"index":0,"body":"{\"entry\":\"genesis\",…}","leaf":"…"}
//! {"checkpoint":"igudar/…\n1\n…\n\n— igudar/… …\n"}
//! ```
//! A line is accepted only byte for byte as `Export` writes it, so every changed byte shows. What an export
//! proves, it proves against its checkpoint; that the whole was not written anew with another key, only a
//! checkpoint or a public key that somebody else kept can show.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::entry::Entry;
use crate::hash::{Hash, leaf_hash};
use crate::receipt_id::ReceiptId;
use crate::signing::{PublicKey, PublicKeyError};
use crate::tree::Tree;

/// The name of this format.
pub const FORMAT: &str = "igudar-ledger-1";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    format: String,
    origin: String,
    public_key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    index: u64,
    body: String,
    leaf: Hash,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Footer {
    checkpoint: String,
}

/// The first line, without its line break.
pub fn header_line(key: &PublicKey) -> String {
    written(&Header {
        format: FORMAT.to_owned(),
        origin: key.name().to_owned(),
        public_key: key.to_string(),
    })
}

/// The line of an entry. `leaf` is the hash that the tree holds, not one computed from `body`: so an entry
/// that was changed in the store is named.
pub fn entry_line(index: u64, body: &str, leaf: Hash) -> String {
    written(&Line { index, body: body.to_owned(), leaf })
}

/// The last line.
pub fn footer_line(checkpoint: &str) -> String {
    written(&Footer { checkpoint: checkpoint.to_owned() })
}

/// Serialising strings and integers into memory has no way to fail.
fn written<T: Serialize>(line: &T) -> String {
    serde_json::to_string(line).unwrap_or_default()
}

/// Reads a line that `written` wrote, and no other spelling of it.
fn read<'l, T: Serialize + Deserialize<'l>>(line: &'l str) -> Option<T> {
    let value: T = serde_json::from_str(line).ok()?;
    (written(&value) == line).then_some(value)
}

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there is one verdict, at the end")]
pub enum Verdict {
    /// Everything holds.
    Intact {
        /// The checkpoint that the entries lead to.
        checkpoint: Checkpoint,
        /// Who signed it.
        public_key: PublicKey,
    },
    /// Something does not hold; the first thing is named.
    Broken(Fault),
}

impl Verdict {
    /// Whether everything holds.
    pub fn is_intact(&self) -> bool {
        matches!(self, Self::Intact { .. })
    }
}

/// The first thing in an export that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The first line is not a header.
    #[error("the first line is not the header of an `igudar-ledger-1` export")]
    Header,
    /// The key in the header cannot be read.
    #[error("the public key in the header cannot be read: {0}")]
    HeaderKey(PublicKeyError),
    /// The header's key is not the one the verifier was told to trust.
    #[error("the export is signed with another key than the trusted one")]
    UntrustedKey,
    /// A line is no entry as Igudar writes it.
    #[error("entry {index} (line {line}) is damaged: the line is not as Igudar writes it")]
    EntryLine {
        /// The entry that should stand there.
        index: u64,
        /// The line's number, from 1.
        line: u64,
    },
    /// An entry stands at another's place.
    #[error("entry {expected} is missing or out of order: entry {found} stands in its place")]
    EntryOrder {
        /// The entry that should stand there.
        expected: u64,
        /// The one that does.
        found: u64,
    },
    /// The body does not have the hash that the tree holds.
    #[error("entry {index} was changed: its content does not have the hash that the tree holds")]
    EntryChanged {
        /// The entry.
        index: u64,
    },
    /// The first entry does not found this ledger.
    #[error("entry 0 does not found this ledger: it names another origin or key than the header")]
    Genesis,
    /// An entry is none that Igudar writes.
    #[error("entry {index} is no entry that Igudar writes")]
    EntryContent {
        /// The entry.
        index: u64,
    },
    /// An answer to nothing that was sent, or a second one.
    #[error("entry {index} answers an egress that is not there or is answered already")]
    Unasked {
        /// The entry.
        index: u64,
    },
    /// There is no footer.
    #[error("the export is cut off after {entries} entries: the checkpoint at its end is missing")]
    CutOff {
        /// How many entries there are.
        entries: u64,
    },
    /// The footer's checkpoint does not hold.
    #[error("the checkpoint at the end: {0}")]
    Checkpoint(CheckpointError),
    /// The checkpoint counts more or fewer entries.
    #[error("the checkpoint signs {signed} entries, the export has {entries}")]
    EntryCount {
        /// As signed.
        signed: u64,
        /// As found.
        entries: u64,
    },
    /// Entries and their hashes agree with each other, but not with the signed root.
    #[error(
        "the entries do not lead to the signed root: at least one was rewritten together with its hash"
    )]
    Root,
    /// Something follows the footer.
    #[error("line {line} follows the checkpoint, which must be the last line")]
    AfterFooter {
        /// The line's number, from 1.
        line: u64,
    },
    /// The saved checkpoint does not hold by itself.
    #[error("the saved checkpoint: {0}")]
    SavedCheckpoint(CheckpointError),
    /// The saved checkpoint signs entries that are gone.
    #[error("entries are missing: the saved checkpoint signs {saved}, the export has {entries}")]
    Shortened {
        /// As saved.
        saved: u64,
        /// As found.
        entries: u64,
    },
    /// The first entries are not the ones that the saved checkpoint signs.
    #[error(
        "the first {saved} entries are not those of the saved checkpoint: the ledger was rewritten"
    )]
    Rewritten {
        /// The saved checkpoint's number of entries.
        saved: u64,
    },
}

/// Verifies an export, line by line without their line breaks; compares it with a checkpoint that somebody
/// saved, for this size or a smaller one.
pub fn verify_export<L: AsRef<str>>(
    lines: impl IntoIterator<Item = L>,
    saved_checkpoint: Option<&str>,
) -> Verdict {
    let mut verifier = ExportVerifier::new(saved_checkpoint, None);
    for line in lines {
        if let Err(fault) = verifier.line(line.as_ref()) {
            return Verdict::Broken(fault);
        }
    }
    verifier.finish()
}

/// Verification for a reader of its own, one line at a time, in constant memory.
#[derive(Debug)]
pub struct ExportVerifier {
    saved: Option<Result<Checkpoint, CheckpointError>>,
    saved_note: Option<String>,
    trusted: Option<PublicKey>,
    line: u64,
    key: Option<PublicKey>,
    tree: Tree,
    /// The root when the tree had the saved checkpoint's size.
    root_at_saved: Option<Hash>,
    signed: Option<Checkpoint>,
    /// What was sent and is not answered yet.
    unanswered: BTreeSet<(ReceiptId, u32)>,
}

impl ExportVerifier {
    /// Compares with a saved checkpoint and a trusted key where they are given.
    pub fn new(saved_checkpoint: Option<&str>, trusted: Option<PublicKey>) -> Self {
        Self {
            saved: saved_checkpoint.map(Checkpoint::parse_unverified),
            saved_note: saved_checkpoint.map(str::to_owned),
            trusted,
            line: 0,
            key: None,
            tree: Tree::new(),
            root_at_saved: None,
            signed: None,
            unanswered: BTreeSet::new(),
        }
    }

    /// Takes the next line as the bytes of a file, without its line break. Bytes that are no UTF-8 stand in
    /// no line that Igudar writes.
    pub fn line_bytes(&mut self, line: &[u8]) -> Result<(), Fault> {
        match std::str::from_utf8(line) {
            Ok(line) => self.line(line),
            Err(_) => self.line("\u{fffd}"),
        }
    }

    /// Takes the next line, without its line break.
    pub fn line(&mut self, line: &str) -> Result<(), Fault> {
        self.line += 1;
        if self.signed.is_some() {
            return Err(Fault::AfterFooter { line: self.line });
        }
        let Some(key) = &self.key else { return self.header(line) };
        if line.starts_with("{\"checkpoint\"") {
            let footer: Footer = read(line).ok_or(Fault::Checkpoint(CheckpointError::Malformed))?;
            let signed = Checkpoint::verify(&footer.checkpoint, key).map_err(Fault::Checkpoint)?;
            self.signed = Some(signed);
            return Ok(());
        }
        self.entry(line)
    }

    /// The verdict, once every line was taken.
    pub fn finish(self) -> Verdict {
        match self.conclude() {
            Ok((checkpoint, public_key)) => Verdict::Intact { checkpoint, public_key },
            Err(fault) => Verdict::Broken(fault),
        }
    }

    fn header(&mut self, line: &str) -> Result<(), Fault> {
        let header: Header = read(line).ok_or(Fault::Header)?;
        if header.format != FORMAT {
            return Err(Fault::Header);
        }
        let key = PublicKey::parse(&header.public_key).map_err(Fault::HeaderKey)?;
        if header.origin != key.name() {
            return Err(Fault::Header);
        }
        if self.trusted.as_ref().is_some_and(|trusted| *trusted != key) {
            return Err(Fault::UntrustedKey);
        }
        if let Some(note) = &self.saved_note {
            let verified = Checkpoint::verify(note, &key).map_err(Fault::SavedCheckpoint)?;
            self.saved = Some(Ok(verified));
        }
        self.key = Some(key);
        self.remember_root();
        Ok(())
    }

    fn entry(&mut self, line: &str) -> Result<(), Fault> {
        let index = self.tree.size();
        let entry: Line = read(line).ok_or(Fault::EntryLine { index, line: self.line })?;
        if entry.index != index {
            return Err(Fault::EntryOrder { expected: index, found: entry.index });
        }
        if leaf_hash(entry.body.as_bytes()) != entry.leaf {
            return Err(Fault::EntryChanged { index });
        }
        self.content(index, &entry.body)?;
        self.tree.append(entry.leaf);
        // The tiles go nowhere here; taking them keeps memory constant.
        drop(self.tree.take_tile_writes());
        self.remember_root();
        Ok(())
    }

    /// What the entries say must be possible: a genesis of this ledger first, and one answer for each egress.
    fn content(&mut self, index: u64, body: &str) -> Result<(), Fault> {
        let entry =
            Entry::from_bytes(body.as_bytes()).map_err(|_| Fault::EntryContent { index })?;
        match entry {
            Entry::Genesis(genesis) => {
                let key = self.key.as_ref().map(ToString::to_string);
                let founds = index == 0
                    && key.is_some_and(|key| {
                        key == genesis.public_key && key.starts_with(&genesis.origin)
                    });
                if !founds {
                    return Err(Fault::Genesis);
                }
            }
            _ if index == 0 => return Err(Fault::Genesis),
            Entry::Egress(egress) => {
                if !self.unanswered.insert((egress.receipt, egress.attempt)) {
                    return Err(Fault::EntryContent { index });
                }
            }
            Entry::Answer(answer) => {
                if !self.unanswered.remove(&(answer.receipt, answer.attempt)) {
                    return Err(Fault::Unasked { index });
                }
            }
            Entry::Statement(_) => {}
        }
        Ok(())
    }

    fn remember_root(&mut self) {
        if let Some(Ok(saved)) = &self.saved
            && saved.size == self.tree.size()
        {
            self.root_at_saved = Some(self.tree.root());
        }
    }

    fn conclude(self) -> Result<(Checkpoint, PublicKey), Fault> {
        let entries = self.tree.size();
        let Some(key) = self.key else { return Err(Fault::Header) };
        let Some(signed) = self.signed else { return Err(Fault::CutOff { entries }) };
        if signed.size != entries {
            return Err(Fault::EntryCount { signed: signed.size, entries });
        }
        if signed.root != self.tree.root() {
            return Err(Fault::Root);
        }
        if let Some(saved) = self.saved {
            let saved = saved.map_err(Fault::SavedCheckpoint)?;
            let Some(root) = self.root_at_saved else {
                return Err(Fault::Shortened { saved: saved.size, entries });
            };
            if root != saved.root {
                return Err(Fault::Rewritten { saved: saved.size });
            }
        }
        Ok((signed, key))
    }
}
