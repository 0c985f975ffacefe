//! The files of a pack's folder. The build script lists the pack inside the program with the same code.

use std::io;
use std::path::{Path, PathBuf};

/// The `.toml` and `.tsv` files below a folder, by their name inside the pack.
pub(crate) fn files_below(folder: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    collect(folder, "", &mut files)?;
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = format!("{prefix}{}", path.file_name().unwrap_or_default().to_string_lossy());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files)?;
        } else if path.extension().is_some_and(|kind| kind == "toml" || kind == "tsv") {
            files.push((name, path));
        }
    }
    Ok(())
}
