//! Sending a prepared request: record, ask, restore.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::stream::BoxStream;
use futures_util::future::{Either, select};
use ledger::{Outcome, ReceiptId};
use model::{Answer, Ask, AskError};
use protection::Counts;

use crate::answer::restore_body;
use crate::error::GatewayError;
use crate::gateway::Gateway;
use crate::ports::{JournalError, Opening};
use crate::prepare::Prepared;
use crate::record::Record;
use crate::stream::restored_events;

/// The answer to a request, with the real values back in place.
#[derive(Debug)]
pub struct Reply {
    /// The receipt of the request.
    pub receipt: ReceiptId,
    /// How many values of each type were found.
    pub findings: Counts,
    /// The destination's name.
    pub destination: String,
    /// The answer.
    pub body: ReplyBody,
}

/// The body of an answer.
pub enum ReplyBody {
    /// JSON.
    Whole(Bytes),
    /// Server-sent events. Dropping the stream cancels the generation and closes the record.
    Events(BoxStream<'static, Bytes>),
}

impl fmt::Debug for ReplyBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Whole(_) => "ReplyBody::Whole",
            Self::Events(_) => "ReplyBody::Events",
        })
    }
}

/// Why an ask did not come to an answer.
enum Unanswered {
    Journal(JournalError),
    Ask(AskError),
}

impl Gateway {
    /// Records, asks and restores. Dropping the returned future cancels the request and closes its record.
    pub async fn send(&self, prepared: Prepared) -> Result<Reply, GatewayError> {
        let (mut record, opening) = Record::begin(
            &prepared,
            Arc::clone(&self.journal),
            Arc::clone(&self.ambient),
            Arc::clone(&self.observer),
            self.finder(),
        );
        let ask =
            Ask { route: prepared.route, body: prepared.body.clone(), stream: prepared.stream };
        record.opening();
        let answer = match self.open_and_ask(&prepared, opening, ask).await {
            Ok(answer) => answer,
            Err(Unanswered::Journal(error)) => {
                record.refused();
                return Err(error.into());
            }
            Err(Unanswered::Ask(error)) => {
                let status = match &error {
                    AskError::Status { status, .. } => Some(*status),
                    _ => None,
                };
                // Refused, or never reached: nothing was generated.
                record.unused = matches!(
                    error,
                    AskError::Status { .. }
                        | AskError::Connect
                        | AskError::NotReady(_)
                        | AskError::Unsupported(_)
                );
                record.close(Outcome::Failed, status).await?;
                return Err(error.into());
            }
        };
        let receipt = record.receipt().clone();
        let findings = prepared.counts.clone();
        let destination = prepared.destination.name.clone();
        let body = match answer {
            Answer::Whole(bytes) => {
                ReplyBody::Whole(self.whole(&prepared, &mut record, &bytes).await?)
            }
            Answer::Stream(stream) => {
                ReplyBody::Events(restored_events(stream, record, &prepared, self.limits))
            }
        };
        Ok(Reply { receipt, findings, destination, body })
    }

    /// The record is durable before the first byte leaves; towards a model on this machine nothing leaves,
    /// so the two may overlap (law 8).
    async fn open_and_ask(
        &self,
        prepared: &Prepared,
        opening: Opening,
        ask: Ask,
    ) -> Result<Answer, Unanswered> {
        let model = &prepared.destination.model;
        if !prepared.destination.local {
            self.journal.open(opening).await.map_err(Unanswered::Journal)?;
            return model.ask(ask).await.map_err(Unanswered::Ask);
        }
        let open = pin!(self.journal.open(opening));
        let ask = pin!(model.ask(ask));
        match select(open, ask).await {
            Either::Left((opened, ask)) => {
                opened.map_err(Unanswered::Journal)?;
                ask.await.map_err(Unanswered::Ask)
            }
            Either::Right((answer, open)) => {
                open.await.map_err(Unanswered::Journal)?;
                answer.map_err(Unanswered::Ask)
            }
        }
    }

    async fn whole(
        &self,
        prepared: &Prepared,
        record: &mut Record,
        bytes: &Bytes,
    ) -> Result<Bytes, GatewayError> {
        record.answer_characters = bytes.len();
        let restored =
            restore_body(prepared.route, bytes, &prepared.vault, &self.limits, &mut record.written);
        match restored {
            Ok(restored) => {
                record.usage = restored.usage;
                record.restored(&restored.counts);
                record.close(Outcome::Complete, Some(200)).await?;
                Ok(restored.body)
            }
            Err(error) => {
                record.close(Outcome::Failed, None).await?;
                Err(error)
            }
        }
    }
}
