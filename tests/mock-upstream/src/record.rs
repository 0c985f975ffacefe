//! What the server received, and what became of each request.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::watch;

use crate::{Behaviour, Options};

/// One request as it arrived.
#[derive(Debug, Clone)]
pub struct Received {
    /// `POST`, `GET` …
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Header names (lower case) and values, in order.
    pub headers: Vec<(String, Bytes)>,
    /// The body's bytes.
    pub body: Bytes,
    /// How long the client stayed when it left before its answer was complete.
    pub gone_after: Option<Duration>,
}

impl Received {
    /// The first value of a header (name in lower case), when it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(known, _)| known == name)?;
        std::str::from_utf8(value).ok()
    }

    /// The body as text.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body as JSON, `null` when it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Every byte of the request: target, headers, body. For searching what must not be there.
    pub fn bytes(&self) -> Vec<u8> {
        let mut all = format!("{} {}\n", self.method, self.target).into_bytes();
        for (name, value) in &self.headers {
            all.extend_from_slice(name.as_bytes());
            all.extend_from_slice(b": ");
            all.extend_from_slice(value);
            all.push(b'\n');
        }
        all.extend_from_slice(&self.body);
        all
    }
}

/// What happened since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that arrived whole.
    pub requests: u64,
    /// Answers that were handed over to the end (refusals included).
    pub finished: u64,
    /// Clients that went away before the end of their answer.
    pub gone: u64,
    /// Answers that this server broke off on purpose.
    pub broken: u64,
    /// Requests being answered now.
    pub open: u64,
    /// The most requests that were open at once.
    pub most_open: u64,
}

#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) options: Options,
    inner: Mutex<Inner>,
    counts: watch::Sender<Counts>,
}

#[derive(Debug)]
struct Inner {
    behaviour: Behaviour,
    script: VecDeque<Behaviour>,
    received: Vec<Arc<Mutex<Received>>>,
}

impl Record {
    pub(crate) fn new(options: Options) -> Self {
        let behaviour = options.behaviour.clone();
        Self {
            options,
            inner: Mutex::new(Inner { behaviour, script: VecDeque::new(), received: Vec::new() }),
            counts: watch::Sender::default(),
        }
    }

    pub(crate) fn behave(&self, behaviour: Behaviour) {
        self.lock().behaviour = behaviour;
    }

    pub(crate) fn script(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.lock().script.extend(behaviours);
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.lock().received.iter().map(|received| held(received).clone()).collect()
    }

    pub(crate) fn forget(&self) {
        self.lock().received.clear();
    }

    pub(crate) fn counts(&self) -> Counts {
        *self.counts.borrow()
    }

    pub(crate) async fn until(&self, condition: impl FnMut(&Counts) -> bool) -> Counts {
        let mut counts = self.counts.subscribe();
        // The sender lives as long as `self`, so the wait cannot end without the condition.
        counts.wait_for(condition).await.map(|counts| *counts).unwrap_or_default()
    }

    /// The behaviour for the next request to a model.
    pub(crate) fn next_behaviour(&self, model: &str) -> Behaviour {
        let mut inner = self.lock();
        if let Some(scripted) = inner.script.pop_front() {
            return scripted;
        }
        Behaviour::read(model).unwrap_or_else(|| inner.behaviour.clone())
    }

    pub(crate) fn arrived(self: &Arc<Self>, received: Received) -> Watch {
        let received = Arc::new(Mutex::new(received));
        if !self.options.forget {
            self.lock().received.push(Arc::clone(&received));
        }
        self.counts.send_modify(|counts| {
            counts.requests += 1;
            counts.open += 1;
            counts.most_open = counts.most_open.max(counts.open);
        });
        Watch { record: Arc::clone(self), received, since: Instant::now(), fate: Fate::Gone }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn held(received: &Arc<Mutex<Received>>) -> MutexGuard<'_, Received> {
    received.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug, Clone, Copy)]
enum Fate {
    Gone,
    Finished,
    Broken,
}

/// Held while a request is answered; dropped without a word, it means that the client went away.
#[derive(Debug)]
pub(crate) struct Watch {
    record: Arc<Record>,
    received: Arc<Mutex<Received>>,
    since: Instant,
    fate: Fate,
}

impl Watch {
    pub(crate) fn finished(&mut self) {
        self.fate = Fate::Finished;
    }

    pub(crate) fn broken(&mut self) {
        self.fate = Fate::Broken;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if matches!(self.fate, Fate::Gone) {
            held(&self.received).gone_after = Some(self.since.elapsed());
        }
        let fate = self.fate;
        self.record.counts.send_modify(|counts| {
            counts.open -= 1;
            match fate {
                Fate::Gone => counts.gone += 1,
                Fate::Finished => counts.finished += 1,
                Fate::Broken => counts.broken += 1,
            }
        });
    }
}
