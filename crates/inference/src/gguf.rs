//! Looks into a GGUF file before llama.cpp does, so that a missing, foreign or cut-off file gets an
//! error of its own. It reads the header only, never the weights.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

/// Why a file cannot be used as a model. Messages name the file, not its folder.
#[derive(Debug, thiserror::Error)]
pub enum GgufError {
    /// There is no such file.
    #[error(
        "the model file {0} does not exist; `igudar models list` shows what is there, \
         `igudar models pull` fetches a model"
    )]
    Missing(String),
    /// The path names a folder or a device.
    #[error("{0} is not a file; a model is one file that ends in .gguf")]
    NotAFile(String),
    /// It exists but cannot be read.
    #[error("the model file {file} cannot be read; check who may read it")]
    Unreadable {
        /// Name of the file.
        file: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It does not begin as a GGUF file does.
    #[error("the file {0} is not a GGUF model (its first four bytes are not `GGUF`)")]
    NotGguf(String),
    /// A version that llama.cpp does not read.
    #[error("the model file {file} has GGUF version {version}; versions 2 and 3 can be read")]
    Version {
        /// Name of the file.
        file: String,
        /// Its version.
        version: u32,
    },
    /// It ends before its own header says it should.
    #[error(
        "the model file {file} is cut off: it has {bytes} bytes, its header promises more than \
         {promised}; fetch it again"
    )]
    CutOff {
        /// Name of the file.
        file: String,
        /// Its size.
        bytes: u64,
        /// Bytes that the header needs at least.
        promised: u64,
    },
    /// Its header holds something that no GGUF header holds.
    #[error("the model file {file} is damaged: {what}; fetch it again")]
    Damaged {
        /// Name of the file.
        file: String,
        /// What was found.
        what: &'static str,
    },
}

/// What the header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GgufHeader {
    /// Version of the format.
    pub version: u32,
    /// Number of tensors.
    pub tensors: u64,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// `general.architecture`, where present.
    pub architecture: Option<String>,
    /// `general.name`, where present.
    pub name: Option<String>,
    /// Whether a chat template is inside.
    pub chat_template: bool,
}

impl GgufHeader {
    /// Reads and checks the header of `path`.
    pub fn read(path: &Path) -> Result<Self, GgufError> {
        let file = file_name(path);
        let unreadable = |source| GgufError::Unreadable { file: file.clone(), source };
        let metadata = match std::fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(GgufError::Missing(file));
            }
            Err(error) => return Err(unreadable(error)),
        };
        if !metadata.is_file() {
            return Err(GgufError::NotAFile(file));
        }
        let reader = BufReader::new(File::open(path).map_err(unreadable)?);
        let mut scan = Scan { reader, read: 0 };
        scan.header(metadata.len()).map_err(|fault| match fault {
            Fault::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => GgufError::CutOff {
                file: file.clone(),
                bytes: metadata.len(),
                promised: scan.read.max(metadata.len()),
            },
            Fault::Io(source) => GgufError::Unreadable { file: file.clone(), source },
            Fault::NotGguf => GgufError::NotGguf(file.clone()),
            Fault::Version(version) => GgufError::Version { file: file.clone(), version },
            Fault::CutOff(promised) => {
                GgufError::CutOff { file: file.clone(), bytes: metadata.len(), promised }
            }
            Fault::Damaged(what) => GgufError::Damaged { file: file.clone(), what },
        })
    }
}

/// The last part of a path, for messages.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(
        || PathBuf::from(path).display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

enum Fault {
    Io(io::Error),
    NotGguf,
    Version(u32),
    CutOff(u64),
    Damaged(&'static str),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

const LONGEST_TEXT: u64 = 64 << 20;
const MOST_ENTRIES: u64 = 1 << 20;
const MOST_ELEMENTS: u64 = 1 << 28;
const STRING: u32 = 8;
const ARRAY: u32 = 9;

struct Scan<R> {
    reader: R,
    read: u64,
}

impl<R: Read + Seek> Scan<R> {
    fn header(&mut self, bytes: u64) -> Result<GgufHeader, Fault> {
        let mut magic = [0_u8; 4];
        match self.reader.read_exact(&mut magic) {
            Ok(()) if &magic == b"GGUF" => self.read = 4,
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(error.into()),
            _ => return Err(Fault::NotGguf),
        }
        let version = self.number32()?;
        if !(2..=3).contains(&version) {
            return Err(Fault::Version(version));
        }
        let tensors = self.number64()?;
        let entries = self.number64()?;
        if tensors > MOST_ENTRIES || entries > MOST_ENTRIES {
            return Err(Fault::Damaged("it claims more tensors or settings than any model has"));
        }
        if tensors == 0 {
            return Err(Fault::Damaged("it holds no weights"));
        }
        let mut header = GgufHeader {
            version,
            tensors,
            bytes,
            architecture: None,
            name: None,
            chat_template: false,
        };
        let mut alignment = 32_u64;
        for _ in 0..entries {
            let key = self.text()?;
            let kind = self.number32()?;
            match (key.as_str(), kind) {
                ("general.architecture", STRING) => header.architecture = Some(self.text()?),
                ("general.name", STRING) => header.name = Some(self.text()?),
                ("general.alignment", 4) => alignment = u64::from(self.number32()?).max(1),
                _ => {
                    header.chat_template |= key == "tokenizer.chat_template" && kind == STRING;
                    self.skip_value(kind, bytes)?;
                }
            }
        }
        let mut last_offset = 0;
        for _ in 0..tensors {
            self.skip_text(bytes)?;
            let dimensions = self.number32()?;
            if dimensions > 8 {
                return Err(Fault::Damaged("a tensor has more than eight dimensions"));
            }
            for _ in 0..dimensions {
                self.number64()?;
            }
            self.number32()?;
            last_offset = last_offset.max(self.number64()?);
        }
        let promised = self.read.next_multiple_of(alignment).saturating_add(last_offset);
        if promised >= bytes {
            return Err(Fault::CutOff(promised));
        }
        Ok(header)
    }

    fn number32(&mut self) -> Result<u32, Fault> {
        let mut bytes = [0_u8; 4];
        self.reader.read_exact(&mut bytes)?;
        self.read += 4;
        Ok(u32::from_le_bytes(bytes))
    }

    fn number64(&mut self) -> Result<u64, Fault> {
        let mut bytes = [0_u8; 8];
        self.reader.read_exact(&mut bytes)?;
        self.read += 8;
        Ok(u64::from_le_bytes(bytes))
    }

    fn text(&mut self) -> Result<String, Fault> {
        let length = self.number64()?;
        if length > LONGEST_TEXT {
            return Err(Fault::Damaged("a text in its header is longer than any header"));
        }
        let mut bytes = Vec::new();
        self.reader.by_ref().take(length).read_to_end(&mut bytes)?;
        self.read += length;
        if (bytes.len() as u64) < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn skip_text(&mut self, file_bytes: u64) -> Result<(), Fault> {
        let length = self.number64()?;
        self.skip(length, file_bytes)
    }

    fn skip(&mut self, length: u64, file_bytes: u64) -> Result<(), Fault> {
        let end = self.read.saturating_add(length);
        if end > file_bytes {
            return Err(Fault::CutOff(end));
        }
        // A short step stays inside the read buffer.
        let step = i64::try_from(length).map_err(|_| Fault::CutOff(end))?;
        if length < 4096 {
            io::copy(&mut self.reader.by_ref().take(length), &mut io::sink())?;
        } else {
            self.reader.seek(SeekFrom::Current(step))?;
        }
        self.read = end;
        Ok(())
    }

    fn skip_value(&mut self, kind: u32, file_bytes: u64) -> Result<(), Fault> {
        match kind {
            STRING => self.skip_text(file_bytes),
            ARRAY => {
                let element = self.number32()?;
                let count = self.number64()?;
                if count > MOST_ELEMENTS {
                    return Err(Fault::Damaged("a list in its header is longer than any list"));
                }
                if element == STRING {
                    for _ in 0..count {
                        self.skip_text(file_bytes)?;
                    }
                    return Ok(());
                }
                let width = width_of(element).ok_or(Fault::Damaged("a list of an unknown kind"))?;
                self.skip(width.saturating_mul(count), file_bytes)
            }
            _ => {
                let width = width_of(kind).ok_or(Fault::Damaged("a setting of an unknown kind"))?;
                self.skip(width, file_bytes)
            }
        }
    }
}

fn width_of(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn put_text(file: &mut Vec<u8>, text: &str) {
        file.extend_from_slice(&(text.len() as u64).to_le_bytes());
        file.extend_from_slice(text.as_bytes());
    }

    /// A header with one tensor at offset 0 and `weights` bytes behind it: readable here, no model.
    pub(crate) fn small_file(weights: usize) -> Vec<u8> {
        let mut file = b"GGUF".to_vec();
        file.extend_from_slice(&3_u32.to_le_bytes());
        file.extend_from_slice(&1_u64.to_le_bytes());
        file.extend_from_slice(&3_u64.to_le_bytes());
        put_text(&mut file, "general.architecture");
        file.extend_from_slice(&STRING.to_le_bytes());
        put_text(&mut file, "llama");
        put_text(&mut file, "some.numbers");
        file.extend_from_slice(&ARRAY.to_le_bytes());
        file.extend_from_slice(&4_u32.to_le_bytes());
        file.extend_from_slice(&2_u64.to_le_bytes());
        file.extend_from_slice(&[0; 8]);
        put_text(&mut file, "tokenizer.chat_template");
        file.extend_from_slice(&STRING.to_le_bytes());
        put_text(&mut file, "{{ messages }}");
        put_text(&mut file, "weights");
        file.extend_from_slice(&1_u32.to_le_bytes());
        file.extend_from_slice(&8_u64.to_le_bytes());
        file.extend_from_slice(&0_u32.to_le_bytes());
        file.extend_from_slice(&0_u64.to_le_bytes());
        file.resize(file.len().next_multiple_of(32) + weights, 0);
        file
    }

    fn check(contents: &[u8], expect: &str) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("small.gguf");
        std::fs::write(&path, contents).unwrap();
        let told = match GgufHeader::read(&path) {
            Ok(header) => format!("{header:?}"),
            Err(error) => error.to_string(),
        };
        assert!(told.contains(expect), "{told} does not hold {expect}");
        assert!(!told.contains(&folder.path().display().to_string()));
    }

    #[test]
    fn headers_are_judged() {
        check(&small_file(32), "tensors: 1, bytes");
        check(&small_file(32), r#"architecture: Some("llama")"#);
        check(&small_file(32), "chat_template: true");
        check(&small_file(0), "is cut off");
        check(b"", "is not a GGUF model");
        check(b"GG", "is not a GGUF model");
        check(b"<html>not found</html>", "is not a GGUF model");
        check(b"GGUF\x01\0\0\0", "version 1");
        check(b"GGUF\x09\0\0\0", "version 9");
        check(b"GGUF\x03\0\0\0", "is cut off");
        let whole = small_file(32);
        for cut in 8..whole.len() - 32 {
            check(&whole[..cut], "is cut off");
        }
        let mut many = whole.clone();
        many[8..16].copy_from_slice(&u64::MAX.to_le_bytes());
        check(&many, "more tensors");
        let mut none = whole;
        none[8..16].copy_from_slice(&0_u64.to_le_bytes());
        check(&none, "no weights");
    }

    #[test]
    fn what_is_no_file_is_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let missing = GgufHeader::read(&folder.path().join("no.gguf")).unwrap_err();
        assert!(missing.to_string().contains("no.gguf does not exist"));
        assert!(matches!(GgufHeader::read(folder.path()), Err(GgufError::NotAFile(_))));
    }
}
