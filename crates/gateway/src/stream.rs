//! Restoring an answer while it streams.
//!
//! Works event by event: an event without a label goes through byte for byte; text that could begin a live
//! label waits for the next event of its channel; what still waits at the end goes out before the event
//! that finishes its choice. The answer entry is durable before `[DONE]`, and a stream that dies ends with
//! an error event instead of `[DONE]`.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use futures_core::stream::BoxStream;
use futures_util::StreamExt;
use futures_util::stream;
use ledger::Outcome;
use model::{AskError, Channel, Chunk, EscapeIn, Event, EventParser, Limits, Route, TextEdit};
use protection::{Counts, Restorer, Vault};

use crate::answer::{escape, restore_part};
use crate::prepare::Prepared;
use crate::record::Record;

/// The data of the event that ends a stream.
const TERMINAL: &str = "[DONE]";

/// The upstream's events with the real values back in place.
pub(crate) fn restored_events(
    upstream: BoxStream<'static, Result<Bytes, AskError>>,
    record: Record,
    prepared: &Prepared,
    limits: Limits,
) -> BoxStream<'static, Bytes> {
    let state = Streaming {
        upstream: Some(upstream),
        parser: EventParser::new(limits.max_event_bytes),
        restoration: Restoration {
            route: prepared.route,
            hide_usage: prepared.hide_usage,
            content_escape: prepared.content_escape,
            vault: prepared.vault.clone(),
            limits,
            channels: BTreeMap::new(),
        },
        record,
        ready: VecDeque::new(),
    };
    stream::unfold(state, |mut state| async move {
        let piece = state.next_piece().await?;
        Some((piece, state))
    })
    .boxed()
}

struct Streaming {
    /// `None` once the stream has ended; dropping it cancels the generation.
    upstream: Option<BoxStream<'static, Result<Bytes, AskError>>>,
    parser: EventParser,
    restoration: Restoration,
    record: Record,
    ready: VecDeque<String>,
}

/// What an event asks for, once its text is restored.
enum Step {
    Forward,
    /// The terminal event: nothing comes after it.
    Done(Event),
    /// The upstream reported a failure in an event of its own.
    Failed,
}

impl Streaming {
    async fn next_piece(&mut self) -> Option<Bytes> {
        loop {
            if !self.ready.is_empty() {
                return Some(Bytes::from(self.ready.drain(..).collect::<String>()));
            }
            let upstream = self.upstream.as_mut()?;
            match upstream.next().await {
                Some(Ok(bytes)) => self.take_in(&bytes).await,
                Some(Err(error)) => self.end_broken(&error).await,
                None => self.end_of_bytes().await,
            }
        }
    }

    async fn take_in(&mut self, bytes: &[u8]) {
        if self.parser.push(bytes).is_err() {
            return self
                .end_broken(&AskError::NotAnAnswer("an event that is too long or not UTF-8"))
                .await;
        }
        self.pass_events().await;
    }

    /// The upstream ended. A last line break that could have been half of one is one now; without the
    /// terminal event the answer is broken off all the same.
    async fn end_of_bytes(&mut self) {
        let whole = self.parser.finish().is_ok();
        self.pass_events().await;
        if self.upstream.is_some() {
            let error = if whole {
                AskError::Truncated
            } else {
                AskError::NotAnAnswer("an event that breaks off")
            };
            self.end_broken(&error).await;
        }
    }

    async fn pass_events(&mut self) {
        while let Some(event) = self.parser.next() {
            let step = self.restoration.pass(event, &mut self.record, &mut self.ready);
            match step {
                Ok(Step::Forward) => {}
                Ok(Step::Done(event)) => return self.end_whole(event).await,
                Ok(Step::Failed) => {
                    self.upstream = None;
                    // The error event is already on its way; a journal that cannot be written now closes
                    // the record when it is opened again.
                    drop(self.record.close(Outcome::Truncated, None).await);
                    return;
                }
                Err(error) => return self.end_broken(&error).await,
            }
        }
    }

    async fn end_whole(&mut self, terminal: Event) {
        self.upstream = None;
        self.restoration.flush(None, &mut self.record, &mut self.ready);
        match self.record.close(Outcome::Complete, Some(200)).await {
            Ok(()) => self.ready.push_back(terminal.raw),
            Err(_) => self.ready.push_back(model::error_event(
                "no_capacity",
                "the answer could not be recorded, so it does not count as complete",
            )),
        }
    }

    async fn end_broken(&mut self, error: &AskError) {
        self.upstream = None;
        self.restoration.flush(None, &mut self.record, &mut self.ready);
        let code = match error {
            AskError::IdleTimeout | AskError::HeaderTimeout => "upstream_timeout",
            AskError::NotReady(_) => "no_capacity",
            _ => "upstream_failed",
        };
        self.ready.push_back(model::error_event(code, &error.to_string()));
        drop(self.record.close(Outcome::Truncated, None).await);
    }
}

/// The restorers of every channel of one stream.
struct Restoration {
    route: Route,
    hide_usage: bool,
    content_escape: EscapeIn,
    vault: Vault,
    limits: Limits,
    channels: BTreeMap<Channel, ChannelState>,
}

struct ChannelState {
    restorer: Restorer,
    counted: Counts,
    /// The last event that carried text on this channel: the pattern for one that carries what was held.
    pattern: Event,
}

impl Restoration {
    fn pass(
        &mut self,
        event: Event,
        record: &mut Record,
        ready: &mut VecDeque<String>,
    ) -> Result<Step, AskError> {
        if event.data.trim() == TERMINAL {
            return Ok(Step::Done(event));
        }
        if event.data.is_empty() {
            ready.push_back(event.raw);
            return Ok(Step::Forward);
        }
        let mut chunk = model::read_chunk(self.route, &event.data, &self.limits)
            .map_err(|_| AskError::NotAnAnswer("an event that is no JSON chunk"))?;
        if let Some(usage) = chunk.usage {
            record.usage = Some(usage);
        }
        if chunk.error {
            self.flush(None, record, ready);
            // Labels in it stay labels: clients log errors.
            ready.push_back(event.raw);
            return Ok(Step::Failed);
        }
        if chunk.usage_only && self.hide_usage {
            return Ok(Step::Forward);
        }
        let changed = self.hide_usage && chunk.hide_usage(&event.data);
        self.restore(event, &chunk, changed, record, ready)?;
        Ok(Step::Forward)
    }

    fn restore(
        &mut self,
        event: Event,
        chunk: &Chunk,
        changed: bool,
        record: &mut Record,
        ready: &mut VecDeque<String>,
    ) -> Result<(), AskError> {
        record.answer_characters += chunk.texts.iter().map(|part| part.text.len()).sum::<usize>();
        for part in &chunk.texts {
            if let Some(channel) = &part.channel {
                record.written.take_piece(channel, &part.text);
            }
        }
        if self.vault.is_empty() && !changed {
            ready.push_back(event.raw);
            return Ok(());
        }
        let mut edits: Vec<Vec<TextEdit>> = Vec::with_capacity(chunk.texts.len());
        for part in &chunk.texts {
            let Some(channel) = &part.channel else {
                let mut counts = Counts::new();
                edits.push(restore_part(part, &self.vault, &mut counts));
                record.restored(&counts);
                continue;
            };
            let within = if channel.field == "content" { self.content_escape } else { part.escape };
            let finishes = chunk.finished.contains(&channel.choice);
            let state = self.channels.entry(channel.clone()).or_insert_with(|| ChannelState {
                restorer: self.vault.restorer(escape(within)),
                counted: Counts::new(),
                pattern: event.clone(),
            });
            state.pattern = event.clone();
            let mut text = String::with_capacity(part.text.len());
            state.restorer.push(&part.text, &mut text);
            if finishes {
                state.restorer.finish(&mut text);
            }
            edits.push(if text == part.text {
                Vec::new()
            } else {
                vec![TextEdit { start: 0, end: part.text.len(), with: text }]
            });
        }
        for &choice in &chunk.finished {
            self.flush(Some(choice), record, ready);
        }
        if edits.iter().all(Vec::is_empty) && !changed {
            ready.push_back(event.raw);
        } else {
            let data = chunk
                .rewrite(&event.data, &edits)
                .map_err(|_| AskError::NotAnAnswer("an event that could not be rewritten"))?;
            ready.push_back(model::event_with_data(&event, &data));
        }
        Ok(())
    }

    /// Sends out what is still held, of one choice or of all.
    fn flush(&mut self, choice: Option<u64>, record: &mut Record, ready: &mut VecDeque<String>) {
        for (channel, state) in &mut self.channels {
            if choice.is_some_and(|choice| choice != channel.choice) {
                continue;
            }
            let mut held = String::new();
            state.restorer.finish(&mut held);
            record.restored(&since(&mut state.counted, state.restorer.restored()));
            if held.is_empty() {
                continue;
            }
            let event = model::read_chunk(self.route, &state.pattern.data, &self.limits)
                .ok()
                .and_then(|chunk| chunk.with_only(&state.pattern.data, channel, &held))
                .map(|data| model::event_with_data(&state.pattern, &data));
            ready.extend(event);
        }
    }
}

/// What was restored since the last time this was asked.
fn since(counted: &mut Counts, now: &Counts) -> Counts {
    let mut fresh = Counts::new();
    for (kind, count) in now {
        let before = counted.insert(kind.clone(), *count).unwrap_or(0);
        if *count > before {
            fresh.insert(kind.clone(), count - before);
        }
    }
    fresh
}
