//! What a run over a folder has done so far, so that one that was stopped goes on.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use store::files::{self, Readers};

/// The journal's name in the output folder.
pub(super) const JOURNAL: &str = ".igudar-journal.jsonl";

/// A file that is done.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) file: String,
    /// SHA-256 of what it held.
    pub(super) source: String,
    /// SHA-256 of everything that decides the result: pack, dictionary, policy, options.
    pub(super) settings: String,
    pub(super) bytes: u64,
    pub(super) written: u64,
    pub(super) findings: BTreeMap<String, u64>,
    #[serde(default)]
    pub(super) numbers: u64,
}

/// One file's line in the map of a folder.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct MapLine {
    pub(crate) file: String,
    /// SHA-256 of the file that was protected.
    pub(crate) source: String,
    pub(crate) map: String,
}

/// The whole lines of a file that may have been cut off in the middle of one, by file name; the last line
/// of a name counts. What was cut off is removed, so that the next line begins at its own place.
pub(crate) fn lines<T: for<'de> Deserialize<'de>>(
    path: &Path,
    name: impl Fn(&T) -> String,
) -> anyhow::Result<BTreeMap<String, T>> {
    let failed = || format!("{} cannot be read", path.display());
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(error).with_context(failed),
    };
    let whole = text.rfind('\n').map_or("", |at| text.get(..=at).unwrap_or_default());
    if whole.len() < text.len() {
        files::replace(path, whole.as_bytes(), Readers::Owner).with_context(failed)?;
    }
    let mut found = BTreeMap::new();
    for (index, line) in whole.lines().enumerate() {
        let entry: T = serde_json::from_str(line).map_err(|_| {
            anyhow::anyhow!("{}, line {}: not what igudar writes", path.display(), index + 1)
        })?;
        found.insert(name(&entry), entry);
    }
    Ok(found)
}

pub(super) fn append<T: Serialize>(path: &Path, entry: &T) -> anyhow::Result<()> {
    let line = serde_json::to_string(entry)?;
    files::append_line(path, &line, Readers::Owner)
        .with_context(|| format!("{} cannot be written", path.display()))
}
