//! The studies that the binary carries, those of a folder, and the sets that they share.

use std::path::Path;

use anyhow::Context as _;
use evaluation::study::{Files, SHARED, STUDY_FILE, shared};
use evaluation::{Cache, CacheError, Reply, Study};
use include_dir::{Dir, include_dir};
use store::studies::StudyFiles;

use super::folders;

static STUDIES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../studies");
static PROCEDURES: Dir<'static> =
    include_dir!("$CARGO_MANIFEST_DIR/../../evaluations/procedures/documents");

/// The documents that questions about procedures are answered from.
const PROCEDURE_DOCUMENTS: &str = "procedures/documents";

/// The shared files, by their names in `evaluations/`.
const SHARED_FILES: [(&str, &str); 2] = [
    ("personal-data/dev.jsonl", include_str!("../../../../evaluations/personal-data/dev.jsonl")),
    (
        "procedures/questions_dev.jsonl",
        include_str!("../../../../evaluations/procedures/questions_dev.jsonl"),
    ),
];

/// A study with the files it was read from.
#[derive(Debug, Clone)]
pub(crate) struct StudyFolder {
    pub(crate) study: Study,
    files: Files,
}

impl StudyFolder {
    fn read(mut files: Files, name: &str) -> anyhow::Result<Self> {
        let failed = || format!("the study {name} is not in order");
        if let Some(text) = files.get(STUDY_FILE) {
            for wanted in shared(text).with_context(failed)? {
                files.extend(shared_set(&wanted).with_context(failed)?);
            }
        }
        let study = Study::read(&files).with_context(failed)?;
        Ok(Self { study, files })
    }

    /// The documents of a set: their names in it and their texts.
    pub(super) fn documents<'s>(
        &'s self,
        set: &'s str,
    ) -> impl Iterator<Item = (&'s str, &'s str)> {
        folders::below(&self.files, set)
    }
}

/// The study of a folder on disk, else the built-in one of this name.
pub(crate) fn study_named(name: &Path) -> anyhow::Result<StudyFolder> {
    if name.join(STUDY_FILE).is_file() {
        let files = folders::on_disk(name, belongs)?;
        return StudyFolder::read(files, &name.display().to_string());
    }
    let built_in = name.to_str().and_then(|name| STUDIES.get_dir(name));
    let Some(folder) = built_in else {
        let names: Vec<String> = built_in_names();
        anyhow::bail!(
            "{} is neither a folder with a {STUDY_FILE} nor a study of this program; it has {}",
            name.display(),
            names.join(", ")
        );
    };
    let files = folders::carried(folder, folder.path(), belongs)?;
    StudyFolder::read(files, &name.display().to_string())
}

/// The names of the studies that the binary carries.
pub(crate) fn built_in_names() -> Vec<String> {
    let names = STUDIES.dirs().filter_map(|folder| folder.path().to_str());
    names.map(str::to_owned).collect()
}

fn shared_set(name: &str) -> anyhow::Result<Vec<(String, String)>> {
    if let Some((_, text)) = SHARED_FILES.iter().find(|(own, _)| *own == name) {
        return Ok(vec![(format!("{SHARED}{name}"), (*text).to_owned())]);
    }
    let mut known: Vec<&str> = SHARED_FILES.iter().map(|(own, _)| *own).collect();
    known.push(PROCEDURE_DOCUMENTS);
    anyhow::ensure!(
        name == PROCEDURE_DOCUMENTS,
        "there is no shared set `{SHARED}{name}`; there are {}",
        known.join(", ")
    );
    let documents = folders::carried(&PROCEDURES, Path::new(""), belongs)?;
    let place = |(path, text)| (format!("{SHARED}{name}/{path}"), text);
    Ok(documents.into_iter().map(place).collect())
}

/// What a study is made of; a README beside it is about it and no part of it.
fn belongs(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let parts = [".toml", ".jsonl", ".yaml", ".yml", ".md", ".txt"];
    parts.iter().any(|end| name.ends_with(end)) && !name.starts_with("README")
}

/// What was answered before, in the data folder.
#[derive(Debug)]
pub(crate) struct KeptAnswers(pub(crate) StudyFiles);

impl Cache for KeptAnswers {
    fn get(&self, digest: &str) -> Option<Reply> {
        serde_json::from_slice(&self.0.answer(digest)?).ok()
    }

    fn put(&self, digest: &str, reply: &Reply) -> Result<(), CacheError> {
        let failed = |error: &dyn std::fmt::Display| CacheError(error.to_string());
        let text = serde_json::to_vec(reply).map_err(|error| failed(&error))?;
        self.0.keep_answer(digest, &text).map_err(|error| failed(&error))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    const LANGUAGES: [&str; 7] = ["ar", "ary-Arab", "ary-Latn", "en", "fr", "zgh-Latn", "zgh-Tfng"];

    #[test]
    fn the_studies_of_the_program_are_in_order() {
        for name in built_in_names() {
            let study = study_named(Path::new(&name)).unwrap().study;
            assert_eq!(study.id, name);
        }
    }

    #[test]
    fn every_utterance_has_its_counterparts() {
        let study = study_named(Path::new("darija-amazighe")).unwrap().study;
        let mut moroccan = 0;
        for name in ["sens", "trous", "demande"] {
            let task = study.tasks.iter().find(|task| task.id == name).unwrap();
            let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for item in &task.items {
                groups.entry(item.group.as_deref().unwrap()).or_default().insert(&item.language);
                assert_eq!(item.options.len(), 4, "{}", item.id);
                moroccan += usize::from(
                    item.language.starts_with("ary") || item.language.starts_with("zgh"),
                );
            }
            for (group, languages) in groups {
                assert_eq!(languages.into_iter().collect::<Vec<_>>(), LANGUAGES, "{group}");
            }
        }
        assert!(moroccan >= 120, "{moroccan}");
        assert!(
            study.review.values().all(|text| text.starts_with("NO")),
            "it says that nobody reviewed it"
        );
    }
}
