//! Precise coordinates: decimal pairs, degrees with minutes, single values under a label.

use language::ByteSpan;

use crate::find::view::{TokenKind, View};
use crate::pack::universal::{Universal, meaning};

/// Coordinates precise to about a hundred metres or better.
pub(super) fn coordinates(
    view: &View<'_>,
    rules: &Universal,
    key: Option<&View<'_>>,
    found: &mut dyn FnMut(ByteSpan, u8),
) {
    let text = view.text();
    let keyed = key.is_some_and(|key| labelled(key, rules));
    let mut reached = 0;
    for token in view.tokens() {
        if token.kind == TokenKind::Word || token.span.start < reached {
            continue;
        }
        // A coordinate's first number has at most three digits, and decimals or a degree sign behind.
        let behind = text.as_bytes().get(token.span.end);
        if token.kind == TokenKind::Number
            && (token.span.len() > 3 || !matches!(behind, Some(b'.' | 0xC2)))
        {
            continue;
        }
        let start = token.span.start;
        let from = before(text, start);
        if let Some(end) = pair(text, from) {
            found(ByteSpan::new(from, end), 90);
            reached = end;
        } else if let Some((end, value)) = decimal(text, signed(text, start)) {
            let precise = value.decimals >= 4 && value.whole <= 180;
            let named = precise && (keyed || field_named(view, rules, start));
            if named {
                found(ByteSpan::new(signed(text, start), end), 80);
                reached = end;
            }
        }
    }
}

/// The start with a hemisphere letter (`N 33°…`) and a sign before the number.
fn before(text: &str, start: usize) -> usize {
    let start = signed(text, start);
    let head = text.get(..start).unwrap_or_default();
    let trimmed = head.trim_end_matches(' ');
    let letter = trimmed.chars().next_back().filter(|c| matches!(c, 'N' | 'S' | 'n' | 's'));
    let alone = trimmed
        .get(..trimmed.len().saturating_sub(1))
        .is_none_or(|rest| !rest.ends_with(|c: char| c.is_alphanumeric()));
    if letter.is_some() && alone && head.len() - trimmed.len() <= 1 {
        trimmed.len() - 1
    } else {
        start
    }
}

fn signed(text: &str, start: usize) -> usize {
    let head = text.get(..start).unwrap_or_default();
    let sign = head.ends_with(['-', '+']);
    let free = head
        .get(..start.saturating_sub(1))
        .is_none_or(|rest| !rest.ends_with(|c: char| c.is_ascii_alphanumeric()));
    if sign && free { start - 1 } else { start }
}

#[derive(Clone, Copy)]
struct Part {
    whole: u32,
    decimals: usize,
    /// Degrees, minutes, seconds.
    sexagesimal: bool,
    hemisphere: Option<char>,
}

/// Two coordinates with a comma, semicolon or blank between.
fn pair(text: &str, start: usize) -> Option<usize> {
    let (at, first) = part(text, start)?;
    let rest = text.get(at..)?;
    let gap = rest.len() - rest.trim_start_matches([' ', ',', ';', '/', '،']).len();
    if gap == 0 || gap > 4 {
        return None;
    }
    let (end, second) = part(text, at + gap)?;
    let within = first.whole <= 90 && second.whole <= 180;
    let precise = (first.decimals >= 3 && second.decimals >= 3)
        || (first.sexagesimal && second.sexagesimal)
        || (first.hemisphere.is_some() && second.hemisphere.is_some() && first.decimals >= 2);
    let lone = !text.get(end..)?.starts_with(|c: char| c.is_ascii_alphanumeric());
    (within && precise && lone).then_some(end)
}

fn part(text: &str, start: usize) -> Option<(usize, Part)> {
    let mut at = start;
    let mut hemisphere = None;
    let rest = text.get(at..)?;
    if let Some(letter) = rest.chars().next().filter(|c| "NSEWOnsewo".contains(*c)) {
        hemisphere = Some(letter);
        at += 1;
        at += usize::from(text.get(at..)?.starts_with(' '));
    }
    if text.get(at..)?.starts_with(['-', '+']) {
        at += 1;
    }
    let (end, mut value) = decimal(text, at).or_else(|| whole(text, at))?;
    at = end;
    let degrees = text.get(at..)?.strip_prefix('°');
    if degrees.is_some() {
        at += '°'.len_utf8();
        if let Some(after) = sexagesimal(text, at) {
            at = after;
            value.sexagesimal = true;
        }
    }
    let rest = text.get(at..)?;
    let spaced = rest.strip_prefix(' ').unwrap_or(rest);
    if hemisphere.is_none()
        && let Some(letter) = spaced.chars().next().filter(|c| "NSEWO".contains(*c))
        && !spaced.get(1..)?.starts_with(char::is_alphanumeric)
    {
        hemisphere = Some(letter);
        at += rest.len() - spaced.len() + 1;
    }
    value.hemisphere = hemisphere;
    (value.decimals > 0 || value.sexagesimal).then_some((at, value))
}

fn whole(text: &str, at: usize) -> Option<(usize, Part)> {
    let digits = digits(text, at);
    let whole = text.get(at..at + digits)?.parse().ok()?;
    (digits <= 3)
        .then_some((at + digits, Part { whole, decimals: 0, sexagesimal: false, hemisphere: None }))
}

fn decimal(text: &str, start: usize) -> Option<(usize, Part)> {
    let at = start + usize::from(text.get(start..)?.starts_with(['-', '+']));
    let (after, mut value) = whole(text, at)?;
    text.get(after..)?.strip_prefix('.')?;
    value.decimals = digits(text, after + 1);
    (value.decimals > 0 && value.decimals <= 15).then_some((after + 1 + value.decimals, value))
}

/// `41'50"` or `41'50.2"` or `41.5'`.
fn sexagesimal(text: &str, start: usize) -> Option<usize> {
    let number = |at: usize| decimal(text, at).or_else(|| whole(text, at)).map(|(end, _)| end);
    let at = start + usize::from(text.get(start..)?.starts_with(' '));
    let minutes = number(at)?;
    text.get(minutes..)?.strip_prefix('\'')?;
    let mut at = minutes + 1;
    let spaced = at + usize::from(text.get(at..)?.starts_with(' '));
    if let Some(seconds) = number(spaced) {
        let rest = text.get(seconds..)?;
        if rest.starts_with('"') {
            at = seconds + 1;
        } else if rest.starts_with("''") {
            at = seconds + 2;
        }
    }
    Some(at)
}

fn digits(text: &str, at: usize) -> usize {
    text.get(at..).unwrap_or_default().bytes().take_while(u8::is_ascii_digit).count()
}

/// Whether the value stands under a label that says latitude or longitude, or directly behind such a word.
fn field_named(view: &View<'_>, rules: &Universal, at: usize) -> bool {
    if let Some(field) = view.field_at(at) {
        return view.tokens().get(view.tokens_in(field.label)).is_some_and(|tokens| {
            tokens.iter().any(|token| rules.means(token.key, meaning::COORDINATE))
        });
    }
    view.token_index_at(at.saturating_sub(1)).checked_sub(1).is_some_and(|index| {
        view.tokens().get(index).is_some_and(|token| rules.means(token.key, meaning::COORDINATE))
    })
}

fn labelled(key: &View<'_>, rules: &Universal) -> bool {
    key.tokens().iter().any(|token| rules.means(token.key, meaning::COORDINATE))
}
