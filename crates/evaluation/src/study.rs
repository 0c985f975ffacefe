//! A study: question, protocol, data, models, read from the files of one folder.
//!
//! ```text
//! study.toml             what the study asks, how, of whom, and its tasks in order
//! tasks/NAME.jsonl       items, one a line
//! tasks/NAME.yaml        a task of lm-evaluation-harness
//! ```
//!
//! A path that begins with `evaluations:` names a set that comes with Igudar; every other one stays inside the
//! folder.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::canonical::digest_of;
use crate::interval::Resampling;
use crate::study_error::StudyError;
use crate::task::{SYSTEMS, System, Task, TaskTable};

/// The contents of a study's files by their path inside its folder, parted by `/`.
pub type Files = BTreeMap<String, String>;

/// Texts by language, BCP 47 tags.
pub type Texts = BTreeMap<String, String>;

/// The file that makes a folder a study.
pub const STUDY_FILE: &str = "study.toml";

/// What paths to the sets that come with Igudar begin with.
pub const SHARED: &str = "evaluations:";

/// A study.
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// Its name in addresses and commands.
    pub id: String,
    /// Its version, as its authors count.
    pub version: u32,
    /// What it is called.
    pub title: Texts,
    /// What it asks.
    pub question: Texts,
    /// How it finds out.
    pub protocol: Texts,
    /// Who looked over the items, and who did not: shown with every result.
    pub review: Texts,
    /// Its licence, an SPDX expression.
    pub licence: String,
    /// What chance comes from: the order of options, the draws of intervals.
    pub seed: u64,
    /// Whom it asks unless somebody names others: models, and systems as `igudar:NAME`.
    pub respondents: Vec<String>,
    /// The language that the others are compared with.
    pub reference: Option<String>,
    /// How intervals are made.
    pub resampling: Resampling,
    /// Its tasks, in order.
    pub tasks: Vec<Task>,
    /// SHA-256 of each of its files, and of the shared ones it uses.
    pub inputs: BTreeMap<String, String>,
    /// How many items of each language a task was cut to, for a first look.
    pub limit: Option<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StudyTable {
    id: String,
    version: u32,
    licence: String,
    seed: u64,
    #[serde(default)]
    models: Vec<String>,
    reference: Option<String>,
    title: Texts,
    question: Texts,
    protocol: Texts,
    review: Texts,
    #[serde(default)]
    parameters: ParameterTable,
    task: Vec<TaskTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ParameterTable {
    temperature: f64,
    max_tokens: u64,
    resamples: usize,
    confidence: f64,
}

impl Default for ParameterTable {
    fn default() -> Self {
        Self { temperature: 0.0, max_tokens: 64, resamples: 1000, confidence: 0.95 }
    }
}

/// The shared sets that a `study.toml` names: files, and folders of documents. Read first, so that whoever reads files
/// knows which to bring.
pub fn shared(study_toml: &str) -> Result<BTreeSet<String>, StudyError> {
    let table = table(study_toml)?;
    let named = table.task.iter().flat_map(|task| task.files().chain(task.documents()));
    Ok(named.filter_map(|path| path.strip_prefix(SHARED)).map(str::to_owned).collect())
}

fn table(text: &str) -> Result<StudyTable, StudyError> {
    toml::from_str(text).map_err(|error| StudyError::new(STUDY_FILE, error.to_string()))
}

impl Study {
    /// Reads a study. Shared files stand in `files` under their names with `evaluations:`, those of a folder of
    /// documents too.
    pub fn read(files: &Files) -> Result<Self, StudyError> {
        let text = files.get(STUDY_FILE);
        let text = text.ok_or_else(|| {
            StudyError::new(STUDY_FILE, "there is no such file: this is no study")
        })?;
        let table = table(text)?;
        check(&table)?;
        let common = crate::task::Common {
            seed: table.seed,
            max_tokens: table.parameters.max_tokens,
            temperature: table.parameters.temperature,
            files,
        };
        let mut names = BTreeSet::new();
        let mut tasks = Vec::new();
        for task in table.task {
            let task = task.read(common)?;
            plain_name("task.id", &task.id)?;
            if !names.insert(task.id.clone()) {
                return Err(StudyError::key(
                    STUDY_FILE,
                    "task.id",
                    format!("`{}` stands twice", task.id),
                ));
            }
            tasks.push(task);
        }
        if let Some(tag) = &table.reference
            && !tasks.iter().flat_map(|task| &task.items).any(|item| item.language == *tag)
        {
            return Err(StudyError::key(STUDY_FILE, "reference", format!("no item is in `{tag}`")));
        }
        let mut respondents = table.models;
        let wanted: BTreeSet<System> = tasks.iter().filter_map(|task| task.system).collect();
        let systems = SYSTEMS.iter().filter(|system| wanted.contains(system));
        for system in systems {
            if !respondents.iter().any(|own| own == system.respondent()) {
                respondents.push(system.respondent().to_owned());
            }
        }
        Ok(Self {
            id: table.id,
            version: table.version,
            title: table.title,
            question: table.question,
            protocol: table.protocol,
            review: table.review,
            licence: table.licence,
            seed: table.seed,
            respondents,
            reference: table.reference,
            resampling: Resampling {
                resamples: table.parameters.resamples,
                confidence: table.parameters.confidence,
            },
            tasks,
            inputs: files
                .iter()
                .map(|(path, text)| (path.clone(), digest_of(text.as_bytes())))
                .collect(),
            limit: None,
        })
    }

    /// The study with so many items of each language in each task, for a first look. Its manifest says so.
    #[must_use]
    pub fn limited(mut self, limit: usize) -> Self {
        for task in &mut self.tasks {
            let mut taken: BTreeMap<String, usize> = BTreeMap::new();
            task.items.retain(|item| {
                let count = taken.entry(item.language.clone()).or_default();
                *count += 1;
                *count <= limit
            });
        }
        self.limit = Some(limit);
        self
    }

    /// The study with these tasks only. Whom it asks are those who can still answer something.
    pub fn only(mut self, tasks: &[String]) -> Result<Self, String> {
        let known: Vec<&str> = self.tasks.iter().map(|task| task.id.as_str()).collect();
        if let Some(name) = tasks.iter().find(|name| !known.contains(&name.as_str())) {
            return Err(format!("the study has no task `{name}`; it has {}", known.join(", ")));
        }
        self.tasks.retain(|task| tasks.contains(&task.id));
        let left: BTreeSet<System> = self.tasks.iter().filter_map(|task| task.system).collect();
        let asks_models = self.tasks.iter().any(Task::asks_models);
        self.respondents.retain(|name| match System::named(name) {
            Some(system) => left.contains(&system),
            None => asks_models,
        });
        Ok(self)
    }

    /// How many items all of its tasks have together.
    pub fn items(&self) -> usize {
        self.tasks.iter().map(|task| task.items.len()).sum()
    }
}

/// One of the texts, in this language where it is there, else the first.
pub fn text_in<'t>(texts: &'t Texts, language: &str) -> &'t str {
    texts.get(language).or_else(|| texts.values().next()).map_or("", String::as_str)
}

fn check(table: &StudyTable) -> Result<(), StudyError> {
    plain_name("id", &table.id)?;
    if table.title.is_empty() {
        return Err(StudyError::key(
            STUDY_FILE,
            "title",
            "a study needs a title in at least one language",
        ));
    }
    for (key, texts) in
        [("question", &table.question), ("protocol", &table.protocol), ("review", &table.review)]
    {
        if let Some(tag) = table.title.keys().find(|tag| !texts.contains_key(*tag)) {
            return Err(StudyError::key(
                STUDY_FILE,
                key,
                format!("no text in `{tag}`, which the title has"),
            ));
        }
    }
    if table.task.is_empty() {
        return Err(StudyError::key(STUDY_FILE, "task", "a study needs a task"));
    }
    let ParameterTable { temperature, max_tokens, resamples, confidence } = table.parameters;
    for (key, holds, problem) in [
        ("temperature", (0.0..=2.0).contains(&temperature), "0 to 2"),
        ("max_tokens", (1..=32_768).contains(&max_tokens), "1 to 32768"),
        ("resamples", (100..=100_000).contains(&resamples), "100 to 100000"),
        ("confidence", confidence > 0.0 && confidence < 1.0, "between 0 and 1, such as 0.95"),
    ] {
        if !holds {
            return Err(StudyError::key(STUDY_FILE, &format!("parameters.{key}"), problem));
        }
    }
    for path in table.task.iter().flat_map(|task| task.files().chain(task.documents())) {
        let inner = path.strip_prefix(SHARED).unwrap_or(path);
        let stays = !inner.starts_with('/')
            && inner.split('/').all(|part| !part.is_empty() && part != "..");
        if !stays || inner.contains('\\') {
            let problem = format!(
                "`{path}`: a path stays inside the study's folder, or begins with `{SHARED}`"
            );
            return Err(StudyError::new(STUDY_FILE, problem));
        }
    }
    Ok(())
}

fn plain_name(key: &str, name: &str) -> Result<(), StudyError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=64).contains(&name.len()) && name.bytes().all(plain) {
        return Ok(());
    }
    let problem = format!("`{name}`: 1 to 64 lower-case letters, digits and hyphens");
    Err(StudyError::key(STUDY_FILE, key, problem))
}
