//! Tables of lines: CSV, tab-separated, Markdown.

use language::ByteSpan;

use super::{Field, FieldKind, bare};

/// The longest header cell, in bytes, that still reads as a column's name.
const LONGEST_HEADER: usize = 48;

/// Values under the column names of their table.
pub(super) fn columns(text: &str, lines: &[ByteSpan]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut index = 0;
    while let Some(&line) = lines.get(index) {
        index += 1;
        let Some((separator, header)) = header_of(text, line) else { continue };
        let mut rows = 0;
        let mut skipped = 0;
        while let Some(&row) = lines.get(index + rows + skipped) {
            if is_rule(row.of(text)) {
                skipped += 1;
                continue;
            }
            let cells = cells_of(text, row, separator);
            let fits = cells.len() == header.len()
                || (separator != ',' && cells.len() > 1 && cells.len().abs_diff(header.len()) == 1);
            // Sentences that happen to hold as many commas are no table.
            let prose = separator == ','
                && line.of(text).contains(", ")
                && !row.of(text).contains(|character: char| character.is_ascii_digit());
            if !fits || prose {
                break;
            }
            rows += 1;
            fields.extend(header.iter().zip(&cells).map(|(&label, &value)| Field {
                kind: FieldKind::Column,
                label,
                value,
            }));
        }
        index += rows + skipped;
    }
    fields
}

/// The column names, where the line can name columns.
fn header_of(text: &str, line: ByteSpan) -> Option<(char, Vec<ByteSpan>)> {
    ['\t', ';', '؛', '|', ','].into_iter().find_map(|separator| {
        let least = if separator == ',' { 3 } else { 2 };
        let bytes = line.of(text);
        if bytes.len() > 2048 || bytes.matches(separator).count() + 1 < least {
            return None;
        }
        let cells = cells_of(text, line, separator);
        let named = cells.len() >= least && cells.iter().all(|cell| names_a_column(cell.of(text)));
        named.then_some((separator, cells))
    })
}

fn names_a_column(cell: &str) -> bool {
    cell.len() <= LONGEST_HEADER
        && cell.split_whitespace().count() <= 5
        && cell.bytes().filter(u8::is_ascii_digit).count() < 3
        && !cell.contains([':', '@', '?', '!', '{', '='])
}

/// A Markdown rule between header and body.
fn is_rule(line: &str) -> bool {
    line.contains('-')
        && line.chars().all(|character| matches!(character, '|' | '-' | ':' | ' ' | '+'))
}

/// The cells of a line; a quoted cell may hold the separator.
fn cells_of(text: &str, line: ByteSpan, separator: char) -> Vec<ByteSpan> {
    let mut content = line;
    if separator == '|' {
        let part = line.of(text);
        let inner = part.trim().trim_start_matches('|');
        let start = line.end - part.trim_start().trim_start_matches('|').len();
        let inner = inner.trim_end_matches('|');
        content = ByteSpan::new(start, (start + inner.len()).min(line.end));
    }
    let mut cells = Vec::new();
    let mut quoted = false;
    let mut from = content.start;
    for (at, character) in content.of(text).char_indices() {
        let at = content.start + at;
        if character == '"' {
            quoted = !quoted;
        } else if character == separator && !quoted {
            cells.push(bare(text, ByteSpan::new(from, at)));
            from = at + character.len_utf8();
        }
    }
    cells.push(bare(text, ByteSpan::new(from, content.end)));
    cells
}
