//! One Latin word after another: kept as foreign, read from the list of known words, or searched.

use super::beam::{PART, Search};
use super::channel::Channel;
use super::letters;
use super::model::Model;
use super::readings::Readings;
use super::spelling::{Unit, plain, units};

/// Answers of the search that are looked at when several are asked for.
const MOST: usize = 8;

/// Particles written before a word with a hyphen, and in Arabic letters without one.
const PARTICLES: [(&str, &str); 13] = [
    ("l", "ال"),
    ("al", "ال"),
    ("el", "ال"),
    ("f", "ف"),
    ("b", "ب"),
    ("w", "و"),
    ("o", "و"),
    ("ou", "و"),
    ("d", "د"),
    ("dl", "دال"),
    ("fl", "فال"),
    ("bl", "بال"),
    ("n", "ن"),
];

/// The Arabic of a particle before a hyphen.
pub(super) fn particle(part: &str) -> Option<&'static str> {
    let lower = part.to_ascii_lowercase();
    PARTICLES.iter().find(|(latin, _)| *latin == lower).map(|(_, arabic)| *arabic)
}

/// Buffers used again for each word.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub(super) plain: Vec<u8>,
    pub(super) lower: String,
    units: Vec<Unit>,
    search: Search,
}

impl Desk {
    /// Spells a word out, ready for the other functions.
    pub(super) fn take(&mut self, word: &str) {
        plain(word, &mut self.plain);
    }

    /// The answer of the correspondences alone.
    pub(super) fn by_rules(&mut self, channel: &Channel, out: &mut String) {
        units(&self.plain, &mut self.units);
        for unit in &self.units {
            if let Some(choice) = channel.choices(*unit).first() {
                out.extend(choice.letters().iter().filter_map(|letter| letters::letter(*letter)));
            }
        }
    }

    /// The best answers for the word taken, at most `most`.
    pub(super) fn answers(
        &mut self,
        model: &Model,
        readings: &Readings,
        most: usize,
    ) -> Vec<String> {
        let mut answers: Vec<String> = Vec::new();
        if let Some(known) = readings.get(&self.plain) {
            answers.push(known.to_owned());
            if most <= 1 {
                return answers;
            }
        }
        units(&self.plain, &mut self.units);
        if self.units.len() > PART {
            let mut long = String::new();
            for part in self.units.chunks(PART) {
                let found = self.search.run(&model.channel, &model.prior, part);
                long.extend(found.first().map(|best| letters::word(&best.letters)));
            }
            answers.push(long);
            return answers;
        }
        let found = self.search.run(&model.channel, &model.prior, &self.units);
        for own in found.iter().take(MOST) {
            let word = letters::word(&own.letters);
            if answers.len() < most.max(1) && !answers.contains(&word) {
                answers.push(word);
            }
        }
        answers
    }
}
