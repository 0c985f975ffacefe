//! Training of the sequence model: an averaged perceptron with a margin, the same result for the same
//! seed. Used by `examples/train_names.rs`; finding never calls it.

use std::collections::BTreeMap;

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
    /// How many learners are averaged.
    pub learners: u64,
    /// Seed of the order and of what is hidden.
    pub seed: u64,
    /// By how much a right label must win.
    pub margin: i32,
    /// By how much more a missed name must lose.
    pub miss: i32,
    /// Of 1,000 known names, how many are shown as unknown, so that context is learnt too.
    pub hide_names: u64,
    /// Of 1,000 words of names, how many are swapped for another of the same script and case.
    pub swap_names: u64,
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

    /// Each weight summed over the time of training.
    fn averages(&self) -> Vec<[i64; LABELS]> {
        self.now
            .iter()
            .zip(&self.sums)
            .map(|(now, sums)| {
                let mut row = [0; LABELS];
                for (slot, (now, sum)) in row.iter_mut().zip(now.iter().zip(sums)) {
                    *slot = i64::from(*now) * self.time - sum;
                }
                row
            })
            .collect()
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

/// Trains on the lessons: the mean of several learners, each with its own order and its own hidden words.
pub fn train(lessons: &[Lesson], pool: &[Note], course: &Course) -> Weights {
    let pool = Pool::of(lessons, pool);
    let mut means = vec![[0_i64; LABELS]; 1 << TABLE_BITS];
    for learner in 0..course.learners {
        let seed = course.seed.wrapping_add(learner.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        for (mean, row) in means.iter_mut().zip(learn(lessons, &pool, course, seed)) {
            for (mean, weight) in mean.iter_mut().zip(row) {
                *mean += weight;
            }
        }
    }
    quantised(&means)
}

fn learn(lessons: &[Lesson], pool: &Pool, course: &Course, seed: u64) -> Vec<[i64; LABELS]> {
    let mut learner = Learner {
        now: vec![[0; LABELS]; 1 << TABLE_BITS],
        sums: vec![[0; LABELS]; 1 << TABLE_BITS],
        time: 1,
    };
    let mut dice = Dice(seed | 1);
    let mut order: Vec<usize> = (0..lessons.len()).collect();
    for _ in 0..course.passes {
        for at in (1..order.len()).rev() {
            order.swap(at, usize::try_from(dice.below(at as u64 + 1)).unwrap_or(0));
        }
        for &at in &order {
            let Some(lesson) = lessons.get(at) else { continue };
            let notes = changed(lesson, pool, course, &mut dice);
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
    learner.averages()
}

/// Words of names by script, case and what the gazetteers say of them.
struct Pool {
    notes: BTreeMap<(u8, u16), Vec<Note>>,
}

impl Pool {
    fn of(lessons: &[Lesson], more: &[Note]) -> Self {
        let mut notes: BTreeMap<(u8, u16), Vec<Note>> = BTreeMap::new();
        let taught = lessons.iter().flat_map(|lesson| {
            lesson
                .notes
                .iter()
                .zip(&lesson.labels)
                .filter(|(_, label)| **label != OUTSIDE)
                .map(|(note, _)| note)
        });
        for note in taught.chain(more) {
            notes.entry(Self::key(note)).or_default().push(*note);
        }
        Self { notes }
    }

    fn key(note: &Note) -> (u8, u16) {
        (note.shape & 0xCF, note.names & (gazetteer::FIRST | gazetteer::FAMILY))
    }

    fn another(&self, note: &Note, dice: &mut Dice) -> Option<&Note> {
        let notes = self.notes.get(&Self::key(note))?;
        notes.get(usize::try_from(dice.below(notes.len() as u64)).ok()?)
    }
}

/// The lesson's notes with some names hidden, some swapped and some words without their letters.
fn changed(lesson: &Lesson, pool: &Pool, course: &Course, dice: &mut Dice) -> Vec<Note> {
    lesson
        .notes
        .iter()
        .zip(&lesson.labels)
        .map(|(note, &label)| {
            let mut note = *note;
            let known = note.names & (gazetteer::FIRST | gazetteer::FAMILY) != 0;
            if label != OUTSIDE
                && known
                && note.clitic == 0
                && dice.below(1_000) < course.swap_names
                && let Some(other) = pool.another(&note, dice)
            {
                note = Note {
                    word: other.word,
                    affixes: other.affixes,
                    names: other.names,
                    classes: other.classes,
                    frequency: other.frequency,
                    shape: other.shape,
                    ..note
                };
            }
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

/// The rows scaled so that all but the very largest fit a byte.
fn quantised(means: &[[i64; LABELS]]) -> Weights {
    let mut sizes: Vec<i64> =
        means.iter().flatten().map(|weight| weight.abs()).filter(|size| *size > 0).collect();
    sizes.sort_unstable();
    let at = sizes.len().saturating_sub(1 + sizes.len() / 2_000);
    let scale = sizes.get(at).copied().unwrap_or(1).max(1);
    let row_of = |mean: &[i64; LABELS]| {
        let mut row = [0_i8; 4];
        for (slot, weight) in row.iter_mut().zip(mean) {
            let scaled = (i128::from(*weight) * 254 + i128::from(scale * weight.signum()))
                / (2 * i128::from(scale));
            *slot = i8::try_from(scaled.clamp(-127, 127)).unwrap_or(0);
        }
        row
    };
    Weights::of(means.iter().map(row_of).collect())
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
