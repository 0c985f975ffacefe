//! IBANs of every country of the ISO 13616 registry.

use std::collections::BTreeMap;

use language::ByteSpan;

use crate::find::identifiers::checks::iban_passes;
use crate::find::view::{TokenKind, View};

/// IBANs: valid ones, and mistyped ones that have the length their country wants and are mostly digits.
pub(super) fn ibans(
    view: &View<'_>,
    lengths: &BTreeMap<String, usize>,
    found: &mut dyn FnMut(ByteSpan, bool),
) {
    let folded = view.folded();
    for (index, token) in view.tokens().iter().enumerate() {
        let word = view.token_folded(token);
        let starts = match token.kind {
            TokenKind::Mixed => word.bytes().take(2).all(|byte| byte.is_ascii_alphabetic()),
            TokenKind::Word => word.len() == 2 && view.gap_before(index + 1).len() == 1,
            TokenKind::Number => false,
        };
        let Some(&length) =
            word.get(..2).filter(|_| starts).and_then(|country| lengths.get(country))
        else {
            continue;
        };
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
