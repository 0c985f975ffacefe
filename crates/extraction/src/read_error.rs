//! Why a file gives no reading, in sentences that say what to do. Names no content.

use serde::{Deserialize, Serialize};

/// Why a file gives no reading.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReadError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It wants a password.
    #[error("the file is encrypted; save it without a password, then bring it again")]
    Encrypted,
    /// It is beyond a limit.
    #[error("the file has more than {0} bytes; split it, or raise the limit")]
    TooLarge(u64),
    /// It has too many pages.
    #[error("the file has {pages} pages, and {limit} are read; split it, or raise the limit")]
    TooManyPages {
        /// How many it has.
        pages: u32,
        /// How many are read.
        limit: u32,
    },
    /// Nobody here knows the format.
    #[error(
        "the format is not known here; known are PDF, DOCX, XLSX, CSV, HTML, Markdown, text, ZIP"
    )]
    UnknownFormat,
    /// It unpacks to far more than it is.
    #[error(
        "the archive unpacks to more than is read ({0}); unpack it yourself if you trust it, and bring the files"
    )]
    Bomb(String),
    /// An archive that lies in archives.
    #[error("the archive lies too deep inside other archives; bring it by itself")]
    TooDeep,
    /// Reading it took too long.
    #[error(
        "reading the file took more than {0} seconds and was stopped; split it, or raise the limit"
    )]
    Time(u64),
    /// Reading it took too much memory.
    #[error("reading the file needed more memory than {0} bytes; split it, or raise the limit")]
    Memory(u64),
    /// It is read, and holds no text.
    #[error("no text was found in it")]
    NoText,
    /// Every page is an image, and nothing here reads letters from images.
    #[error(
        "its {0} pages are images without text; install tesseract with the languages ara and fra, or bring a file with text"
    )]
    OnlyImages(u32),
    /// It is not what it says it is.
    #[error("the file is damaged: {0}; save it again from the program that made it")]
    Damaged(String),
    /// The reading process ended before it answered.
    #[error(
        "the process that reads files ended before it answered ({0}); the file is probably damaged"
    )]
    Crashed(String),
    /// The reading process could not be started or spoken to.
    #[error("the process that reads files cannot be used: {0}")]
    Process(String),
}
