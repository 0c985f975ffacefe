//! Backslashes of file names, which escape nothing.
//!
//! `C:\nadia\tests` holds no line break and no tab. Owns the choice between a file name and an escape,
//! backslash by backslash, in the order in which they stand.

/// The longest part of a file name that is looked at, in bytes.
const LONGEST_PART: usize = 96;

/// What was seen of a text's backslashes so far.
#[derive(Debug, Default)]
pub(in crate::normalize) struct Backslashes {
    /// Behind the last run of backslashes: where, how long the run was, whether it parts a file name.
    last: Option<(usize, usize, bool)>,
}

impl Backslashes {
    /// Whether the run of backslashes from `start` to `end` stands in a file name: behind a drive or a
    /// dot, behind another part of one, or in a word where a backslash stands before a letter that no
    /// language escapes.
    pub(super) fn in_path(&mut self, text: &str, start: usize, end: usize) -> bool {
        let length = end - start;
        let follows = self.last.is_some_and(|(from, before, path)| {
            let whole_server = path || before == 2 * length;
            whole_server && text.get(from..start).is_some_and(is_part)
        });
        let path =
            follows || is_root(text.get(..start).unwrap_or_default()) || escapes_nothing(text, end);
        self.last = Some((end, length, path));
        path
    }
}

/// Whether the text ends with what a file name begins with: `C:`, `.`, `..`, `~`, `%TEMP%`.
fn is_root(before: &str) -> bool {
    let mut back = before.chars().rev();
    let free = |next: Option<char>| next.is_none_or(|c| !c.is_alphanumeric() && c != '.');
    match back.next() {
        Some(':') => back.next().is_some_and(|c| c.is_ascii_alphabetic()) && free(back.next()),
        Some('.') => {
            let next = back.next();
            let next = if next == Some('.') { back.next() } else { next };
            next.is_none_or(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '(' | '='))
        }
        Some('~') => free(back.next()),
        Some('%') => back
            .take(32)
            .find(|&c| {
                !(c.is_ascii_uppercase() || matches!(c, '_' | '(' | ')') || c.is_ascii_digit())
            })
            .is_some_and(|c| c == '%'),
        _ => false,
    }
}

/// Whether this may be one part of a file name. One with a space in it holds no sign that ends a phrase.
fn is_part(part: &str) -> bool {
    part.len() <= LONGEST_PART
        && !part.starts_with(char::is_whitespace)
        && !part.contains(['\n', '"', '<', '>', '|', '*', '?', ':', '/'])
        && (!part.contains(char::is_whitespace) || !part.contains(['.', ',', ';', '!', '،']))
}

/// Whether the word that goes on at `from` has a backslash before a letter that is no escape.
fn escapes_nothing(text: &str, from: usize) -> bool {
    let odd = |letter: Option<&u8>| {
        letter.is_some_and(|letter| {
            letter.is_ascii_alphanumeric() && !b"nrtbfuUxva0".contains(letter)
        })
    };
    let bytes = text.as_bytes();
    if odd(bytes.get(from)) {
        return true;
    }
    let part = bytes.get(from..).unwrap_or_default().iter().take(LONGEST_PART);
    let ends = |byte: &&u8| {
        byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b',' | b';')
    };
    let Some(next) = part.take_while(|byte| !ends(byte)).position(|&byte| byte == b'\\') else {
        return false;
    };
    let run = bytes.get(from + next..).unwrap_or_default();
    odd(run.iter().take(LONGEST_PART).find(|&&byte| byte != b'\\'))
}
