//! Files of many formats as readings.
//!
//! Owns how bytes of a file become blocks of text with their structure, and what is said about a file that cannot
//! be read. Decides by content, never by name alone.

mod csv_table;
mod front_matter;
mod headings;
mod markdown;
mod orders;
mod plain;
mod text_encoding;

use knowledge::reading::{Reading, Remark};

pub use orders::mark_orders;

/// What is read of one file at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub bytes: u64,
    /// Code points of the text of a file; what stands behind them is left out and remarked.
    pub characters: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 500 << 20, characters: 20_000_000 }
    }
}

/// Why a file gives no reading. Names no content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is beyond a limit.
    #[error("the file has more than {0} bytes; split it, or raise the limit")]
    TooLarge(u64),
    /// Nobody here knows the format.
    #[error(
        "the format is not known here; known are PDF, DOCX, XLSX, CSV, HTML, Markdown, text, ZIP"
    )]
    UnknownFormat,
    /// It is read, and holds no text.
    #[error("no text was found in it")]
    NoText,
    /// It is not what it says it is.
    #[error("the file is damaged: {0}")]
    Damaged(String),
}

/// Reads a file of a format that is plain text: Markdown, CSV, TSV, text. `name` helps where the content
/// leaves it open.
pub fn read_text(name: &str, bytes: &[u8], limits: &Limits) -> Result<Reading, ReadError> {
    if bytes.len() as u64 > limits.bytes {
        return Err(ReadError::TooLarge(limits.bytes));
    }
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    let text = text_encoding::decoded(bytes).ok_or(ReadError::UnknownFormat)?;
    let (text, cut) = match text.char_indices().nth(limits.characters) {
        Some((end, _)) => (text.get(..end).unwrap_or_default(), true),
        None => (text.as_str(), false),
    };
    let mut reading = match extension(name).as_str() {
        "md" | "markdown" => markdown::read(text),
        "csv" | "tsv" | "tab" => csv_table::read(text)?,
        _ if text.starts_with("---\n") => markdown::read(text),
        _ => plain::read(text),
    };
    if cut {
        let what = format!("what stands behind {} characters", limits.characters);
        reading.remarks.push(Remark::LeftOut { what });
    }
    if !reading.blocks.iter().any(|block| block.text.chars().any(char::is_alphanumeric)) {
        return Err(ReadError::NoText);
    }
    mark_orders(&mut reading);
    Ok(reading)
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
}
