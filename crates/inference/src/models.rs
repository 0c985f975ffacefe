//! The model files on this machine: which there are, and which of them a name means.

use std::io;
use std::path::{Path, PathBuf};

use crate::gguf::{GgufError, GgufHeader};

/// A model file in the data folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFile {
    /// The name by which it can be asked for: the file name without `.gguf`.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// What its header says, or why it cannot be used.
    pub header: Result<GgufHeader, String>,
}

/// A name that means no model file.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// Neither a path nor a name in the folder.
    #[error(
        "there is no model named {name}{}; `igudar models pull` fetches one",
        if known.is_empty() { String::new() } else { format!(" (there are: {})", known.join(", ")) }
    )]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names that are there.
        known: Vec<String>,
    },
    /// The file is there and cannot be used.
    #[error(transparent)]
    File(#[from] GgufError),
    /// The folder cannot be read.
    #[error("the models folder cannot be read")]
    Folder(#[from] io::Error),
}

/// The models in `folder`, by name. A folder that does not exist holds none.
pub fn list(folder: &Path) -> io::Result<Vec<ModelFile>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut models = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let is_model = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("gguf"));
        if is_model && path.is_file() {
            models.push(describe(path));
        }
    }
    models.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(models)
}

/// The file that `name` means: a path, or the name of a model in `folder`, with or without
/// `.gguf`, in any case of letters. The file's header is checked.
pub fn resolve(folder: &Path, name: &str) -> Result<PathBuf, ResolveError> {
    let as_path = Path::new(name);
    let looks_like_path = as_path.components().count() > 1 || as_path.is_file();
    if looks_like_path {
        GgufHeader::read(as_path)?;
        return Ok(as_path.to_path_buf());
    }
    let models = list(folder)?;
    let wanted = name.to_lowercase();
    let wanted = wanted.strip_suffix(".gguf").unwrap_or(&wanted);
    match models.iter().find(|model| model.name.to_lowercase() == wanted) {
        Some(model) => {
            GgufHeader::read(&model.path)?;
            Ok(model.path.clone())
        }
        None => Err(ResolveError::Unknown {
            name: name.to_owned(),
            known: models.into_iter().map(|model| model.name).collect(),
        }),
    }
}

pub(crate) fn describe(path: PathBuf) -> ModelFile {
    let name =
        path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let bytes = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
    let header = GgufHeader::read(&path).map_err(|error| error.to_string());
    ModelFile { name, path, bytes, header }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gguf::tests::small_file;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("Small-1B.Q4.gguf"), small_file(64)).unwrap();
        std::fs::write(folder.path().join("cut.gguf"), b"GGUF").unwrap();
        std::fs::write(folder.path().join("notes.txt"), b"x").unwrap();
        folder
    }

    fn check(name: &str, expect: &str) {
        let folder = folder();
        let told = match resolve(folder.path(), name) {
            Ok(path) => path.file_name().unwrap().to_string_lossy().into_owned(),
            Err(error) => error.to_string(),
        };
        assert!(told.contains(expect), "{told} does not hold {expect}");
    }

    #[test]
    fn names_and_paths_are_resolved() {
        check("Small-1B.Q4", "Small-1B.Q4.gguf");
        check("small-1b.q4.gguf", "Small-1B.Q4.gguf");
        check("cut", "cut.gguf is cut off");
        check("other", "no model named other (there are: Small-1B.Q4, cut)");
        check("./nowhere/x.gguf", "x.gguf does not exist");
    }

    #[test]
    fn the_list_tells_the_usable_from_the_damaged() {
        let folder = folder();
        let models = list(folder.path()).unwrap();
        let usable: Vec<(&str, bool)> =
            models.iter().map(|model| (model.name.as_str(), model.header.is_ok())).collect();
        assert_eq!(usable, [("Small-1B.Q4", true), ("cut", false)]);
        assert_eq!(list(&folder.path().join("none")).unwrap(), []);
    }
}
