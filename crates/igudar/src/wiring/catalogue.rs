//! The catalogue of solutions: those that the program carries and those that projects published.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gateway::ports::Ambient as _;
use include_dir::{Dir, include_dir};
use knowledge::concepts::Vocabulary;
use knowledge::telling::{CONCEPT, telling_words};
use projects::solution::{Files, Solution};
use projects::{ProjectId, Window, window_key};
use protection::{Place, TextIn, find_all};
use serde_json::{Value, json};
use server::{DoorAnswer, DoorFault, Solutions};
use sha2::{Digest as _, Sha256};
use store::{AdministrationError, SolutionRecord, Store, SystemAmbient};

use super::folders;
use super::knowledge::pack_files;
use super::library::FinderInForce;
use crate::configuration::Configuration;

static SOLUTIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../solutions");

/// Who made the solutions that the program carries.
const OF_THE_PROGRAM: &str = "igudar";
/// Part of a need's weight that must be met for a solution to be shown.
const LEAST_MET: f64 = 0.2;
/// A project may publish so many.
const MOST_SOLUTIONS: usize = 50;

/// A solution and where it comes from.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) solution: Solution,
    pub(crate) publisher: String,
    pub(crate) digest: String,
}

/// The catalogue of one installation.
pub(crate) struct Catalogue {
    store: Store,
    vocabulary: Arc<Vocabulary>,
    finder: Arc<FinderInForce>,
    carried: Vec<(Listed, Files)>,
}

fn unavailable(error: impl std::fmt::Display) -> DoorFault {
    DoorFault::Unavailable(error.to_string())
}

/// The files of a folder on disk.
pub(crate) fn solution_in(folder: &std::path::Path) -> anyhow::Result<(Solution, Files)> {
    let files = folders::on_disk(folder, |_| true)?;
    let solution = Solution::read(&files)?;
    Ok((solution, files))
}

/// Lengths stand before names and contents, so that no two sets of files give the same bytes.
fn digest(files: &Files) -> String {
    let mut hasher = Sha256::new();
    for (path, content) in files {
        for piece in [path, content] {
            hasher.update((piece.len() as u64).to_be_bytes());
            hasher.update(piece.as_bytes());
        }
    }
    hex::encode(hasher.finalize())
}

impl Catalogue {
    /// The catalogue over a store, with the words of the pack in force, and the finder of personal values.
    pub(crate) fn open(
        store: Store,
        configuration: &Configuration,
        finder: Arc<FinderInForce>,
    ) -> anyhow::Result<Self> {
        let files = pack_files(configuration)?;
        let tables = files.iter().filter(|(name, _)| name.starts_with("vocabulary/"));
        let tables = tables.map(|(name, content)| (name.as_str(), content.as_str()));
        let vocabulary = Arc::new(Vocabulary::read(tables)?);
        let mut carried = Vec::new();
        for folder in SOLUTIONS.dirs() {
            let files = folders::carried(folder, folder.path(), |_| true)?;
            let solution = Solution::read(&files)?;
            let publisher = OF_THE_PROGRAM.to_owned();
            carried.push((Listed { solution, publisher, digest: digest(&files) }, files));
        }
        Ok(Self { store, vocabulary, finder, carried })
    }

    /// How many personal values of each type a folder holds: whoever publishes should know. Works on a thread where
    /// blocking is allowed.
    async fn personal_values(&self, files: Files) -> Result<BTreeMap<String, u64>, DoorFault> {
        let finder = (self.finder)();
        let work = move || {
            let texts: Vec<TextIn<'_>> =
                files.values().map(|text| TextIn { text, place: Place::Text }).collect();
            let mut counts = BTreeMap::new();
            for finding in find_all(&*finder, &texts).per_text.iter().flatten() {
                *counts.entry(finding.kind.to_string()).or_default() += 1;
            }
            counts
        };
        let counted = tokio::task::spawn_blocking(work).await;
        counted.map_err(|_| unavailable("a solution's files could not be searched"))
    }

    /// All solutions, those of the program first.
    pub(crate) async fn listed(&self) -> anyhow::Result<Vec<Listed>> {
        let mut all: Vec<Listed> = self.carried.iter().map(|(listed, _)| listed.clone()).collect();
        for record in self.store.solutions().await? {
            let manifest = self.store.solution_manifest(&record.name).await?;
            // One that an older Igudar took and this one does not must not hide the others.
            match Solution::parse(&manifest) {
                Ok(solution) => {
                    let (publisher, digest) = (record.project, record.digest);
                    all.push(Listed { solution, publisher, digest });
                }
                Err(error) => {
                    tracing::warn!(solution = record.name, %error, "a solution cannot be read");
                }
            }
        }
        Ok(all)
    }

    /// The solutions whose need, in whatever language, has words or concepts of this one; the best first, with the
    /// part of the need's weight that they meet.
    pub(crate) async fn find(&self, need: &str) -> anyhow::Result<Vec<(f64, Listed)>> {
        let all = self.listed().await?;
        let told: Vec<BTreeSet<String>> = all
            .iter()
            .map(|one| {
                let texts = one.solution.need.iter().chain(&one.solution.title);
                texts
                    .flat_map(|(tag, text)| telling_words(text, Some(tag), &self.vocabulary))
                    .collect()
            })
            .collect();
        let asked = telling_words(need, None, &self.vocabulary);
        // What many solutions say tells little; a word that none says counts as much as one that a single one says.
        let weight = |word: &String| {
            let having = told.iter().filter(|words| words.contains(word)).count().max(1);
            #[expect(clippy::cast_precision_loss, reason = "a handful of solutions")]
            let share = having as f64 / told.len().max(1) as f64;
            (1.0 + 1.0 / share).ln() * if word.starts_with(CONCEPT) { 3.0 } else { 1.0 }
        };
        let whole: f64 = asked.iter().map(weight).sum();
        let mut found: Vec<(f64, Listed)> = all
            .into_iter()
            .zip(&told)
            .map(|(one, words)| {
                let met: f64 = asked.iter().filter(|word| words.contains(*word)).map(weight).sum();
                (if whole > 0.0 { met / whole } else { 0.0 }, one)
            })
            .filter(|(met, _)| *met >= LEAST_MET)
            .collect();
        found.sort_by(|left, right| right.0.total_cmp(&left.0));
        Ok(found)
    }

    /// The files of a solution; none where there is none of this name.
    pub(crate) async fn files(&self, name: &str) -> anyhow::Result<Option<Files>> {
        if let Some((_, files)) = self.carried(name) {
            return Ok(Some(files.clone()));
        }
        let files = self.store.solution_files(name).await?;
        Ok(Some(files).filter(|files| !files.is_empty()))
    }

    fn carried(&self, name: &str) -> Option<&(Listed, Files)> {
        self.carried.iter().find(|(listed, _)| listed.solution.name == name)
    }

    /// Publishes a folder's files for a project. With the solution come the personal values found in it, by type:
    /// they do not stop it, since a mail address to ask may be meant.
    pub(crate) async fn put(
        &self,
        project: &ProjectId,
        files: &Files,
    ) -> Result<(Listed, BTreeMap<String, u64>), DoorFault> {
        let solution = Solution::read(files)
            .map_err(|error| DoorFault::Wrong { member: "files", problem: error.to_string() })?;
        let taken = || DoorFault::Conflict("this name is taken; choose another".to_owned());
        if self.carried(&solution.name).is_some() {
            return Err(taken());
        }
        let known = self.store.solutions().await.map_err(unavailable)?;
        let own = known.iter().filter(|one| one.project == project.as_str());
        if own.filter(|one| one.name != solution.name).count() >= MOST_SOLUTIONS {
            let full =
                format!("a project publishes at most {MOST_SOLUTIONS} solutions; withdraw one");
            return Err(DoorFault::Conflict(full));
        }
        let record = SolutionRecord {
            name: solution.name.clone(),
            project: project.as_str().to_owned(),
            digest: digest(files),
            published_ms: SystemAmbient.now_ms(),
        };
        let personal = self.personal_values(files.clone()).await?;
        self.store.publish_solution(&record, files).await.map_err(|error| match error {
            AdministrationError::Exists(_) => taken(),
            other => unavailable(other),
        })?;
        Ok((Listed { solution, publisher: record.project, digest: record.digest }, personal))
    }

    /// The files of a solution for a project, counted unless it is the project's own.
    pub(crate) async fn take(&self, project: &ProjectId, name: &str) -> Result<Files, DoorFault> {
        let files = self.files(name).await.map_err(unavailable)?;
        let files = files.ok_or(DoorFault::Unknown("solution"))?;
        let own = self.own(project, name).await?;
        if !own {
            let month = window_key(Window::Month, SystemAmbient.now_ms());
            let counted = self.store.count_solution_reuse(name, project, &month).await;
            counted.map_err(unavailable)?;
        }
        Ok(files)
    }

    async fn own(&self, project: &ProjectId, name: &str) -> Result<bool, DoorFault> {
        let all = self.store.solutions().await.map_err(unavailable)?;
        Ok(all.iter().any(|one| one.name == name && one.project == project.as_str()))
    }

    /// How often a solution of one's own was taken, by month and project.
    pub(crate) async fn counts(&self, project: &ProjectId, name: &str) -> Result<Value, DoorFault> {
        if !self.own(project, name).await? {
            return Err(DoorFault::Unknown("solution of this project"));
        }
        let mut all = self.store.solution_reuses().await.map_err(unavailable)?;
        all.retain(|reuse| reuse.solution == name);
        let times: u64 = all.iter().map(|reuse| reuse.times).sum();
        let lines: Vec<Value> = all
            .iter()
            .map(|one| json!({ "project": one.project, "month": one.month, "times": one.times }))
            .collect();
        Ok(json!({ "solution": name, "times": times, "reuses": lines }))
    }
}

/// A solution as it is shown.
pub(crate) fn listed_value(listed: &Listed) -> Value {
    let mut value = json!(listed.solution);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("publisher".to_owned(), Value::from(listed.publisher.as_str()));
        fields.insert("digest".to_owned(), Value::from(listed.digest.as_str()));
    }
    value
}

/// A solution that was just published, with what its publisher should know.
pub(crate) fn published_value(listed: &Listed, personal: &BTreeMap<String, u64>) -> Value {
    let mut value = listed_value(listed);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("personal_data".to_owned(), json!(personal));
    }
    value
}

impl Solutions for Catalogue {
    fn solutions(&self, need: Option<&str>) -> DoorAnswer<'_> {
        let need = need.map(str::to_owned);
        Box::pin(async move {
            let lines: Vec<Value> = if let Some(need) = need {
                let found = self.find(&need).await.map_err(unavailable)?;
                let line = |(met, listed): &(f64, Listed)| {
                    let mut value = listed_value(listed);
                    if let Some(fields) = value.as_object_mut() {
                        fields.insert("score".to_owned(), json!(met));
                    }
                    value
                };
                found.iter().map(line).collect()
            } else {
                self.listed().await.map_err(unavailable)?.iter().map(listed_value).collect()
            };
            Ok(json!({ "solutions": lines }))
        })
    }

    fn solution(&self, name: &str) -> DoorAnswer<'_> {
        let name = name.to_owned();
        Box::pin(async move {
            let all = self.listed().await.map_err(unavailable)?;
            let listed = all.iter().find(|one| one.solution.name == name);
            let listed = listed.ok_or(DoorFault::Unknown("solution"))?;
            let files = self.files(&name).await.map_err(unavailable)?.unwrap_or_default();
            let text = |path: &String| files.get(path).cloned().unwrap_or_default();
            let lessons: BTreeMap<&String, String> =
                listed.solution.lesson.iter().map(|(tag, path)| (tag, text(path))).collect();
            Ok(json!({
                "solution": listed_value(listed),
                "data_sheet": text(&listed.solution.data_sheet),
                "lesson": lessons,
                "files": files.keys().collect::<Vec<_>>(),
            }))
        })
    }

    fn publish(&self, project: &ProjectId, files: Files) -> DoorAnswer<'_> {
        let project = project.clone();
        Box::pin(async move {
            let (listed, personal) = self.put(&project, &files).await?;
            Ok(published_value(&listed, &personal))
        })
    }

    fn reuse(&self, project: &ProjectId, name: &str) -> DoorAnswer<'_> {
        let (project, name) = (project.clone(), name.to_owned());
        Box::pin(async move {
            let files = self.take(&project, &name).await?;
            Ok(json!({ "solution": name, "digest": digest(&files), "files": files }))
        })
    }

    fn reuses(&self, project: &ProjectId, name: &str) -> DoorAnswer<'_> {
        let (project, name) = (project.clone(), name.to_owned());
        Box::pin(async move { self.counts(&project, &name).await })
    }

    fn withdraw(&self, project: &ProjectId, name: &str) -> DoorAnswer<'_> {
        let (project, name) = (project.clone(), name.to_owned());
        Box::pin(async move {
            if !self.own(&project, &name).await? {
                return Err(DoorFault::Unknown("solution of this project"));
            }
            self.store.withdraw_solution(&name, &project).await.map_err(unavailable)?;
            Ok(json!({ "withdrawn": name }))
        })
    }
}
