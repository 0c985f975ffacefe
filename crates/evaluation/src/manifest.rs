//! The manifest: everything that a run was made of and what came out, as one canonical text with one digest.
//!
//! It holds no time, no cost and no place on a disk: the same study, asked of a respondent that answers alike, has the
//! same digest. Answers stand in a file of their own, by its digest.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::canonical::{canonical, digest, digest_of};
use crate::outcome::Judged;
use crate::respondent::Respondent;
use crate::results::{Results, results};
use crate::study::{Study, Texts};

/// The name of the format.
pub const FORMAT: &str = "igudar study run 1";

/// A run's manifest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// The program and its version.
    pub program: String,
    /// The study.
    pub study: StudyFacts,
    /// SHA-256 of every file that the study was read from.
    pub inputs: BTreeMap<String, String>,
    /// SHA-256 of each task as it was asked: items, prompts, options, targets.
    pub tasks: BTreeMap<String, String>,
    /// Who was asked, by name, with what tells it from others.
    pub respondents: BTreeMap<String, Value>,
    /// The seed of all chance.
    pub seed: u64,
    /// How intervals are made.
    pub parameters: Value,
    /// SHA-256 of the answers, as [`answers`] writes them.
    pub answers: String,
    /// What came out.
    pub results: Results,
}

/// What a manifest says of the study itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyFacts {
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// Its licence.
    pub licence: String,
    /// What it is called.
    pub title: Texts,
    /// What it asks.
    pub question: Texts,
    /// How it finds out.
    pub protocol: Texts,
    /// Who looked over the items.
    pub review: Texts,
    /// The language that the others are compared with.
    pub reference: Option<String>,
}

impl Manifest {
    /// The manifest of a run.
    pub fn of(
        study: &Study,
        respondents: &[&dyn Respondent],
        judged: &[Judged],
        program: &str,
    ) -> Self {
        let tasks = study.tasks.iter().map(|task| (task.id.clone(), task_digest(task)));
        Self {
            format: FORMAT.to_owned(),
            program: program.to_owned(),
            study: StudyFacts {
                id: study.id.clone(),
                version: study.version,
                licence: study.licence.clone(),
                title: study.title.clone(),
                question: study.question.clone(),
                protocol: study.protocol.clone(),
                review: study.review.clone(),
                reference: study.reference.clone(),
            },
            inputs: study.inputs.clone(),
            tasks: tasks.collect(),
            respondents: respondents
                .iter()
                .map(|own| (own.name().to_owned(), own.facts()))
                .collect(),
            seed: study.seed,
            parameters: json!({
                "resamples": study.resampling.resamples,
                "confidence": study.resampling.confidence,
                "limit": study.limit,
            }),
            answers: digest_of(answers(judged).as_bytes()),
            results: results(judged, study),
        }
    }

    /// The canonical text. Its digest is what the ledger carries.
    pub fn text(&self) -> String {
        canonical(&self.value())
    }

    /// SHA-256 of the canonical text, in hexadecimal digits.
    pub fn digest(&self) -> String {
        digest(&self.value())
    }

    fn value(&self) -> Value {
        // A manifest is maps with text keys and finite numbers, so it always is JSON.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Reads a manifest and the answers beside it; both must be what they claim to be.
    pub fn read(text: &str, answers_text: &str) -> Result<(Self, Vec<Judged>), ManifestError> {
        let manifest: Self = serde_json::from_str(text)
            .map_err(|error| ManifestError::Unreadable(error.to_string()))?;
        if manifest.format != FORMAT {
            return Err(ManifestError::Format(manifest.format));
        }
        // Nothing was added to it, or written otherwise; whether it is the one that was made, its digest tells.
        if text.trim_end() != manifest.text() {
            return Err(ManifestError::Unreadable("it is not in its canonical form".to_owned()));
        }
        if digest_of(answers_text.as_bytes()) != manifest.answers {
            return Err(ManifestError::Answers);
        }
        let read = |(number, line): (usize, &str)| {
            serde_json::from_str(line).map_err(|error| {
                ManifestError::Unreadable(format!("answer {}: {error}", number + 1))
            })
        };
        let judged = answers_text.lines().enumerate().map(read).collect::<Result<_, _>>()?;
        Ok((manifest, judged))
    }
}

/// A manifest that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It is no JSON of this form.
    #[error("the run cannot be read: {0}")]
    Unreadable(String),
    /// Another format.
    #[error("the run is of the format {0:?}, and this program reads {FORMAT:?}")]
    Format(String),
    /// It is not the one that was stated.
    #[error("the manifest is not the one whose digest was stated: one of the two was changed")]
    Manifest,
    /// The answers beside it are others.
    #[error(
        "the answers beside the manifest are not those that it names: one of the two was changed"
    )]
    Answers,
}

/// The answers of a run, one a line.
pub fn answers(judged: &[Judged]) -> String {
    let line = |one: &Judged| canonical(&serde_json::to_value(one).unwrap_or_default()) + "\n";
    judged.iter().map(line).collect()
}

fn task_digest(task: &crate::task::Task) -> String {
    digest(&json!({
        "kind": task.kind,
        "metrics": task.metrics,
        "generation": task.generation,
        "system": task.system,
        "documents": task.documents,
        "items": task.items,
    }))
}
