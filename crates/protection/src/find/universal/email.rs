//! Mail addresses, plain and spelled out against robots.

use language::ByteSpan;
use memchr::memchr_iter;

use crate::find::view::{Token, TokenKind, View};
use crate::pack::universal::{Universal, meaning};

/// The longest part before and behind the `@`, in bytes (RFC 5321, section 4.5.3.1).
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 255;

/// Addresses with `@`.
pub(super) fn plain(text: &str, rules: &Universal, found: &mut dyn FnMut(ByteSpan)) {
    let bytes = text.as_bytes();
    for at in memchr_iter(b'@', bytes) {
        let floor = at.saturating_sub(LONGEST_LOCAL);
        let mut start = at;
        while start > floor && bytes.get(start - 1).is_some_and(|&byte| is_local(byte)) {
            start -= 1;
        }
        while start < at
            && bytes.get(start).is_some_and(|&byte| matches!(byte, b'.' | b'-' | b'\''))
        {
            start += 1;
        }
        let ceiling = bytes.len().min(at + 1 + LONGEST_DOMAIN);
        let mut end = at + 1;
        while end < ceiling && bytes.get(end).is_some_and(|&byte| is_domain(byte)) {
            end += 1;
        }
        while end > at + 1 && bytes.get(end - 1).is_some_and(|&byte| matches!(byte, b'.' | b'-')) {
            end -= 1;
        }
        let mut domain = text.get(at + 1..end).unwrap_or_default();
        if let Some((line, behind)) = behind_break(text, at, end) {
            (domain, end) = (line, behind);
        }
        if start == at && rules.mail_hosts.contains(&domain.to_ascii_lowercase()) {
            start = before_blank(bytes, at);
        }
        if start < at && is_domain_name(domain) {
            found(ByteSpan::new(start, end));
        }
    }
}

/// The domain on the next line, and its end, where the line ends behind the `@`.
fn behind_break(text: &str, at: usize, end: usize) -> Option<(&str, usize)> {
    let rest = text.get(at + 1..).filter(|_| end == at + 1)?;
    let rest = rest.strip_prefix('\r').unwrap_or(rest).strip_prefix('\n')?;
    let from = text.len() - rest.len();
    let bytes = rest.bytes().take(LONGEST_DOMAIN);
    let domain = rest.get(..bytes.take_while(|&byte| is_domain(byte)).count())?;
    let domain = domain.trim_end_matches(['.', '-']);
    Some((domain, from + domain.len()))
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
