//! Files of many formats as readings.
//!
//! Owns how bytes of a file become blocks of text with their structure, and what is said about a file that cannot
//! be read. Decides by content, never by name alone.
//!
//! Formats whose readers are large (PDF, office files, web pages, archives) are read by [`read_in_child`] in a
//! process of its own with limits, so that no file can end the server; [`worker_main`] is that process.

mod archive;
mod child;
mod csv_table;
mod docx;
mod flow;
mod format;
mod front_matter;
mod headings;
mod images;
mod limits;
mod markdown;
mod orders;
mod pdf;
mod plain;
mod read_error;
mod reading_order;
mod text_encoding;
mod web_page;
mod workbook;
mod worker;

use knowledge::reading::{Block, BlockKind, Reading, Remark};

pub use child::read_in_child;
pub use format::{Format, of as format_of};
pub use limits::Limits;
pub use orders::mark_orders;
pub use read_error::ReadError;
pub use worker::worker_main;

/// What the files of an archive say, by their names in it; a file that is no archive stands alone with its
/// own name.
pub type Readings = Vec<(String, Result<Reading, ReadError>)>;

/// Reads a file of any format in this process. For bytes of strangers use [`read_in_child`].
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Result<Readings, ReadError> {
    if bytes.len() as u64 > limits.bytes {
        return Err(ReadError::TooLarge(limits.bytes));
    }
    if format::of(name, bytes) == Format::Zip {
        return archive::read(bytes, limits, limits.depth);
    }
    Ok(vec![(name.to_owned(), Ok(read_deeper(name, bytes, limits)?))])
}

/// The files of an archive as one reading, each under a heading with its name; files that could not be read are
/// remarked.
pub fn joined(readings: Readings) -> Result<Reading, ReadError> {
    let mut whole = Reading::default();
    for (name, reading) in readings {
        match reading {
            Ok(reading) => {
                let heading = BlockKind::Heading(1);
                whole.blocks.push(Block { kind: heading, text: name, page: None });
                let before = u32::try_from(whole.blocks.len()).unwrap_or(u32::MAX);
                whole.blocks.extend(reading.blocks);
                whole.remarks.extend(reading.remarks.into_iter().map(|remark| match remark {
                    Remark::GivesOrders { block } => {
                        Remark::GivesOrders { block: block.saturating_add(before) }
                    }
                    other => other,
                }));
            }
            Err(error) => whole.remarks.push(Remark::LeftOut { what: format!("{name}: {error}") }),
        }
    }
    if whole.blocks.is_empty() { Err(ReadError::NoText) } else { Ok(whole) }
}

/// Reads a file that is no archive.
pub(crate) fn read_deeper(name: &str, bytes: &[u8], limits: &Limits) -> Result<Reading, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty);
    }
    let format = format::of(name, bytes);
    let mut reading = match format {
        Format::Pdf => pdf::read(bytes, limits)?,
        Format::Docx => {
            archive::check(bytes, limits)?;
            docx::read(bytes)?
        }
        Format::Workbook => {
            if bytes.starts_with(b"PK") {
                archive::check(bytes, limits)?;
            }
            workbook::read(bytes, limits)?
        }
        Format::Html => web_page::read(bytes).ok_or(ReadError::UnknownFormat)?,
        Format::Markdown | Format::Table | Format::Text => return read_text(name, bytes, limits),
        Format::EncryptedOffice => return Err(ReadError::Encrypted),
        Format::Zip | Format::Unknown => return Err(ReadError::UnknownFormat),
    };
    finish(&mut reading, name, format, limits)?;
    Ok(reading)
}

/// What every reading is told about itself.
fn finish(
    reading: &mut Reading,
    name: &str,
    format: Format,
    limits: &Limits,
) -> Result<(), ReadError> {
    let mut characters = 0_usize;
    let fits = reading.blocks.iter().take_while(|block| {
        characters = characters.saturating_add(block.text.chars().count());
        characters <= limits.characters
    });
    let kept = fits.count();
    if kept < reading.blocks.len() {
        reading.blocks.truncate(kept);
        let what = format!("what stands behind {} characters", limits.characters);
        reading.remarks.push(Remark::LeftOut { what });
    }
    if !reading.blocks.iter().any(|block| block.text.chars().any(char::is_alphanumeric)) {
        return Err(ReadError::NoText);
    }
    let textual =
        |format: Format| matches!(format, Format::Text | Format::Markdown | Format::Table);
    if let Some(named) = format::named(name)
        && named != format
        && !(textual(named) && textual(format))
    {
        reading.remarks.push(Remark::OtherFormat { read_as: format.name().to_owned() });
    }
    mark_orders(reading);
    Ok(())
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
    let mut reading = match format::extension(name).as_str() {
        "md" | "markdown" => markdown::read(text),
        "csv" | "tsv" | "tab" => csv_table::read(text)?,
        _ if text.starts_with("---\n") => markdown::read(text),
        _ => plain::read(text),
    };
    if cut {
        let what = format!("what stands behind {} characters", limits.characters);
        reading.remarks.push(Remark::LeftOut { what });
    }
    finish(&mut reading, name, format::of(name, bytes), limits)?;
    Ok(reading)
}
