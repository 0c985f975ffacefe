//! The record of one request: opened before anything leaves, closed however it ends.

use std::fmt;
use std::sync::Arc;

use ledger::{Answer, Commitment, Egress, Outcome, ReceiptId, UsageSource};
use model::Usage;
use projects::Price;
use protection::{Counts, Finder};

use crate::estimate::tokens_of;
use crate::ports::{Ambient, Closing, Journal, JournalError, Observer, Opening};
use crate::prepare::Prepared;
use crate::written::Written;

/// An egress that must be closed. Dropped while open, it closes itself as cancelled, so no path leaves a
/// hold on a budget or an egress without its answer.
pub(crate) struct Record {
    journal: Arc<dyn Journal>,
    ambient: Arc<dyn Ambient>,
    observer: Arc<dyn Observer>,
    egress: Egress,
    price: Price,
    /// The most it can use; an estimate is never above it.
    bound: Usage,
    prompt_characters: usize,
    /// Characters of the answer seen so far, for an estimate when the count never comes.
    pub(crate) answer_characters: usize,
    /// Whether the server refused or was never reached, so that nothing was used.
    pub(crate) unused: bool,
    /// The server's own count.
    pub(crate) usage: Option<Usage>,
    /// Values restored so far, by type.
    pub(crate) restored: Counts,
    /// What the model wrote, labels still in place, to count the values in it when the record closes.
    pub(crate) written: Written,
    state: State,
    /// What the journal was told.
    told: Option<Closing>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing is in the ledger, nothing was asked.
    Unopened,
    Open,
    /// The journal was told how it ended and has not answered yet.
    Closing,
    Closed,
}

impl fmt::Debug for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Record")
            .field("receipt", &self.egress.receipt)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Record {
    /// Begins the record of `prepared`; nothing is written yet.
    pub(crate) fn begin(
        prepared: &Prepared,
        journal: Arc<dyn Journal>,
        ambient: Arc<dyn Ambient>,
        observer: Arc<dyn Observer>,
        finder: Arc<Finder>,
    ) -> (Self, Opening) {
        let mut id = [0; 16];
        ambient.random(&mut id);
        let mut nonce = [0; 32];
        ambient.random(&mut nonce);
        let egress = Egress {
            receipt: ReceiptId::from_bytes(id),
            attempt: 1,
            time_ms: ambient.now_ms(),
            project: prepared.access.project.as_str().to_owned(),
            key_id: prepared.access.key.as_str().to_owned(),
            route: prepared.route.path().to_owned(),
            destination: prepared.destination.name.clone(),
            model: prepared.served.upstream_name.clone(),
            place: prepared.destination.place.clone(),
            policy: prepared.policy.clone(),
            class: prepared.class.to_string(),
            findings: by_name(&prepared.counts),
            commitment: Commitment::new(&nonce, &prepared.body),
            bytes: u64::try_from(prepared.body.len()).unwrap_or(u64::MAX),
            reserved_micro: prepared.hold.0,
        };
        let opening = Opening {
            entry: egress.clone(),
            nonce,
            budget: prepared.access.budget,
            hold: prepared.hold,
        };
        let record = Self {
            journal,
            ambient,
            observer,
            egress,
            price: prepared.served.price,
            bound: prepared.bound,
            prompt_characters: prepared.body.len(),
            answer_characters: 0,
            unused: false,
            usage: None,
            restored: Counts::new(),
            written: Written::new(finder, prepared.vault.clone(), prepared.echoed.clone()),
            state: State::Unopened,
            told: None,
        };
        (record, opening)
    }

    /// The receipt's name.
    pub(crate) fn receipt(&self) -> &ReceiptId {
        &self.egress.receipt
    }

    /// From now on the egress may be on its way to the disk, so the record must be closed.
    pub(crate) fn opening(&mut self) {
        self.state = State::Open;
    }

    /// The journal refused: there is nothing to close.
    pub(crate) fn refused(&mut self) {
        self.state = State::Closed;
    }

    /// Adds what one text restored.
    pub(crate) fn restored(&mut self, counts: &Counts) {
        for (kind, count) in counts {
            *self.restored.entry(kind.clone()).or_default() += count;
        }
    }

    /// Settles and appends the answer entry; ready once it is durable. A second close changes nothing.
    pub(crate) async fn close(
        &mut self,
        outcome: Outcome,
        http_status: Option<u16>,
    ) -> Result<(), JournalError> {
        if self.state != State::Open {
            return Ok(());
        }
        let closing = self.closing(outcome, http_status);
        self.observer.ended(&self.egress, &closing.entry);
        // A caller who goes away while this waits drops the record, which then says the same again: closing
        // the same receipt and attempt twice changes nothing.
        self.state = State::Closing;
        self.told = Some(closing.clone());
        let journal = Arc::clone(&self.journal);
        let result = journal.close(closing).await;
        self.state = State::Closed;
        result
    }

    fn closing(&self, outcome: Outcome, http_status: Option<u16>) -> Closing {
        let (usage, source) = self.final_usage(outcome);
        let cost = self.price.cost(usage.prompt_tokens, usage.completion_tokens);
        Closing {
            entry: Answer {
                receipt: self.egress.receipt.clone(),
                attempt: self.egress.attempt,
                time_ms: self.ambient.now_ms(),
                outcome,
                prompt_tokens: usage.prompt_tokens,
                completion_tokens: usage.completion_tokens,
                usage: source,
                cost_micro: cost.0,
                restored: by_name(&self.restored),
                written: by_name(&self.written.counts()),
                http_status,
            },
            project: projects::ProjectId::new(&self.egress.project),
        }
    }

    /// The server's count; nothing where it refused or was not reached; the whole reservation where it fell
    /// silent, since it may have generated all of it; else an estimate from what was seen.
    fn final_usage(&self, outcome: Outcome) -> (Usage, UsageSource) {
        if let Some(usage) = self.usage {
            return (usage, UsageSource::Measured);
        }
        if self.unused {
            return (Usage::default(), UsageSource::Estimated);
        }
        if outcome == Outcome::Failed {
            return (self.bound, UsageSource::Bound);
        }
        let usage = Usage {
            prompt_tokens: tokens_of(self.prompt_characters).min(self.bound.prompt_tokens),
            completion_tokens: tokens_of(self.answer_characters).min(self.bound.completion_tokens),
        };
        (usage, UsageSource::Estimated)
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        match self.state {
            State::Unopened | State::Closed => {}
            State::Open => {
                let closing = self.closing(Outcome::Cancelled, None);
                self.observer.ended(&self.egress, &closing.entry);
                self.journal.close_detached(closing);
            }
            State::Closing => {
                if let Some(told) = self.told.take() {
                    self.journal.close_detached(told);
                }
            }
        }
    }
}

fn by_name(counts: &Counts) -> std::collections::BTreeMap<String, u32> {
    counts.iter().map(|(kind, count)| (kind.as_str().to_owned(), *count)).collect()
}
