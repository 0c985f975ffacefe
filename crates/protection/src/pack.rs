//! Country packs: the data that teaches Igudar a country.
//!
//! Owns reading and checking a pack's files. A pack is a set of named file contents (TOML and TSV), so
//! that whoever holds them (a folder, an archive, the binary itself) can hand them over. Never reads a
//! file itself.

pub(crate) mod affixes;
mod error;
pub(crate) mod identifiers;
pub(crate) mod surrogates;
pub mod toml_file;
pub(crate) mod universal;

use std::collections::BTreeMap;

pub use error::PackError;
pub use surrogates::Surrogates;

use crate::label::{LABELS_FILE, LabelWords};

/// A checked country pack.
#[derive(Debug, Clone)]
pub struct Pack {
    files: BTreeMap<String, String>,
    identifiers: identifiers::Identifiers,
    universal: universal::Universal,
    affixes: affixes::Affixes,
    labels: LabelWords,
    surrogates: surrogates::Surrogates,
}

impl Pack {
    /// Reads a pack from its files: file name (`identifiers.toml`, `names/first.tsv`) to content.
    pub fn read(files: &BTreeMap<String, String>) -> Result<Self, PackError> {
        let identifiers = identifiers::read(files)?;
        let universal = universal::read(files)?;
        let affixes = affixes::Affixes::read(files)?;
        let labels = match files.get(LABELS_FILE) {
            Some(content) => LabelWords::read(LABELS_FILE, content)?,
            None => LabelWords::default(),
        };
        let surrogates = match files.get(surrogates::FILE) {
            Some(content) => surrogates::Surrogates::read(surrogates::FILE, content)?,
            None => surrogates::Surrogates::default(),
        };
        let files = files.clone();
        let pack = Self { files, identifiers, universal, affixes, labels, surrogates };
        crate::find::check(&pack)?;
        Ok(pack)
    }

    /// What the pack says about labels; the built-in words where it says nothing.
    pub fn label_words(&self) -> &LabelWords {
        &self.labels
    }

    /// The made-up values of the same form that the pack calls safe.
    pub fn surrogates(&self) -> &surrogates::Surrogates {
        &self.surrogates
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

    pub(crate) fn affixes(&self) -> &affixes::Affixes {
        &self.affixes
    }

    /// The names of all files, sorted.
    pub fn file_names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, content: &str, line: usize, key: Option<&str>) {
        let files = BTreeMap::from([(file.to_owned(), content.to_owned())]);
        let error = Pack::read(&files).unwrap_err();
        assert_eq!(
            (error.file.as_str(), error.line, error.key.as_deref()),
            (file, Some(line), key)
        );
    }

    #[test]
    fn a_broken_file_is_named() {
        check("names/words.toml", "title = []\ntitel = []\n", 2, Some("titel"));
        check("names/first.tsv", "arabic\tlatin\nmhmd\tMohamed\n", 2, None);
        check("names/family.tsv", "arabic\tlatin\nx\tX\n", 2, None);
        check("places/places.tsv", "kind\tlatin\tarabic\ncity\n", 2, None);
        check("address.toml", "wai = []\n", 1, Some("wai"));
        check("birth.toml", "context = 3\n", 1, Some("context"));
        check("affixes.toml", "clitics = []\n", 1, Some("clitics"));
    }
}
