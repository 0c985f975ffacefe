//! The worker's side: what `igudar model-worker` runs. It owns the model and computes; it knows
//! nothing of projects, keys or the ledger, opens no connection, and logs no text of a request.

use std::io::{self, BufReader};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::model::params::LlamaModelParams;
use llama_cpp_2::{LogOptions, send_logs_to_tracing};
use serde::{Deserialize, Serialize};

use crate::engine::{Command, Engine, EngineError};
use crate::frame::{Frame, Kind};
use crate::gguf::{GgufError, GgufHeader, file_name};
use crate::load_words::LoadWords;
use crate::local::{LocalSettings, ModelFacts};
use crate::outbox::Outbox;
use crate::prepare::{Prepared, Preparer};

/// What the server tells its worker in the first frame.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct WorkerSettings {
    pub(crate) model_path: PathBuf,
    pub(crate) threads: usize,
    pub(crate) context_tokens: u32,
    pub(crate) parallel: u32,
    pub(crate) max_queue: usize,
    pub(crate) default_temperature: f32,
}

impl WorkerSettings {
    pub(crate) fn from_local(settings: &LocalSettings) -> Self {
        Self {
            model_path: settings.model_path.clone(),
            threads: settings.threads.max(1),
            context_tokens: settings.context_tokens.max(64),
            parallel: settings.parallel.clamp(1, 64),
            max_queue: settings.max_queue,
            default_temperature: settings.default_temperature,
        }
    }
}

/// Why the worker ended before its server did.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// It was started by hand.
    #[error(
        "the model worker is started by `igudar serve` and speaks to it over a socket; \
         it cannot be run by hand"
    )]
    NoSocket,
    /// The socket broke or carried something else than frames.
    #[error("the talk with the server broke off")]
    Socket(#[from] io::Error),
    /// The first frame was no settings.
    #[error("the server did not send the worker's settings first")]
    NoSettings,
    /// The model file is missing or damaged.
    #[error(transparent)]
    File(#[from] GgufError),
    /// llama.cpp could not load the file.
    #[error("llama.cpp cannot load {file}: {reason}")]
    Load {
        /// Name of the file.
        file: String,
        /// In its own words.
        reason: String,
    },
    /// The model was loaded, but not the memory for its requests.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A thread could not be started.
    #[error("a thread of the worker cannot be started")]
    Thread(#[source] io::Error),
}

/// Runs the worker until its server goes away. Standard input must be the socket that the
/// supervisor made; everything else comes through it.
pub fn run() -> Result<(), WorkerError> {
    let socket = socket_of_server()?;
    let outbox = Outbox::new(socket.try_clone()?);
    let (to_prepare, frames) = mpsc::channel();
    std::thread::Builder::new()
        .name("worker-reader".to_owned())
        .spawn(move || read_frames(socket, &to_prepare))
        .map_err(WorkerError::Thread)?;
    let settings: WorkerSettings = match frames.recv() {
        Ok(frame) if frame.kind == Kind::Open => {
            serde_json::from_slice(&frame.payload).map_err(|_| WorkerError::NoSettings)?
        }
        Ok(frame) if frame.kind == Kind::End => return Ok(()),
        Ok(_) => return Err(WorkerError::NoSettings),
        Err(_) => return Ok(()),
    };
    let served = serve(&settings, &outbox, frames);
    if let Err(error) = &served {
        outbox.send(Kind::LoadFailed, 0, error.to_string().as_bytes());
        outbox.flush();
    }
    served
}

fn socket_of_server() -> Result<UnixStream, WorkerError> {
    let input = io::stdin().as_fd().try_clone_to_owned()?;
    let socket = UnixStream::from(input);
    socket.peer_addr().map_err(|_| WorkerError::NoSocket)?;
    Ok(socket)
}

/// Passes frames on. When the server is gone, an end frame lets the engine leave at its next step; a
/// computation or a load that does not end is not waited for.
fn read_frames(socket: UnixStream, frames: &mpsc::Sender<Frame>) {
    let mut reader = BufReader::with_capacity(1 << 16, socket);
    while let Ok(Some(frame)) = Frame::read_from(&mut reader) {
        if frames.send(frame).is_err() {
            return;
        }
    }
    leave_soon(frames);
}

fn leave_soon(frames: &mpsc::Sender<Frame>) {
    if frames.send(Frame::bare(Kind::End, 0)).is_err() {
        return;
    }
    std::thread::sleep(Duration::from_secs(2));
    #[expect(clippy::exit, reason = "the server is gone and the main thread is inside C code")]
    std::process::exit(0);
}

fn serve(
    settings: &WorkerSettings,
    outbox: &Outbox,
    frames: mpsc::Receiver<Frame>,
) -> Result<(), WorkerError> {
    let header = GgufHeader::read(&settings.model_path)?;
    let file = file_name(&settings.model_path);
    let failed = |reason| WorkerError::Load { file: file.clone(), reason };
    send_logs_to_tracing(LogOptions::default());
    let backend = LlamaBackend::init()
        .map_err(|_| failed("its library is initialised already".to_owned()))?;
    let parameters = LlamaModelParams::default();
    let load = || LlamaModel::load_from_file(&backend, &settings.model_path, &parameters);
    let (loaded, words) = LoadWords::listen(&settings.model_path, load);
    let model = loaded.map_err(|_| {
        failed(words.unwrap_or_else(|| "it gives no reason; memory may be short".to_owned()))
    })?;
    let mut engine = Engine::new(&backend, &model, settings, outbox)?;
    let preparer = Preparer::new(&model, settings, engine.context_tokens());
    let facts = ModelFacts {
        name: header.name.unwrap_or_else(|| file.clone()),
        architecture: header.architecture.unwrap_or_default(),
        parameters: model.n_params(),
        context_tokens: engine.context_tokens(),
        parallel: settings.parallel,
        chat: preparer.can_chat(),
        embedding_length: u32::try_from(model.n_embd_out()).unwrap_or(0),
    };
    let facts = serde_json::to_vec(&facts).map_err(io::Error::from)?;
    outbox.send(Kind::Ready, 0, &facts);
    outbox.flush();
    std::thread::scope(|scope| {
        let (to_engine, commands) = mpsc::channel();
        scope.spawn(move || prepare_frames(&preparer, outbox, &frames, &to_engine));
        engine.run(&commands);
    });
    Ok(())
}

/// Turns request frames into jobs, off the computing thread: a long prompt is parsed and tokenised
/// while the running requests go on. Frames stay in order, so a cancellation never overtakes.
fn prepare_frames(
    preparer: &Preparer<'_>,
    outbox: &Outbox,
    frames: &mpsc::Receiver<Frame>,
    engine: &mpsc::Sender<Command>,
) {
    while let Ok(frame) = frames.recv() {
        let command = match frame.kind {
            Kind::Ask => match preparer.prepare(frame.request, &frame.payload) {
                Ok(Prepared::Job(job)) => Command::Start(job),
                Ok(Prepared::Answer(body)) => {
                    outbox.send(Kind::Accepted, frame.request, &[]);
                    outbox.send(Kind::Bytes, frame.request, &body);
                    outbox.send(Kind::End, frame.request, &[]);
                    outbox.flush();
                    continue;
                }
                Err(refusal) => {
                    outbox.send(Kind::Unsupported, frame.request, refusal.0.as_bytes());
                    outbox.flush();
                    continue;
                }
            },
            Kind::Cancel => Command::Cancel(frame.request),
            Kind::End => return,
            _ => continue,
        };
        if engine.send(command).is_err() {
            return;
        }
    }
}
