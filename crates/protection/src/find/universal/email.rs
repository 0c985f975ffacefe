//! Mail addresses, plain and spelled out against robots.

use std::borrow::Cow;

use language::ByteSpan;
use memchr::memchr_iter;

use crate::find::view::{Token, TokenKind, View};
use crate::pack::universal::{Universal, meaning};

/// The longest part before and behind the `@`, in bytes (RFC 5321, section 4.5.3.1).
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 255;
/// Over how many line breaks a domain is read.
const LINES_OF_DOMAIN: usize = 2;

/// Addresses with `@`, also where a line breaks inside of one.
pub(super) fn plain(view: &View<'_>, rules: &Universal, found: &mut dyn FnMut(ByteSpan)) {
    let text = view.text();
    let bytes = text.as_bytes();
    for at in memchr_iter(b'@', bytes) {
        let mut start = local_before(bytes, at, at);
        if start == at || bytes.get(start.wrapping_sub(1)) == Some(&b'\n') {
            start = over_break(view, start, at);
        }
        while start < at
            && bytes.get(start).is_some_and(|&byte| matches!(byte, b'.' | b'-' | b'\''))
        {
            start += 1;
        }
        let (domain, end) = domain_behind(text, at + 1);
        if start == at && rules.mail_hosts.contains(&domain.to_ascii_lowercase()) {
            start = before_blank(bytes, at);
        }
        if start < at && is_domain_name(&domain) {
            found(ByteSpan::new(start, end));
        }
    }
}

/// The start of the run of signs of a local part that ends at `end`.
fn local_before(bytes: &[u8], end: usize, at: usize) -> usize {
    let floor = at.saturating_sub(LONGEST_LOCAL);
    let mut start = end;
    while start > floor && bytes.get(start - 1).is_some_and(|&byte| is_local(byte)) {
        start -= 1;
    }
    start
}

/// The start of a local part that begins on the line before: where that line ends with a sign that goes on
/// (`zineb.`), with a soft hyphen or the `=` of quoted-printable, or where the `@` begins its line behind
/// more than a word.
fn over_break(view: &View<'_>, start: usize, at: usize) -> usize {
    let bytes = view.text().as_bytes();
    let Some(line_end) = start.checked_sub(1).filter(|&end| bytes.get(end) == Some(&b'\n')) else {
        return start;
    };
    let carriage = line_end.checked_sub(1).filter(|&end| bytes.get(end) == Some(&b'\r'));
    let mut end = carriage.unwrap_or(line_end);
    let last = end.checked_sub(1).and_then(|last| bytes.get(last)).copied();
    let mut goes_on = matches!(last, Some(b'.' | b'_' | b'-' | b'+')) || hidden_hyphen(view, end);
    if last == Some(b'=') {
        (goes_on, end) = (true, end - 1);
    }
    let before = local_before(bytes, end, at);
    let part = bytes.get(before..end).unwrap_or_default();
    let more_than_a_word = start == at
        && part.iter().any(|&byte| matches!(byte, b'.' | b'_') || byte.is_ascii_digit())
        && part.iter().any(u8::is_ascii_alphabetic);
    let names = part.iter().any(u8::is_ascii_alphanumeric);
    if names && (goes_on || more_than_a_word) { before } else { start }
}

/// Whether the source has a soft hyphen here, which the normalised text has not.
fn hidden_hyphen(view: &View<'_>, end: usize) -> bool {
    let behind = view.source_span(ByteSpan::new(end, end + 1)).start;
    view.source().get(..behind).is_some_and(|before| before.ends_with('\u{ad}'))
}

/// The domain that begins at `from`, and its end. Where the line ends before it is whole, it goes on with
/// the next line.
fn domain_behind(text: &str, from: usize) -> (Cow<'_, str>, usize) {
    let (run, mut end) = domain_run(text, from);
    let own = run.trim_end_matches(['.', '-']);
    let whole = (Cow::Borrowed(own), from + own.len());
    if is_domain_name(own) {
        return whole;
    }
    let mut joined = run.to_owned();
    for _ in 0..LINES_OF_DOMAIN {
        let rest = text.get(end..).unwrap_or_default();
        let rest = rest.strip_prefix('=').unwrap_or(rest);
        let rest = rest.strip_prefix('\r').unwrap_or(rest);
        let Some(line) = rest.strip_prefix('\n') else { break };
        let (next, behind) = domain_run(text, text.len() - line.len());
        let next = next.trim_end_matches(['.', '-']);
        let begins = next.starts_with(|first: char| first == '.' || first.is_ascii_alphanumeric());
        if !begins || next.starts_with(|first: char| first.is_ascii_uppercase()) {
            break;
        }
        joined.push_str(next);
        end = text.len() - line.len() + next.len();
        if is_domain_name(&joined) {
            return (Cow::Owned(joined), end);
        }
        if end != behind {
            break;
        }
    }
    whole
}

/// The run of signs of a domain that begins at `from`, and its end.
fn domain_run(text: &str, from: usize) -> (&str, usize) {
    let rest = text.get(from..).unwrap_or_default();
    let length = rest.bytes().take(LONGEST_DOMAIN).take_while(|&byte| is_domain(byte)).count();
    (rest.get(..length).unwrap_or_default(), from + length)
}

/// The start of the local part that a blank parts from its `@`.
fn before_blank(bytes: &[u8], at: usize) -> usize {
    let Some(blank) = at.checked_sub(1).filter(|&blank| bytes.get(blank) == Some(&b' ')) else {
        return at;
    };
    let mut start = blank;
    while start > at.saturating_sub(LONGEST_LOCAL)
        && start.checked_sub(1).and_then(|last| bytes.get(last)).is_some_and(|&byte| is_local(byte))
    {
        start -= 1;
    }
    if start < blank { start } else { at }
}

fn is_local(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-')
}

fn is_domain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')
}

fn is_domain_name(domain: &str) -> bool {
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.')
        && !domain.contains("..")
        && (2..=24).contains(&last.len())
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Addresses in which words stand for `@` and `.`: `nom (at) gmail point com`.
pub(super) fn spelled_out(view: &View<'_>, rules: &Universal, found: &mut dyn FnMut(ByteSpan)) {
    for (index, token) in view.tokens().iter().enumerate() {
        if token.kind != TokenKind::Word || !rules.means(token.key, meaning::AT) {
            continue;
        }
        let gap_before = view.gap_before(index);
        let bracketed = gap_before.trim_end().ends_with(['(', '[', '{', '<']);
        let Some((end, named)) = domain(view, rules, index + 1) else { continue };
        // A bare "at" is an English word; only a spelled-out dot behind it makes an address.
        let plain_word = token.span.len() <= 2;
        if !bracketed && plain_word && !named {
            continue;
        }
        if let Some(start) = local(view, rules, index, bracketed) {
            found(ByteSpan::new(start, end));
        }
    }
}

/// The end of a domain whose first label is the token at `index`, and whether a word stands for a dot.
fn domain(view: &View<'_>, rules: &Universal, index: usize) -> Option<(usize, bool)> {
    view.tokens().get(index).filter(|token| is_latin(token))?;
    if !is_short_gap(view.gap_before(index)) {
        return None;
    }
    let mut end = None;
    let mut named = false;
    let mut at = index + 1;
    for _ in 0..6 {
        let Some(token) = view.tokens().get(at) else { break };
        let gap = view.gap_before(at);
        let last = if is_dot_word(rules, token) && is_short_gap(gap) {
            let Some(label) = view.tokens().get(at + 1).filter(|token| is_latin(token)) else {
                break;
            };
            if !is_short_gap(view.gap_before(at + 1)) {
                break;
            }
            named = true;
            at += 2;
            label
        } else if (gap == "." || gap == "-") && is_latin(token) {
            at += 1;
            token
        } else {
            break;
        };
        if (2..=12).contains(&last.span.len()) && last.kind == TokenKind::Word {
            end = Some(last.span.end);
        }
    }
    end.map(|end| (end, named))
}

/// The start of the local part that ends before the token at `index`.
fn local(view: &View<'_>, rules: &Universal, index: usize, bracketed: bool) -> Option<usize> {
    let mut at = index.checked_sub(1)?;
    let last = view.tokens().get(at).filter(|token| is_latin(token))?;
    let gap = view.gap_before(index);
    if gap.contains('\n') || gap.len() > 3 || (!bracketed && gap.trim() != "") {
        return None;
    }
    let mut start = last.span.start;
    for _ in 0..8 {
        let gap = view.gap_before(at);
        let Some(before) = at.checked_sub(1) else { break };
        let Some(token) = view.tokens().get(before) else { break };
        if matches!(gap, "." | "_" | "-" | "+") && is_latin(token) {
            start = token.span.start;
            at = before;
        } else if is_dot_word(rules, token) && is_short_gap(gap) {
            let Some(label) = before.checked_sub(1) else { break };
            let Some(token) = view.tokens().get(label).filter(|token| is_latin(token)) else {
                break;
            };
            if !is_short_gap(view.gap_before(before)) {
                break;
            }
            start = token.span.start;
            at = label;
        } else {
            break;
        }
    }
    Some(start)
}

fn is_latin(token: &Token) -> bool {
    token.script == language::Script::Latin || token.kind == TokenKind::Number
}

fn is_dot_word(rules: &Universal, token: &Token) -> bool {
    token.kind == TokenKind::Word && rules.means(token.key, meaning::DOT)
}

fn is_short_gap(gap: &str) -> bool {
    gap.len() <= 3
        && gap.chars().all(|c| matches!(c, ' ' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>'))
}
