//! `igudar eval`

mod compare;
mod report;
mod run;
mod stop;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use evaluation::compare::Side;
use evaluation::manifest::ManifestError;
use evaluation::study::text_in;
use evaluation::{Judged, Manifest};
use serde_json::{Value, json};
use store::studies::StudyFiles;

use super::Session;
use crate::arguments::Eval;
use crate::exit::{Exit, WrongUse};
use crate::output::{self, plain};
use crate::wiring::{built_in_studies, study_named};

const MANIFEST: &str = "manifest.json";
const ANSWERS: &str = "answers.jsonl";
const RECORD: &str = "run.json";

pub(crate) async fn run(session: &Session, eval: Eval) -> anyhow::Result<Exit> {
    match eval {
        Eval::List => list(session),
        Eval::Check { study } => check(session, &study),
        Eval::Run(asked) => run::run(session, asked).await,
        Eval::Report { run, html } => report::run(session, &run, html.as_deref()),
        Eval::Compare { first, second, respondents } => {
            compare::run(session, &first, &second, respondents.as_deref())
        }
        Eval::Forget { run, answers } => forget(session, run.as_ref(), answers),
    }
}

/// A run that was read back.
struct ReadRun {
    manifest: Manifest,
    judged: Vec<Judged>,
}

impl ReadRun {
    fn side(&self) -> Side<'_> {
        Side { manifest: &self.manifest, judged: &self.judged }
    }

    /// A run of the data folder by its name, or of a folder.
    fn read(session: &Session, name: &Path) -> anyhow::Result<Result<Self, ManifestError>> {
        let studies = StudyFiles::in_data(&session.folder);
        let folder: PathBuf = match name.to_str() {
            _ if name.join(MANIFEST).is_file() => name.to_owned(),
            Some(id) if studies.runs()?.iter().any(|own| own == id) => studies.run(id),
            _ => {
                let problem = "there is no run of this name, and no folder with its manifest.json";
                return Err(
                    WrongUse(format!("{}: {problem}; igudar eval list", name.display())).into()
                );
            }
        };
        let text = |file: &str| {
            let path = folder.join(file);
            std::fs::read_to_string(&path)
                .with_context(|| format!("{} cannot be read", path.display()))
        };
        let read = Manifest::read(&text(MANIFEST)?, &text(ANSWERS)?);
        let record: Value = serde_json::from_str(&text(RECORD)?)
            .with_context(|| format!("{} is no JSON", folder.join(RECORD).display()))?;
        // What was edited shows against the record beside it; only the ledger's statement is proof.
        let read = read.and_then(|(manifest, judged)| {
            let stated = record.get("manifest_sha256").and_then(Value::as_str);
            if stated == Some(manifest.digest().as_str()) {
                Ok(Self { manifest, judged })
            } else {
                Err(ManifestError::Manifest)
            }
        });
        Ok(read)
    }
}

fn list(session: &Session) -> anyhow::Result<Exit> {
    let runs = StudyFiles::in_data(&session.folder).runs()?;
    let mut studies = Vec::new();
    for name in built_in_studies() {
        studies.push(study_named(Path::new(&name))?.study);
    }
    let value = json!({
        "studies": studies.iter().map(|study| json!({
            "id": study.id,
            "version": study.version,
            "title": study.title,
            "licence": study.licence,
            "items": study.items(),
        })).collect::<Vec<_>>(),
        "runs": runs,
    });
    output::result(session.json, &value, || {
        let rows = studies.iter().map(|study| {
            vec![study.id.clone(), study.items().to_string(), plain(text_in(&study.title, "fr"))]
        });
        let studies = output::table(&["study", "items", "title"], rows);
        let runs = if runs.is_empty() {
            "no runs yet: igudar eval run STUDY".to_owned()
        } else {
            format!("runs\n{}", runs.join("\n"))
        };
        format!("{studies}\n\n{runs}")
    })?;
    Ok(Exit::Done)
}

fn check(session: &Session, name: &Path) -> anyhow::Result<Exit> {
    let study = study_named(name)?.study;
    let value = json!({
        "id": study.id,
        "version": study.version,
        "items": study.items(),
        "respondents": study.respondents,
        "tasks": study.tasks.iter().map(|task| json!({
            "id": task.id,
            "kind": task.kind,
            "metrics": task.metrics,
            "items": task.items.len(),
            "languages": task.languages(),
        })).collect::<Vec<_>>(),
        "inputs": study.inputs,
    });
    output::result(session.json, &value, || {
        let rows = study.tasks.iter().map(|task| {
            let metrics: Vec<&str> = task.metrics.iter().map(|metric| metric.as_str()).collect();
            let (items, languages) = (task.items.len().to_string(), task.languages().join(", "));
            vec![task.id.clone(), items, metrics.join(", "), languages]
        });
        let title = plain(text_in(&study.title, "fr"));
        let table = output::table(&["task", "items", "metrics", "languages"], rows);
        format!("{title}\n\n{table}\n\nasks {}", study.respondents.join(", "))
    })?;
    Ok(Exit::Done)
}

fn forget(session: &Session, run: Option<&String>, answers: bool) -> anyhow::Result<Exit> {
    let studies = StudyFiles::in_data(&session.folder);
    if let Some(id) = run {
        if !studies.runs()?.contains(id) {
            return Err(WrongUse(format!("there is no run `{id}`: igudar eval list")).into());
        }
        studies.forget_run(id).with_context(|| format!("the run `{id}` cannot be deleted"))?;
    }
    let forgotten = answers && studies.forget_answers().context("the answers cannot be deleted")?;
    output::result(session.json, &json!({ "run": run, "answers": forgotten }), || {
        "forgotten".to_owned()
    })?;
    Ok(Exit::Done)
}
