//! The public register: what runs for a project, what differs from what was published, and the server's view.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use futures_core::future::BoxFuture;
use gateway::ports::Ambient as _;
use ledger::{Hash, ReceiptId, Statement, StatementKind, document_digest};
use projects::{Project, ProjectId, Window, window_key};
use protection::Policy;
use register::{Change, DestinationFacts, Document, Facts, Traffic};
use server::{Published, Register, RegisterFault};
use store::{EntryRecord, EntryState, Store, StoreError, SystemAmbient};

use super::Installation;
use super::policies::Policies;
use crate::configuration::{Configuration, DestinationKind};

/// What serves the requests of a project at this moment.
pub(crate) fn facts(
    configuration: &Configuration,
    policies: &Policies,
    project: &Project,
) -> anyhow::Result<Facts> {
    let mut destinations = BTreeMap::new();
    for written in &configuration.destinations {
        let here = matches!(written.kind, DestinationKind::Echo | DestinationKind::Local);
        if project.local_only && !here {
            continue;
        }
        let installation = policies.for_destination(written)?;
        let policy = policies.of_project(&installation, project, Some(&written.name))?;
        let mut models: Vec<String> =
            written.models.iter().map(|model| model.name.clone()).collect();
        models.sort();
        let facts = DestinationFacts {
            operator: written.operator.clone(),
            place: written.place.clone(),
            law: written.law.clone(),
            authorisation: written.authorisation.clone(),
            models,
            policy_digest: rules_digest(&policy).to_hex(),
            policy: policy.name,
        };
        destinations.insert(written.name.clone(), facts);
    }
    Ok(Facts { destinations })
}

/// Binds what a policy does, whatever its file looks like: an action that is written out and is the default
/// anyhow changes nothing.
fn rules_digest(policy: &Policy) -> Hash {
    let mut text = format!("default {:?}\n", policy.default);
    let mut add = |line: std::fmt::Arguments<'_>| {
        let written = text.write_fmt(line);
        // Writing into a string does not fail.
        debug_assert!(written.is_ok());
    };
    for (kind, action) in &policy.by_kind {
        if *action != policy.default {
            add(format_args!("{} {action:?}\n", kind.as_str()));
        }
    }
    if let Some(class) = policy.highest_class {
        add(format_args!("highest_class {}\n", class.as_str()));
    }
    if let Some(risk) = policy.highest_risk {
        add(format_args!("highest_risk {risk}\n"));
    }
    for name in &policy.needs_authorisation {
        add(format_args!("needs_authorisation {name}\n"));
    }
    document_digest(text.as_bytes())
}

/// What the ledger counts of a project.
pub(crate) async fn traffic(store: &Store, project: &ProjectId) -> Result<Traffic, StoreError> {
    let counted = store.project_count(project).await?;
    let day = |time_ms| window_key(Window::Day, time_ms);
    Ok(Traffic {
        days: counted.times_ms.map(|(first, last)| (day(first), day(last))),
        requests: counted.requests,
        findings: counted.findings,
    })
}

/// A published entry that is no longer true.
#[derive(Debug)]
pub(crate) struct Untrue {
    /// The entry.
    pub(crate) entry: String,
    /// What is otherwise.
    pub(crate) changes: Vec<Change>,
}

/// Compares each published entry with what runs. An entry whose project is gone is not compared.
pub(crate) async fn untrue_entries(
    store: &Store,
    configuration: &Configuration,
    policies: &Policies,
) -> anyhow::Result<Vec<Untrue>> {
    let mut untrue = Vec::new();
    for entry in published(store).await? {
        let Some(project) = store.project(&entry.project).await? else { continue };
        let document = entry.document.as_deref().and_then(Document::from_text);
        let document = document.ok_or_else(|| damaged(&entry.id))?;
        let changes = document.runs.changes(&facts(configuration, policies, &project)?);
        if !changes.is_empty() {
            untrue.push(Untrue { entry: entry.id, changes });
        }
    }
    Ok(untrue)
}

/// The ids of the entries in force.
pub(crate) async fn published_ids(store: &Store) -> Result<Vec<String>, StoreError> {
    Ok(published(store).await?.into_iter().map(|entry| entry.id).collect())
}

async fn published(store: &Store) -> Result<Vec<EntryRecord>, StoreError> {
    let mut all = store.entries(false).await?;
    all.retain(|entry| entry.state == EntryState::Published);
    Ok(all)
}

pub(super) fn damaged(id: &str) -> StoreError {
    StoreError::Corrupt(format!("the published document of the entry `{id}`"))
}

/// A statement about a version of an entry.
pub(crate) fn entry_statement(
    subject: String,
    project: &ProjectId,
    digest: Hash,
    now_ms: i64,
) -> Statement {
    Statement {
        receipt: random_receipt(),
        time_ms: now_ms,
        kind: StatementKind::Register,
        subject,
        digest,
        project: Some(project.as_str().to_owned()),
    }
}

/// A name out of the system's randomness.
pub(crate) fn random_receipt() -> ReceiptId {
    let mut bytes = [0; 16];
    SystemAmbient.random(&mut bytes);
    ReceiptId::from_bytes(bytes)
}

/// Waits until a statement has its place in the ledger.
pub(crate) async fn settle(
    installation: &Installation,
    statement: &ReceiptId,
) -> Result<Option<u64>, StoreError> {
    let seed = &installation.secrets.ledger_seed;
    let ambient = Arc::new(SystemAmbient);
    installation.store.settle_statement(statement, seed, ambient).await
}

/// The register, for everyone.
pub(crate) struct RegisterBook {
    pub(crate) store: Store,
}

impl Register for RegisterBook {
    fn list(&self) -> BoxFuture<'_, Result<Vec<Published>, RegisterFault>> {
        Box::pin(async move {
            let all = self.store.entries(false).await.map_err(|error| unavailable(&error))?;
            all.into_iter().map(shown).collect()
        })
    }

    fn entry(&self, id: &str) -> BoxFuture<'_, Result<Option<Published>, RegisterFault>> {
        let id = id.to_owned();
        Box::pin(async move {
            let versions =
                self.store.entry_versions(&id).await.map_err(|error| unavailable(&error))?;
            let newest = versions.into_iter().rfind(|entry| entry.state != EntryState::Draft);
            newest.map(shown).transpose()
        })
    }
}

fn unavailable(error: &StoreError) -> RegisterFault {
    tracing::error!(%error, "the register cannot be read");
    RegisterFault
}

fn shown(entry: EntryRecord) -> Result<Published, RegisterFault> {
    let lacking = || unavailable(&damaged(&entry.id));
    Ok(Published {
        document: entry.document.clone().ok_or_else(lacking)?,
        digest: entry.digest.clone().ok_or_else(lacking)?,
        statement: entry.statement.clone().ok_or_else(lacking)?,
        id: entry.id,
        version: entry.version,
        state: entry.state.as_str(),
        changed_ms: entry.changed_ms,
        reason: entry.reason,
    })
}
