//! Tables of lines: CSV, tab-separated, Markdown.

use language::ByteSpan;

use super::{Field, FieldKind, bare};

/// The longest header cell, in bytes, that still reads as a column's name.
const LONGEST_HEADER: usize = 48;

/// Values under the column names of their table.
pub(super) fn columns(text: &str, lines: &[ByteSpan]) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut separators = Separators::of(text);
    let mut index = 0;
    while let Some(&line) = lines.get(index) {
        index += 1;
        let Some((separator, header)) = header_of(text, line, &mut separators) else { continue };
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

/// What can part the columns of a table, the likeliest first.
const SEPARATORS: [char; 5] = ['\t', ';', '؛', '|', ','];

/// The separators of a text, counted line by line in one pass.
struct Separators<'t> {
    text: &'t [u8],
    plain: memchr::Memchr3<'t>,
    next_plain: Option<usize>,
    rare: memchr::Memchr2<'t>,
    next_rare: Option<usize>,
}

impl<'t> Separators<'t> {
    fn of(text: &'t str) -> Self {
        let text = text.as_bytes();
        let mut plain = memchr::memchr3_iter(b',', b';', b'|', text);
        // The second byte of ؛ is sought, since the first one begins most Arabic letters.
        let mut rare = memchr::memchr2_iter(b'\t', ARABIC_SEMICOLON[1], text);
        let (next_plain, next_rare) = (plain.next(), rare.next());
        Self { text, plain, next_plain, rare, next_rare }
    }

    /// How many of each stand in a line. Lines must be asked for in their order.
    fn in_line(&mut self, line: ByteSpan) -> [usize; SEPARATORS.len()] {
        let mut counts = [0; SEPARATORS.len()];
        while let Some(at) = self.next_plain.filter(|&at| at < line.end) {
            if at >= line.start {
                match self.text.get(at) {
                    Some(b';') => counts[1] += 1,
                    Some(b'|') => counts[3] += 1,
                    _ => counts[4] += 1,
                }
            }
            self.next_plain = self.plain.next();
        }
        while let Some(at) = self.next_rare.filter(|&at| at < line.end) {
            if at >= line.start {
                if self.text.get(at) == Some(&b'\t') {
                    counts[0] += 1;
                } else if self.text.get(at.saturating_sub(1)..=at) == Some(&ARABIC_SEMICOLON) {
                    counts[2] += 1;
                }
            }
            self.next_rare = self.rare.next();
        }
        counts
    }
}

/// ؛ in UTF-8.
const ARABIC_SEMICOLON: [u8; 2] = [0xD8, 0x9B];

/// The column names, where the line can name columns.
fn header_of(
    text: &str,
    line: ByteSpan,
    separators: &mut Separators<'_>,
) -> Option<(char, Vec<ByteSpan>)> {
    let counts = separators.in_line(line);
    if line.len() > 2048 {
        return None;
    }
    SEPARATORS.into_iter().zip(counts).find_map(|(separator, count)| {
        let least = if separator == ',' { 3 } else { 2 };
        if count + 1 < least {
            return None;
        }
        let cells = cells_of(text, line, separator);
        // A list whose items end with semicolons has nothing behind them.
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        let named = cells.len() >= least
            && filled >= 2
            && cells.iter().all(|cell| names_a_column(cell.of(text)));
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
