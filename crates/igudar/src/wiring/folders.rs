//! Folders of texts: those that the program carries and those on disk, as files by their paths inside.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use include_dir::Dir;

/// Texts by their paths inside a folder, parts set apart by `/`.
pub(super) type Texts = BTreeMap<String, String>;

/// The texts of a folder of the program.
pub(super) fn carried(
    folder: &Dir<'_>,
    root: &Path,
    belongs: fn(&str) -> bool,
) -> anyhow::Result<Texts> {
    let mut texts = Texts::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for file in folder.files() {
            let name = relative(file.path(), root)?;
            if belongs(&name) {
                let text = file.contents_utf8().with_context(|| format!("{name} is not UTF-8"))?;
                texts.insert(name, text.to_owned());
            }
        }
        folders.extend(folder.dirs());
    }
    Ok(texts)
}

/// The texts of a folder on disk. What a folder does not show is its owner's, and a link could lead anywhere.
pub(super) fn on_disk(root: &Path, belongs: fn(&str) -> bool) -> anyhow::Result<Texts> {
    let mut texts = Texts::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = || format!("{} cannot be read", folder.display());
        for entry in std::fs::read_dir(&folder).with_context(failed)? {
            let entry = entry.with_context(failed)?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            let (path, kind) = (entry.path(), entry.file_type().with_context(failed)?);
            if kind.is_dir() {
                folders.push(path);
                continue;
            }
            let name = relative(&path, root)?;
            if kind.is_file() && belongs(&name) {
                let text = std::fs::read_to_string(&path);
                texts.insert(
                    name,
                    text.with_context(|| format!("{} cannot be read", path.display()))?,
                );
            }
        }
    }
    Ok(texts)
}

/// The texts below a folder, with their names in it.
pub(super) fn below<'t>(
    texts: &'t Texts,
    folder: &'t str,
) -> impl Iterator<Item = (&'t str, &'t str)> {
    texts.iter().filter_map(move |(path, content)| {
        let name = path.strip_prefix(folder)?.strip_prefix('/')?;
        Some((name, content.as_str()))
    })
}

fn relative(path: &Path, root: &Path) -> anyhow::Result<String> {
    let parts = path.strip_prefix(root)?.components().map(|part| {
        part.as_os_str().to_str().with_context(|| format!("{} is not UTF-8", path.display()))
    });
    Ok(parts.collect::<anyhow::Result<Vec<_>>>()?.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_and_folders_are_left_out_at_every_depth() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.md", ".env", "in/b.md", "in/.git/config", ".git/head", "in/c.bin"] {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "text").unwrap();
        }
        let texts = on_disk(folder.path(), |name| !name.contains("bin")).unwrap();
        assert_eq!(texts.keys().collect::<Vec<_>>(), ["a.md", "in/b.md"]);
        assert_eq!(below(&texts, "in").collect::<Vec<_>>(), [("b.md", "text")]);
    }
}
