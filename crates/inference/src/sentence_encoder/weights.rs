//! The weights: `NumPy` arrays in a ZIP file (`.npz`), checked by name, type and shape.

use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use ndarray::{Array1, Array2};
use zip::ZipArchive;

use super::WEIGHTS_FILE;

/// The table of pieces comes in so many parts, piece by piece in turn, each with its own scale.
const PARTS: usize = 17;
/// No array of the encoder is larger.
const MOST_BYTES: u64 = 64 << 20;

/// Why the encoder cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// A file is missing or cannot be opened.
    #[error("the sentence encoder's {0} cannot be read: igudar models pull sentence-encoder")]
    Unreadable(&'static str),
    /// A file is not what it must be.
    #[error(
        "the sentence encoder's {0} is damaged: delete it, then igudar models pull sentence-encoder"
    )]
    Damaged(&'static str),
}

const DAMAGED: WeightsError = WeightsError::Damaged(WEIGHTS_FILE);

/// The open file.
pub(super) struct Weights {
    archive: ZipArchive<BufReader<File>>,
}

/// The vectors of pieces, one byte a number.
pub(super) struct Table {
    parts: Vec<Vec<u8>>,
    scales: Vec<f32>,
    lows: Vec<f32>,
    width: usize,
}

struct Array {
    kind: String,
    bytes: Vec<u8>,
}

impl Weights {
    pub(super) fn open(path: &Path) -> Result<Self, WeightsError> {
        let file = File::open(path).map_err(|_| WeightsError::Unreadable(WEIGHTS_FILE))?;
        let archive = ZipArchive::new(BufReader::new(file)).map_err(|_| DAMAGED)?;
        Ok(Self { archive })
    }

    pub(super) fn matrix(
        &mut self,
        name: &str,
        rows: usize,
        columns: usize,
    ) -> Result<Array2<f32>, WeightsError> {
        let numbers = self.numbers(name)?;
        Array2::from_shape_vec((rows, columns), numbers).map_err(|_| DAMAGED)
    }

    pub(super) fn vector(
        &mut self,
        name: &str,
        length: usize,
    ) -> Result<Array1<f32>, WeightsError> {
        let numbers = self.numbers(name)?;
        if numbers.len() == length { Ok(numbers.into()) } else { Err(DAMAGED) }
    }

    pub(super) fn number(&mut self, name: &str) -> Result<f32, WeightsError> {
        let array = self.array(name)?;
        let bytes: [u8; 8] = array.bytes.try_into().map_err(|_| DAMAGED)?;
        #[expect(clippy::cast_possible_truncation, reason = "the encoder computes in f32")]
        let number = f64::from_le_bytes(bytes) as f32;
        if array.kind == "<f8" { Ok(number) } else { Err(DAMAGED) }
    }

    pub(super) fn table(&mut self, width: usize) -> Result<Table, WeightsError> {
        let parts = (1..=PARTS)
            .map(|part| {
                let array = self.array(&format!("q{part}"))?;
                let whole = array.kind == "|u1" && array.bytes.len() % width == 0;
                if whole { Ok(array.bytes) } else { Err(DAMAGED) }
            })
            .collect::<Result<Vec<_>, _>>()?;
        let scales = self.vector("scale", PARTS)?.to_vec();
        let lows = self.vector("lo", PARTS)?.to_vec();
        Ok(Table { parts, scales, lows, width })
    }

    fn numbers(&mut self, name: &str) -> Result<Vec<f32>, WeightsError> {
        let array = self.array(name)?;
        if array.kind != "<f4" {
            return Err(DAMAGED);
        }
        let (numbers, rest) = array.bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(DAMAGED);
        }
        Ok(numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    /// An array in `NumPy`'s format, version 1 or 2: magic, length of the header, the header as a Python
    /// dictionary, the numbers.
    fn array(&mut self, name: &str) -> Result<Array, WeightsError> {
        let file = self.archive.by_name(&format!("{name}.npy")).map_err(|_| DAMAGED)?;
        let mut bytes = Vec::new();
        file.take(MOST_BYTES).read_to_end(&mut bytes).map_err(|_| DAMAGED)?;
        parse(&bytes).ok_or(DAMAGED)
    }
}

fn parse(bytes: &[u8]) -> Option<Array> {
    let rest = bytes.strip_prefix(b"\x93NUMPY")?;
    let (version, rest) = rest.split_first_chunk::<2>()?;
    let (length, rest) = match version {
        [1, _] => {
            let (length, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_le_bytes(*length)), rest)
        }
        [2, _] => {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            (usize::try_from(u32::from_le_bytes(*length)).ok()?, rest)
        }
        _ => return None,
    };
    let (header, numbers) = rest.split_at_checked(length)?;
    let header = std::str::from_utf8(header).ok()?;
    let kind = header.split_once("'descr':")?.1.split('\'').nth(1)?.to_owned();
    // Rows one after the other is the only order that is read.
    header.contains("'fortran_order': False").then(|| Array { kind, bytes: numbers.to_vec() })
}

impl Table {
    /// Writes the vector of a piece; zeros for a piece that the table does not have.
    pub(super) fn row(&self, piece: usize, row: &mut [f32]) {
        let part = piece % PARTS;
        let start = piece / PARTS * self.width;
        let bytes = self.parts.get(part).and_then(|part| part.get(start..start + self.width));
        let scale = self.scales.get(part).copied().unwrap_or_default();
        let low = self.lows.get(part).copied().unwrap_or_default();
        for (value, byte) in row.iter_mut().zip(bytes.unwrap_or_default()) {
            *value = f32::from(*byte) * scale + low;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_are_read_and_what_is_none_is_refused() {
        let file = |header: &str, numbers: &[u8]| {
            let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
            bytes.extend(u16::try_from(header.len()).unwrap().to_le_bytes());
            bytes.extend_from_slice(header.as_bytes());
            bytes.extend_from_slice(numbers);
            bytes
        };
        let right = "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }\n";
        let array = parse(&file(right, &[0, 0, 128, 63])).unwrap();
        assert_eq!((array.kind.as_str(), array.bytes.len()), ("<f4", 4));
        assert!(parse(&file(&right.replace("False", "True"), &[])).is_none());
        assert!(parse(&file("{}", &[])).is_none());
        assert!(parse(b"\x93NUMPY\x03\x00").is_none());
        assert!(parse(b"").is_none());
        let cut = file(right, &[]);
        assert!(parse(&cut[..cut.len() / 2]).is_none());
    }
}
