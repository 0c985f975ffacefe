//! Lists of words of a pack file, as classes of word keys.
//!
//! Owns the look-up of one word in several lists at once, with Arabic clitics and articles seen through.

use language::{Profile, normalize};

use crate::find::names::lexicon::KeyMap;
use crate::find::names::sound::exact;

/// Which lists a word stands in, one bit a list.
pub type Bits = u32;

/// Word lists by bit.
#[derive(Debug, Default)]
pub struct Words {
    bits: KeyMap<Bits>,
}

/// A word's lists, and how many bytes of a clitic stood in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// The lists.
    pub bits: Bits,
    /// Bytes of a glued one-letter word in front.
    pub clitic: usize,
}

impl Words {
    /// Adds the words of a list. Of a phrase, the words are taken one by one.
    pub fn add(&mut self, list: &[String], bit: Bits) {
        for entry in list {
            let folded = normalize(entry, Profile::Match).text.to_lowercase();
            for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
            {
                *self.bits.entry(exact(word)).or_default() |= bit;
                if let Some(bare) = without_article(word) {
                    *self.bits.entry(exact(bare)).or_default() |= bit;
                }
            }
        }
    }

    /// The lists of a word in lower-case match form.
    pub fn of(&self, word: &str) -> Known {
        let whole = self.exactly(word) | without_article(word).map_or(0, |bare| self.exactly(bare));
        if whole != 0 || word.is_ascii() {
            return Known { bits: whole, clitic: 0 };
        }
        let Some(rest) =
            ["و", "ف", "ب", "ل", "ك"].iter().find_map(|clitic| word.strip_prefix(clitic))
        else {
            return Known::default();
        };
        if rest.chars().count() < 2 {
            return Known::default();
        }
        let bits = self.exactly(rest) | without_article(rest).map_or(0, |bare| self.exactly(bare));
        Known { bits, clitic: word.len() - rest.len() }
    }

    fn exactly(&self, word: &str) -> Bits {
        self.bits.get(&exact(word)).copied().unwrap_or_default()
    }
}

fn without_article(word: &str) -> Option<&str> {
    word.strip_prefix("ال").filter(|rest| rest.chars().count() >= 2)
}
