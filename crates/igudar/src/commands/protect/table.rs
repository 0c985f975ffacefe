//! The cells of tables: CSV (RFC 4180) and TSV, as they stand in the file.
//!
//! A cell is looked at in its own spelling, between its quotes, and only changed there: a label needs no
//! quotes, so quoting and line ends stay byte for byte, and putting the value back gives the same bytes.

use std::sync::Arc;

use language::ByteSpan;
use protection::Place;

use super::parts::{NoParts, Part, Wanted};

/// The separators of which the most frequent one in the first row is the table's.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A table while its rows are read.
#[derive(Debug, Default)]
pub(super) struct Table {
    separator: Option<u8>,
    /// The name of each column; empty where the table has no header.
    names: Vec<Arc<str>>,
    /// Which columns are looked at; nothing for all.
    chosen: Option<Vec<bool>>,
    begun: bool,
}

impl Table {
    pub(super) fn new(tabs: bool) -> Self {
        Self { separator: tabs.then_some(b'\t'), ..Self::default() }
    }

    /// The cells of some whole rows that are to be looked at.
    pub(super) fn parts(&mut self, rows: &str, wanted: &Wanted) -> Result<Vec<Part>, NoParts> {
        let start =
            if self.begun || !rows.starts_with('\u{feff}') { 0 } else { '\u{feff}'.len_utf8() };
        let separator = *self.separator.get_or_insert_with(|| separator_of(rows));
        let mut cells = Cells { text: rows, at: start, separator };
        if !self.begun {
            self.begun = true;
            let first: Vec<ByteSpan> = cells.row().unwrap_or_default();
            let names: Vec<&str> = first.iter().map(|cell| cell.of(rows).trim()).collect();
            if is_header(&names) {
                self.names = names.iter().map(|name| Arc::from(*name)).collect();
            } else {
                cells.at = start;
            }
            self.chosen = wanted.columns(&names, !self.names.is_empty())?;
        }
        let mut parts = Vec::new();
        while let Some(row) = cells.row() {
            for (column, span) in row.into_iter().enumerate() {
                // A cell beyond the header's last column has no name by which it could be left out.
                let chosen = self.chosen.as_ref().and_then(|chosen| chosen.get(column));
                if span.is_empty() || chosen == Some(&false) {
                    continue;
                }
                let key = self.names.get(column).filter(|name| !name.is_empty());
                let place = key.map_or(Place::Text, |key| Place::Value { key: Arc::clone(key) });
                parts.push(Part { span, place, quote: false });
            }
        }
        Ok(parts)
    }
}

/// Whether a first row names columns: words, none of them a value.
fn is_header(names: &[&str]) -> bool {
    let name = |name: &&str| {
        let digits = name.bytes().filter(u8::is_ascii_digit).count();
        digits <= 3 && !name.contains('@') && name.chars().count() <= 60
    };
    let letters = |name: &&str| name.chars().any(char::is_alphabetic);
    names.iter().all(name) && names.iter().any(letters)
}

fn separator_of(rows: &str) -> u8 {
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for byte in rows.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if !quoted => {
                for (count, separator) in counts.iter_mut().zip(SEPARATORS) {
                    *count += usize::from(byte == separator);
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().zip(SEPARATORS).rev().max_by_key(|(count, _)| **count);
    most.map_or(b',', |(_, separator)| separator)
}

struct Cells<'t> {
    text: &'t str,
    at: usize,
    separator: u8,
}

impl Cells<'_> {
    /// The cells of the next row, each between its quotes; nothing at the end.
    fn row(&mut self) -> Option<Vec<ByteSpan>> {
        if self.at >= self.text.len() {
            return None;
        }
        let mut cells = Vec::new();
        loop {
            let (span, more) = self.cell();
            cells.push(span);
            if !more {
                return Some(cells);
            }
        }
    }

    /// One cell, and whether another one follows in its row.
    fn cell(&mut self) -> (ByteSpan, bool) {
        let bytes = self.text.as_bytes();
        let mut from = self.at;
        let mut to = None;
        if bytes.get(from) == Some(&b'"') {
            from += 1;
            let mut at = from;
            while let Some(&byte) = bytes.get(at) {
                if byte == b'"' {
                    if bytes.get(at + 1) != Some(&b'"') {
                        break;
                    }
                    at += 1;
                }
                at += 1;
            }
            to = Some(at.min(bytes.len()));
            self.at = (at + 1).min(bytes.len());
        }
        let rest = bytes.get(self.at..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|&byte| byte == self.separator || byte == b'\n')
            .unwrap_or(rest.len());
        let end = self.at + length;
        let more = bytes.get(end) == Some(&self.separator);
        self.at = (end + 1).min(bytes.len());
        let plain_end =
            if !more && end > from && bytes.get(end - 1) == Some(&b'\r') { end - 1 } else { end };
        // A separator at the very end is followed by an empty cell, which holds nothing.
        (ByteSpan::new(from, to.unwrap_or(plain_end)), more && self.at < bytes.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, columns: Option<&str>, expect: &[(&str, &str)]) {
        let wanted = Wanted::new(columns);
        let parts = Table::new(false).parts(text, &wanted).unwrap();
        let got: Vec<_> = parts
            .iter()
            .map(|part| (part.place.key().unwrap_or("-"), part.span.of(text)))
            .collect();
        assert_eq!(got, expect, "{text:?}");
    }

    #[test]
    fn cells_stand_under_their_names() {
        check(
            "nom,cin\r\nA,B1\r\nC,D2\r\n",
            None,
            &[("nom", "A"), ("cin", "B1"), ("nom", "C"), ("cin", "D2")],
        );
        check(
            "\u{feff}nom;note\n\"A; \"\"B\"\"\nC\";x",
            None,
            &[("nom", "A; \"\"B\"\"\nC"), ("note", "x")],
        );
        check("0661234567,a\n", None, &[("-", "0661234567"), ("-", "a")]);
        check("nom,cin\nA,B1\n", Some("CIN"), &[("cin", "B1")]);
        check("nom,cin\nA,,more\n\n", None, &[("nom", "A"), ("-", "more")]);
        check("", None, &[]);
    }

    #[test]
    fn a_table_without_the_columns_is_refused() {
        for text in ["nom,cin\nA,B1\n", "0661234567\n"] {
            assert!(Table::new(false).parts(text, &Wanted::new(Some("phone"))).is_err());
        }
    }
}
