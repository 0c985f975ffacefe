//! Training of the sequence model: an averaged perceptron with a margin, the same result for the same
//! seed. Used by `examples/train_names.rs`; finding never calls it.

use super::features::{TABLE_BITS, state_features, step_features};
use super::lexicon::gazetteer;
use super::model::{BEGIN, INSIDE, LABELS, OUTSIDE, Scores, Weights, best_path};
use super::notes::Note;

/// One text's notes and right labels.
#[derive(Debug, Clone)]
pub struct Lesson {
    /// The notes of its tokens.
    pub notes: Vec<Note>,
    /// The right label of each.
    pub labels: Vec<usize>,
}

/// How to train.
#[derive(Debug, Clone, Copy)]
pub struct Course {
    /// Passes over all lessons.
    pub passes: usize,
    /// Seed of the order and of what is hidden.
    pub seed: u64,
    /// By how much a right label must win.
    pub margin: i32,
    /// By how much more a missed name must lose.
    pub miss: i32,
    /// Of 1,000 known names, how many are shown as unknown, so that context is learnt too.
    pub hide_names: u64,
    /// Of 1,000 words, how many are shown without their letters.
    pub hide_words: u64,
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) % limit.max(1)
    }
}

/// Weights under training, with the sums that averaging needs.
struct Learner {
    now: Vec<Scores>,
    sums: Vec<[i64; LABELS]>,
    time: i64,
}

impl Learner {
    fn shift(&mut self, feature: usize, label: usize, by: i32) {
        if let Some(weight) = self.now.get_mut(feature).and_then(|row| row.get_mut(label)) {
            *weight += by;
        }
        if let Some(sum) = self.sums.get_mut(feature).and_then(|row| row.get_mut(label)) {
            *sum += i64::from(by) * self.time;
        }
    }

    fn shift_path(&mut self, notes: &[Note], labels: &[usize], against: &[usize], by: i32) {
        let mut previous = OUTSIDE;
        let mut previous_against = OUTSIDE;
        for (index, (&label, &other)) in labels.iter().zip(against).enumerate() {
            if label != other {
                state_features(notes, index, |feature| self.shift(feature, label, by));
            }
            if label != other || previous != previous_against {
                step_features(notes, index, previous, |feature| self.shift(feature, label, by));
            }
            previous = label;
            previous_against = other;
        }
    }
}

/// Trains on the lessons.
pub fn train(lessons: &[Lesson], course: &Course) -> Weights {
    let mut learner = Learner {
        now: vec![[0; LABELS]; 1 << TABLE_BITS],
        sums: vec![[0; LABELS]; 1 << TABLE_BITS],
        time: 1,
    };
    let mut dice = Dice(course.seed | 1);
    let mut order: Vec<usize> = (0..lessons.len()).collect();
    for _ in 0..course.passes {
        for at in (1..order.len()).rev() {
            order.swap(at, usize::try_from(dice.below(at as u64 + 1)).unwrap_or(0));
        }
        for &at in &order {
            let Some(lesson) = lessons.get(at) else { continue };
            let notes = hidden(&lesson.notes, course, &mut dice);
            let guess = {
                let add = |feature: usize, scores: &mut Scores| {
                    if let Some(row) = learner.now.get(feature) {
                        for (score, weight) in scores.iter_mut().zip(row) {
                            *score += weight;
                        }
                    }
                };
                best_path(
                    notes.len(),
                    |index| {
                        let right = lesson.labels.get(index).copied().unwrap_or(OUTSIDE);
                        let mut scores: Scores = [course.margin; LABELS];
                        if right != OUTSIDE {
                            scores[OUTSIDE] += course.miss;
                        }
                        if let Some(score) = scores.get_mut(right) {
                            *score = 0;
                        }
                        state_features(&notes, index, |feature| add(feature, &mut scores));
                        scores
                    },
                    |index, previous| {
                        let mut scores = [0; LABELS];
                        step_features(&notes, index, previous, |feature| add(feature, &mut scores));
                        scores
                    },
                )
            };
            if guess != lesson.labels {
                learner.shift_path(&notes, &lesson.labels, &guess, 1);
                learner.shift_path(&notes, &guess, &lesson.labels, -1);
            }
            learner.time += 1;
        }
    }
    quantised(&learner)
}

fn hidden(notes: &[Note], course: &Course, dice: &mut Dice) -> Vec<Note> {
    notes
        .iter()
        .map(|note| {
            let mut note = *note;
            if note.names & gazetteer::NAME != 0 && dice.below(1_000) < course.hide_names {
                note.names = 0;
            }
            if dice.below(1_000) < course.hide_words {
                note.word = 0;
                note.affixes = [0; 4];
            }
            note
        })
        .collect()
}

/// The averages, scaled so that the largest fits a byte.
fn quantised(learner: &Learner) -> Weights {
    let average = |at: usize, label: usize| -> i64 {
        let now = learner.now.get(at).and_then(|row| row.get(label)).copied().unwrap_or(0);
        let sum = learner.sums.get(at).and_then(|row| row.get(label)).copied().unwrap_or(0);
        i64::from(now) * learner.time - sum
    };
    let mut largest: Vec<i64> = (0..learner.now.len())
        .flat_map(|at| (0..LABELS).map(move |label| (at, label)))
        .map(|(at, label)| average(at, label).abs())
        .filter(|size| *size > 0)
        .collect();
    largest.sort_unstable();
    let scale = largest
        .get(largest.len().saturating_sub(1 + largest.len() / 2_000))
        .copied()
        .unwrap_or(1)
        .max(1);
    let rows = (0..learner.now.len())
        .map(|at| {
            let mut row = [0_i8; 4];
            for (label, slot) in row.iter_mut().enumerate().take(LABELS) {
                let scaled =
                    (average(at, label) * 127 + scale / 2 * average(at, label).signum()) / scale;
                *slot = i8::try_from(scaled.clamp(-127, 127)).unwrap_or(0);
            }
            row
        })
        .collect();
    Weights::of(rows)
}

/// The labels of tokens, given the stretches that are names (each by its first token and the one behind
/// its last).
pub fn labels_of(length: usize, names: &[std::ops::Range<usize>]) -> Vec<usize> {
    let mut labels = vec![OUTSIDE; length];
    for name in names {
        for (offset, slot) in
            labels.get_mut(name.clone()).unwrap_or_default().iter_mut().enumerate()
        {
            *slot = if offset == 0 { BEGIN } else { INSIDE };
        }
    }
    labels
}
