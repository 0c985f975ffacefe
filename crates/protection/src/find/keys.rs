//! Keys of words: one 64-bit number under which every detector looks a word up.
//!
//! Owns the making of a key letter by letter, so that a text's words are keyed while they are cut, and
//! tables by key. The key is that of [`super::names::sound::exact`].

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::names::sound::{exact, plain_letter};

/// A key in the making: FNV-1a with a final mix, the same on every machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyState(u64);

impl KeyState {
    /// Of no letter.
    pub(crate) const EMPTY: Self = Self(0xcbf2_9ce4_8422_2325);

    /// With one more byte of a word in lower-case match form. A letter that is keyed as another one must
    /// come as that one.
    #[inline]
    pub(crate) fn push(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }

    /// The key.
    #[inline]
    pub(crate) fn key(self) -> u64 {
        mix(self.0)
    }
}

/// Spreads the bits of a hash.
fn mix(mut state: u64) -> u64 {
    state = (state ^ (state >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    state ^ (state >> 29)
}

/// Joins two keys into one, order kept.
pub(crate) fn join(left: u64, right: u64) -> u64 {
    mix(left.rotate_left(17) ^ right.wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// The key of a word in match form, whatever its case.
pub(crate) fn key_of(word: &str) -> u64 {
    match pushed(KeyState::EMPTY, word) {
        Some(state) => state.key(),
        None => exact(&word.to_lowercase()),
    }
}

/// The key of a word of two parts.
pub(crate) fn key_of_two(first: &str, second: &str) -> u64 {
    let state = pushed(KeyState::EMPTY, first).and_then(|state| pushed(state, second));
    state.map_or_else(|| key_of(&format!("{first}{second}")), KeyState::key)
}

/// The state with the letters of a part of a word; nothing where a letter is not keyed as itself.
fn pushed(mut state: KeyState, part: &str) -> Option<KeyState> {
    let bytes = part.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let length = match byte {
            0..0x80 => {
                state.push(byte.to_ascii_lowercase());
                at += 1;
                continue;
            }
            0x80..0xE0 => 2,
            _ => 3,
        };
        let letter = bytes.get(at..at + length).unwrap_or_default();
        if !is_plain_letter(letter) {
            return None;
        }
        for &byte in letter {
            state.push(byte);
        }
        at += length;
    }
    Some(state)
}

/// Whether a letter has no case and is keyed as itself: most Arabic and Tifinagh letters.
pub(crate) fn is_plain_letter(letter: &[u8]) -> bool {
    match *letter {
        [0xD8, second] => second >= 0xA2,
        [0xD9, second] => second <= 0x8A,
        // ⴻ (BB) is keyed as ⴰ.
        [0xE2, 0xB4, third] => third >= 0xB0 && third != 0xBB,
        [0xE2, 0xB5, third] => third <= 0xA7,
        _ => false,
    }
}

/// Keys are hashes already: they are taken as they are.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// A map from keys.
pub(crate) type KeyMap<V> = HashMap<u64, V, BuildHasherDefault<AsItIs>>;

/// Values by key, with a first look that turns most words of a text away.
#[derive(Debug, Clone)]
pub(crate) struct KeyTable<V> {
    map: KeyMap<V>,
    /// One bit for each remainder of a key that is in the map.
    present: Box<[u64; PRESENT_WORDS]>,
}

/// 2¹⁵ bits: four kilobytes that stay near the processor.
const PRESENT_WORDS: usize = 512;

impl<V> Default for KeyTable<V> {
    fn default() -> Self {
        Self { map: KeyMap::default(), present: Box::new([0; PRESENT_WORDS]) }
    }
}

impl<V> KeyTable<V> {
    /// The value under a key, made where there is none.
    pub(crate) fn entry(&mut self, key: u64, make: impl FnOnce() -> V) -> &mut V {
        if let Some(word) = self.present.get_mut(word_of(key)) {
            *word |= bit_of(key);
        }
        self.map.entry(key).or_insert_with(make)
    }

    /// How many keys have a value.
    pub(crate) fn len(&self) -> usize {
        self.map.len()
    }

    /// The value under a key.
    #[inline]
    pub(crate) fn get(&self, key: u64) -> Option<&V> {
        let present = self.present.get(word_of(key)).is_some_and(|word| word & bit_of(key) != 0);
        if present { self.map.get(&key) } else { None }
    }
}

/// The first three letters of Arabic words: most words of a text begin as no word of a list, and are not
/// keyed to find that out.
#[derive(Debug, Clone)]
pub(crate) struct Heads(Box<[u64; PRESENT_WORDS]>);

impl Default for Heads {
    fn default() -> Self {
        Self(Box::new([0; PRESENT_WORDS]))
    }
}

impl Heads {
    /// Adds the beginning of a word.
    pub(crate) fn add(&mut self, word: &str) {
        let head = head_of(word);
        if let Some(slot) = self.0.get_mut(word_of(head)) {
            *slot |= bit_of(head);
        }
    }

    /// Whether some word may begin as this one does.
    #[inline]
    pub(crate) fn has(&self, word: &str) -> bool {
        let head = head_of(word);
        self.0.get(word_of(head)).is_some_and(|bits| bits & bit_of(head) != 0)
    }
}

/// The first three letters, mixed.
#[inline]
fn head_of(word: &str) -> u64 {
    let head = word.as_bytes().get(..HEAD).unwrap_or(word.as_bytes());
    let (letters, rest) = head.as_chunks::<2>();
    let mut state = 0;
    for letter in letters {
        if !is_plain_letter(letter) {
            return folded_head(word);
        }
        state = with_letter(state, *letter);
    }
    if rest.is_empty() { spread(state) } else { folded_head(word) }
}

fn with_letter(state: u64, [first, second]: [u8; 2]) -> u64 {
    state << 8 | u64::from(second) << 1 | u64::from(first & 1)
}

fn spread(state: u64) -> u64 {
    state.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40
}

/// The head of a word with letters that are keyed as others.
fn folded_head(word: &str) -> u64 {
    let mut state = 0;
    for character in word.chars().take(HEAD / 2) {
        let mut bytes = [0; 4];
        plain_letter(character).encode_utf8(&mut bytes);
        state = with_letter(state, [bytes[0], bytes[1]]);
    }
    spread(state)
}

/// Three letters, in bytes.
const HEAD: usize = 6;

#[expect(clippy::cast_possible_truncation, reason = "the low bits are wanted")]
fn word_of(key: u64) -> usize {
    (key as usize >> 6) % PRESENT_WORDS
}

fn bit_of(key: u64) -> u64 {
    1 << (key & 63)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_holds_what_it_was_given() {
        let mut table = KeyTable::default();
        for word in ["rue", "حي", "ⵜⴰⵎⴰⵣⵉⵔⵜ"] {
            *table.entry(key_of(word), || 0_usize) += word.len();
        }
        assert_eq!(table.get(key_of("RUE")), Some(&3));
        assert_eq!(table.get(key_of("حي")), Some(&4));
        assert_eq!(table.get(key_of("avenue")), None);
    }
}
