//! The server's side of a model on this machine: settings, state, and the [`Model`] port.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::future::BoxFuture;
use futures_util::StreamExt;
use futures_util::stream;
use model::{Answer, Ask, AskError, Model, Tokenizer};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::operation::Operation;
use crate::supervisor::{Replies, Reply, Shared, Ticket};

/// What a model on this machine needs to run.
///
/// Memory: the weights (mapped from the file), and for the running requests
/// `context_tokens × parallel` positions of keys and values, allocated once at the start. One
/// position takes 4 bytes × layers × key-value heads × head size: 23 kB for SmolLM2-135M (378 MB at
/// the defaults), 136 kB for Ministral 8B. The first request for embeddings and the first for token
/// probabilities add one more context of `context_tokens` each.
#[derive(Debug, Clone)]
pub struct LocalSettings {
    /// The program to run as the worker: the igudar binary itself.
    pub executable: PathBuf,
    /// Its arguments, which must lead it to [`crate::worker::run`]: `["model-worker"]`.
    pub arguments: Vec<String>,
    /// The GGUF file.
    pub model_path: PathBuf,
    /// Threads that compute. One core less than there are keeps the server responsive.
    pub threads: usize,
    /// Longest prompt and answer together, in tokens. The model's own limit caps it.
    pub context_tokens: u32,
    /// Requests (choices) that are generated at once.
    pub parallel: u32,
    /// Requests that may wait for a place; one more is refused as "not ready".
    pub max_queue: usize,
    /// Temperature of a request that names none.
    pub default_temperature: f32,
    /// How long the worker may give no sign of life while requests run, before it is ended and
    /// started again. A busy one gives a sign after each step, which takes well below a second
    /// unless the model is too large for the machine.
    pub silence_limit: Duration,
}

impl LocalSettings {
    /// The defaults for a model file: cores − 1 threads, 4 requests of 4,096 tokens, 64 waiting.
    pub fn new(executable: PathBuf, arguments: Vec<String>, model_path: PathBuf) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            executable,
            arguments,
            model_path,
            threads: cores.saturating_sub(1).max(1),
            context_tokens: 4096,
            parallel: 4,
            max_queue: 64,
            default_temperature: 0.7,
            silence_limit: Duration::from_mins(2),
        }
    }
}

/// What the worker found out about the model it loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelFacts {
    /// `general.name` of the file, else its file name.
    pub name: String,
    /// `general.architecture`, such as `llama` or `mistral3`.
    pub architecture: String,
    /// Number of parameters.
    pub parameters: u64,
    /// Longest prompt and answer together, in tokens, after the model's own limit.
    pub context_tokens: u32,
    /// Requests that are generated at once.
    pub parallel: u32,
    /// Whether it has a chat template, and so can chat.
    pub chat: bool,
    /// Length of its embeddings.
    pub embedding_length: u32,
}

/// How the worker is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkerState {
    /// The process starts or loads the model.
    Starting,
    /// It answers.
    Ready(ModelFacts),
    /// It does not run; it will be started again after a pause.
    Down {
        /// Why, in words for the operator.
        reason: String,
    },
    /// The [`LocalModel`] was dropped.
    Stopped,
}

/// The supervising thread could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the thread that supervises the model worker cannot be started")]
pub struct StartError(#[source] std::io::Error);

/// A model on this machine. Dropping it ends the worker.
#[derive(Debug)]
pub struct LocalModel {
    shared: Arc<Shared>,
}

impl LocalModel {
    /// Starts the supervision and returns at once; the model loads meanwhile. A missing or damaged
    /// file is no error here: the state says so, requests get [`AskError::NotReady`], and the model
    /// comes up by itself when the file is mended.
    pub fn start(settings: LocalSettings) -> Result<Self, StartError> {
        let shared = Arc::new(Shared::new(settings));
        crate::supervisor::spawn(Arc::clone(&shared)).map_err(StartError)?;
        Ok(Self { shared })
    }

    /// How the worker is now.
    pub fn state(&self) -> WorkerState {
        self.shared.state().borrow().clone()
    }

    /// Waits until the model is loaded, or until the first attempt fails: then the reason.
    pub async fn ready(&self) -> Result<ModelFacts, AskError> {
        let mut state: watch::Receiver<WorkerState> = self.shared.state();
        let settled = state
            .wait_for(|state| !matches!(state, WorkerState::Starting))
            .await
            .map_err(|_| AskError::NotReady("the model was stopped".to_owned()))?;
        match &*settled {
            WorkerState::Ready(facts) => Ok(facts.clone()),
            other => Err(AskError::NotReady(other.reason())),
        }
    }

    /// The state as it changes.
    pub fn watch_state(&self) -> watch::Receiver<WorkerState> {
        self.shared.state()
    }

    /// Why the worker was last down, even when it is ready again.
    pub fn last_fault(&self) -> Option<String> {
        self.shared.last_fault()
    }

    /// The worker's process, while one runs.
    pub fn worker_pid(&self) -> Option<u32> {
        self.shared.worker_pid()
    }
}

impl WorkerState {
    /// The state as a reason for not answering.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Starting => "it is being loaded; try again in a moment".to_owned(),
            Self::Ready(_) => "it is ready".to_owned(),
            Self::Down { reason } => reason.clone(),
            Self::Stopped => "it was stopped".to_owned(),
        }
    }
}

impl Drop for LocalModel {
    fn drop(&mut self) {
        self.shared.close();
    }
}

impl Model for LocalModel {
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Answer, AskError>> {
        Box::pin(async move {
            let streamed = ask.stream;
            let (ticket, mut replies) = self.shared.submit(&ask)?;
            accepted(&mut replies).await?;
            if streamed {
                let events = stream::unfold(Some((ticket, replies)), next_bytes);
                return Ok(Answer::Stream(events.boxed()));
            }
            collect(ticket, replies).await.map(Answer::Whole)
        })
    }

    fn tokenizer(&self) -> Option<&dyn Tokenizer> {
        Some(self)
    }
}

impl LocalModel {
    /// What the worker answers to an operation that reaches no model.
    pub(crate) async fn told(&self, operation: Operation, body: &[u8]) -> Result<Bytes, AskError> {
        let (ticket, mut replies) = self.shared.submit_operation(operation, false, body)?;
        accepted(&mut replies).await?;
        collect(ticket, replies).await
    }
}

async fn accepted(replies: &mut Replies) -> Result<(), AskError> {
    match replies.recv().await {
        Some(Reply::Accepted) => Ok(()),
        Some(Reply::Unsupported(reason)) => Err(AskError::Unsupported(reason)),
        Some(Reply::NotReady(reason)) => Err(AskError::NotReady(reason)),
        Some(Reply::Bytes(_) | Reply::End) => Err(AskError::NotAnAnswer("the worker lost step")),
        Some(Reply::Lost) | None => Err(lost()),
    }
}

async fn collect(_ticket: Ticket, mut replies: Replies) -> Result<Bytes, AskError> {
    let mut whole = BytesMut::new();
    loop {
        match replies.recv().await {
            Some(Reply::Bytes(bytes)) => whole.extend_from_slice(&bytes),
            Some(Reply::End) => return Ok(whole.freeze()),
            Some(Reply::Accepted) => {}
            Some(Reply::Unsupported(reason)) => return Err(AskError::Unsupported(reason)),
            Some(Reply::NotReady(reason)) => return Err(AskError::NotReady(reason)),
            Some(Reply::Lost) | None => return Err(lost()),
        }
    }
}

type Reading = Option<(Ticket, Replies)>;

async fn next_bytes(reading: Reading) -> Option<(Result<Bytes, AskError>, Reading)> {
    let (ticket, mut replies) = reading?;
    loop {
        match replies.recv().await {
            Some(Reply::Bytes(bytes)) => return Some((Ok(bytes), Some((ticket, replies)))),
            Some(Reply::End) => return None,
            Some(Reply::Accepted) => {}
            Some(Reply::Unsupported(_) | Reply::NotReady(_) | Reply::Lost) | None => {
                return Some((Err(AskError::Truncated), None));
            }
        }
    }
}

fn lost() -> AskError {
    AskError::NotReady("its worker process was lost and is being started again".to_owned())
}
