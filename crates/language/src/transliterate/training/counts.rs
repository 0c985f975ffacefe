//! How often each unit was seen to stand for what.

use std::collections::BTreeMap;

use crate::transliterate::channel::{Choice, LONGEST};
use crate::transliterate::spelling::{AFTER, Unit};

type Letters = [u8; LONGEST];

/// Weighted counts by unit and surroundings, and by unit and place in the word.
#[derive(Debug, Default)]
pub(super) struct Counts {
    around: BTreeMap<(u8, u8), BTreeMap<Letters, f64>>,
    placed: BTreeMap<(u8, u8), BTreeMap<Letters, f64>>,
}

/// Beginning, middle or end of a word, as surroundings tell.
pub(super) fn place(surroundings: u8) -> u8 {
    match (surroundings / AFTER, surroundings % AFTER) {
        (0, _) => 0,
        (_, 0) => 2,
        _ => 1,
    }
}

impl Counts {
    pub(super) fn add(&mut self, units: &[Unit], path: &[Choice], weight: f64) {
        for (unit, choice) in units.iter().zip(path) {
            let around = self.around.entry((unit.code, unit.surroundings)).or_default();
            *around.entry(choice.letters).or_default() += weight;
            let placed = self.placed.entry((unit.code, place(unit.surroundings))).or_default();
            *placed.entry(choice.letters).or_default() += weight;
        }
    }

    pub(super) fn around(&self, code: u8, surroundings: u8) -> Option<&BTreeMap<Letters, f64>> {
        self.around.get(&(code, surroundings))
    }

    pub(super) fn placed(&self, code: u8, surroundings: u8) -> Option<&BTreeMap<Letters, f64>> {
        self.placed.get(&(code, place(surroundings)))
    }
}
