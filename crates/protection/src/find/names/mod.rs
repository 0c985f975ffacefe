//! Names of natural persons.
//!
//! Owns the way from tokens to names: notes (what the pack's gazetteers and word lists, general
//! frequencies and the surroundings say of a token), features, the sequence model, spans. Everything
//! about a country is data of the pack; the weights are trained by `examples/train_names`.

mod around;
mod bodies;
pub mod features;
pub mod learn;
pub mod lexicon;
pub mod model;
pub mod notes;
pub mod sound;
pub mod spans;
pub mod vocabulary;
mod words;

use std::fmt;
use std::sync::Arc;

use lexicon::Lexicon;
use model::{Scores, Weights};
use notes::{Note, notes_of};
use vocabulary::Vocabulary;

use super::candidate::{Candidate, Detector};
use super::place::Surroundings;
use super::view::View;
use crate::pack::Pack;

const WEIGHTS: &[u8] = include_bytes!("../../../../../models/names/weights.bin");

/// By how much a beginning and an inside are preferred to an outside: recall against precision.
const BIAS: Scores = [-15, 0, 0];

/// Finds names of persons.
pub struct NameDetector {
    lexicon: Lexicon,
    vocabulary: Arc<Vocabulary>,
    weights: Weights,
}

impl NameDetector {
    /// A detector with the pack's names, titles and particles. A file that cannot be read is left out;
    /// [`Lexicon::read`] says what is wrong with it.
    pub fn new(pack: &Pack) -> Self {
        Self {
            lexicon: Lexicon::read(pack).unwrap_or_default(),
            vocabulary: Vocabulary::built_in(),
            weights: Weights::read(WEIGHTS),
        }
    }

    /// The same detector with other general frequencies and weights.
    #[must_use]
    pub fn with_model(mut self, vocabulary: Vocabulary, weights: Weights) -> Self {
        self.vocabulary = Arc::new(vocabulary);
        self.weights = weights;
        self
    }

    /// The same detector with other weights.
    #[must_use]
    pub fn with_weights(mut self, weights: Weights) -> Self {
        self.weights = weights;
        self
    }

    /// What is known of each token of a text.
    pub fn notes(&self, view: &View<'_>, around: Surroundings<'_>) -> Vec<Note> {
        notes_of(view, around.key(), &self.lexicon, &self.vocabulary)
    }

    /// The labels that these weights give to noted tokens.
    pub fn labels(&self, notes: &[Note]) -> Vec<usize> {
        self.weights.labels(notes, BIAS)
    }
}

impl fmt::Debug for NameDetector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("NameDetector").finish_non_exhaustive()
    }
}

impl Detector for NameDetector {
    fn candidates(&self, view: &View<'_>, around: Surroundings<'_>, out: &mut Vec<Candidate>) {
        let notes = self.notes(view, around);
        let labels = self.labels(&notes);
        spans::candidates(view, &notes, &self.lexicon, &labels, out);
    }
}
