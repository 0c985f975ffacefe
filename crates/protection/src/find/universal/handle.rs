//! Handles of social networks and chats: `@name`.

use language::ByteSpan;
use memchr::memchr_iter;

use std::collections::BTreeSet;

use crate::find::place::Place;
use crate::pack::universal::Site;

/// `@name` where it is no part of a mail address, no decorator of code and no package name.
pub(super) fn handles(
    text: &str,
    place: &Place,
    none: &BTreeSet<String>,
    found: &mut dyn FnMut(ByteSpan),
) {
    if *place == Place::Key {
        return;
    }
    let bytes = text.as_bytes();
    for at in memchr_iter(b'@', bytes) {
        let before = text.get(..at).unwrap_or_default().chars().next_back();
        let free = before.is_none_or(|character| {
            !(character.is_ascii_alphanumeric()
                || matches!(character, '.' | '_' | '-' | '@' | '/' | '+'))
        });
        if !free {
            continue;
        }
        let mut end = at + 1;
        while end < bytes.len().min(at + 41)
            && bytes.get(end).is_some_and(|&byte| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
            })
        {
            end += 1;
        }
        while end > at + 1 && bytes.get(end - 1).is_some_and(|&byte| matches!(byte, b'.' | b'-')) {
            end -= 1;
        }
        let name = text.get(at + 1..end).unwrap_or_default();
        let letters = name.bytes().any(|byte| byte.is_ascii_alphabetic());
        // `@app.route(…)`, `@angular/core` and `user@` are code.
        let code = none.contains(&name.to_ascii_lowercase())
            || bytes.get(end).is_some_and(|&byte| matches!(byte, b'(' | b'/' | b'@'));
        if letters && !code && (3..=40).contains(&name.len()) {
            found(ByteSpan::new(at, end));
        }
    }
}

/// The name behind the address of a profile page (`linkedin.com/in/name`).
pub(super) fn profiles(folded: &str, sites: &[Site], found: &mut dyn FnMut(ByteSpan)) {
    let bytes = folded.as_bytes();
    for slash in memchr_iter(b'/', bytes) {
        // Most slashes stand in dates.
        if !slash.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_lowercase) {
            continue;
        }
        for Site { address, slash: inner } in sites {
            let Some(rest) = slash.checked_sub(*inner).and_then(|at| folded.get(at..)) else {
                continue;
            };
            let Some(rest) = rest.strip_prefix(address.as_str()) else { continue };
            let start = slash - inner + address.len();
            let named = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '@' | '%');
            let len = rest.find(|character| !named(character)).unwrap_or(rest.len());
            let name = rest.get(..len).unwrap_or_default().trim_end_matches(['.', '-']);
            if name.len() >= 3 {
                found(ByteSpan::new(start, start + name.len()));
            }
        }
    }
}
