//! What the finder reports.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use language::{ByteSpan, OffsetConverter, OffsetUnit};
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

    /// The type named `name`, where the name is one that a label can hold: small letters a–z and
    /// underscores.
    pub fn that_labels_hold(name: &str) -> Option<Self> {
        let plain = name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.chars().all(|character| character.is_ascii_lowercase() || character == '_')
            && !name.ends_with('_')
            && name.len() <= 40;
        plain.then(|| Self::new(name))
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

/// A finding as an edge shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownFinding {
    /// What.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Where it begins, in the unit that was asked for.
    pub start: usize,
    /// The first position behind it.
    pub end: usize,
    /// How sure, from 0 to 1.
    pub score: f64,
    /// Why, where that was asked for. Never holds the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Cow<'static, str>>,
}

/// The findings of a text in the form in which edges show them.
pub fn shown(text: &str, findings: &[Finding], unit: OffsetUnit, why: bool) -> Vec<ShownFinding> {
    let mut converter = OffsetConverter::new(text, unit);
    let shown = findings.iter().map(|finding| {
        let (start, end) = converter.span(finding.span);
        ShownFinding {
            kind: finding.kind.clone(),
            start,
            end,
            score: f64::from(finding.score) / 100.0,
            why: why.then(|| finding.reason.clone()),
        }
    });
    shown.collect()
}
