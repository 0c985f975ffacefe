//! What the finder reports.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use language::ByteSpan;
use serde::{Deserialize, Serialize};

/// A type of personal value, named as the annotation guidelines name it (`person`, `cin`,
/// `date_of_birth` …). Types are data of the country pack, hence a string and not an enum.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kind(Arc<str>);

impl Kind {
    /// The type named `name`.
    pub fn new(name: &str) -> Self {
        Self(Arc::from(name))
    }

    /// The name, in lower case with underscores.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A span of a text that holds a personal value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where, in bytes of the source text.
    pub span: ByteSpan,
    /// What.
    pub kind: Kind,
    /// How sure, in percent (0–100).
    pub score: u8,
    /// Why: rule, context word, check digit. Never holds the value.
    pub reason: Cow<'static, str>,
}
