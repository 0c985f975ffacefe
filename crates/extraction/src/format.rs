//! The format of a file, by its content. Its name decides only between formats that are all plain text.

use std::io::Cursor;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Portable Document Format.
    Pdf,
    /// Office Open XML text.
    Docx,
    /// A workbook: XLSX, XLSB, XLS, ODS.
    Workbook,
    /// A web page.
    Html,
    /// Markdown.
    Markdown,
    /// A table in text: CSV, TSV.
    Table,
    /// Plain text.
    Text,
    /// An archive of files.
    Zip,
    /// An office file that wants a password.
    EncryptedOffice,
    /// Something else that is no text.
    Unknown,
}

impl Format {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Docx => "DOCX",
            Self::Workbook => "XLSX",
            Self::Html => "HTML",
            Self::Markdown => "Markdown",
            Self::Table => "CSV",
            Self::Text => "text",
            Self::Zip => "ZIP",
            Self::EncryptedOffice | Self::Unknown => "unknown",
        }
    }

    /// Whether it is read without a process of its own: what reads it is small and cannot run wild.
    pub fn is_plain(self) -> bool {
        matches!(self, Self::Markdown | Self::Table | Self::Text)
    }
}

/// The ending of a file's name, in small letters.
pub(crate) fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}

/// What the name says; `None` where it says nothing known.
pub(crate) fn named(name: &str) -> Option<Format> {
    Some(match extension(name).as_str() {
        "pdf" => Format::Pdf,
        "docx" | "docm" => Format::Docx,
        "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" => Format::Workbook,
        "html" | "htm" | "xhtml" => Format::Html,
        "md" | "markdown" => Format::Markdown,
        "csv" | "tsv" | "tab" => Format::Table,
        "txt" | "text" => Format::Text,
        "zip" => Format::Zip,
        _ => return None,
    })
}

/// The format of a file.
pub fn of(name: &str, bytes: &[u8]) -> Format {
    let start = bytes.get(..bytes.len().min(1_024)).unwrap_or_default();
    if memchr::memmem::find(start, b"%PDF-").is_some() {
        return Format::Pdf;
    }
    if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
        return of_zip(bytes);
    }
    if start.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return of_compound(bytes);
    }
    let known = named(name);
    if is_html(start) {
        // A Markdown text may begin with markup; it says so by its name.
        return if known == Some(Format::Markdown) { Format::Markdown } else { Format::Html };
    }
    match known {
        Some(plain @ (Format::Markdown | Format::Table)) => plain,
        Some(Format::Html) if start.contains(&b'<') => Format::Html,
        _ if start.starts_with(b"---\n") => Format::Markdown,
        _ => Format::Text,
    }
}

fn of_zip(bytes: &[u8]) -> Format {
    let Ok(archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return Format::Zip };
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("word/document.xml") {
        Format::Docx
    } else if has("xl/workbook.xml") || has("xl/workbook.bin") {
        Format::Workbook
    } else if has("content.xml") && has("mimetype") && has("META-INF/manifest.xml") {
        let spreadsheet = b"opendocument.spreadsheet";
        let start = bytes.get(..bytes.len().min(200)).unwrap_or_default();
        if memchr::memmem::find(start, spreadsheet).is_some() {
            Format::Workbook
        } else {
            Format::Unknown
        }
    } else {
        Format::Zip
    }
}

/// An old office file, or the envelope of an encrypted office file; its directory has names in UTF-16.
fn of_compound(bytes: &[u8]) -> Format {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        memchr::memmem::find(bytes, &wide).is_some()
    };
    if has("EncryptedPackage") {
        Format::EncryptedOffice
    } else if has("Workbook") {
        Format::Workbook
    } else {
        Format::Unknown
    }
}

fn is_html(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start).to_ascii_lowercase();
    let text = text.trim_start_matches(['\u{feff}', ' ', '\n', '\r', '\t']);
    let declared = text.starts_with("<?xml") && text.contains("<html");
    declared
        || ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| text.starts_with(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        let check = |name: &str, bytes: &[u8], expect: Format| {
            assert_eq!(of(name, bytes), expect, "{name}");
        };
        check("a.docx", b"%PDF-1.7\n", Format::Pdf);
        check("a.txt", b"<!DOCTYPE html><p>x", Format::Html);
        check("a.txt", b"\n <HTML>", Format::Html);
        check("a.md", b"<html>", Format::Markdown);
        check("a.html", b"<p>x</p>", Format::Html);
        check("a.html", b"nothing marked up", Format::Text);
        check("a.csv", b"a;b", Format::Table);
        check("a", b"---\nid: x\n---\n", Format::Markdown);
        check("a.pdf", b"words", Format::Text);
        check("a.xlsx", b"PK\x03\x04damaged", Format::Zip);
        check("a.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Format::Unknown);
    }
}
