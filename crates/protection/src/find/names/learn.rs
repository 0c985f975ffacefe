//! Training of the sequence model: an averaged perceptron with a margin, the same result for the same
//! seed. Used by `examples/train_names`; finding never calls it.

use std::collections::BTreeMap;

use super::features::{STATE_BITS, STEP_BITS, state_features, step_features};
use super::lexicon::gazetteer;
use super::model::{BEGIN, INSIDE, LABELS, OUTSIDE, STEPS, Scores, Weights, best_labels, step_of};
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
    /// How often a written lesson is shown in a pass; one that was made is shown once.
    pub repeat: usize,
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
struct Table<const N: usize> {
    now: Vec<[i32; N]>,
    sums: Vec<[i64; N]>,
}

impl<const N: usize> Table<N> {
    fn new(bits: u32) -> Self {
        Self { now: vec![[0; N]; 1 << bits], sums: vec![[0; N]; 1 << bits] }
    }

    fn add_to(&self, feature: usize, scores: &mut [i32; N]) {
        if let Some(row) = self.now.get(feature) {
            for (score, weight) in scores.iter_mut().zip(row) {
                *score += weight;
            }
        }
    }

    fn shift(&mut self, feature: usize, column: usize, by: i32, time: i64) {
        if let Some(weight) = self.now.get_mut(feature).and_then(|row| row.get_mut(column)) {
            *weight += by;
        }
        if let Some(sum) = self.sums.get_mut(feature).and_then(|row| row.get_mut(column)) {
            *sum += i64::from(by) * time;
        }
    }

    /// Adds to `means` each weight summed over the time of training.
    fn add_averages(&self, time: i64, means: &mut [[i64; N]]) {
        for (mean, (now, sums)) in means.iter_mut().zip(self.now.iter().zip(&self.sums)) {
            for (mean, (now, sum)) in mean.iter_mut().zip(now.iter().zip(sums)) {
                *mean += i64::from(*now) * time - sum;
            }
        }
    }
}

struct Learner {
    states: Table<LABELS>,
    steps: Table<STEPS>,
    time: i64,
}

impl Learner {
    fn new() -> Self {
        Self { states: Table::new(STATE_BITS), steps: Table::new(STEP_BITS), time: 1 }
    }

    fn guess(&self, notes: &[Note], right: &[usize], course: &Course) -> Vec<usize> {
        best_labels(
            notes,
            |index| {
                let right = right.get(index).copied().unwrap_or(OUTSIDE);
                let mut scores: Scores = [course.margin; LABELS];
                if right != OUTSIDE {
                    scores[OUTSIDE] += course.miss;
                }
                if let Some(score) = scores.get_mut(right) {
                    *score = 0;
                }
                state_features(notes, index, |feature| self.states.add_to(feature, &mut scores));
                scores
            },
            |index| {
                let mut scores = [0; STEPS];
                step_features(notes, index, |feature| self.steps.add_to(feature, &mut scores));
                scores
            },
        )
    }

    fn shift_path(&mut self, notes: &[Note], labels: &[usize], against: &[usize], by: i32) {
        let time = self.time;
        let mut steps = (OUTSIDE, OUTSIDE);
        for (index, (&label, &other)) in labels.iter().zip(against).enumerate() {
            if label != other {
                state_features(notes, index, |feature| {
                    self.states.shift(feature, label, by, time);
                });
            }
            if (label != other || steps.0 != steps.1)
                && let Some(step) = step_of(steps.0, label)
            {
                step_features(notes, index, |feature| self.steps.shift(feature, step, by, time));
            }
            steps = (label, other);
        }
    }
}

/// Trains on the lessons: the mean of several learners, each with its own order, its own hidden words and
/// its own part of the made lessons.
pub fn train(lessons: &[Lesson], made: &[Lesson], pool: &[Note], course: &Course) -> Weights {
    let pool = Pool::of(lessons, pool);
    let learners = usize::try_from(course.learners).unwrap_or(1).max(1);
    let mut parts = made.chunks(made.len().div_ceil(learners).max(1));
    let mut states = vec![[0_i64; LABELS]; 1 << STATE_BITS];
    let mut steps = vec![[0_i64; STEPS]; 1 << STEP_BITS];
    for learner in 0..course.learners {
        let seed = course.seed.wrapping_add(learner.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let own: Vec<&Lesson> = std::iter::repeat_n(lessons, course.repeat)
            .flatten()
            .chain(parts.next().unwrap_or_default())
            .collect();
        let learner = learn(&own, &pool, course, seed);
        learner.states.add_averages(learner.time, &mut states);
        learner.steps.add_averages(learner.time, &mut steps);
    }
    let scale = scale_of(states.iter().flatten().chain(steps.iter().flatten()));
    Weights::of(quantised(&states, scale), quantised(&steps, scale))
}

fn learn(lessons: &[&Lesson], pool: &Pool, course: &Course, seed: u64) -> Learner {
    let mut learner = Learner::new();
    let mut dice = Dice(seed | 1);
    let mut order: Vec<usize> = (0..lessons.len()).collect();
    for _ in 0..course.passes {
        for at in (1..order.len()).rev() {
            order.swap(at, usize::try_from(dice.below(at as u64 + 1)).unwrap_or(0));
        }
        for &at in &order {
            let Some(lesson) = lessons.get(at) else { continue };
            let notes = changed(lesson, pool, course, &mut dice);
            let guess = learner.guess(&notes, &lesson.labels, course);
            if guess != lesson.labels {
                learner.shift_path(&notes, &lesson.labels, &guess, 1);
                learner.shift_path(&notes, &guess, &lesson.labels, -1);
            }
            learner.time += 1;
        }
    }
    learner
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

/// What becomes the largest weight: all but the very largest fit a byte.
fn scale_of<'w>(weights: impl Iterator<Item = &'w i64>) -> i64 {
    let mut sizes: Vec<i64> = weights.map(|weight| weight.abs()).filter(|size| *size > 0).collect();
    sizes.sort_unstable();
    let at = sizes.len().saturating_sub(1 + sizes.len() / 2_000);
    sizes.get(at).copied().unwrap_or(1).max(1)
}

fn quantised<const N: usize, const M: usize>(means: &[[i64; N]], scale: i64) -> Vec<[i8; M]> {
    let row_of = |mean: &[i64; N]| {
        let mut row = [0_i8; M];
        for (slot, weight) in row.iter_mut().zip(mean) {
            let scaled = (i128::from(*weight) * 254 + i128::from(scale * weight.signum()))
                / (2 * i128::from(scale));
            *slot = i8::try_from(scaled.clamp(-127, 127)).unwrap_or(0);
        }
        row
    };
    means.iter().map(row_of).collect()
}

/// The labels of noted tokens, given the stretches that are names (each by its first token and the one
/// behind its last). A token that is not weighed is outside, as in finding.
pub fn labels_of(notes: &[Note], names: &[std::ops::Range<usize>]) -> Vec<usize> {
    let mut labels = vec![OUTSIDE; notes.len()];
    for name in names {
        let mut label = BEGIN;
        for index in name.clone() {
            let weighed = notes.get(index).is_some_and(|note| note.weighed);
            if let Some(slot) = labels.get_mut(index).filter(|_| weighed) {
                *slot = label;
            }
            label = if weighed { INSIDE } else { BEGIN };
        }
    }
    labels
}
