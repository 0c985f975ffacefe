//! A language-model server for tests and benchmarks.
//!
//! Owns the invented answers, the ways in which a real server misbehaves, and the record of every byte
//! received. It never calls anything itself and listens on loopback unless told otherwise.
//!
//! A behaviour is chosen per request, first match wins: the queue given to [`MockUpstream::script`], then
//! the model's name when it reads as a behaviour (see [`Behaviour`] for the grammar), then the default.
#![allow(
    clippy::disallowed_methods,
    reason = "a test server measures how long its clients stayed, so it reads the clock"
)]

mod answer;
mod behaviour;
mod completions;
mod embeddings;
mod events;
mod handlers;
mod record;
mod refusal;
mod request;
mod sending;

use std::net::SocketAddr;
use std::sync::Arc;

pub use behaviour::{
    Behaviour, BehaviourError, Ending, ErrorShape, Newline, Saying, Shape, UsageWhen,
};
use record::Record;
pub use record::{Counts, Received};

/// What the server knows before the first request.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What it does when neither the script nor the model's name says otherwise.
    pub behaviour: Behaviour,
    /// The key it asks for; `None` accepts every caller.
    pub key: Option<String>,
    /// A key that is always over its rate limit.
    pub limited_key: Option<String>,
    /// Names it lists and accepts; an empty list accepts every name.
    pub models: Vec<String>,
    /// Keeps nothing of what it receives beyond the counts (for long benchmarks).
    pub forget: bool,
}

/// A running server. It stops accepting when dropped.
#[derive(Debug)]
pub struct MockUpstream {
    address: SocketAddr,
    record: Arc<Record>,
    task: tokio::task::JoinHandle<()>,
}

impl MockUpstream {
    /// Starts on a free loopback port; answers by repeating the last user message.
    pub async fn start() -> std::io::Result<Self> {
        Self::start_with(Options::default()).await
    }

    /// Starts on a free loopback port.
    pub async fn start_with(options: Options) -> std::io::Result<Self> {
        Self::listen(SocketAddr::from(([127, 0, 0, 1], 0)), options).await
    }

    /// Starts on the given address.
    pub async fn listen(address: SocketAddr, options: Options) -> std::io::Result<Self> {
        let listener = tokio::net::TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let record = Arc::new(Record::new(options));
        let router = handlers::router(Arc::clone(&record));
        let task = tokio::spawn(async move {
            use axum::serve::ListenerExt as _;
            let listener = listener.tap_io(|connection| {
                drop(connection.set_nodelay(true));
            });
            drop(axum::serve(listener, router).await);
        });
        Ok(Self { address, record, task })
    }

    /// A loopback URL on which nothing listens.
    pub async fn closed_url() -> std::io::Result<String> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        Ok(format!("http://{}/v1", listener.local_addr()?))
    }

    /// The base URL, `/v1` included.
    pub fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets what is done when neither the script nor the model's name says otherwise.
    pub fn behave(&self, behaviour: Behaviour) {
        self.record.behave(behaviour);
    }

    /// Adds to the queue of behaviours: each next request to a model takes one.
    pub fn script(&self, behaviours: impl IntoIterator<Item = Behaviour>) {
        self.record.script(behaviours);
    }

    /// Every request so far, in order of arrival.
    pub fn received(&self) -> Vec<Received> {
        self.record.received()
    }

    /// What happened so far.
    pub fn counts(&self) -> Counts {
        self.record.counts()
    }

    /// Forgets the requests received so far; the counts go on.
    pub fn forget(&self) {
        self.record.forget();
    }

    /// Waits until the counts satisfy the condition, and returns them.
    pub async fn until(&self, condition: impl FnMut(&Counts) -> bool) -> Counts {
        self.record.until(condition).await
    }

    /// Waits until this many clients went away before their answer was complete.
    pub async fn until_gone(&self, clients: u64) -> Counts {
        self.until(|counts| counts.gone >= clients).await
    }

    /// Waits until this many requests have arrived whole.
    pub async fn until_received(&self, requests: u64) -> Counts {
        self.until(|counts| counts.requests >= requests).await
    }

    /// Waits for the server to end, which it does not do by itself.
    pub async fn run(mut self) {
        drop((&mut self.task).await);
    }
}

impl Drop for MockUpstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}
