//! `igudar register`

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context as _;
use gateway::ports::Ambient as _;
use ledger::document_digest;
use projects::{Project, ProjectId};
use protection::{Class, Finding, Place, TextIn};
use register::{
    DOCUMENT_FORMAT, Document, Entry, Fault, draft, entry_schema, nl_csv, nl_records, nl_schema,
};
use serde_json::{Value, json};
use store::files::{self, Readers};
use store::{EntryRecord, EntryState, SystemAmbient};

use super::{Session, dates, read_input};
use crate::arguments::{ExportForm, Register, SchemaOf};
use crate::exit::Exit;
use crate::output;
use crate::wiring::{
    self, Installation, entry_statement, facts_of, rfc_3339, settle, traffic_of, untrue_entries,
};

pub(crate) async fn run(session: &Session, register: Register) -> anyhow::Result<Exit> {
    match register {
        Register::Init { project, id, out } => {
            init(session, project.as_deref(), id.as_deref(), out.as_deref()).await
        }
        Register::Check { file } => check(session, &file),
        Register::Publish { file } => publish(session, &file).await,
        Register::List { drafts } => list(session, drafts).await,
        Register::Show { id, version } => show(session, &id, version).await,
        Register::Export { id, format } => export(session, id.as_deref(), format).await,
        Register::Withdraw { id, reason } => withdraw(session, &id, &reason).await,
        Register::Compare => compare(session).await,
        Register::Schema { of } => {
            let schema = match of {
                SchemaOf::Entry => entry_schema(),
                SchemaOf::Nl => nl_schema(),
            };
            output::line(&serde_json::to_string_pretty(&schema)?)?;
            Ok(Exit::Done)
        }
    }
}

async fn init(
    session: &Session,
    project: Option<&str>,
    id: Option<&str>,
    out: Option<&Path>,
) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let installation = Installation::open_or_begin(&configuration).await?;
    let project = installation.project(project).await?;
    let knowledge = wiring::knowledge(&configuration)?;
    let facts = facts_of(&configuration, &wiring::policies(&configuration, &knowledge)?, &project)?;
    let counted = traffic_of(&installation.store, &project.id).await?;
    let id = id.unwrap_or(project.id.as_str()).to_lowercase();
    let text = draft(&id, project.id.as_str(), &project.name, &facts, &counted);
    let record = EntryRecord {
        version: installation.store.next_entry_version(&id).await?,
        id: id.clone(),
        project: project.id,
        state: EntryState::Draft,
        source: text.clone(),
        document: None,
        digest: None,
        changed_ms: SystemAmbient.now_ms(),
        statement: None,
        reason: None,
    };
    installation.store.keep_draft(&record).await?;
    let Some(path) = out else {
        super::write_text(&text)?;
        return Ok(Exit::Done);
    };
    let made = files::create(path, text.as_bytes(), Readers::Anyone)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    anyhow::ensure!(made, "{} is there already; name another file", path.display());
    let value = json!({ "id": id, "version": record.version, "file": path.display().to_string() });
    output::result(session.json, &value, || {
        format!(
            "{0} is written. Fill in what is empty, then:\n  igudar register check {0}\n  igudar register publish {0}",
            path.display()
        )
    })?;
    Ok(Exit::Done)
}

/// An entry, its text, and what is wrong with it.
fn read(file: &Path) -> anyhow::Result<(String, Result<Entry, Vec<Fault>>)> {
    let text = read_input(Some(file))?;
    let name = file.display().to_string();
    let entry = match register::read(&name, &text) {
        Err(fault) => Err(vec![fault]),
        Ok(entry) => match register::check(&name, &text, &entry) {
            faults if faults.is_empty() => Ok(entry),
            faults => Err(faults),
        },
    };
    Ok((text, entry))
}

fn check(session: &Session, file: &Path) -> anyhow::Result<Exit> {
    let (text, entry) = read(file)?;
    let personal = personal(session, &text)?;
    match entry {
        Err(faults) => {
            told(session, &faults)?;
            Ok(Exit::NotVerified)
        }
        Ok(entry) => {
            let empty = register::remarks(&entry);
            let value = json!({
                "id": entry.id,
                "faults": [],
                "empty": empty.iter().map(|(key, _)| key).collect::<Vec<_>>(),
                "personal": personal,
            });
            output::result(session.json, &value, || {
                let mut lines = vec![format!("{}: in order", file.display())];
                lines.extend(personal.iter().map(|kind| {
                    format!(
                        "it seems to hold personal data ({kind}); what is published stays public"
                    )
                }));
                if !empty.is_empty() {
                    lines.push("empty, and asked for by readers:".to_owned());
                }
                lines.extend(empty.iter().map(|(key, about)| format!("  {key}: {about}")));
                lines.join("\n")
            })?;
            Ok(Exit::Done)
        }
    }
}

fn told(session: &Session, faults: &[Fault]) -> anyhow::Result<()> {
    let value = faults
        .iter()
        .map(|fault| json!({ "line": fault.line, "key": fault.key, "message": fault.message }))
        .collect::<Vec<_>>();
    output::result(session.json, &json!({ "faults": value }), || {
        faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    })
}

/// Types of personal data that an entry seems to hold. Its contact is meant to be read by all.
fn personal(session: &Session, text: &str) -> anyhow::Result<Vec<String>> {
    let knowledge = wiring::knowledge(&session.configuration()?)?;
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with(['#']) && !line.starts_with("contact_email"))
        .collect();
    let text = kept.join("\n");
    let found =
        protection::find_all(&*knowledge.finder, &[TextIn { text: &text, place: Place::Text }]);
    let personal = |finding: &&Finding| knowledge.words.class(&finding.kind) >= Class::Personal;
    let kinds: BTreeSet<String> = found
        .per_text
        .iter()
        .flatten()
        .filter(personal)
        .map(|finding| finding.kind.to_string())
        .collect();
    Ok(kinds.into_iter().collect())
}

async fn publish(session: &Session, file: &Path) -> anyhow::Result<Exit> {
    let (source, entry) = read(file)?;
    let entry = match entry {
        Ok(entry) => entry,
        Err(faults) => {
            told(session, &faults)?;
            return Ok(Exit::NotVerified);
        }
    };
    let configuration = session.configuration()?;
    let installation = Installation::open_or_begin(&configuration).await?;
    let project: Project = installation.project(Some(&entry.project)).await?;
    let knowledge = wiring::knowledge(&configuration)?;
    let now_ms = SystemAmbient.now_ms();
    let store = &installation.store;
    let version = store.next_entry_version(&entry.id).await?;
    let id = entry.id.clone();
    let document = Document {
        format: DOCUMENT_FORMAT.to_owned(),
        version,
        published: rfc_3339(now_ms / 1000)?,
        entry,
        runs: facts_of(&configuration, &wiring::policies(&configuration, &knowledge)?, &project)?,
        counted: traffic_of(store, &project.id).await?,
    }
    .to_text();
    let digest = document_digest(document.as_bytes());
    let statement = entry_statement(format!("{id}@{version}"), &project.id, digest, now_ms);
    let record = EntryRecord {
        id: id.clone(),
        version,
        project: project.id,
        state: EntryState::Published,
        source,
        document: Some(document),
        digest: Some(digest.to_hex()),
        changed_ms: now_ms,
        statement: Some(statement.receipt.to_string()),
        reason: None,
    };
    store.publish_entry(&record, &statement).await?;
    let place = settle(&installation, &statement.receipt).await?;
    let value = json!({
        "id": id,
        "version": version,
        "digest": digest,
        "statement": statement.receipt,
        "ledger_entry": place,
    });
    output::result(session.json, &value, || {
        format!(
            "{id}, version {version}, is published.\ndigest    {digest}\nstatement {}{}\n\nGET /v1/register/{id}?format=document gives the bytes with this SHA-256.",
            statement.receipt,
            place.map_or_else(String::new, |place| format!(", entry {place} of the ledger"))
        )
    })?;
    Ok(Exit::Done)
}

async fn list(session: &Session, drafts: bool) -> anyhow::Result<Exit> {
    let installation = Installation::open_existing(&session.folder).await?;
    let entries = installation.store.entries(drafts).await?;
    let value = entries.iter().map(described).collect();
    output::result(session.json, &value, || {
        let rows = entries.iter().map(|entry| {
            vec![
                entry.id.clone(),
                entry.version.to_string(),
                entry.project.to_string(),
                entry.state.as_str().to_owned(),
                dates::day(entry.changed_ms),
                entry.digest.as_deref().unwrap_or_default().chars().take(12).collect(),
            ]
        });
        output::table(&["id", "version", "project", "state", "since", "digest"], rows)
    })?;
    Ok(Exit::Done)
}

fn described(entry: &EntryRecord) -> Value {
    json!({
        "id": entry.id,
        "version": entry.version,
        "project": entry.project.as_str(),
        "state": entry.state.as_str(),
        "changed_ms": entry.changed_ms,
        "digest": entry.digest,
        "statement": entry.statement,
        "reason": entry.reason,
    })
}

async fn show(session: &Session, id: &str, version: Option<u32>) -> anyhow::Result<Exit> {
    let installation = Installation::open_existing(&session.folder).await?;
    let versions = installation.store.entry_versions(id).await?;
    let found = versions
        .into_iter()
        .rfind(|entry| version.is_none_or(|version| entry.version == version))
        .with_context(|| {
            format!("there is no entry `{id}` of that version: igudar register list")
        })?;
    let mut value = described(&found);
    let document: Option<Value> =
        found.document.as_deref().and_then(|text| serde_json::from_str(text).ok());
    if let Some(members) = value.as_object_mut() {
        members.insert("document".to_owned(), json!(document));
    }
    output::result(session.json, &value, || {
        let digest = found.digest.as_deref().unwrap_or("none");
        let state = found.state.as_str();
        format!(
            "# version {}, {state}, digest {digest}\n{}",
            found.version,
            found.source.trim_end()
        )
    })?;
    Ok(Exit::Done)
}

async fn export(session: &Session, id: Option<&str>, form: ExportForm) -> anyhow::Result<Exit> {
    let installation = Installation::open_existing(&session.folder).await?;
    let mut all = installation.store.entries(false).await?;
    all.retain(|entry| entry.state == EntryState::Published && id.is_none_or(|id| entry.id == id));
    anyhow::ensure!(!all.is_empty(), "there is no published entry to export: igudar register list");
    let documents: Vec<Document> =
        all.iter()
            .map(|entry| {
                entry.document.as_deref().and_then(Document::from_text).with_context(|| {
                    format!("the published document of `{}` cannot be read", entry.id)
                })
            })
            .collect::<Result<_, _>>()?;
    let entries = documents.iter().map(|document| &document.entry);
    match form {
        ExportForm::Nl => {
            let records: Vec<Value> = entries.flat_map(nl_records).map(Value::Object).collect();
            output::line(&serde_json::to_string_pretty(&records)?)?;
        }
        ExportForm::NlCsv => super::write_text(&nl_csv(entries))?,
        ExportForm::Documents => {
            for entry in &all {
                output::line(entry.document.as_deref().unwrap_or_default())?;
            }
        }
    }
    Ok(Exit::Done)
}

async fn withdraw(session: &Session, id: &str, reason: &str) -> anyhow::Result<Exit> {
    let installation = Installation::open_existing(&session.folder).await?;
    let versions = installation.store.entry_versions(id).await?;
    let found = versions
        .into_iter()
        .rfind(|entry| entry.state == EntryState::Published)
        .with_context(|| format!("there is no published entry `{id}`: igudar register list"))?;
    let now_ms = SystemAmbient.now_ms();
    let digest = document_digest(found.document.unwrap_or_default().as_bytes());
    let subject = format!("{id}@{} withdrawn", found.version);
    let project: ProjectId = found.project;
    let statement = entry_statement(subject, &project, digest, now_ms);
    installation.store.withdraw_entry(id, now_ms, reason, &statement).await?;
    let place = settle(&installation, &statement.receipt).await?;
    let value = json!({ "id": id, "state": "withdrawn", "statement": statement.receipt, "ledger_entry": place });
    output::result(session.json, &value, || {
        format!(
            "{id} is withdrawn; production keys of the project `{project}` need another published entry"
        )
    })?;
    Ok(Exit::Done)
}

async fn compare(session: &Session) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let installation = Installation::open_existing(&session.folder).await?;
    let knowledge = wiring::knowledge(&configuration)?;
    let policies = wiring::policies(&configuration, &knowledge)?;
    let untrue = untrue_entries(&installation.store, &configuration, &policies).await?;
    let value = untrue
        .iter()
        .map(|untrue| json!({ "entry": untrue.entry, "changes": untrue.changes }))
        .collect();
    output::result(session.json, &value, || {
        if untrue.is_empty() {
            return "every published entry is as it runs".to_owned();
        }
        let lines = untrue.iter().flat_map(|untrue| {
            untrue.changes.iter().map(|change| format!("{}: {change}", untrue.entry))
        });
        let lines: Vec<String> = lines.collect();
        format!("{}\n\nPublish a new version: igudar register publish FILE", lines.join("\n"))
    })?;
    Ok(if untrue.is_empty() { Exit::Done } else { Exit::NotVerified })
}
