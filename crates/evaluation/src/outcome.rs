//! How one item ended with one respondent.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How it ended. Only what was answered is judged; the others are counted apart, never as wrong in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There is a whole answer.
    Answered,
    /// The respondent declined, or a rule did.
    Refused,
    /// The answer ended at the limit of tokens, or broke off.
    Truncated,
    /// There is no answer: the respondent failed.
    Error,
}

impl Outcome {
    /// The word in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Truncated => "truncated",
            Self::Error => "error",
        }
    }
}

/// How an option was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By what was written.
    Generation,
    /// By log-likelihoods.
    Likelihood,
}

/// One item, one respondent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judged {
    /// The task.
    pub task: String,
    /// Who was asked.
    pub respondent: String,
    /// The item.
    pub item: String,
    /// The item's language.
    pub language: String,
    /// What its counterparts in other languages have in common with it.
    pub group: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// How the answer came about.
    pub way: Way,
    /// What was written, or the option with the highest likelihood.
    pub answer: Option<String>,
    /// Why there is no answer.
    pub reason: Option<String>,
    /// Whether there is an answer in which no option can be read. It counts as wrong, and is shown apart.
    pub unread: bool,
    /// The value of each metric by its name, where the item is judged, rounded to millionths.
    pub values: BTreeMap<String, f64>,
}

/// Rounded to millionths, so that a manifest reads the same everywhere.
pub fn rounded(value: f64) -> f64 {
    let rounded = (value * 1e6).round() / 1e6;
    // There is one zero.
    if rounded == 0.0 { 0.0 } else { rounded }
}
