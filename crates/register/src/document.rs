//! What is published: the entry, what ran at that moment, what the ledger had counted. Its bytes are what the
//! ledger's digest binds.

use serde::{Deserialize, Serialize};

use crate::entry::Entry;
use crate::facts::{Facts, Traffic};

/// The name of the form.
pub const DOCUMENT_FORMAT: &str = "igudar-register-1";

/// One version of an entry, as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// `igudar-register-1`.
    pub format: String,
    /// The version of this entry, from 1.
    pub version: u32,
    /// When, RFC 3339.
    pub published: String,
    /// The entry.
    pub entry: Entry,
    /// What ran.
    pub runs: Facts,
    /// What was counted until then.
    pub counted: Traffic,
}

impl Document {
    /// The bytes to publish and to bind: JSON without spaces, members in the order of the struct.
    pub fn to_text(&self) -> String {
        // Strings, numbers, lists and maps with string keys have no way to fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads it back.
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}
