//! How much of a file is read, and with how much of the machine.

use serde::{Deserialize, Serialize};

/// What is read of one file at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of a file.
    pub bytes: u64,
    /// Code points of the text of a file; what stands behind them is left out and remarked.
    pub characters: usize,
    /// Pages of a PDF.
    pub pages: u32,
    /// Files in an archive.
    pub members: usize,
    /// Bytes of an archive, or of an office file, once it is unpacked.
    pub unpacked: u64,
    /// How many times its packed size an archive may have once it is unpacked.
    pub ratio: u64,
    /// How deep archives may lie in archives; 0 reads none inside another.
    pub depth: u8,
    /// Seconds for the whole file.
    pub seconds: u64,
    /// Seconds for the letters of one page that is an image.
    pub seconds_per_image: u64,
    /// Bytes of memory the reading process may ask for.
    pub memory: u64,
    /// Bytes that the reading process may answer.
    pub answer: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 500 << 20,
            characters: 20_000_000,
            pages: 5_000,
            members: 2_000,
            unpacked: 1 << 30,
            ratio: 200,
            depth: 1,
            seconds: 600,
            seconds_per_image: 60,
            memory: 4 << 30,
            answer: 256 << 20,
        }
    }
}
