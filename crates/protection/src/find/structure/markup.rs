//! Tables that programs write: SQL insert statements and HTML tables.

use std::sync::LazyLock;

use language::ByteSpan;
use memchr::memmem;

use super::{Field, FieldKind, bare};

/// The longest list of column names that is looked at, in bytes.
const LONGEST_HEAD: usize = 8192;

/// Values of `INSERT INTO t (a, b) VALUES (…), (…)` under their column names.
pub(super) fn statements(text: &str, fields: &mut Vec<Field>) {
    let mut places = VALUES.find_iter(text.as_bytes()).peekable();
    let places: Vec<usize> = if places.peek().is_some() {
        places.collect()
    } else {
        LOWER_VALUES.find_iter(text.as_bytes()).collect()
    };
    let mut taken = 0;
    for place in places {
        if place < taken {
            continue;
        }
        let mut from = taken.max(place.saturating_sub(LONGEST_HEAD));
        while !text.is_char_boundary(from) {
            from += 1;
        }
        let Some(head) = text.get(from..place) else { continue };
        let trimmed = head.trim_end();
        let Some(open) = trimmed.ends_with(')').then(|| trimmed.rfind('(')).flatten() else {
            continue;
        };
        let columns = ByteSpan::new(from + open + 1, from + trimmed.len() - 1);
        let Some((header, _)) = list(text, columns.start) else { continue };
        let mut at = place + "values".len();
        while let Some(start) = next_open(text, at) {
            let Some((row, end)) = list(text, start) else { break };
            fields.extend(header.iter().zip(&row).map(|(&label, &value)| Field {
                kind: FieldKind::Column,
                label,
                value,
            }));
            at = end;
        }
        taken = at;
    }
}

static VALUES: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new(b"VALUES"));
static LOWER_VALUES: LazyLock<memmem::Finder<'static>> =
    LazyLock::new(|| memmem::Finder::new(b"values"));

/// The place behind the next `(`, where only white space, commas and keywords' gaps stand before it.
fn next_open(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    let skipped = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    skipped.starts_with('(').then(|| at + (rest.len() - skipped.len()) + 1)
}

/// The items of a parenthesised list that opens just before `start`, and the place behind it.
fn list(text: &str, start: usize) -> Option<(Vec<ByteSpan>, usize)> {
    let mut items = Vec::new();
    let mut quoted = false;
    let mut from = start;
    for (at, character) in text.get(start..)?.char_indices().take(LONGEST_HEAD) {
        let at = start + at;
        match character {
            '\'' => quoted = !quoted,
            ',' | ')' if !quoted => {
                items.push(bare(text, ByteSpan::new(from, at)));
                from = at + 1;
                if character == ')' {
                    return Some((items, at + 1));
                }
            }
            _ => {}
        }
    }
    None
}

/// Values of `<td>` cells under the `<th>` cells of their table.
pub(super) fn html_tables(text: &str, fields: &mut Vec<Field>) {
    let mut header: Vec<ByteSpan> = Vec::new();
    let mut header_open = false;
    let mut column = 0;
    let mut from = 0;
    for open in memchr::memchr_iter(b'<', text.as_bytes()) {
        if open < from {
            continue;
        }
        let Some(rest) = text.get(open + 1..) else { break };
        let tag: &str = rest.get(..2).unwrap_or_default();
        let row = tag.eq_ignore_ascii_case("tr");
        if row {
            column = 0;
            header_open = false;
            continue;
        }
        let head = tag.eq_ignore_ascii_case("th");
        if !head && !tag.eq_ignore_ascii_case("td") {
            continue;
        }
        if rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphanumeric) {
            continue;
        }
        let window = rest.as_bytes().get(..rest.len().min(4096)).unwrap_or_default();
        let Some(close) = memchr::memchr(b'>', window) else { continue };
        let start = open + 1 + close + 1;
        let body = window.get(close + 1..).unwrap_or_default();
        let end = start + memchr::memchr(b'<', body).unwrap_or(0);
        let cell = bare(text, ByteSpan::new(start, end));
        from = end;
        if head {
            if !header_open {
                header.clear();
                header_open = true;
            }
            header.push(cell);
        } else {
            if let Some(&label) = header.get(column) {
                fields.push(Field { kind: FieldKind::Column, label, value: cell });
            }
            column += 1;
        }
    }
}
