//! What Igudar knows of a country: the pack, and what is built from it once.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use projects::{REGIONS_FILE, Regions};
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

/// The files of the pack that the configuration names.
pub(super) fn pack_files(
    configuration: &Configuration,
) -> anyhow::Result<std::collections::BTreeMap<String, String>> {
    match configuration.settings.pack.folder.as_str() {
        "" => Ok(packs::morocco()),
        folder => Ok(packs::in_folder(&configuration.folder.join(folder))?),
    }
}

fn knowledge_with(folder: Option<&Path>, own: &OwnFiles) -> anyhow::Result<Knowledge> {
    let (files, from) = match folder {
        Some(folder) => (packs::in_folder(folder)?, folder.display().to_string()),
        None => (packs::morocco(), "the built-in pack of Morocco".to_owned()),
    };
    let pack = Pack::read(&files).with_context(|| format!("{from} is not in order"))?;
    let dictionary = own.dictionary()?.map(Arc::new);
    let finder = Finder::with(&pack, FinderParts { dictionary, ..FinderParts::default() });
    let words = finder.label_words().clone();
    PolicyFile::read(POLICY_FILE, pack.file(POLICY_FILE), &words, None)
        .with_context(|| format!("{from} is not in order"))?;
    Regions::read(pack.file(REGIONS_FILE)).with_context(|| format!("{from} is not in order"))?;
    Ok(Knowledge { from, pack, finder: Arc::new(finder), words, own: own.together() })
}
