//! The word lists of a pack's files, looked up once for each token of a text.
//!
//! Owns the look-up of one word in all lists at once, with what is glued to it seen through. What a list
//! means is the business of the detector that added it.

use language::{Profile, Script, normalize};

use super::keys::{Heads, KeyTable, key_of};
use super::view::{Token, TokenKind};
use crate::pack::affixes::Affixes;

/// Which lists a word stands in, one bit a list.
pub type Bits = u32;

/// The lists of addresses.
pub(super) const OF_ADDRESSES: Bits = 0xFFFF;
/// The lists of birth dates.
pub(super) const OF_BIRTHS: Bits = 0xFFFF_0000;

/// Word lists by bit.
#[derive(Debug, Default)]
pub struct Words {
    bits: KeyTable<Bits>,
    heads: Heads,
    affixes: Affixes,
}

/// A word's lists, and how many bytes of a clitic stood in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// The lists.
    pub bits: Bits,
    /// Bytes of a glued one-letter word in front of a word that no list of addresses has as it is.
    pub clitic: u8,
}

/// The fewest bytes behind an article or a clitic: two letters.
const SHORTEST: usize = 4;

impl Words {
    /// No lists, read through these affixes.
    pub(crate) fn new(affixes: &Affixes) -> Self {
        Self { affixes: affixes.clone(), ..Self::default() }
    }

    /// Adds the words of a list. Of a phrase, the words are taken one by one.
    pub fn add(&mut self, list: &[String], bit: Bits) {
        for entry in list {
            let folded = normalize(entry, Profile::Match).text.to_lowercase();
            for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
            {
                for word in [Some(word), self.affixes.without_article(word, SHORTEST)] {
                    let Some(word) = word else { continue };
                    *self.bits.entry(key_of(word), || 0) |= bit;
                    if !word.is_ascii() {
                        self.heads.add(word);
                    }
                }
            }
        }
    }

    /// The lists of a token with this text.
    pub(super) fn of(&self, token: &Token, word: &str) -> Known {
        if token.kind == TokenKind::Number {
            return Known::default();
        }
        let whole = self.under(token.key);
        if token.script != Script::Arabic {
            return Known { bits: whole, clitic: 0 };
        }
        let whole = whole | self.without_article(word);
        let rest = self.affixes.without_clitic(word).filter(|rest| rest.len() >= SHORTEST);
        let Some(rest) = rest else { return Known { bits: whole, clitic: 0 } };
        let behind = self.exactly(rest) | self.without_article(rest);
        // Where a list has the word as it is, the other reading says nothing to that list's detector.
        let mut bits = whole;
        for lists in [OF_ADDRESSES, OF_BIRTHS] {
            if whole & lists == 0 {
                bits |= behind & lists;
            }
        }
        let clitic = if whole & OF_ADDRESSES == 0 { word.len() - rest.len() } else { 0 };
        Known { bits, clitic: u8::try_from(clitic).unwrap_or(0) }
    }

    fn without_article(&self, word: &str) -> Bits {
        self.affixes.without_article(word, SHORTEST).map_or(0, |bare| self.exactly(bare))
    }

    fn exactly(&self, word: &str) -> Bits {
        if self.heads.has(word) { self.under(key_of(word)) } else { 0 }
    }

    fn under(&self, key: u64) -> Bits {
        self.bits.get(key).copied().unwrap_or_default()
    }
}
