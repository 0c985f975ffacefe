//! IBANs of every country of the ISO 13616 registry.

use std::collections::BTreeMap;

use language::ByteSpan;

use crate::find::identifiers::checks::iban_passes;
use crate::find::view::{TokenKind, View};

/// The length of an IBAN by the two letters of its country.
#[derive(Debug)]
pub(super) struct Lengths(Vec<u8>);

impl Lengths {
    pub(super) fn new(lengths: &BTreeMap<String, usize>) -> Self {
        let mut table = vec![0; 26 * 26];
        for (country, length) in lengths {
            let slot = place(country.as_bytes()).and_then(|place| table.get_mut(place));
            if let (Some(slot), Ok(length)) = (slot, u8::try_from(*length)) {
                *slot = length;
            }
        }
        Self(table)
    }

    fn of(&self, word: &[u8]) -> Option<usize> {
        self.0.get(place(word)?).map(|&length| usize::from(length)).filter(|&length| length > 0)
    }
}

/// The place of a country whose two letters begin the word.
fn place(word: &[u8]) -> Option<usize> {
    match word {
        [first @ b'a'..=b'z', second @ b'a'..=b'z', ..] => {
            Some(usize::from(first - b'a') * 26 + usize::from(second - b'a'))
        }
        _ => None,
    }
}

/// IBANs: valid ones, and mistyped ones that have the length their country wants and are mostly digits.
pub(super) fn ibans(view: &View<'_>, lengths: &Lengths, found: &mut dyn FnMut(ByteSpan, bool)) {
    let folded = view.folded();
    for (index, token) in view.tokens().iter().enumerate() {
        let starts = match token.kind {
            TokenKind::Mixed => token.span.len() >= 2,
            TokenKind::Word => token.span.len() == 2 && view.gap_before(index + 1).len() == 1,
            TokenKind::Number => false,
        };
        if !starts {
            continue;
        }
        let word = view.token_folded(token);
        let Some(length) = lengths.of(word.as_bytes()) else { continue };
        let Some((value, end)) = gather(folded, token.span.start, length) else { continue };
        let valid = iban_passes(&value);
        let checked =
            value.get(2..4).is_some_and(|check| check.bytes().all(|b| b.is_ascii_digit()));
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        if valid
            || (checked && digits * 4 >= length * 3)
            || (checked && value.starts_with("gb") && digits >= 16)
        {
            found(ByteSpan::new(token.span.start, end), valid);
        }
    }
}

/// The `length` letters and digits from `start`, with blanks, dots or dashes between groups.
fn gather(folded: &str, start: usize, length: usize) -> Option<(String, usize)> {
    let bytes = folded.as_bytes();
    let mut value = String::with_capacity(length);
    let mut at = start;
    let mut gap = 0;
    while value.len() < length {
        let &byte = bytes.get(at)?;
        if byte.is_ascii_alphanumeric() {
            value.push(char::from(byte));
            gap = 0;
        } else if matches!(byte, b' ' | b'.' | b'-' | b'\n' | b'\r' | b'\t') && gap < 3 {
            gap += 1;
        } else {
            return None;
        }
        at += 1;
    }
    (!bytes.get(at).is_some_and(u8::is_ascii_alphanumeric)).then_some((value, at))
}
