//! The sequence model: integer weights of hashed features, best path by Viterbi.
//!
//! Integer sums give the same labels on every machine.

use super::features::{STATE_BITS, STEP_BITS, state_features, step_features};
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

/// Scores of the labels of one token.
pub type Scores = [i32; LABELS];

/// Steps from one label to the next. From outside none leads inside.
pub const STEPS: usize = 8;
/// Scores of the steps to one token, by [`step_of`].
pub type StepScores = [i32; STEPS];

/// The place of a step among [`STEPS`]; `None` for the one that no name takes.
pub const fn step_of(from: usize, to: usize) -> Option<usize> {
    match (from, to) {
        (OUTSIDE, OUTSIDE) => Some(0),
        (OUTSIDE, BEGIN) => Some(1),
        (BEGIN, OUTSIDE) => Some(2),
        (BEGIN, BEGIN) => Some(3),
        (BEGIN, INSIDE) => Some(4),
        (INSIDE, OUTSIDE) => Some(5),
        (INSIDE, BEGIN) => Some(6),
        (INSIDE, INSIDE) => Some(7),
        _ => None,
    }
}

/// The weights: one row a feature of a token, one a feature of a step.
#[derive(Debug, Clone)]
pub struct Weights {
    states: Vec<[i8; 4]>,
    steps: Vec<[i8; STEPS]>,
}

impl Default for Weights {
    fn default() -> Self {
        Self { states: vec![[0; 4]; 1 << STATE_BITS], steps: vec![[0; STEPS]; 1 << STEP_BITS] }
    }
}

impl Weights {
    /// The weights of these rows.
    pub fn of(states: Vec<[i8; 4]>, steps: Vec<[i8; STEPS]>) -> Self {
        Self { states, steps }
    }

    /// Reads the written form; whatever does not follow it ends the reading.
    pub fn read(bytes: &[u8]) -> Self {
        let mut weights = Self::default();
        let rest = read_rows::<4, LABELS>(bytes, &mut weights.states);
        read_rows::<STEPS, STEPS>(rest, &mut weights.steps);
        weights
    }

    /// The written form: what is zero is left out.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_rows::<4, LABELS>(&self.states, &mut bytes);
        write_rows::<STEPS, STEPS>(&self.steps, &mut bytes);
        bytes
    }

    /// The best labels of the tokens, each label's score raised by its `bias`.
    pub fn labels(&self, notes: &[Note], bias: Scores) -> Vec<usize> {
        best_labels(
            notes,
            |index| {
                let mut scores = bias;
                state_features(notes, index, |feature| {
                    if let Some(row) = self.states.get(feature) {
                        for (score, weight) in scores.iter_mut().zip(row) {
                            *score += i32::from(*weight);
                        }
                    }
                });
                scores
            },
            |index| {
                let mut scores = [0; STEPS];
                step_features(notes, index, |feature| {
                    if let Some(row) = self.steps.get(feature) {
                        for (score, weight) in scores.iter_mut().zip(row) {
                            *score += i32::from(*weight);
                        }
                    }
                });
                scores
            },
        )
    }
}

/// Reads rows of which `M` columns are written: how many bytes they take, then for each row that is not
/// zero the step from the last one's index and its columns. Yields what stands behind them.
fn read_rows<'b, const N: usize, const M: usize>(
    bytes: &'b [u8],
    rows: &mut [[i8; N]],
) -> &'b [u8] {
    let Some((length, bytes)) = read_number(bytes) else { return &[] };
    let length = usize::try_from(length).unwrap_or(usize::MAX).min(bytes.len());
    let (mut own, behind) = bytes.split_at(length);
    let mut index = 0_usize;
    while let Some((delta, after)) = read_number(own) {
        let Some((row, after)) = after.split_at_checked(M) else { break };
        index = index.wrapping_add(usize::try_from(delta).unwrap_or(usize::MAX));
        let Some(slot) = rows.get_mut(index) else { break };
        for (weight, byte) in slot.iter_mut().zip(row) {
            *weight = i8::from_le_bytes([*byte]);
        }
        own = after;
    }
    behind
}

fn write_rows<const N: usize, const M: usize>(rows: &[[i8; N]], bytes: &mut Vec<u8>) {
    let mut own = Vec::new();
    let mut last = 0;
    for (index, row) in rows.iter().enumerate().filter(|(_, row)| **row != [0; N]) {
        write_number(u64::try_from(index - last).unwrap_or(0), &mut own);
        own.extend(row.iter().take(M).map(|weight| weight.to_le_bytes()[0]));
        last = index;
    }
    write_number(u64::try_from(own.len()).unwrap_or(0), bytes);
    bytes.extend(own);
}

/// No sum of scores of one text comes near it.
const NEVER: i32 = i32::MIN / 4;

/// The labels with the highest sum of state and step scores; the smaller label where sums are equal. Tokens
/// that are not weighed are outside, so each run of weighed ones is decided by itself.
pub fn best_labels(
    notes: &[Note],
    mut state: impl FnMut(usize) -> Scores,
    mut step: impl FnMut(usize) -> StepScores,
) -> Vec<usize> {
    let mut labels = vec![OUTSIDE; notes.len()];
    let mut came_from: Vec<[u8; LABELS]> = Vec::new();
    let mut at = 0;
    while let Some(ahead) = notes.get(at..).and_then(|rest| rest.iter().position(|n| n.weighed)) {
        let start = at + ahead;
        let mut best: Scores = [0, NEVER, NEVER];
        came_from.clear();
        at = start;
        while notes.get(at).is_some_and(|note| note.weighed) {
            let own = state(at);
            let (next, from) = stepped(best, step(at), own);
            best = next;
            came_from.push(from);
            at += 1;
        }
        if at < notes.len() {
            let steps = step(at);
            for (label, score) in best.iter_mut().enumerate() {
                let last = step_of(label, OUTSIDE).and_then(|step| steps.get(step));
                *score = score.saturating_add(last.copied().unwrap_or(0));
            }
        }
        let mut label = best
            .iter()
            .enumerate()
            .max_by_key(|(label, score)| (**score, LABELS - label))
            .map_or(OUTSIDE, |(label, _)| label);
        let run = labels.get_mut(start..at).unwrap_or_default();
        for (slot, from) in run.iter_mut().zip(&came_from).rev() {
            *slot = label;
            label = usize::from(from.get(label).copied().unwrap_or(0));
        }
    }
    labels
}

/// The best scores behind one more token, and the label that each came from.
fn stepped(best: Scores, steps: StepScores, own: Scores) -> (Scores, [u8; LABELS]) {
    let mut next = [NEVER; LABELS];
    let mut came_from = [0_u8; LABELS];
    for (from, &score) in best.iter().enumerate() {
        if score <= NEVER {
            continue;
        }
        for (to, (next, came_from)) in next.iter_mut().zip(&mut came_from).enumerate() {
            let Some(step) = step_of(from, to).and_then(|step| steps.get(step)) else { continue };
            let sum = score
                .saturating_add(*step)
                .saturating_add(own.get(to).copied().unwrap_or(0))
                .max(NEVER + 1);
            if sum > *next {
                *next = sum;
                *came_from = u8::try_from(from).unwrap_or(0);
            }
        }
    }
    // Scores are kept relative to the best, so that no length of text can overflow them.
    let top = next.iter().copied().max().unwrap_or(0);
    for score in &mut next {
        *score = if *score <= NEVER { NEVER } else { (*score - top).max(NEVER + 1) };
    }
    (next, came_from)
}
