//! Whether a quote stands in what it is cited from.
//!
//! White space is folded, since a quote may run over a line break; nothing else is: another letter, digit
//! or sign makes it another text.

use std::ops::Range;

/// Whether `quote` occurs in `source`.
pub(super) fn occurs(quote: &str, source: &str) -> bool {
    let quote = folded(quote);
    !quote.is_empty() && folded(source).contains(&quote)
}

/// Where `quote` stands in `source` first in whole words and numbers, in bytes; white space is folded.
pub(super) fn place_of(quote: &str, source: &str) -> Option<Range<usize>> {
    let quote = folded(quote);
    let mut text = String::with_capacity(source.len());
    // Where each byte of the folded text stands in the source.
    let mut places = Vec::with_capacity(source.len());
    let mut gap = false;
    for (place, letter) in source.char_indices() {
        if letter.is_whitespace() {
            gap = !text.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            text.push(' ');
            places.push(place);
        }
        text.push(letter);
        places.extend(place..place + letter.len_utf8());
    }
    let cut = |inner: Option<char>, outer: Option<char>| {
        inner.is_some_and(char::is_alphanumeric) && outer.is_some_and(char::is_alphanumeric)
    };
    let whole = |at: &usize| {
        let (before, behind) = (text.get(..*at), text.get(at + quote.len()..));
        let before = before.and_then(|text| text.chars().next_back());
        let behind = behind.and_then(|text| text.chars().next());
        !cut(quote.chars().next(), before) && !cut(quote.chars().next_back(), behind)
    };
    let mut found = text.match_indices(&quote).map(|(at, _)| at);
    let at = found.find(whole).filter(|_| !quote.is_empty())?;
    let (first, last) = (places.get(at)?, places.get(at + quote.len() - 1)?);
    Some(*first..last + 1)
}

/// A text with each run of white space as one space, and none at its ends.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_white_space_is_folded() {
        let check = |quote: &str, source: &str, expect: bool| {
            assert_eq!(occurs(quote, source), expect, "{quote:?} in {source:?}");
        };
        check("550 DH", "Adulte |\n 550\u{a0}DH", true);
        check("  550   DH ", "Adulte | 550 DH", true);
        check("500 DH", "Adulte | 550 DH", false);
        check("550 dh", "Adulte | 550 DH", false);
        check("550", "٥٥٠", false);
        check("مجانا", "شهادة السكنى | مجانا", true);
        check("", "Adulte", false);
        check(" \n", "Adulte", false);
    }

    proptest! {
        /// Every piece of a text occurs in it, however its white space is written.
        #[test]
        fn what_is_quoted_verifies(
            words in prop::collection::vec("[a-zéعⴰ0-9]{1,8}", 1..20),
            from in 0_usize..20,
            count in 1_usize..20,
            gap in "[ \n\t]{1,3}",
        ) {
            let from = from.min(words.len() - 1);
            let until = (from + count).min(words.len());
            let quote = words[from..until].join(&gap);
            let source = words.join(" ");
            prop_assert!(occurs(&quote, &source));
            let place = place_of(&quote, &source).unwrap();
            let found = source.get(place).unwrap();
            prop_assert_eq!(found, words[from..until].join(" "));
        }

        /// A quote with a sign that the source lacks never verifies.
        #[test]
        fn what_was_changed_does_not_verify(source in "[a-z ]{0,60}", quote in "[a-z ]{0,20}[0-9A-Z]") {
            prop_assert!(!occurs(&quote, &source));
            prop_assert_eq!(place_of(&quote, &source), None);
        }
    }
}
