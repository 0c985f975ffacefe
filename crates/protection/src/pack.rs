//! Country packs: the data that teaches Igudar a country.
//!
//! Owns reading and checking a pack's files. A pack is a set of named file contents (TOML and TSV), so
//! that whoever holds them (a folder, an archive, the binary itself) can hand them over. Never reads a
//! file itself.

mod error;
pub(crate) mod identifiers;
pub mod toml_file;
pub(crate) mod universal;

use std::collections::BTreeMap;

pub use error::PackError;

use crate::label::{LABELS_FILE, LabelWords};

/// A checked country pack.
#[derive(Debug, Clone)]
pub struct Pack {
    files: BTreeMap<String, String>,
    identifiers: identifiers::Identifiers,
    universal: universal::Universal,
    labels: LabelWords,
}

impl Pack {
    /// Reads a pack from its files: file name (`identifiers.toml`, `names/first.tsv`) to content.
    pub fn read(files: &BTreeMap<String, String>) -> Result<Self, PackError> {
        let identifiers = identifiers::read(files)?;
        let universal = universal::read(files)?;
        let labels = match files.get(LABELS_FILE) {
            Some(content) => LabelWords::read(LABELS_FILE, content)?,
            None => LabelWords::default(),
        };
        Ok(Self { files: files.clone(), identifiers, universal, labels })
    }

    /// What the pack says about labels; the built-in words where it says nothing.
    pub fn label_words(&self) -> &LabelWords {
        &self.labels
    }

    /// The content of a file of the pack; empty where the pack has no such file.
    pub fn file(&self, name: &str) -> &str {
        self.files.get(name).map(String::as_str).unwrap_or_default()
    }

    pub(crate) fn identifiers(&self) -> &identifiers::Identifiers {
        &self.identifiers
    }

    pub(crate) fn universal(&self) -> &universal::Universal {
        &self.universal
    }

    /// The names of all files, sorted.
    pub fn file_names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}
