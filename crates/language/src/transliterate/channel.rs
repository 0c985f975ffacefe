//! What each unit of a Latin word may stand for, and at what cost in its surroundings.

use super::letters::LETTERS;
use super::model::{ModelError, take};
use super::spelling::{SURROUNDINGS, Unit};

/// Letters an answer of one unit can have.
pub(super) const LONGEST: usize = 3;
/// How much more the channel weighs than the prior, in sixteenths.
const WEIGHT: i32 = 20;
/// The prior counts the letters of an answer again, so that so many sixteenths of what each letter costs by
/// itself are given back.
const GIVEN_BACK: i32 = 17;

/// One answer to a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Choice {
    /// Numbers of Arabic letters, zeros at the end.
    pub(super) letters: [u8; LONGEST],
    /// Sixteenths of a nat: how seldom the unit is written for this.
    pub(super) cost: u8,
    /// The cost less what is given back for the letters.
    pub(super) score: i16,
}

impl Choice {
    /// The letters without the zeros.
    pub(super) fn letters(&self) -> &[u8] {
        let length = self.letters.iter().position(|letter| *letter == 0).unwrap_or(LONGEST);
        self.letters.get(..length).unwrap_or_default()
    }
}

/// A row of the model: the unit's code, its surroundings, the letters, the cost.
pub(super) type Row = (u8, u8, [u8; LONGEST], u8);

/// All choices, cheapest first in each place.
#[derive(Debug, Clone, Default)]
pub(super) struct Channel {
    choices: Box<[Choice]>,
    places: Box<[(u32, u32)]>,
    alone: Vec<u8>,
}

impl Channel {
    /// The channel of the rows; `alone` is what each Arabic letter costs by itself.
    pub(super) fn new(mut rows: Vec<Row>, alone: [u8; LETTERS]) -> Self {
        rows.sort_unstable_by_key(|(code, around, letters, cost)| {
            (*code, *around, *cost, *letters)
        });
        let mut places = vec![(0, 0); 256 * SURROUNDINGS];
        let mut choices = Vec::with_capacity(rows.len());
        for (code, around, letters, cost) in rows {
            let back: i32 = letters
                .iter()
                .filter(|letter| **letter > 0)
                .filter_map(|letter| alone.get(usize::from(*letter)))
                .map(|cost| i32::from(*cost))
                .sum();
            let score = (i32::from(cost) * WEIGHT - back * GIVEN_BACK) / 16;
            let score = i16::try_from(score).unwrap_or(0);
            let place = usize::from(code) * SURROUNDINGS + usize::from(around);
            let at = u32::try_from(choices.len()).unwrap_or(u32::MAX);
            if let Some((start, end)) = places.get_mut(place) {
                if *start == *end {
                    *start = at;
                }
                *end = at + 1;
                choices.push(Choice { letters, cost, score });
            }
        }
        Self { choices: choices.into(), places: places.into(), alone: alone.to_vec() }
    }

    /// The choices of a unit, cheapest first.
    #[inline]
    pub(super) fn choices(&self, unit: Unit) -> &[Choice] {
        let place = usize::from(unit.code) * SURROUNDINGS + usize::from(unit.surroundings);
        let (start, end) = self.places.get(place).copied().unwrap_or((0, 0));
        self.choices.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The channel as bytes: what letters cost alone, how many rows, the rows.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend(&self.alone);
        out.extend(u32::try_from(self.choices.len()).unwrap_or(u32::MAX).to_le_bytes());
        for (place, (start, end)) in self.places.iter().enumerate() {
            let own = self.choices.get(*start as usize..*end as usize).unwrap_or_default();
            for choice in own {
                let code = u8::try_from(place / SURROUNDINGS).unwrap_or(0);
                let around = u8::try_from(place % SURROUNDINGS).unwrap_or(0);
                out.extend([code, around]);
                out.extend(choice.letters);
                out.push(choice.cost);
            }
        }
    }

    /// Reads the channel at the start of `bytes` and moves them past it.
    pub(super) fn read(bytes: &mut &[u8]) -> Result<Self, ModelError> {
        let alone = take::<LETTERS>(bytes)?;
        let count = u32::from_le_bytes(take::<4>(bytes)?) as usize;
        let length = count.checked_mul(6).ok_or(ModelError::Format)?;
        let (own, rest) = bytes.split_at_checked(length).ok_or(ModelError::Length)?;
        *bytes = rest;
        let (rows, _) = own.as_chunks::<6>();
        let rows =
            rows.iter().map(|[code, around, a, b, c, cost]| (*code, *around, [*a, *b, *c], *cost));
        Ok(Self::new(rows.collect(), alone))
    }
}
