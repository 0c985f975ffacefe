//! `igudar eval run`

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use evaluation::manifest::answers;
use evaluation::{Asking, Judged, Manifest, Outcome, Progress, Respondent, Study, System};
use gateway::ports::Ambient as _;
use indicatif::{ProgressBar, ProgressStyle};
use ledger::{ReceiptId, Statement, StatementKind, document_digest};
use projects::ProjectId;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::studies::{StudyFiles, write_run};
use store::{StoreError, SystemAmbient};

use super::stop::stopped;
use super::{ANSWERS, MANIFEST, RECORD, Session, report};
use crate::arguments::RunStudy;
use crate::configuration::Configuration;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{
    Behind, Door, Here, Installation, KeptAnswers, There, rfc_3339, study_named, systems,
};

/// What models are asked through.
struct Opened {
    door: Option<Arc<dyn Door>>,
    /// The gateway in this process, to be closed.
    here: Option<Arc<Here>>,
}

pub(super) async fn run(session: &Session, asked: RunStudy) -> anyhow::Result<Exit> {
    let mut folder = study_named(&asked.study)?;
    if let Some(limit) = asked.limit {
        folder.study = folder.study.limited(usize::try_from(limit)?);
    }
    if !asked.tasks.is_empty() {
        folder.study = folder.study.only(&asked.tasks).map_err(WrongUse)?;
    }
    let names = if asked.models.is_empty() {
        folder.study.respondents.clone()
    } else {
        asked.models.clone()
    };
    if names.is_empty() {
        return Err(WrongUse("the study names nobody to ask: --model NAME".to_owned()).into());
    }
    let configuration = session.configuration()?;
    let installation = Installation::open_or_begin(&configuration).await?;
    let project = installation.project(asked.project.as_deref()).await?;
    let own = systems(&folder, &session.folder.join("models")).await?;
    let asks_models = names.iter().any(|name| System::named(name).is_none());
    let opened = opened(&configuration, &installation, &project, &asked, asks_models).await?;
    let respondents = chosen(&folder.study, &names, &own, &opened, asked.retries)?;
    let ended = asked_and_written(session, &asked, &folder.study, &respondents).await;
    // Whatever came of it, what was asked is recorded before the folder is free for others.
    if let Some(here) = &opened.here {
        here.close().await;
    }
    let Some(mut written) = ended? else { return Ok(Exit::Failed) };
    stated(&mut written, &installation, &project.id).await?;
    show(session, &written)
}

async fn opened(
    configuration: &Configuration,
    installation: &Installation,
    project: &projects::Project,
    asked: &RunStudy,
    asks_models: bool,
) -> anyhow::Result<Opened> {
    if !asks_models {
        return Ok(Opened { door: None, here: None });
    }
    if let (Some(url), Some(key)) = (&asked.url, &asked.key) {
        let there: Arc<dyn Door> = Arc::new(There::open(url, key.clone()).await?);
        return Ok(Opened { door: Some(there), here: None });
    }
    let here = Here::open(configuration, installation, project).await.map_err(|error| {
        match error.downcast_ref::<StoreError>() {
            Some(StoreError::InUse { .. }) => error.context(
                "a server runs on this data folder: ask through it with --url and IGUDAR_KEY, or stop it",
            ),
            _ => error,
        }
    })?;
    let here = Arc::new(here);
    Ok(Opened { door: Some(Arc::<Here>::clone(&here) as Arc<dyn Door>), here: Some(here) })
}

/// The respondents of these names, in their order.
fn chosen(
    study: &Study,
    names: &[String],
    own: &[Arc<dyn Respondent>],
    opened: &Opened,
    retries: u32,
) -> anyhow::Result<Vec<Arc<dyn Respondent>>> {
    let mut chosen: Vec<Arc<dyn Respondent>> = Vec::new();
    for name in names {
        if chosen.iter().any(|known| known.name() == name) {
            continue;
        }
        if let Some(system) = System::named(name) {
            let found = own.iter().find(|own| own.system() == Some(system));
            let found =
                found.ok_or_else(|| WrongUse(format!("no task of the study is for {name}")))?;
            chosen.push(Arc::clone(found));
            continue;
        }
        let door = opened.door.as_ref().context("no model can be asked")?;
        let Some(model) = Behind::named(name, door, retries) else {
            let known = door.names().join(", ");
            return Err(
                WrongUse(format!("nobody serves the model `{name}`; there are {known}")).into()
            );
        };
        chosen.push(Arc::new(model));
    }
    let idle = chosen
        .iter()
        .find(|own| !study.tasks.iter().any(|task| evaluation::run::can_answer(&***own, task)));
    if let Some(idle) = idle {
        return Err(
            WrongUse(format!("no task of the study can be asked of {}", idle.name())).into()
        );
    }
    Ok(chosen)
}

/// A run whose results are on disk.
struct Written {
    id: String,
    folder: std::path::PathBuf,
    manifest: Manifest,
    judged: Vec<Judged>,
    digest: String,
    record: Value,
}

/// Asks and writes; `None` when somebody stopped it.
async fn asked_and_written(
    session: &Session,
    asked: &RunStudy,
    study: &Study,
    respondents: &[Arc<dyn Respondent>],
) -> anyhow::Result<Option<Written>> {
    let studies = StudyFiles::in_data(&session.folder);
    let cache = KeptAnswers(studies.clone());
    let progress = Bar::new();
    let respondents: Vec<&dyn Respondent> = respondents.iter().map(AsRef::as_ref).collect();
    let asking = Asking {
        respondents: respondents.clone(),
        cache: &cache,
        use_cache: !asked.fresh,
        progress: &progress,
        concurrency: asked.concurrency.map_or_else(|| usual_concurrency(&respondents), usize::from),
    };
    let began_ms = SystemAmbient.now_ms();
    let ran = tokio::select! {
        biased;
        () = stopped()? => None,
        ran = evaluation::run(study, &asking) => Some(ran),
    };
    progress.bar.finish_and_clear();
    let Some(judged) = ran.transpose()? else {
        let (settled, all) =
            (progress.settled.load(Ordering::Relaxed), progress.bar.length().unwrap_or(0));
        output::remark(&format!(
            "stopped: {settled} of {all} are done and kept; the same command goes on from there"
        ));
        return Ok(None);
    };
    let manifest =
        Manifest::of(study, &respondents, &judged, concat!("igudar ", env!("CARGO_PKG_VERSION")));
    let digest = manifest.digest();
    let id = run_id(study, &manifest);
    let folder = asked.out.clone().unwrap_or_else(|| studies.run(&id));
    let record = json!({
        "run": id,
        "manifest_sha256": digest,
        "began": rfc_3339(began_ms.div_euclid(1000))?,
        "ended": rfc_3339(SystemAmbient.now_ms().div_euclid(1000))?,
    });
    let written = Written { id, folder, manifest, judged, digest, record };
    written.write()?;
    Ok(Some(written))
}

/// One after another where that is what makes answers the same again.
fn usual_concurrency(respondents: &[&dyn Respondent]) -> usize {
    let is_here =
        |own: &&dyn Respondent| own.facts().pointer("/served_by/0/local") == Some(&json!(true));
    if respondents.iter().any(is_here) { 1 } else { 4 }
}

impl Written {
    fn write(&self) -> anyhow::Result<()> {
        let record = format!("{}\n", self.record);
        // The manifest comes last: where it is, all is.
        let files =
            [(ANSWERS, answers(&self.judged)), (RECORD, record), (MANIFEST, self.manifest.text())];
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        write_run(&self.folder, &files)
            .with_context(|| format!("the results cannot be written to {}", self.folder.display()))
    }
}

/// The study's name and what tells its runs apart: the tasks as they were asked, and whom.
fn run_id(study: &Study, manifest: &Manifest) -> String {
    let facts = json!([manifest.inputs, manifest.tasks, manifest.respondents, manifest.parameters]);
    let digest = evaluation::canonical::digest(&facts);
    format!("{}-{}", study.id, digest.get(..8).unwrap_or_default())
}

/// Puts the manifest's digest on record. The same manifest is stated once for a project.
async fn stated(
    written: &mut Written,
    installation: &Installation,
    project: &ProjectId,
) -> anyhow::Result<()> {
    let name: [u8; 32] = Sha256::new()
        .chain_update(b"igudar study statement 1\0")
        .chain_update(project.as_str())
        .chain_update([0])
        .chain_update(&written.digest)
        .finalize()
        .into();
    let mut receipt = [0; 16];
    receipt.iter_mut().zip(name).for_each(|(own, byte)| *own = byte);
    let statement = Statement {
        receipt: ReceiptId::from_bytes(receipt),
        time_ms: SystemAmbient.now_ms(),
        kind: StatementKind::Study,
        subject: written.id.clone(),
        digest: document_digest(written.manifest.text().as_bytes()),
        project: Some(project.as_str().to_owned()),
    };
    let seed = &installation.secrets.ledger_seed;
    let place = installation.store.put_on_record(&statement, seed, Arc::new(SystemAmbient)).await?;
    if let Some(members) = written.record.as_object_mut() {
        members.insert("receipt".to_owned(), json!(statement.receipt));
        members.insert("ledger_position".to_owned(), json!(place));
    }
    written.write()
}

fn show(session: &Session, written: &Written) -> anyhow::Result<Exit> {
    let missing = written.judged.iter().filter(|own| own.outcome == Outcome::Error).count();
    let value = json!({
        "run": written.id,
        "folder": written.folder,
        "manifest_sha256": written.digest,
        "receipt": written.record.get("receipt"),
        "ledger_position": written.record.get("ledger_position"),
        "without_answer": missing,
        "results": written.manifest.results,
    });
    output::result(session.json, &value, || {
        let place = match written.record.get("ledger_position").and_then(Value::as_u64) {
            Some(place) => format!("entry {place} of the ledger"),
            None => "waits for the running server to write it into the ledger".to_owned(),
        };
        let receipt = written.record.get("receipt").and_then(Value::as_str).unwrap_or_default();
        format!(
            "{}\n\nrun       {}\nfolder    {}\nmanifest  {}\nreceipt   {receipt}, {place}",
            report::for_people(&written.manifest),
            written.id,
            written.folder.display(),
            written.digest
        )
    })?;
    if missing > 0 {
        output::remark(&format!(
            "{missing} questions got no answer; the same command asks only these again"
        ));
        return Ok(Exit::Failed);
    }
    Ok(Exit::Done)
}

/// A bar on standard error where somebody watches.
struct Bar {
    bar: ProgressBar,
    settled: AtomicUsize,
}

impl Bar {
    fn new() -> Self {
        let bar = if std::io::stderr().is_terminal() {
            ProgressBar::no_length()
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{bar:30} {pos} of {len}, {eta} left");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        Self { bar, settled: AtomicUsize::new(0) }
    }
}

impl Progress for Bar {
    fn begin(&self, questions: usize) {
        self.bar.set_length(questions as u64);
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    fn settled(&self) {
        self.settled.fetch_add(1, Ordering::Relaxed);
        self.bar.inc(1);
    }
}
