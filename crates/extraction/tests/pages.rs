//! PDFs that are not simply text: scanned, encrypted, of very many pages.

#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "helpers of tests")]

use std::process::Command;

use extraction::{Limits, ReadError, read};
use knowledge::reading::{Reading, Remark};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages").join(name))
        .unwrap()
}

fn one(name: &str, bytes: &[u8], limits: &Limits) -> Result<Reading, ReadError> {
    read(name, bytes, limits).map(|mut readings| readings.remove(0).1)?
}

/// Whether tesseract is here with both languages.
fn can_read_images() -> bool {
    let listed = Command::new("tesseract").arg("--list-langs").output();
    listed.is_ok_and(|output| {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        ["ara", "fra"].iter().all(|tag| text.lines().any(|line| line.trim() == *tag))
    })
}

#[test]
fn scanned_pages_are_read_where_tesseract_is_and_named_where_it_is_not() {
    let read = one("scanned.pdf", &file("scanned.pdf"), &Limits::default());
    if !can_read_images() {
        println!(
            "skipped: tesseract with ara and fra is not installed, so its letters are not read"
        );
        assert_eq!(read, Err(ReadError::OnlyImages(1)));
        let text = ReadError::OnlyImages(1).to_string();
        assert!(text.contains("install tesseract"), "{text}");
        return;
    }
    let reading = read.unwrap();
    assert_eq!(reading.remarks, [Remark::ReadFromImages { pages: vec![1] }]);
    let lines: Vec<&str> = reading.blocks.iter().map(|block| block.text.as_str()).collect();
    let text = lines.join(" ").replace('\n', " ");
    for words in ["شهادة السكنى", "de la carte nationale et d'une facture"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert!(reading.blocks.iter().all(|block| block.page == Some(1)));
}

#[test]
fn what_is_encrypted_is_named_so() {
    let refused = one("encrypted.pdf", &file("encrypted.pdf"), &Limits::default());
    assert_eq!(refused, Err(ReadError::Encrypted));
}

/// A PDF whose pages share one line of text.
fn pages(count: usize) -> Vec<u8> {
    let line = "BT /F 12 Tf 72 700 Td (Le guichet ouvre a neuf heures.) Tj ET";
    let kids: Vec<String> = (0..count).map(|page| format!("{} 0 R", page + 5)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[{}]/Count {count}>>", kids.join(" ")),
        format!("<</Length {}>>stream\n{line}\nendstream", line.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<</Font<</F 4 0 R>>>>>>";
    objects.extend(std::iter::repeat_n(page.to_owned(), count));
    let mut file = String::from("%PDF-1.4\n");
    let mut table = vec![format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1)];
    for (number, object) in (1..).zip(&objects) {
        table.push(format!("{:010} 00000 n \n", file.len()));
        file.push_str(&[&format!("{number} 0 obj\n"), object.as_str(), "\nendobj\n"].concat());
    }
    let (at, size) = (file.len(), objects.len() + 1);
    let end = format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n");
    [file, table.concat(), end].concat().into_bytes()
}

#[test]
fn very_many_pages_are_read_up_to_the_limit() {
    let count = 400;
    let bytes = pages(count);
    let limits = Limits { pages: 399, ..Limits::default() };
    let refused = one("many.pdf", &bytes, &limits);
    assert_eq!(refused, Err(ReadError::TooManyPages { pages: 400, limit: 399 }));
    let reading = one("many.pdf", &bytes, &Limits::default()).unwrap();
    let last = reading.blocks.last().unwrap();
    assert_eq!((reading.blocks.len(), last.page), (count, Some(400)));
}
