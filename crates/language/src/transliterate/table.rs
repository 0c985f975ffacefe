//! A table from keys of 32 bits to values of 16, built once and only read: n-grams, words, word lists.

use super::model::ModelError;

const EMPTY: u32 = u32::MAX;

/// Keys with open addressing at most half full.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    slots: Box<[(u32, u16)]>,
    mask: usize,
}

impl Table {
    /// The table of the pairs; the first of equal keys stays.
    pub(super) fn new(pairs: impl ExactSizeIterator<Item = (u32, u16)>) -> Self {
        let size = (pairs.len() * 2).next_power_of_two().max(2);
        let mut table = Self { slots: vec![(EMPTY, 0); size].into(), mask: size - 1 };
        for (key, value) in pairs {
            if key != EMPTY {
                table.put(key, value);
            }
        }
        table
    }

    fn start(&self, key: u32) -> usize {
        let mixed = u64::from(key).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        mixed as usize & self.mask
    }

    fn put(&mut self, key: u32, value: u16) {
        let mut at = self.start(key);
        while let Some(slot) = self.slots.get_mut(at) {
            if slot.0 == EMPTY {
                *slot = (key, value);
                return;
            }
            if slot.0 == key {
                return;
            }
            at = (at + 1) & self.mask;
        }
    }

    /// The value of a key.
    #[inline]
    pub(super) fn get(&self, key: u32) -> Option<u16> {
        let mut at = self.start(key);
        loop {
            let (own, value) = self.slots.get(at).copied().unwrap_or((EMPTY, 0));
            if own == key && key != EMPTY {
                return Some(value);
            }
            if own == EMPTY {
                return None;
            }
            at = (at + 1) & self.mask;
        }
    }

    /// The table as bytes: how many, then each key and value in the order of the keys.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut pairs: Vec<_> = self.slots.iter().filter(|slot| slot.0 != EMPTY).collect();
        pairs.sort_unstable();
        out.extend(u32::try_from(pairs.len()).unwrap_or(u32::MAX).to_le_bytes());
        for (key, value) in pairs {
            out.extend(key.to_le_bytes());
            out.extend(value.to_le_bytes());
        }
    }

    /// Reads the table at the start of `bytes` and moves them past it.
    pub(super) fn read(bytes: &mut &[u8]) -> Result<Self, ModelError> {
        let (count, rest) = bytes.split_first_chunk::<4>().ok_or(ModelError::Length)?;
        let count = u32::from_le_bytes(*count) as usize;
        let length = count.checked_mul(6).ok_or(ModelError::Format)?;
        let (own, rest) = rest.split_at_checked(length).ok_or(ModelError::Length)?;
        *bytes = rest;
        let (pairs, _) = own.as_chunks::<6>();
        Ok(Self::new(pairs.iter().map(|[a, b, c, d, e, f]| {
            (u32::from_le_bytes([*a, *b, *c, *d]), u16::from_le_bytes([*e, *f]))
        })))
    }
}
