//! Tables in text: the separator is the one that parts the most lines alike.

use knowledge::reading::{Block, BlockKind, Reading};

use crate::ReadError;

const SEPARATORS: [u8; 4] = [b'\t', b';', b',', b'|'];

pub(crate) fn read(text: &str) -> Result<Reading, ReadError> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut blocks = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            ReadError::Damaged(format!("the table cannot be read at line {line}"))
        })?;
        let cells: Vec<String> =
            row.iter().map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        let kind = if blocks.is_empty() { BlockKind::TableHeader } else { BlockKind::TableRow };
        blocks.push(Block { kind, text: cells.join(" | "), page: None });
    }
    Ok(Reading { blocks, ..Reading::default() })
}

fn separator(text: &str) -> u8 {
    let lines: Vec<&str> = text.lines().take(20).collect();
    let alike = |separator: u8| {
        let counts: Vec<usize> = lines
            .iter()
            .map(|line| line.bytes().filter(|byte| *byte == separator).count())
            .collect();
        let first = counts.first().copied().unwrap_or_default();
        if first == 0 {
            0
        } else {
            counts.iter().filter(|count| **count == first).count() * 100 + first
        }
    };
    SEPARATORS.into_iter().max_by_key(|separator| alike(*separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_quotes() {
        let check = |text: &str, expect: &[&str]| {
            let reading = read(text).unwrap();
            let rows: Vec<&str> = reading.blocks.iter().map(|block| block.text.as_str()).collect();
            assert_eq!(rows, expect);
        };
        check("nom;prix\nPasseport;550,00 DH\n", &["nom | prix", "Passeport | 550,00 DH"]);
        check("a,b\n\"x, y\",2\n", &["a | b", "x, y | 2"]);
        check("a\tb\n1\t2\n\n", &["a | b", "1 | 2"]);
        check("seul\n1\n", &["seul", "1"]);
    }
}
