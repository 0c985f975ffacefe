//! The search for the Arabic words a Latin word most likely stands for. All costs are integers, equal costs
//! are told apart by the letters: the answers are the same on every machine.

use super::channel::{Channel, Choice};
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
const HOPELESS: i32 = 112;

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
    costs: Costs,
}

/// What letters cost that were asked for last, by history and letter: most beginnings ask for the same.
#[derive(Debug, Default)]
struct Costs {
    slots: Vec<(u32, i32)>,
}

impl Costs {
    const SLOTS: usize = 4096;

    #[inline]
    fn letter(&mut self, prior: &Prior, history: u32, letter: u8) -> i32 {
        let key = history << 6 | u32::from(letter);
        let place = (key.wrapping_mul(0x9E37_79B1) >> 20) as usize;
        match self.slots.get_mut(place) {
            Some((own, cost)) if *own == key => *cost,
            Some(slot) => {
                *slot = (key, prior.letter(history, letter));
                slot.1
            }
            None => prior.letter(history, letter),
        }
    }
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
        if self.costs.slots.is_empty() {
            self.costs.slots = vec![(u32::MAX, 0); Costs::SLOTS];
        }
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
            let mut most = i32::MAX;
            for beginning in &self.open {
                for choice in choices {
                    let Some(own) = beginning.extended(prior, &mut self.costs, *choice, most)
                    else {
                        continue;
                    };
                    most = most.min(own.cost + HOPELESS);
                    self.next.push(own);
                }
            }
            keep_best(&mut self.next);
            std::mem::swap(&mut self.open, &mut self.next);
        }
        let mut found: Vec<Found> = Vec::with_capacity(self.open.len());
        for own in &self.open {
            let letters = own.letters.get(..usize::from(own.length)).unwrap_or_default();
            let last = self.costs.letter(prior, own.history, BOUNDARY);
            let spelled = own.spelled + last;
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
    /// The beginning with the letters of a choice; none where it costs more than `most`.
    #[inline]
    fn extended(
        &self,
        prior: &Prior,
        costs: &mut Costs,
        choice: Choice,
        most: i32,
    ) -> Option<Self> {
        if self.cost + i32::from(choice.score) > most {
            return None;
        }
        let mut spelled = 0;
        let mut history = self.history;
        for letter in choice.letters() {
            spelled += costs.letter(prior, history, *letter);
            history = after(history, *letter);
        }
        let cost = self.cost + i32::from(choice.score) + spelled;
        if cost > most {
            return None;
        }
        let mut own = Self { cost, history, spelled: self.spelled + spelled, ..*self };
        for letter in choice.letters() {
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
