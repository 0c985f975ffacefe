//! Writes a text in another script: Darija of chat in Arabic letters and back.
//!
//! Owns the correspondences of letters, the ranking of answers, and which words stay. Knows no files: the model
//! and the word lists are part of the program. Tifinagh goes to `tifinagh`; the names of persons go to `names`.

mod beam;
mod channel;
mod foreign;
mod form;
mod letters;
mod model;
mod pieces;
mod prior;
mod readings;
mod romanize;
mod spelling;
mod table;
mod text;
pub mod training;
mod words;

use std::sync::LazyLock;

pub use form::{DIRECTIONS, Form, Unsupported};
pub use model::ModelError;

use crate::script::Script;
use crate::span::ByteSpan;
use crate::tifinagh;
use foreign::Foreign;
use model::Model;
use readings::Readings;

/// How a text is transliterated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// Answers wanted for each word; 0 and 1 are both the best alone.
    pub answers: usize,
    /// Letter by letter, without ranking: many times faster and much less often right.
    pub rules_only: bool,
    /// Writes French and English words, which stay, between ‹ and ›.
    pub mark_foreign: bool,
}

/// A text in its other script.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transliteration {
    /// The whole text.
    pub text: String,
    /// Its words, in order.
    pub words: Vec<WordAnswer>,
}

/// What became of one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordAnswer {
    /// Where the word stands in the source.
    pub source: ByteSpan,
    /// What it may be in the other script, best first; the text has the first.
    pub answers: Vec<String>,
    /// The language of a word that stays as it is: `fr` or `en`.
    pub foreign: Option<&'static str>,
}

/// The model and the list of known words.
#[derive(Debug, Clone)]
pub struct Transliterator {
    model: Model,
    readings: Readings,
    foreign: Foreign,
}

static BUILT_IN: LazyLock<Transliterator> = LazyLock::new(|| {
    let model = include_bytes!("../../../models/transliteration/weights.bin");
    let readings = include_str!("../../../models/transliteration/lexicon.tsv");
    let foreign = include_str!("../../../models/transliteration/foreign.tsv");
    // The tests read the same bytes; a file that cannot be read leaves the known words.
    let model = Model::read(model).unwrap_or_default();
    Transliterator::of(model, readings, foreign)
});

impl Transliterator {
    /// The model this program was built with.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// A model from the bytes of a model file and the texts of the lists of known and of foreign words.
    pub fn new(model: &[u8], readings: &str, foreign: &str) -> Result<Self, ModelError> {
        Ok(Self::of(Model::read(model)?, readings, foreign))
    }

    fn of(model: Model, readings: &str, foreign: &str) -> Self {
        Self { model, readings: Readings::read(readings), foreign: Foreign::read(foreign) }
    }

    /// Writes `text` in the form `to`. What is in no script of `from` stays as it is.
    pub fn transliterate(
        &self,
        text: &str,
        from: Form,
        to: Form,
        options: &Options,
    ) -> Result<Transliteration, Unsupported> {
        match (from, to) {
            (Form::AryLatn, Form::AryArab) => Ok(self.to_arabic(text, options)),
            (Form::AryArab, Form::AryLatn) => Ok(self.to_latin(text, romanize::Manner::Chat)),
            (Form::ArArab | Form::AryArab, Form::ArLatn) => {
                Ok(self.to_latin(text, romanize::Manner::French))
            }
            (Form::ZghTfng, Form::ZghLatn) => {
                Ok(text::written(text, Script::Tifinagh, tifinagh::to_latin))
            }
            (Form::ZghLatn, Form::ZghTfng) => {
                Ok(text::written(text, Script::Latin, tifinagh::from_latin))
            }
            (Form::ZghTfng, Form::ZghArab) => {
                Ok(text::written(text, Script::Tifinagh, tifinagh::to_arabic))
            }
            (Form::ZghLatn, Form::ZghArab) => Ok(text::written(text, Script::Latin, |latin| {
                tifinagh::to_arabic(&tifinagh::from_latin(latin))
            })),
            _ => Err(Unsupported { from, to }),
        }
    }
}
