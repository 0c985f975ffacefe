//! A text as known values are looked up in it: folded, with a way back to the source.

use language::ByteSpan;

use super::identity::fold_one_case;
use crate::label::letters::{fold_alphanumeric, is_ignorable};

/// What cannot stand inside a value, in a folded text.
pub(super) const WALL: char = '\u{1}';

/// The most characters that may stand between two parts of one value.
const WIDEST_GAP: usize = 3;

/// A folded text. The map holds one entry for each change of the distance to the source, not one a byte.
pub(super) struct Folded<'t> {
    source: &'t str,
    pub(super) text: String,
    map: Vec<(u32, u32)>,
}

impl<'t> Folded<'t> {
    /// Tokens between single spaces, one space at both ends; a wall where a gap is too wide for a value.
    pub(super) fn tokens(source: &'t str) -> Self {
        let mut folded = Self::empty(source);
        folded.push(' ', 0);
        folded.fold(" \u{1} ", " ");
        let end = source.len();
        if !folded.text.ends_with(' ') {
            folded.push(' ', end);
        }
        folded
    }

    /// Letters and digits only; a wall where a gap is too wide for a value.
    pub(super) fn compact(source: &'t str) -> Self {
        let mut folded = Self::empty(source);
        folded.fold("\u{1}", "");
        folded
    }

    /// Everything but invisible marks, in lower case.
    pub(super) fn lower(source: &'t str) -> Self {
        let mut folded = Self::empty(source);
        for (at, character) in source.char_indices() {
            if !is_ignorable(character) {
                folded.push(fold_one_case(character), at);
            }
        }
        folded
    }

    /// The stretch of the source under a stretch of the folded text that begins and ends with characters
    /// of the source.
    pub(super) fn source_span(&self, from: usize, to: usize) -> ByteSpan {
        let last = self.text.get(..to).and_then(|before| before.char_indices().next_back());
        let last = self.source_at(last.map_or(from, |(at, _)| at));
        let length = self.source.get(last..).and_then(|rest| rest.chars().next());
        ByteSpan::new(self.source_at(from), last + length.map_or(0, char::len_utf8))
    }

    fn empty(source: &'t str) -> Self {
        Self { source, text: String::with_capacity(source.len() + 2), map: Vec::new() }
    }

    fn fold(&mut self, wall: &str, gap: &str) {
        let mut gap_length = 0;
        let mut token_length = 0;
        let (mut hard, mut stop) = (false, false);
        for (at, character) in self.source.char_indices() {
            if is_ignorable(character) {
                continue;
            }
            if let Some(folded) = fold_alphanumeric(character) {
                if gap_length > 0 {
                    let between = if hard || gap_length > WIDEST_GAP { wall } else { gap };
                    let between = if self.text == " " { "" } else { between };
                    for filler in between.chars() {
                        self.push(filler, at);
                    }
                }
                token_length = if gap_length > 0 { 1 } else { token_length + 1 };
                gap_length = 0;
                (hard, stop) = (false, false);
                self.push(folded, at);
            } else {
                // A full stop after more than an abbreviation ends a sentence.
                hard |= stop && character.is_whitespace();
                stop = character == '.' && gap_length == 0 && token_length > 2;
                hard |= matches!(character, ';' | ':' | '!' | '?' | '|' | '\t' | '"' | '؛' | '؟')
                    || (character == '\n' && gap_length > 0);
                gap_length += 1;
            }
        }
    }

    fn push(&mut self, folded: char, source: usize) {
        let at = self.text.len();
        // A text is folded part by part: no part is as long as four gigabytes.
        let short = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let (at, source) = (short(at), short(source));
        let straight = self.map.last().is_some_and(|&(from, to)| {
            at >= from && u64::from(at - from) + u64::from(to) == u64::from(source)
        });
        if !straight {
            self.map.push((at, source));
        }
        self.text.push(folded);
    }

    fn source_at(&self, folded: usize) -> usize {
        let long = |place: u32| usize::try_from(place).unwrap_or(usize::MAX);
        let after = self.map.partition_point(|&(from, _)| long(from) <= folded);
        match after.checked_sub(1).and_then(|index| self.map.get(index)) {
            Some(&(from, to)) => folded - long(from) + long(to),
            None => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(folded: &Folded<'_>, expect: &str, part: &str, source: &str) {
        assert_eq!(folded.text, expect);
        let from = folded.text.find(part).unwrap();
        let span = folded.source_span(from, from + part.len());
        assert_eq!(span.of(folded.source), source);
    }

    #[test]
    fn folded_texts_lead_back() {
        let text = "«ÉLISE  D'Ÿ, +212 6-1٢";
        check(&Folded::tokens(text), " elise d y 212 6 12 ", "elise d", "ÉLISE  D");
        check(&Folded::compact(text), "elisedy212612", "212612", "212 6-1٢");
        check(&Folded::lower("É\u{200f}٢x"), "é2x", "2x", "٢x");
    }

    #[test]
    fn a_wide_gap_is_a_wall() {
        check(&Folded::tokens("a; b c"), " a \u{1} b c ", "b c", "b c");
        check(&Folded::compact("1    2;3"), "1\u{1}2\u{1}3", "3", "3");
        check(&Folded::tokens("abc. d e. f.g h"), " abc \u{1} d e f g h ", "e f", "e. f");
        check(&Folded::tokens(""), " ", " ", "");
    }
}
