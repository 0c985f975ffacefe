//! What Igudar knows of a country: the pack, and what is built from it once.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use protection::{Finder, FinderParts, LabelWords, Pack, PolicyFile};

use super::own_files::OwnFiles;
use crate::configuration::Configuration;

/// The file of a pack with the country's own policy.
pub(super) const POLICY_FILE: &str = "policy.toml";

/// A pack and what is built from it.
pub(crate) struct Knowledge {
    /// Where it came from, for people.
    pub(crate) from: String,
    pub(crate) pack: Pack,
    pub(crate) finder: Arc<Finder>,
    /// What pack and dictionary say about each type.
    pub(crate) words: LabelWords,
    /// The contents of the files of the installation's own dictionary.
    pub(crate) own: String,
}

/// The pack that the configuration names.
pub(crate) fn knowledge(configuration: &Configuration) -> anyhow::Result<Knowledge> {
    let own = OwnFiles::read(&configuration.folder)?;
    match configuration.settings.pack.folder.as_str() {
        "" => knowledge_with(None, &own),
        folder => knowledge_with(Some(&configuration.folder.join(folder)), &own),
    }
}

/// The pack of a folder, or the built-in one, without what an installation adds.
pub(crate) fn knowledge_in(folder: Option<&Path>) -> anyhow::Result<Knowledge> {
    knowledge_with(folder, &OwnFiles::default())
}

fn knowledge_with(folder: Option<&Path>, own: &OwnFiles) -> anyhow::Result<Knowledge> {
    let mut files = BTreeMap::new();
    let from = if let Some(folder) = folder {
        collect(folder, "", &mut files)?;
        if files.is_empty() {
            anyhow::bail!("{} holds no .toml or .tsv file, so it is no pack", folder.display());
        }
        refuse_partial(folder, &files)?;
        folder.display().to_string()
    } else {
        for (name, content) in packs::MOROCCO {
            files.insert((*name).to_owned(), (*content).to_owned());
        }
        "the built-in pack of Morocco".to_owned()
    };
    let pack = Pack::read(&files).with_context(|| format!("{from} is not in order"))?;
    let dictionary = own.dictionary()?.map(Arc::new);
    let finder = Finder::with(&pack, FinderParts { dictionary, ..FinderParts::default() });
    let words = finder.label_words().clone();
    PolicyFile::read(POLICY_FILE, pack.file(POLICY_FILE), &words, None)
        .with_context(|| format!("{from} is not in order"))?;
    Ok(Knowledge { from, pack, finder: Arc::new(finder), words, own: own.together() })
}

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

/// A folder that is not a whole pack, such as the one above it, must not leave values in clear.
fn refuse_partial(folder: &Path, files: &BTreeMap<String, String>) -> anyhow::Result<()> {
    let missing: Vec<&str> = NEEDED.into_iter().filter(|name| !files.contains_key(*name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    anyhow::bail!(
        "{} is no whole pack: it lacks {}; name the folder that holds them (an empty file says that \
         there is nothing of the kind)",
        folder.display(),
        missing.join(", ")
    )
}

fn collect(
    folder: &Path,
    prefix: &str,
    files: &mut BTreeMap<String, String>,
) -> anyhow::Result<()> {
    let unreadable = || format!("{} cannot be read", folder.display());
    for entry in std::fs::read_dir(folder).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = format!("{prefix}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml" || extension == "tsv")
        {
            let content = std::fs::read_to_string(&path)
                .with_context(|| format!("{} cannot be read as text", path.display()))?;
            files.insert(name, content);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_pack_is_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/ma");
        let mut files = BTreeMap::new();
        collect(&folder, "", &mut files).unwrap();
        let built_in: BTreeMap<String, String> = packs::MOROCCO
            .iter()
            .map(|(name, content)| ((*name).to_owned(), (*content).to_owned()))
            .collect();
        assert_eq!(
            built_in.keys().collect::<Vec<_>>(),
            files.keys().collect::<Vec<_>>(),
            "the program holds every file of packs/ma"
        );
        assert!(built_in == files);
    }
}
