//! Trains the weights of the identifier from labelled rows. Pure: rows and a seed in, the bytes of the
//! weights file out; the same rows and seed give the same bytes. The example `train_languages` reads and
//! writes the files.

mod chance;
mod pieces;
mod regression;
mod rough;
mod salience;

use super::family::{ARABIC_COLUMNS, FAMILIES, Family, LATIN_COLUMNS, TIFINAGH_COLUMNS};
use super::languages::Language;
use super::weights::write_mark;
use chance::Chance;
use pieces::Shelf;

/// A labelled text.
#[derive(Debug, Clone)]
pub struct Row {
    /// The language of the text.
    pub language: Language,
    /// Where the text comes from; sources of a language are balanced against each other.
    pub source: String,
    /// The text.
    pub text: String,
}

/// How long and how hard to train.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The seed of all choices.
    pub seed: u64,
    /// Pieces shown in all, for each language.
    pub pieces_per_language: u32,
    /// The first step of the descent; it falls to zero in a line.
    pub step: f32,
    /// The share of features hidden in a piece, so that no single one is trusted too much.
    pub hidden: f32,
    /// Logarithm to base two of the rows of the tables of Latin, Arabic and Tifinagh.
    pub bits: [u32; 3],
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 20_261,
            pieces_per_language: 700_000,
            step: 0.2,
            hidden: 0.2,
            bits: [18, 18, 15],
        }
    }
}

/// Trains the three tables and returns the weights file.
pub fn train(rows: &[Row], settings: &Settings) -> Vec<u8> {
    let mut out = Vec::new();
    write_mark(&mut out);
    let shelves = |family: Family| -> Vec<Shelf> {
        family.languages().iter().map(|language| Shelf::new(*language, rows)).collect()
    };
    let mut chance = Chance::new(settings.seed);
    for (family, bits) in FAMILIES.into_iter().zip(settings.bits) {
        let shelves = shelves(family);
        match family {
            Family::Latin => {
                regression::train::<LATIN_COLUMNS>(family, &shelves, bits, settings, &mut chance)
                    .write(&mut out);
            }
            Family::Arabic => {
                regression::train::<ARABIC_COLUMNS>(family, &shelves, bits, settings, &mut chance)
                    .write(&mut out);
            }
            Family::Tifinagh => {
                regression::train::<TIFINAGH_COLUMNS>(
                    family,
                    &shelves,
                    bits,
                    settings,
                    &mut chance,
                )
                .write(&mut out);
            }
        }
    }
    out
}
