//! The sequence model: integer weights of hashed features, best path by Viterbi.
//!
//! Integer sums give the same labels on every machine.

use super::features::{TABLE_BITS, may_be_name, state_features, step_features};
use super::notes::Note;
use super::vocabulary::{read_number, write_number};

/// What a token is: outside, at the beginning of a name, inside one.
pub const LABELS: usize = 3;
/// Outside of names.
pub const OUTSIDE: usize = 0;
/// First token of a name.
pub const BEGIN: usize = 1;
/// Further token of a name.
pub const INSIDE: usize = 2;

/// The scores of a token that cannot be part of a name.
const CERTAINLY_OUTSIDE: Scores = [0, -1_000_000, -1_000_000];

/// Scores of the labels of one token.
pub type Scores = [i32; LABELS];

/// The weights, one row a feature.
#[derive(Debug, Clone)]
pub struct Weights {
    rows: Vec<[i8; 4]>,
}

impl Default for Weights {
    fn default() -> Self {
        Self { rows: vec![[0; 4]; 1 << TABLE_BITS] }
    }
}

impl Weights {
    /// Reads the written form; whatever does not follow it ends the reading.
    pub fn read(bytes: &[u8]) -> Self {
        let mut weights = Self::default();
        let mut index = 0_u64;
        let mut rest = bytes;
        while let Some((delta, after)) = read_number(rest) {
            let Some((row, after)) = after.split_at_checked(LABELS) else { break };
            index = index.wrapping_add(delta);
            let slot = usize::try_from(index).ok().and_then(|index| weights.rows.get_mut(index));
            let Some(slot) = slot else { break };
            for (weight, byte) in slot.iter_mut().zip(row) {
                *weight = i8::from_le_bytes([*byte]);
            }
            rest = after;
        }
        weights
    }

    /// The weights of these rows.
    pub fn of(rows: Vec<[i8; 4]>) -> Self {
        Self { rows }
    }

    /// The written form: what is zero is left out.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut last = 0;
        for (index, row) in self.rows.iter().enumerate().filter(|(_, row)| **row != [0; 4]) {
            write_number(u64::try_from(index - last).unwrap_or(0), &mut bytes);
            bytes.extend(row.iter().take(LABELS).map(|weight| weight.to_le_bytes()[0]));
            last = index;
        }
        bytes
    }

    fn add(&self, feature: usize, scores: &mut Scores) {
        if let Some(row) = self.rows.get(feature) {
            for (score, weight) in scores.iter_mut().zip(row) {
                *score += i32::from(*weight);
            }
        }
    }

    /// The best labels of the tokens, each label's score raised by its `bias`.
    pub fn labels(&self, notes: &[Note], bias: Scores) -> Vec<usize> {
        let weighed = |index: usize| notes.get(index).is_some_and(may_be_name);
        best_path(
            notes.len(),
            |index| {
                let mut scores = bias;
                if !weighed(index) {
                    return CERTAINLY_OUTSIDE;
                }
                state_features(notes, index, |feature| self.add(feature, &mut scores));
                scores
            },
            |index, previous| {
                let mut scores = [0; LABELS];
                // Between two tokens that are certainly outside there is but one step.
                if !weighed(index) && !index.checked_sub(1).is_some_and(weighed) {
                    return scores;
                }
                step_features(notes, index, previous, |feature| self.add(feature, &mut scores));
                scores
            },
        )
    }
}

/// The labels with the highest sum of state and step scores; the smaller label where sums are equal. A
/// name never goes on where none has begun.
pub fn best_path(
    length: usize,
    mut state: impl FnMut(usize) -> Scores,
    mut step: impl FnMut(usize, usize) -> Scores,
) -> Vec<usize> {
    const NEVER: i32 = i32::MIN / 4;
    let mut best: Scores = [0, NEVER, NEVER];
    let mut came_from: Vec<[u8; LABELS]> = Vec::with_capacity(length);
    for index in 0..length {
        let own = state(index);
        let mut next = [NEVER; LABELS];
        let mut from = [0_u8; LABELS];
        for (previous, &score) in best.iter().enumerate() {
            if score <= NEVER {
                continue;
            }
            let steps = step(index, previous);
            for (label, (next, from)) in next.iter_mut().zip(from.iter_mut()).enumerate() {
                if label == INSIDE && previous == OUTSIDE {
                    continue;
                }
                let sum = score
                    .saturating_add(steps.get(label).copied().unwrap_or(0))
                    .saturating_add(own.get(label).copied().unwrap_or(0))
                    .max(NEVER + 1);
                if sum > *next {
                    *next = sum;
                    *from = u8::try_from(previous).unwrap_or(0);
                }
            }
        }
        // Scores are kept relative to the best, so that no length of text can overflow them.
        let top = next.iter().copied().max().unwrap_or(0);
        for score in &mut next {
            *score = if *score <= NEVER { NEVER } else { (*score - top).max(NEVER + 1) };
        }
        best = next;
        came_from.push(from);
    }
    let mut label = best
        .iter()
        .enumerate()
        .max_by_key(|(label, score)| (**score, LABELS - label))
        .map_or(0, |(label, _)| label);
    let mut labels = vec![OUTSIDE; length];
    for (slot, from) in labels.iter_mut().zip(&came_from).rev() {
        *slot = label;
        label = usize::from(from.get(label).copied().unwrap_or(0));
    }
    labels
}
