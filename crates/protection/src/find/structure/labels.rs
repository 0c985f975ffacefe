//! Labels beside their value: object members, elements, lines of forms.

use language::ByteSpan;

use super::{Field, FieldKind, bare};

/// The longest label, in bytes.
const LONGEST_LABEL: usize = 64;
/// How far the end of a value without quotes is looked for, in bytes.
const LONGEST_BARE: usize = 256;

/// Members of JSON objects and leaf elements of XML.
pub(super) fn members(text: &str, fields: &mut Vec<Field>) {
    let bytes = text.as_bytes();
    let mut open: Option<usize> = None;
    let mut quotes = memchr::memchr2_iter(b'"', b'<', bytes).peekable();
    while let Some(at) = quotes.next() {
        if bytes.get(at) == Some(&b'<') {
            if let Some(field) = element(text, at) {
                fields.push(field);
            }
            continue;
        }
        let Some(start) = open else {
            open = Some(at + 1);
            continue;
        };
        let label = ByteSpan::new(start, at);
        let rest = text.get(at + 1..).unwrap_or_default();
        let after = rest.trim_start_matches([' ', '\t']);
        let names = !label.is_empty()
            && label.len() <= LONGEST_LABEL
            && after.starts_with(':')
            && !label.of(text).contains(['\n', ',']);
        if !names {
            // A quote that closes no name may itself open one.
            open = Some(at + 1);
            continue;
        }
        open = None;
        let value_at = at + 1 + (rest.len() - after.len()) + 1;
        if let Some(value) = member_value(text, value_at) {
            fields.push(Field { kind: FieldKind::Member, label, value });
            while quotes.peek().is_some_and(|&next| next <= value.end && value.end > value_at) {
                if quotes.next().is_none() {
                    break;
                }
            }
        }
    }
}

fn member_value(text: &str, at: usize) -> Option<ByteSpan> {
    let rest = text.get(at..)?;
    let value = rest.trim_start_matches([' ', '\t']);
    let start = at + (rest.len() - value.len());
    if let Some(string) = value.strip_prefix('"') {
        let mut escaped = false;
        // A line break in a string was written as an escape, if what follows the string fits.
        let mut broken = false;
        for (offset, character) in string.char_indices() {
            match character {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => {
                    let behind =
                        string.get(offset + 1..)?.trim_start_matches([' ', '\t', '\r', '\n']);
                    let fits = !broken || behind.is_empty() || behind.starts_with([',', '}', ']']);
                    return fits.then(|| ByteSpan::new(start + 1, start + 1 + offset));
                }
                '\n' => broken = true,
                _ => {}
            }
        }
        return None;
    }
    let mut window = value.len().min(LONGEST_BARE);
    while !value.is_char_boundary(window) {
        window -= 1;
    }
    let end = value.get(..window)?.find([',', '}', ']', '\n', '{', '['])?;
    let span = bare(text, ByteSpan::new(start, start + end));
    (!span.is_empty() && span.len() <= 64).then_some(span)
}

/// `<name …>value</…`, the element without inner elements.
fn element(text: &str, at: usize) -> Option<Field> {
    let bytes = text.as_bytes();
    let window = bytes.get(at + 1..bytes.len().min(at + 1 + 256))?;
    let close = memchr::memchr(b'>', window)?;
    let tag = text.get(at + 1..at + 1 + close)?;
    if tag.starts_with(['/', '!', '?', ' ']) || tag.ends_with('/') || tag.contains(['@', '\n', '<'])
    {
        return None;
    }
    let start = at + 1 + close + 1;
    let body = bytes.get(start..bytes.len().min(start + 512))?;
    let end = start + memchr::memchr(b'<', body)?;
    if bytes.get(end + 1) != Some(&b'/') {
        return None;
    }
    let value = bare(text, ByteSpan::new(start, end));
    let named = ["td", "th", "li", "p", "b", "a", "span", "div", "i", "dt", "dd"];
    let name = tag.split([' ', '\t']).next().unwrap_or_default();
    if value.is_empty() || named.contains(&name) {
        return None;
    }
    Some(Field { kind: FieldKind::Member, label: ByteSpan::new(at + 1, at + 1 + close), value })
}

/// `Label : value` at the start of a line or behind a bar, a bullet or a dash.
pub(super) fn labels(text: &str, lines: &[ByteSpan], fields: &mut Vec<Field>) {
    let mut next = 0;
    let mut reached = 0;
    for colon in memchr::memchr_iter(b':', text.as_bytes()) {
        if colon < reached {
            continue;
        }
        while lines.get(next).is_some_and(|line| line.end <= colon) {
            next += 1;
        }
        let Some(&line) = lines.get(next) else { break };
        each_part(line.of(text), |start, end| {
            let part = ByteSpan::new(line.start + start, line.start + end);
            fields.extend(label(text, part));
        });
        reached = line.end;
    }
}

/// The parts of a line between bars, tabs and dashes with blanks around them.
fn each_part(line: &str, mut part: impl FnMut(usize, usize)) {
    let bytes = line.as_bytes();
    let mut from = 0;
    for at in memchr::memchr3_iter(b'|', b'\t', b'-', bytes) {
        let dash = bytes.get(at) == Some(&b'-');
        let (start, end) = if dash { (at.saturating_sub(1), at + 2) } else { (at, at + 1) };
        let cuts = !dash || (at > 0 && bytes.get(start..end) == Some(b" - "));
        if cuts && start >= from {
            part(from, start);
            from = end;
        }
    }
    part(from, line.len());
}

fn label(text: &str, part: ByteSpan) -> Option<Field> {
    let content = part.of(text);
    let colon = content.find(':')?;
    let before = content.get(..colon)?;
    let after = content.get(colon + 1..)?;
    let name = bare(text, ByteSpan::new(part.start, part.start + colon));
    let plain = before.trim_start_matches(|c: char| !c.is_alphanumeric());
    let label =
        ByteSpan::new(name.end.saturating_sub(plain.trim_end().len()).max(part.start), name.end);
    let fits = !label.is_empty()
        && label.len() <= LONGEST_LABEL
        && label.of(text).split_whitespace().count() <= 6
        && label.of(text).chars().any(char::is_alphabetic)
        && !label.of(text).contains(['"', '<', '>', '{', '@', ';'])
        && !after.starts_with("//")
        && !(before.ends_with(|c: char| c.is_ascii_digit())
            && after.starts_with(|c: char| c.is_ascii_digit()));
    if !fits {
        return None;
    }
    let value = bare(text, ByteSpan::new(part.start + colon + 1, part.end));
    (!value.is_empty()).then_some(Field { kind: FieldKind::Label, label, value })
}
