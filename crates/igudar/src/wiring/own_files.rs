//! The files of the data folder in which an installation keeps what its country pack cannot know.

use std::fmt;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use protection::Dictionary;
use protection::dictionary::{HiddenList, HidingKey};

/// Terms and identifiers.
pub(crate) const DICTIONARY: &str = "dictionary.toml";
/// Values of which only hashes are kept.
pub(crate) const STAFF: &str = "staff.tsv";
/// Texts that must be found as they say.
pub(crate) const CASES: &str = "cases.toml";

/// What is wrong with one of these files.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct OwnFault(String);

/// The contents of the files, as they stood when they were read.
#[derive(Default)]
pub(crate) struct OwnFiles {
    dictionary: String,
    staff: Option<(String, HidingKey)>,
}

/// When the files were last written, to see whether they changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp([Option<(SystemTime, u64)>; 2]);

impl OwnFiles {
    /// Reads the files of a data folder; a folder without them adds nothing.
    pub(crate) fn read(folder: &Path) -> anyhow::Result<Self> {
        let dictionary = content(&folder.join(DICTIONARY))?.unwrap_or_default();
        let staff = match content(&folder.join(STAFF))? {
            Some(staff) => Some((staff, hiding_key(folder)?)),
            None => None,
        };
        Ok(Self { dictionary, staff })
    }

    /// The dictionary; nothing where no file says anything.
    pub(crate) fn dictionary(&self) -> anyhow::Result<Option<Dictionary>> {
        let fault = |error: protection::PackError| OwnFault(error.to_string());
        let mut dictionary = Dictionary::read(DICTIONARY, &self.dictionary).map_err(fault)?;
        if let Some((staff, key)) = &self.staff {
            let list = HiddenList::read(STAFF, staff).map_err(fault)?;
            dictionary = dictionary.with_hidden(list, key.clone());
        }
        Ok(Some(dictionary).filter(|dictionary| !dictionary.is_empty()))
    }

    /// Everything that the files hold.
    pub(super) fn together(&self) -> String {
        let staff = self.staff.as_ref().map_or("", |(staff, _)| staff);
        format!("{}\u{0}{staff}", self.dictionary)
    }

    /// When the files of a folder were last written.
    pub(crate) fn stamp(folder: &Path) -> Stamp {
        Stamp([DICTIONARY, STAFF].map(|name| {
            let found = std::fs::metadata(folder.join(name)).ok()?;
            Some((found.modified().ok()?, found.len()))
        }))
    }
}

impl fmt::Debug for OwnFiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OwnFiles").finish_non_exhaustive()
    }
}

/// The key of hidden values, from the installation's secret.
pub(crate) fn hiding_key(folder: &Path) -> anyhow::Result<HidingKey> {
    let secrets = store::secrets::load(folder)?;
    Ok(HidingKey::derive(secrets.sealing_master.reveal()))
}

fn content(path: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(content) => Ok(Some(content)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(OwnFault(format!("{} cannot be read ({error})", path.display())).into()),
    }
}
