//! Words of Arabic PDFs come out in reading order.

#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "helpers of tests"
)]

use extraction::{Limits, read};
use unicode_normalization::UnicodeNormalization;

fn words(text: &str) -> Vec<String> {
    let text: String = text.nfkc().filter(|letter| *letter != '\u{640}').collect();
    let parts = text.split(|letter: char| letter.is_whitespace() || letter == '|');
    parts.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// How many words stand in both texts in the same order.
fn in_order(left: &[String], right: &[String]) -> usize {
    let mut row = vec![0; right.len() + 1];
    for word in left {
        let mut diagonal = 0;
        for (place, other) in right.iter().enumerate() {
            let above = row[place + 1];
            row[place + 1] = if word == other { diagonal + 1 } else { above.max(row[place]) };
            diagonal = above;
        }
    }
    row[right.len()]
}

fn check(file: &str, text: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/layouts");
    let bytes = std::fs::read(folder.join(file)).unwrap();
    let expect = words(&std::fs::read_to_string(folder.join(text)).unwrap());
    let reading = read(file, &bytes, &Limits::default()).unwrap().remove(0).1.unwrap();
    let blocks: Vec<&str> = reading.blocks.iter().map(|block| block.text.as_str()).collect();
    let found = in_order(&expect, &words(&blocks.join("\n")));
    println!("{file}: {found} of {} words in order", expect.len());
    assert!(
        found * 100 >= expect.len() * 95,
        "{file}: {found} of {}\n{}",
        expect.len(),
        blocks.join("\n")
    );
}

#[test]
fn typst_one_column() {
    check("typst-one-column.pdf", "one-column.txt");
}

#[test]
fn typst_two_columns() {
    check("typst-two-columns.pdf", "two-columns.txt");
}

#[test]
fn typst_table() {
    check("typst-table.pdf", "table.txt");
}

#[test]
fn libreoffice_one_column() {
    check("libreoffice-one-column.pdf", "one-column.txt");
}

#[test]
fn libreoffice_two_columns() {
    check("libreoffice-two-columns.pdf", "two-columns.txt");
}

#[test]
fn libreoffice_table() {
    check("libreoffice-table.pdf", "table.txt");
}

#[test]
fn libreoffice_docx() {
    check("libreoffice-one-column.docx", "one-column.txt");
}
