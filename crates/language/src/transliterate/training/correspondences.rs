//! Reads the hand-written correspondences and mixes them with what was counted.

use std::collections::BTreeMap;

use super::counts::Counts;
use super::counts::place;
use crate::transliterate::channel::{Channel, LONGEST};
use crate::transliterate::letters::{LETTERS, numbers};
use crate::transliterate::spelling::{AFTER, DOUBLED, SURROUNDINGS};

/// Observations the hand-written costs count for.
const TRUST: f64 = 2.0;

/// The hand-written costs: letters and shares of each unit, and where in a word they may stand.
#[derive(Debug, Default)]
pub(super) struct Correspondences {
    units: BTreeMap<u8, Vec<Answer>>,
}

#[derive(Debug, Clone, Copy)]
struct Answer {
    letters: [u8; LONGEST],
    weight: f64,
    /// Beginning, middle, end.
    places: [bool; 3],
    before_consonant: bool,
}

/// Reads the file; lines that are no correspondence and letters the model has not are passed over.
pub(super) fn read(text: &str) -> Correspondences {
    let mut own = Correspondences::default();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((unit, answers)) = line.split_once('\t') else { continue };
        let code = match unit.as_bytes() {
            [only] => *only,
            [first, second] if first == second => *first | DOUBLED,
            _ => continue,
        };
        own.units.insert(code, answers.split_whitespace().filter_map(answer).collect());
    }
    own
}

fn answer(text: &str) -> Option<Answer> {
    let (letters, cost) = text.split_once(':')?;
    let cost: f64 = cost.parse().ok()?;
    let bare = letters.trim_end_matches(['^', '$', '<', '>']);
    let marked = |mark: char| letters.contains(mark);
    let places = match (marked('^'), marked('$'), marked('<')) {
        (true, _, _) => [true, false, false],
        (_, true, _) => [false, false, true],
        (_, _, true) => [false, true, true],
        _ => [true; 3],
    };
    let before_consonant = marked('>');
    let mut own = [0; LONGEST];
    for (place, number) in own.iter_mut().zip(numbers(bare.trim_matches('-'))?) {
        *place = number;
    }
    Some(Answer { letters: own, weight: (-cost / 10.0).exp(), places, before_consonant })
}

impl Correspondences {
    /// The channel of these correspondences and of what was counted.
    pub(super) fn channel(&self, counts: &Counts, alone: [u8; LETTERS]) -> Channel {
        let mut rows = Vec::new();
        for (code, answers) in &self.units {
            for around in 0..u8::try_from(SURROUNDINGS).unwrap_or(0) {
                let open = |answer: &&Answer| {
                    answer.places.get(usize::from(place(around))).copied().unwrap_or(false)
                        && (!answer.before_consonant || around % AFTER >= 3)
                };
                let whole: f64 = answers.iter().filter(open).map(|answer| answer.weight).sum();
                let placed = counts.placed(*code, around);
                let total: f64 = placed.map_or(0.0, |seen| seen.values().sum());
                let near = counts.around(*code, around);
                let near_total: f64 = near.map_or(0.0, |seen| seen.values().sum());
                for answer in answers.iter().filter(open) {
                    let seen = placed.and_then(|seen| seen.get(&answer.letters)).unwrap_or(&0.0);
                    let share = (seen + TRUST * answer.weight / whole) / (total + TRUST);
                    let seen = near.and_then(|seen| seen.get(&answer.letters)).unwrap_or(&0.0);
                    let share = (seen + TRUST * share) / (near_total + TRUST);
                    let cost = super::grams::sixteenths(share).min(255);
                    let cost = u8::try_from(cost).unwrap_or(u8::MAX);
                    rows.push((*code, around, answer.letters, cost));
                }
            }
        }
        Channel::new(rows, alone)
    }
}
