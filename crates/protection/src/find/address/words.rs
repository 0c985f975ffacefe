//! Lists of words of a pack file, as classes of word keys.
//!
//! Owns the look-up of one word in several lists at once, with Arabic clitics and articles seen through.

use language::{Profile, Script, normalize};

use crate::find::keys::{KeyTable, key_of};
use crate::find::view::{Token, TokenKind, View};

/// Which lists a word stands in, one bit a list.
pub type Bits = u32;

/// Word lists by bit.
#[derive(Debug, Default)]
pub struct Words {
    bits: KeyTable<Bits>,
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
                *self.bits.entry(key_of(word), || 0) |= bit;
                if let Some(bare) = without_article(word) {
                    *self.bits.entry(key_of(bare), || 0) |= bit;
                }
            }
        }
    }

    /// The lists of a token.
    pub fn of(&self, view: &View<'_>, token: &Token) -> Known {
        if token.kind == TokenKind::Number {
            return Known::default();
        }
        let whole = self.under(token.key);
        if token.script != Script::Arabic {
            return Known { bits: whole, clitic: 0 };
        }
        let word = view.token_folded(token);
        let whole = whole | without_article(word).map_or(0, |bare| self.under(key_of(bare)));
        if whole != 0 {
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
        let bare = without_article(rest).map_or(0, |bare| self.under(key_of(bare)));
        Known { bits: self.under(key_of(rest)) | bare, clitic: word.len() - rest.len() }
    }

    fn under(&self, key: u64) -> Bits {
        self.bits.get(key).copied().unwrap_or_default()
    }
}

fn without_article(word: &str) -> Option<&str> {
    word.strip_prefix("ال").filter(|rest| rest.chars().count() >= 2)
}
