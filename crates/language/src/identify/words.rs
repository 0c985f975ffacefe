//! Cuts a text into words of one family each, without allocating. Owns what a word is to the identifier:
//! the digits of Arabizi belong to it, numbers, addresses and names of variables do not.

use super::family::Family;
use super::letters::{Letter, letter};
use crate::span::ByteSpan;

/// Stands before and after the letters of a word.
const BOUNDARY: u32 = 1;
/// Letters kept of one word; what is longer is no word of a language.
const LONGEST: usize = 30;

/// A word: letters of one family.
#[derive(Debug)]
pub(super) struct Word<'r> {
    pub(super) family: Family,
    /// Folded letters between two boundary marks.
    pub(super) codes: &'r [u32],
    pub(super) letters: u32,
    pub(super) span: ByteSpan,
}

/// What stands between the words.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Signs {
    /// Letters of scripts that belong to no family.
    pub(super) foreign: u32,
    /// Signs of program code.
    pub(super) code: u32,
}

/// Shows every word of `text` to `visit`, in order.
#[inline]
pub(super) fn read_words(text: &str, mut visit: impl FnMut(&Word<'_>)) -> Signs {
    let mut reader = Reader::new();
    let mut signs = Signs::default();
    for (at, character) in text.char_indices() {
        match letter(character) {
            Letter::Of(family, code) => {
                if reader.family != Some(family) {
                    reader.change_to(family, at, &mut visit);
                }
                reader.letters += 1;
                reader.push(code, at, at + character.len_utf8());
            }
            Letter::Digit(code) => {
                if reader.family.is_some_and(|family| family != Family::Latin) {
                    reader.finish(false, &mut visit);
                }
                reader.digits += 1;
                reader.push(code, at, at + character.len_utf8());
            }
            Letter::Dropped => {}
            Letter::CaseEnding(code) => {
                if reader.family == Some(Family::Arabic) {
                    reader.push(code, at, at + character.len_utf8());
                }
            }
            Letter::Accent => reader.compose(character, at + character.len_utf8()),
            Letter::Apostrophe => {
                if reader.letters > 0 {
                    reader.push(u32::from('\''), at, at + character.len_utf8());
                }
                reader.finish(false, &mut visit);
            }
            Letter::Hyphen => {
                let inside = reader.letters > 0;
                reader.finish(false, &mut visit);
                reader.after_hyphen = inside;
            }
            Letter::CodeMark => {
                signs.code += 1;
                let glued = matches!(character, '_' | '@' | '\\');
                reader.finish(glued, &mut visit);
                reader.tainted = glued;
            }
            Letter::Foreign => {
                signs.foreign += 1;
                reader.finish(false, &mut visit);
            }
            Letter::Separator => reader.finish(false, &mut visit),
        }
    }
    reader.finish(false, &mut visit);
    signs
}

#[derive(Debug)]
struct Reader {
    codes: [u32; LONGEST + 2],
    length: usize,
    family: Option<Family>,
    letters: u32,
    digits: u32,
    start: usize,
    end: usize,
    after_hyphen: bool,
    /// The word touches a sign that makes it part of an address or of code.
    tainted: bool,
}

impl Reader {
    fn new() -> Self {
        Self {
            codes: [BOUNDARY; LONGEST + 2],
            length: 1,
            family: None,
            letters: 0,
            digits: 0,
            start: 0,
            end: 0,
            after_hyphen: false,
            tainted: false,
        }
    }

    #[inline]
    fn push(&mut self, code: u32, start: usize, end: usize) {
        if self.length == 1 {
            self.start = start;
            if self.after_hyphen {
                self.store(u32::from('-'));
            }
        }
        self.end = end;
        // "bzaaaaf" is "bzaaf": a letter counts twice at most.
        let before = self.codes.get(self.length.wrapping_sub(2)..self.length);
        if before.is_some_and(|before| before.iter().all(|own| *own == code)) {
            return;
        }
        self.store(code);
    }

    #[inline]
    fn store(&mut self, code: u32) {
        if self.length <= LONGEST
            && let Some(slot) = self.codes.get_mut(self.length)
        {
            *slot = code;
            self.length += 1;
        }
    }

    #[cold]
    fn compose(&mut self, accent: char, end: usize) {
        if self.length > 1
            && let Some(slot) = self.codes.get_mut(self.length - 1)
        {
            let base = char::from_u32(*slot);
            let whole = base.and_then(|base| unicode_normalization::char::compose(base, accent));
            *slot = whole.map_or(*slot, u32::from);
            self.end = end;
        }
    }

    #[inline]
    fn change_to(&mut self, family: Family, at: usize, visit: &mut impl FnMut(&Word<'_>)) {
        // Leading digits belong to a Latin word ("3la"), not to one of another script ("3أيام").
        if self.family.is_some() || (self.length > 1 && family != Family::Latin) {
            self.finish(false, visit);
            self.start = at;
        }
        self.family = Some(family);
    }

    #[inline]
    fn finish(&mut self, tainted: bool, visit: &mut impl FnMut(&Word<'_>)) {
        if self.length > 1 {
            self.hand_over(tainted, visit);
            self.length = 1;
            self.family = None;
            self.letters = 0;
            self.digits = 0;
        }
        self.after_hyphen = false;
        self.tainted = false;
    }

    #[inline]
    fn hand_over(&mut self, tainted: bool, visit: &mut impl FnMut(&Word<'_>)) {
        let Some(family) = self.family else { return };
        // As many digits as letters, or more: a reference or a hash.
        if tainted || self.tainted || (self.digits > 3 && self.digits >= self.letters) {
            return;
        }
        // One letter again and again: laughter or a filler ("hhhhh", "ههههه").
        let same = |codes: &[u32]| codes.iter().all(|code| codes.first() == Some(code));
        if self.letters > 2 && self.codes.get(1..self.length).is_some_and(same) {
            return;
        }
        if let Some(slot) = self.codes.get_mut(self.length) {
            *slot = BOUNDARY;
        }
        if let Some(codes) = self.codes.get(..=self.length) {
            let span = ByteSpan::new(self.start, self.end);
            visit(&Word { family, codes, letters: self.letters, span });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let mut words = Vec::new();
        read_words(text, |word| {
            let letters = word.codes.iter().skip(1).take(word.codes.len() - 2);
            let letters: String = letters.filter_map(|code| char::from_u32(*code)).collect();
            assert!(!word.span.of(text).is_empty(), "{text:?}");
            words.push(letters);
        });
        assert_eq!(words.join(" "), expect, "{text:?}");
    }

    #[test]
    fn words_are_folded_runs_of_letters() {
        check("Gal lia: Le DIRECTEUR!", "gal lia le directeur");
        check("3la 9bel f 2019, 35 km", "3la 9bel f km");
        check("l'école est-il", "l' école est -il");
        check("bzaaaaaf", "bzaaf");
        check("hhhhhhh safi ههههه", "safi");
        check("مُحَمَّـــد ۲۳ يوم", "محمد يوم");
        check("شُكْراً", "شكراً");
        check("3أيام", "أيام");
        check("ⴰⵎⴰⵣⵉⵖ-ⵏⵏⵖ", "ⴰⵎⴰⵣⵉⵖ -ⵏⵏⵖ");
        check("d\u{323}ar", "ḍar");
        check("aγrum", "aɣrum");
        check("ﻣﺤﻤﺪ", "محمد");
        check("my_name user@host a1b2c3d4e5f6", "");
    }

    #[test]
    fn a_change_of_script_ends_a_word() {
        check("والrendez-vousديال", "وال rendez -vous ديال");
    }
}
