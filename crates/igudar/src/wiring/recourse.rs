//! Recourse over the store: what is told of a receipt, and contests. What people write is sealed before it is
//! kept.

use std::collections::BTreeMap;

use anyhow::Context as _;
use futures_core::future::BoxFuture;
use gateway::ports::Ambient as _;
use ledger::{Commitment, Entry, Outcome as Ended, ReceiptId, Statement, StatementKind};
use projects::{ProjectId, Window, window_key};
use register::{
    Answerable, Asked, ContestKey, Document, Language, Left, OPEN_CONTESTS, Outcome, Term,
};
use server::{ContestShown, Recourse, RecourseFault, Taken, Told};
use store::{ContestError, ContestRecord, EntryState, Store, StoreError, SystemAmbient};

use super::Installation;
use super::badges::rfc_3339;
use super::register::{damaged, random_receipt};
use crate::configuration::Configuration;

/// How destinations are written in the ledger when they are this machine.
const HERE: &str = "here";
const TEXT: &str = "text";
const REASON: &str = "reason";

/// Recourse.
pub(crate) struct RecourseDesk {
    pub(crate) store: Store,
    key: ContestKey,
    term: Term,
    /// Operator and law of each destination, as configured.
    destinations: BTreeMap<String, (String, String)>,
}

impl RecourseDesk {
    pub(crate) fn new(configuration: &Configuration, installation: &Installation) -> Self {
        let recourse = &configuration.settings.recourse;
        let destinations = configuration.destinations.iter().map(|destination| {
            (destination.name.clone(), (destination.operator.clone(), destination.law.clone()))
        });
        Self {
            store: installation.store.clone(),
            key: ContestKey::derive(installation.secrets.sealing_master.reveal()),
            term: Term { days: recourse.days, source: recourse.source.clone() },
            destinations: destinations.collect(),
        }
    }

    /// What is known about a receipt.
    pub(crate) async fn tell(&self, receipt: &ReceiptId) -> Result<Option<Told>, StoreError> {
        let Some((project, entries)) = self.store.request_entries(receipt).await? else {
            return Ok(None);
        };
        let document = self.document_of(&project).await?;
        let mut asked = Asked {
            receipt: receipt.to_string(),
            day: String::new(),
            answered: false,
            left: Vec::new(),
        };
        for entry in entries {
            match entry {
                Entry::Egress(egress) => {
                    asked.day = window_key(Window::Day, egress.time_ms);
                    let published = document
                        .as_ref()
                        .and_then(|document| document.runs.destinations.get(&egress.destination))
                        .map(|facts| (facts.operator.clone(), facts.law.clone()));
                    let known =
                        published.or_else(|| self.destinations.get(&egress.destination).cloned());
                    let (operator, law) = known.unzip();
                    asked.left.push(Left {
                        here: egress.place == HERE,
                        destination: egress.destination,
                        model: egress.model,
                        operator,
                        place: egress.place,
                        law,
                        policy: egress.policy,
                        findings: egress.findings,
                    });
                }
                Entry::Answer(answer) => asked.answered |= answer.outcome == Ended::Complete,
                Entry::Genesis(_) | Entry::Statement(_) => {}
            }
        }
        let answerable = document.map(|Document { entry, .. }| Answerable {
            entry: entry.id,
            system: entry.name,
            organization: entry.organization,
            contact: entry.contact_email,
            appeals: entry.oversight.appeals_and_review,
        });
        let contests = self.store.contests_of(receipt).await?;
        let open = contests.iter().filter(|contest| contest.outcome.is_none()).count();
        let contests = (contests.len(), open);
        Ok(Some(Told { asked, answerable, term: self.term.clone(), contests }))
    }

    /// What the register says of a project: what is in force, else what was withdrawn last. Who answered for a
    /// request still does when the system is gone.
    async fn document_of(&self, project: &ProjectId) -> Result<Option<Document>, StoreError> {
        let mut all = self.store.entries(false).await?;
        all.retain(|entry| entry.project == *project);
        all.sort_by_key(|entry| (entry.state == EntryState::Published, entry.changed_ms));
        let Some(newest) = all.pop() else { return Ok(None) };
        let document = newest.document.as_deref().and_then(Document::from_text);
        document.map(Some).ok_or_else(|| damaged(&newest.id))
    }

    /// Takes a contest: sealed, with its statement.
    pub(crate) async fn take(
        &self,
        receipt: &ReceiptId,
        text: &str,
        language: Language,
    ) -> anyhow::Result<Option<Taken>> {
        let Some((project, _)) = self.store.request_entries(receipt).await? else {
            return Ok(None);
        };
        let received_ms = SystemAmbient.now_ms();
        let due_ms = self.term.due_ms(received_ms);
        let id = format!("cst_{}", hex::encode(random::<16>()));
        let nonce: [u8; 32] = random();
        let statement = Statement {
            receipt: random_receipt(),
            time_ms: received_ms,
            kind: StatementKind::Contest,
            subject: receipt.to_string(),
            digest: Commitment::new(&nonce, text.as_bytes()).hash(),
            project: Some(project.as_str().to_owned()),
        };
        let record = ContestRecord {
            sealed: Some(self.key.seal(&id, TEXT, text, random())),
            nonce: Some(nonce.to_vec()),
            receipt: receipt.to_string(),
            project,
            language: language.tag().to_owned(),
            received_ms,
            due_ms,
            term: serde_json::to_string(&self.term)?,
            statement: statement.receipt.to_string(),
            outcome: None,
            sealed_reason: None,
            decided_ms: None,
            outcome_statement: None,
            erased_ms: None,
            id,
        };
        self.store.add_contest(&record, &statement, OPEN_CONTESTS).await?;
        Ok(Some(Taken {
            contest: record.id,
            due: rfc_3339(due_ms / 1000)?,
            term: self.term.clone(),
            statement: record.statement,
        }))
    }

    /// Decides a contest: the reason sealed, with its statement; gives the statement.
    pub(crate) async fn decide(
        &self,
        id: &str,
        outcome: Outcome,
        reason: &str,
    ) -> anyhow::Result<Statement> {
        let contest = self.store.contest(id).await?.ok_or(ContestError::Unknown)?;
        let now_ms = SystemAmbient.now_ms();
        // A contest whose text was erased has no nonce any more; nobody shall guess its reason either.
        let nonce = contest.nonce.as_deref().and_then(|nonce| nonce.try_into().ok());
        let nonce: [u8; 32] = nonce.unwrap_or_else(random);
        let bound = format!("{}\n{reason}", outcome.as_str());
        let statement = Statement {
            receipt: random_receipt(),
            time_ms: now_ms,
            kind: StatementKind::Outcome,
            subject: contest.statement.clone(),
            digest: Commitment::new(&nonce, bound.as_bytes()).hash(),
            project: Some(contest.project.as_str().to_owned()),
        };
        let sealed = self.key.seal(id, REASON, reason, random());
        self.store.decide_contest(id, outcome.as_str(), &sealed, now_ms, &statement).await?;
        Ok(statement)
    }

    /// What the person wrote; none once it is erased.
    pub(crate) fn text_of(&self, contest: &ContestRecord) -> anyhow::Result<Option<String>> {
        let sealed = contest.sealed.as_deref();
        sealed
            .map(|sealed| self.key.open(&contest.id, TEXT, sealed))
            .transpose()
            .context("a contest cannot be opened; is sealing.key the one that it was sealed with?")
    }

    /// What a contest's holder may see.
    pub(crate) fn shown(&self, contest: &ContestRecord) -> anyhow::Result<ContestShown> {
        let reason = contest.sealed_reason.as_deref();
        let reason = reason.map(|sealed| self.key.open(&contest.id, REASON, sealed)).transpose()?;
        let waits = contest.outcome.is_none();
        Ok(ContestShown {
            contest: contest.id.clone(),
            received: rfc_3339(contest.received_ms / 1000)?,
            due: rfc_3339(contest.due_ms / 1000)?,
            term: serde_json::from_str(&contest.term).ok(),
            state: contest.outcome.clone().unwrap_or_else(|| "open".to_owned()),
            overdue: waits && contest.due_ms <= SystemAmbient.now_ms(),
            reason,
            statement: contest.statement.clone(),
            outcome_statement: contest.outcome_statement.clone(),
        })
    }
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemAmbient.random(&mut bytes);
    bytes
}

impl Recourse for RecourseDesk {
    fn told<'a>(
        &'a self,
        receipt: &'a ReceiptId,
    ) -> BoxFuture<'a, Result<Option<Told>, RecourseFault>> {
        Box::pin(async move { self.tell(receipt).await.map_err(|error| fault(&error.into())) })
    }

    fn contest<'a>(
        &'a self,
        receipt: &'a ReceiptId,
        text: &'a str,
        language: Language,
    ) -> BoxFuture<'a, Result<Option<Taken>, RecourseFault>> {
        Box::pin(
            async move { self.take(receipt, text, language).await.map_err(|error| fault(&error)) },
        )
    }

    fn contested<'a>(
        &'a self,
        receipt: &'a ReceiptId,
        contest: &'a str,
    ) -> BoxFuture<'a, Result<Option<ContestShown>, RecourseFault>> {
        Box::pin(async move {
            let found = self.store.contest(contest).await.map_err(|error| fault(&error.into()))?;
            let of_this = found.filter(|contest| contest.receipt == receipt.as_str());
            let shown = of_this.map(|contest| self.shown(&contest)).transpose();
            shown.map_err(|error| fault(&error))
        })
    }
}

fn fault(error: &anyhow::Error) -> RecourseFault {
    if let Some(ContestError::TooMany) = error.downcast_ref() {
        return RecourseFault::TooMany;
    }
    tracing::error!("recourse cannot be given: {error:#}");
    RecourseFault::Unavailable
}
