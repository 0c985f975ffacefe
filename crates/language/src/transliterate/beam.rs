//! The search for the Arabic words a Latin word most likely stands for. All costs are integers, equal costs
//! are told apart by the letters: the answers are the same on every machine.

use super::channel::Channel;
use super::letters::BOUNDARY;
use super::prior::{BEGINNING, Prior, after};
use super::spelling::Unit;

/// Beginnings kept after each unit.
const BEAM: usize = 12;
/// Arabic letters of a part of a word.
const ROOM: usize = 40;
/// Units of a part: longer words are cut, so that the work grows in a line with the word.
pub(super) const PART: usize = 24;
/// No beginning this much dearer (in sixteenths of a nat) than the best is followed.
const HOPELESS: i32 = 176;

/// A beginning of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Beginning {
    cost: i32,
    length: u8,
    letters: [u8; ROOM],
    history: u32,
    spelled: i32,
}

/// Room for the search, used again for each word.
#[derive(Debug, Default)]
pub(super) struct Search {
    open: Vec<Beginning>,
    next: Vec<Beginning>,
}

/// An answer and its cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) letters: Vec<u8>,
    pub(super) cost: i32,
}

impl Search {
    /// The answers for a part of a word of at most [`PART`] units, best first; empty only where a unit has
    /// no choice at all.
    pub(super) fn run(&mut self, channel: &Channel, prior: &Prior, units: &[Unit]) -> Vec<Found> {
        self.open.clear();
        self.open.push(Beginning {
            cost: 0,
            length: 0,
            letters: [0; ROOM],
            history: BEGINNING,
            spelled: 0,
        });
        for unit in units {
            let choices = channel.choices(*unit);
            if choices.is_empty() {
                continue;
            }
            self.next.clear();
            for beginning in &self.open {
                for choice in choices {
                    self.next.extend(beginning.extended(prior, choice.letters(), choice.score));
                }
            }
            keep_best(&mut self.next);
            std::mem::swap(&mut self.open, &mut self.next);
        }
        let mut found: Vec<Found> = Vec::with_capacity(self.open.len());
        for own in &self.open {
            let letters = own.letters.get(..usize::from(own.length)).unwrap_or_default();
            let spelled = own.spelled + prior.letter(own.history, BOUNDARY);
            let cost = own.cost - own.spelled + prior.word(letters, spelled);
            if !letters.is_empty() && found.iter().all(|other| other.letters != letters) {
                found.push(Found { letters: letters.to_vec(), cost });
            }
        }
        found.sort_unstable_by(|left, right| {
            (left.cost, &left.letters).cmp(&(right.cost, &right.letters))
        });
        found
    }
}

impl Beginning {
    fn extended(&self, prior: &Prior, letters: &[u8], score: i16) -> Option<Self> {
        let mut own = *self;
        own.cost += i32::from(score);
        for letter in letters {
            let cost = prior.letter(own.history, *letter);
            own.history = after(own.history, *letter);
            own.cost += cost;
            own.spelled += cost;
            *own.letters.get_mut(usize::from(own.length))? = *letter;
            own.length += 1;
        }
        Some(own)
    }
}

/// Sorts, drops repeated letters and what is hopeless, cuts to the beam.
fn keep_best(beginnings: &mut Vec<Beginning>) {
    if beginnings.len() > BEAM * 2 {
        beginnings.select_nth_unstable(BEAM * 2);
        beginnings.truncate(BEAM * 2);
    }
    beginnings.sort_unstable();
    let most = beginnings.first().map_or(0, |best| best.cost + HOPELESS);
    let mut kept = 0;
    for at in 0..beginnings.len() {
        let Some(own) = beginnings.get(at).copied() else { break };
        let before = beginnings.get(..kept).unwrap_or_default();
        let repeated =
            before.iter().any(|other| other.length == own.length && other.letters == own.letters);
        if own.cost > most || kept == BEAM {
            break;
        }
        if !repeated && let Some(place) = beginnings.get_mut(kept) {
            *place = own;
            kept += 1;
        }
    }
    beginnings.truncate(kept);
}
