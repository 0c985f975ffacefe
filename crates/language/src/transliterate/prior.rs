//! What Arabic words look like: an n-gram model of letters and a list of known words, both in
//! sixteenths of a nat.

use super::letters::{BOUNDARY, key};
use super::model::ModelError;
use super::table::Table;

/// What a word costs more that is not in the list of known words.
const UNKNOWN: i32 = 16;
/// What a letter costs that no training word has.
const UNSEEN: i32 = 200;
/// Letters before a letter that its cost depends on.
pub(super) const HISTORY: u32 = 4;

/// Prefixes written together with a word, and what a known word with them costs more than by itself.
const PREFIXES: [(&str, i32); 12] = [
    ("ال", 12),
    ("و", 40),
    ("ف", 40),
    ("ب", 40),
    ("ل", 40),
    ("د", 48),
    ("كي", 24),
    ("كت", 24),
    ("كن", 24),
    ("غا", 28),
    ("ما", 32),
    ("لل", 40),
];

/// The model of words.
#[derive(Debug, Clone, Default)]
pub(super) struct Prior {
    /// From packed letters to the cost of the last after the others (low byte) and of leaving them
    /// behind (high byte).
    grams: Table,
    /// From keys of words to their cost.
    words: Table,
    prefixes: Vec<(Vec<u8>, i32)>,
}

/// The letters a word begins with, packed.
pub(super) const BEGINNING: u32 = BOUNDARY as u32;

/// The history after one more letter.
#[inline]
pub(super) fn after(history: u32, letter: u8) -> u32 {
    (history << 6 | u32::from(letter)) & ((1 << (6 * HISTORY)) - 1)
}

/// The history without its first letter.
#[inline]
pub(super) fn shorter(history: u32) -> u32 {
    let letters = (32 - history.leading_zeros()).div_ceil(6);
    if letters <= 1 { 0 } else { history & ((1 << (6 * (letters - 1))) - 1) }
}

impl Prior {
    pub(super) fn new(grams: Table, words: Table) -> Self {
        let prefixes = PREFIXES
            .iter()
            .filter_map(|(prefix, cost)| Some((super::letters::numbers(prefix)?, *cost)))
            .collect();
        Self { grams, words, prefixes }
    }

    /// What `letter` costs after `history`.
    #[inline]
    pub(super) fn letter(&self, history: u32, letter: u8) -> i32 {
        let mut history = history;
        let mut cost = 0;
        loop {
            if let Some(found) = self.grams.get(history << 6 | u32::from(letter)) {
                return cost + i32::from(found & 0xFF);
            }
            if history == 0 {
                return cost + UNSEEN;
            }
            cost += self.grams.get(history).map_or(0, |found| i32::from(found >> 8));
            history = shorter(history);
        }
    }

    /// What a whole word costs whose letters cost `spelled`.
    pub(super) fn word(&self, letters: &[u8], spelled: i32) -> i32 {
        let mut cost = spelled + UNKNOWN;
        if let Some(own) = self.words.get(key(letters)) {
            cost = cost.min(i32::from(own));
        }
        for (prefix, more) in &self.prefixes {
            if let Some(rest) = letters.strip_prefix(prefix.as_slice())
                && rest.len() > 1
                && let Some(own) = self.words.get(key(rest))
            {
                cost = cost.min(i32::from(own) + more);
            }
        }
        cost
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        self.grams.write(out);
        self.words.write(out);
    }

    pub(super) fn read(bytes: &mut &[u8]) -> Result<Self, ModelError> {
        Ok(Self::new(Table::read(bytes)?, Table::read(bytes)?))
    }
}
