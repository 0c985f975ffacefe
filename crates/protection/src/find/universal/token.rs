//! Secrets that betray themselves by their form: keys with a known prefix, signed tokens, private keys,
//! long runs that mix capitals, small letters and digits.

use std::sync::LazyLock;

use language::ByteSpan;
use memchr::memmem;

/// The shortest secret, in bytes.
const SHORTEST: usize = 12;
/// The longest secret looked at as one, in bytes.
const LONGEST: usize = 4096;

/// Runs of letters, digits, `-` and `_` (with the `.` of signed tokens) that read as a secret.
pub(super) fn tokens(text: &str, prefixes: &[String], found: &mut dyn FnMut(ByteSpan, u8)) {
    private_keys(text, found);
    let bytes = text.as_bytes();
    // Every run that is long enough holds one of each SHORTEST bytes.
    let mut probe = SHORTEST - 1;
    while let Some(&byte) = bytes.get(probe) {
        if !in_token(byte) {
            probe += SHORTEST;
            continue;
        }
        let before = bytes.get(..probe).unwrap_or_default();
        let behind = bytes.get(probe..).unwrap_or_default();
        let start = probe - before.iter().rev().take_while(|&&byte| in_token(byte)).count();
        let end = probe + behind.iter().take_while(|&&byte| in_token(byte)).count();
        if end - start >= SHORTEST && end - start <= LONGEST {
            run(text, start, end, prefixes, found);
        }
        probe = end + SHORTEST;
    }
}

/// Looks at a whole run of the bytes of secrets.
fn run(
    text: &str,
    at: usize,
    end: usize,
    prefixes: &[String],
    found: &mut dyn FnMut(ByteSpan, u8),
) {
    let bytes = text.as_bytes();
    let run = text.get(at..end).unwrap_or_default();
    let value = run.trim_matches(['-', '_', '.']);
    let start = at + (run.len() - run.trim_start_matches(['-', '_', '.']).len());
    let outside = |index: Option<usize>| {
        !index.and_then(|index| bytes.get(index)).is_some_and(|byte| matches!(byte, b'@' | b'/'))
    };
    let free = outside(at.checked_sub(1)) && outside(Some(end));
    if let Some(score) = score_of(value, prefixes, free) {
        found(ByteSpan::new(start, start + value.len()), score);
    }
}

fn in_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn score_of(value: &str, prefixes: &[String], free: bool) -> Option<u8> {
    let known = prefixes.iter().any(|prefix| value.starts_with(prefix.as_str()));
    if known && value.len() >= SHORTEST {
        return Some(95);
    }
    let mut parts = value.split('.');
    let signed = value.starts_with("eyJ")
        && parts.clone().count() == 3
        && parts.all(|part| part.len() >= 10);
    if signed {
        return Some(95);
    }
    if !free || value.contains('.') {
        return None;
    }
    let tail = value.rsplit(['_', '-']).next().unwrap_or_default();
    let prefixed = tail.len() < value.len() && tail.len() >= 10 && mixes(tail);
    let long = tail.len() >= 24 && mixes(tail) && changes(tail) >= 8;
    (prefixed || long).then_some(75)
}

/// Capitals and digits, or all three sorts, well mixed: no word, no number, no hexadecimal hash.
fn mixes(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let upper = text.bytes().filter(u8::is_ascii_uppercase).count();
    let lower = text.bytes().filter(u8::is_ascii_lowercase).count();
    digits >= 2
        && digits < text.len()
        && (upper >= 2 || lower >= 2)
        && upper >= 1
        && changes(text) >= 4
}

/// How often the sort of character changes along the text.
fn changes(text: &str) -> usize {
    let sort = |byte: u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
    text.bytes()
        .zip(text.bytes().skip(1))
        .filter(|&(left, right)| sort(left) != sort(right))
        .count()
}

static BEGIN: LazyLock<memmem::Finder<'static>> =
    LazyLock::new(|| memmem::Finder::new(b"-----BEGIN "));

fn private_keys(text: &str, found: &mut dyn FnMut(ByteSpan, u8)) {
    let mut reached = 0;
    for start in BEGIN.find_iter(text.as_bytes()) {
        if start < reached {
            continue;
        }
        let rest = text.get(start..).unwrap_or_default();
        let head = rest.lines().next().unwrap_or_default();
        if !head.contains("PRIVATE KEY") {
            continue;
        }
        let end = match rest.find("-----END ") {
            Some(foot) => {
                let tail = rest.get(foot + 9..).unwrap_or_default();
                foot + 9 + tail.find("-----").map_or(0, |dashes| dashes + 5)
            }
            // A cut-off key is a key all the same.
            None => rest.len(),
        };
        found(ByteSpan::new(start, start + end), 98);
        reached = start + end;
    }
}
