//! Country packs: those that lie in this folder, inside the program, and those of a folder on disk. Data
//! only: `protection` reads what is in them.

mod folder;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Every `.toml` and `.tsv` file of `packs/ma`: its name inside the pack, and its content.
const MOROCCO: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/morocco.rs"));

/// The files without which a pack would find next to nothing, and nobody would notice.
const NEEDED: [&str; 8] = [
    "address.toml",
    "birth.toml",
    "identifiers.toml",
    "names/family.tsv",
    "names/first.tsv",
    "names/words.toml",
    "policy.toml",
    "universal.toml",
];

/// Why a folder is not taken as a pack.
#[derive(Debug, thiserror::Error)]
pub enum NoPack {
    /// Something in it cannot be read.
    #[error("{} cannot be read as text", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It holds nothing that a pack is made of.
    #[error("{} holds no .toml or .tsv file, so it is no pack", .0.display())]
    Empty(PathBuf),
    /// A folder that is not a whole pack, such as the one above it, must not leave values in clear.
    #[error(
        "{} is no whole pack: it lacks {}; name the folder that holds them (an empty file says that \
         there is nothing of the kind)",
        folder.display(),
        lacks.join(", ")
    )]
    Partial {
        /// The folder.
        folder: PathBuf,
        /// What it lacks.
        lacks: Vec<&'static str>,
    },
}

/// The files of the pack of Morocco inside this program, by their name in the pack.
pub fn morocco() -> BTreeMap<String, String> {
    MOROCCO.iter().map(|(name, content)| ((*name).to_owned(), (*content).to_owned())).collect()
}

/// The files of the whole pack that lies in a folder, by their name in the pack.
#[expect(clippy::disallowed_methods, reason = "the one place where a pack is read from disk")]
pub fn in_folder(folder: &Path) -> Result<BTreeMap<String, String>, NoPack> {
    let unreadable = |path: &Path, source| NoPack::Unreadable { path: path.to_owned(), source };
    let listed = folder::files_below(folder).map_err(|source| unreadable(folder, source))?;
    let mut files = BTreeMap::new();
    for (name, path) in listed {
        let content = std::fs::read_to_string(&path).map_err(|source| unreadable(&path, source))?;
        files.insert(name, content);
    }
    if files.is_empty() {
        return Err(NoPack::Empty(folder.to_owned()));
    }
    let lacks: Vec<_> = NEEDED.into_iter().filter(|name| !files.contains_key(*name)).collect();
    if lacks.is_empty() {
        return Ok(files);
    }
    Err(NoPack::Partial { folder: folder.to_owned(), lacks })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_pack_is_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ma");
        assert!(in_folder(&folder).unwrap() == morocco());
    }

    #[test]
    fn a_folder_that_is_no_whole_pack_is_refused() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let check = |below: &str, expect: &str| {
            let error = in_folder(&here.join(below)).unwrap_err().to_string();
            assert!(error.contains(expect), "{error}");
        };
        check("", "lacks address.toml");
        check("ma/names", "lacks address.toml");
        check("src", "no .toml or .tsv");
        check("nowhere", "cannot be read");
    }
}
