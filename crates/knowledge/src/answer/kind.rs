//! What kind of thing a question asks for, and whether a text holds a thing of that kind.

use std::collections::BTreeSet;

use language::analyze::{TermKind, terms};

use super::phrases::Phrases;

/// What a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An amount.
    Price,
    /// A span of time.
    Duration,
    /// A day, a date, an hour.
    When,
    /// A list of papers.
    Papers,
    /// Anything else.
    Other,
}

impl Kind {
    /// The kind of a question that is about these concepts.
    pub(super) fn of(concepts: &[String]) -> Self {
        let holds = |ids: &[&str]| concepts.iter().any(|concept| ids.contains(&concept.as_str()));
        // A price's word (`combien`) begins the words for a duration (`combien de temps`), so that goes first.
        if holds(&["how-long", "deadline"]) {
            Self::Duration
        } else if holds(&["price", "free"]) {
            Self::Price
        } else if holds(&["when", "opening-hours", "day"]) {
            Self::When
        } else if holds(&["documents-needed"]) {
            Self::Papers
        } else {
            Self::Other
        }
    }
}

/// Units by which amounts and durations are told, folded.
#[derive(Debug, Clone, Default)]
pub(super) struct UnitWords {
    money: BTreeSet<String>,
    time: BTreeSet<String>,
}

impl UnitWords {
    pub(super) fn of(phrases: &Phrases) -> Self {
        let folded = |id| phrases.spellings(id).map(words_of).filter_map(|mut words| words.pop());
        Self { money: folded("unit-money").collect(), time: folded("unit-time").collect() }
    }

    /// Whether a text holds something of the kind. Everything holds something of no particular kind.
    pub(super) fn answers(&self, kind: Kind, text: &str) -> bool {
        let words = words_of(text);
        let number = text.chars().any(char::is_numeric);
        match kind {
            Kind::Price => words.iter().any(|word| self.money.contains(word)),
            Kind::Duration => words.iter().any(|word| self.time.contains(word)),
            Kind::When => number || words.iter().any(|word| self.time.contains(word)),
            Kind::Papers | Kind::Other => true,
        }
    }
}

fn words_of(text: &str) -> Vec<String> {
    terms(text, None)
        .into_iter()
        .filter(|term| term.kind == TermKind::Word)
        .map(|term| term.text)
        .collect()
}

/// The numbers of a text, in European digits, as a set.
pub(super) fn numbers(text: &str) -> BTreeSet<String> {
    let mut numbers = BTreeSet::new();
    let mut number = String::new();
    for letter in text.chars().chain([' ']) {
        if let Some(digit) = language::digits::digit_value(letter) {
            number.push(char::from(b'0' + digit));
        } else if !number.is_empty() {
            numbers.insert(std::mem::take(&mut number));
        }
    }
    numbers
}
