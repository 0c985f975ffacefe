//! Starts the worker, carries frames to and from it, and starts it again when it dies.
//!
//! The worker gets one end of a pair of connected Unix sockets as its standard input: no path in
//! the file system, nobody else can connect, and the end of either process is seen at once by the
//! other as the end of the stream.

use std::collections::BTreeMap;
use std::io::{self, BufReader, BufWriter, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};

use bytes::Bytes;
use model::{Ask, AskError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

use crate::frame::{Frame, Kind};
use crate::gguf::GgufHeader;
use crate::local::{LocalSettings, WorkerState};
use crate::operation::Operation;
use crate::worker::WorkerSettings;

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A worker that lived this long is not in a loop of crashes: the pauses begin anew.
const HEALTHY_LIFE: Duration = Duration::from_mins(1);
/// How long a worker may take to leave after its socket was closed.
const LEAVE_TIME: Duration = Duration::from_secs(3);

/// The only variables that the worker gets: the server's others may hold keys.
const PASSED_ON: [&str; 8] = [
    "PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "RUST_BACKTRACE",
    "IGUDAR_LOG",
    "LLVM_PROFILE_FILE",
];

/// What comes back for one request.
#[derive(Debug)]
pub(crate) enum Reply {
    Accepted,
    Bytes(Bytes),
    End,
    Unsupported(String),
    NotReady(String),
    Lost,
}

/// The replies to one request. Their number is bounded by the context: a reader that is slow costs
/// memory for one answer, and never stops the others.
pub(crate) type Replies = UnboundedReceiver<Reply>;

/// State that the supervising thread and all requests share.
#[derive(Debug)]
pub(crate) struct Shared {
    settings: LocalSettings,
    state: watch::Sender<WorkerState>,
    link: Mutex<Link>,
    last_fault: Mutex<Option<String>>,
    closing: Mutex<bool>,
    wake: Condvar,
}

/// The way to the running worker. One lock for all of it: a request is registered and sent, or it
/// finds the worker gone, never half of both.
#[derive(Debug, Default)]
struct Link {
    to_worker: Option<mpsc::Sender<Frame>>,
    socket: Option<UnixStream>,
    pid: Option<u32>,
    pending: BTreeMap<u64, UnboundedSender<Reply>>,
    last_request: u64,
    /// The last sign of life, or the moment from which one is due.
    heard: Option<Instant>,
    fell_silent: bool,
}

/// A request under way. Dropping it before its end cancels the work.
#[derive(Debug)]
pub(crate) struct Ticket {
    request: u64,
    shared: Arc<Shared>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut link = self.shared.link();
        if link.pending.remove(&self.request).is_some()
            && let Some(to_worker) = &link.to_worker
            && to_worker.send(Frame::bare(Kind::Cancel, self.request)).is_err()
        {
            tracing::debug!("a request was cancelled while the model worker was going");
        }
    }
}

impl Shared {
    pub(crate) fn new(settings: LocalSettings) -> Self {
        Self {
            settings,
            state: watch::Sender::new(WorkerState::Starting),
            link: Mutex::default(),
            last_fault: Mutex::default(),
            closing: Mutex::new(false),
            wake: Condvar::new(),
        }
    }

    pub(crate) fn state(&self) -> watch::Receiver<WorkerState> {
        self.state.subscribe()
    }

    pub(crate) fn worker_pid(&self) -> Option<u32> {
        self.link().pid
    }

    pub(crate) fn last_fault(&self) -> Option<String> {
        lock(&self.last_fault).clone()
    }

    /// Sends a request to the worker.
    pub(crate) fn submit(self: &Arc<Self>, ask: &Ask) -> Result<(Ticket, Replies), AskError> {
        self.submit_operation(Operation::of(ask.route), ask.stream, &ask.body)
    }

    /// Sends an operation to the worker.
    pub(crate) fn submit_operation(
        self: &Arc<Self>,
        operation: Operation,
        stream: bool,
        body: &[u8],
    ) -> Result<(Ticket, Replies), AskError> {
        let mut payload = Vec::with_capacity(body.len() + 2);
        payload.push(operation.code());
        payload.push(u8::from(stream));
        payload.extend_from_slice(body);
        let mut link = self.link();
        let request = link.last_request + 1;
        let Some(to_worker) = &link.to_worker else {
            return Err(AskError::NotReady(self.state.borrow().reason()));
        };
        if to_worker.send(Frame { kind: Kind::Ask, request, payload }).is_err() {
            return Err(AskError::NotReady("its worker process is going".to_owned()));
        }
        let (replies, receiver) = unbounded_channel();
        if link.pending.is_empty() {
            link.heard = Some(Instant::now());
        }
        link.last_request = request;
        link.pending.insert(request, replies);
        drop(link);
        Ok((Ticket { request, shared: Arc::clone(self) }, receiver))
    }

    /// Ends the worker and the supervision.
    pub(crate) fn close(&self) {
        *lock(&self.closing) = true;
        self.wake.notify_all();
        self.hang_up();
    }

    fn hang_up(&self) {
        if let Some(socket) = &self.link().socket
            && let Err(error) = socket.shutdown(Shutdown::Both)
        {
            tracing::debug!(%error, "the model worker's socket was closed already");
        }
    }

    fn is_closing(&self) -> bool {
        *lock(&self.closing)
    }

    fn pause(&self, length: Duration) {
        let closing = lock(&self.closing);
        drop(self.wake.wait_timeout_while(closing, length, |closing| !*closing));
    }

    fn link(&self) -> MutexGuard<'_, Link> {
        lock(&self.link)
    }

    fn become_state(&self, state: WorkerState) {
        self.state.send_replace(state);
    }

    /// Ends a worker that has requests and gives no sign of life.
    fn watch_silence(&self) {
        let mut link = self.link();
        let silent = link.heard.is_some_and(|heard| heard.elapsed() > self.settings.silence_limit);
        if silent && !link.pending.is_empty() {
            link.fell_silent = true;
            drop(link);
            self.hang_up();
        }
    }

    /// Hands a frame of the worker to the request it belongs to.
    fn deliver(&self, frame: Frame) {
        let Frame { kind, request, payload } = frame;
        let text = |payload: Vec<u8>| String::from_utf8_lossy(&payload).into_owned();
        let reply = match kind {
            Kind::Accepted => Reply::Accepted,
            Kind::Bytes => Reply::Bytes(Bytes::from(payload)),
            Kind::End => Reply::End,
            Kind::Unsupported => Reply::Unsupported(text(payload)),
            Kind::NotReady => Reply::NotReady(text(payload)),
            Kind::Alive
            | Kind::Open
            | Kind::Ask
            | Kind::Cancel
            | Kind::Ready
            | Kind::LoadFailed => return,
        };
        let mut link = self.link();
        let last = matches!(reply, Reply::End | Reply::Unsupported(_) | Reply::NotReady(_));
        let receiver =
            if last { link.pending.remove(&request) } else { link.pending.get(&request).cloned() };
        drop(link);
        // A receiver that is gone has been cancelled; what still arrives for it is dropped.
        if let Some(receiver) = receiver
            && receiver.send(reply).is_err()
        {
            tracing::trace!("bytes for a cancelled request");
        }
    }

    /// Forgets the worker and tells every request that it is lost.
    fn lose(&self, state: WorkerState) {
        let mut link = self.link();
        if let WorkerState::Down { reason } = &state {
            *lock(&self.last_fault) = Some(reason.clone());
        }
        self.become_state(state);
        link.to_worker = None;
        link.socket = None;
        link.pid = None;
        link.heard = None;
        link.fell_silent = false;
        for (_, receiver) in std::mem::take(&mut link.pending) {
            if receiver.send(Reply::Lost).is_err() {
                tracing::trace!("a lost request had been cancelled");
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the supervising thread. It ends after [`Shared::close`].
pub(crate) fn spawn(shared: Arc<Shared>) -> io::Result<()> {
    std::thread::Builder::new()
        .name("model-supervisor".to_owned())
        .spawn(move || supervise(&shared))
        .map(drop)
}

fn supervise(shared: &Arc<Shared>) {
    let mut pause = FIRST_PAUSE;
    while !shared.is_closing() {
        let born = Instant::now();
        let reason = match live_once(shared) {
            Ok(reason) => reason,
            Err(error) => error.to_string(),
        };
        if shared.is_closing() {
            break;
        }
        if born.elapsed() > HEALTHY_LIFE {
            pause = FIRST_PAUSE;
        }
        tracing::warn!(%reason, seconds = pause.as_secs_f32(), "the model worker is down");
        shared.lose(WorkerState::Down { reason });
        shared.pause(pause);
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    shared.lose(WorkerState::Stopped);
}

/// One life of the worker, from its start to its end; says why it ended.
fn live_once(shared: &Arc<Shared>) -> Result<String, Box<dyn std::error::Error>> {
    let settings = &shared.settings;
    GgufHeader::read(&settings.model_path)?;
    let (ours, theirs) = UnixStream::pair()?;
    let mut child = start(settings, theirs).map_err(|error| {
        format!("the worker program cannot be started ({error}); check that it may be run")
    })?;
    {
        let mut link = shared.link();
        link.pid = Some(child.id());
        link.socket = Some(ours.try_clone()?);
    }
    shared.become_state(WorkerState::Starting);
    if shared.is_closing() {
        shared.hang_up();
    }
    let talked = talk(shared, &ours);
    if let Err(error) = ours.shutdown(Shutdown::Both) {
        tracing::debug!(%error, "the model worker closed its socket first");
    }
    let status = reap(&mut child)?;
    if shared.link().fell_silent {
        return Ok("its worker process gave no sign of life and was ended".to_owned());
    }
    Ok(match talked {
        Ok(Some(reason)) => reason,
        Ok(None) => format!("its worker process ended ({})", describe(status)),
        Err(error) => format!("the talk with its worker process broke off ({error})"),
    })
}

fn start(settings: &LocalSettings, socket: UnixStream) -> io::Result<Child> {
    let passed_on = PASSED_ON.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    Command::new(&settings.executable)
        .args(&settings.arguments)
        .env_clear()
        .envs(passed_on)
        // Ctrl-C on a terminal reaches the server alone, which ends the worker when the requests
        // under way are done.
        .process_group(0)
        .stdin(Stdio::from(OwnedFd::from(socket)))
        .stdout(Stdio::null())
        .stderr(Stdio::inherit())
        // A failed assertion would otherwise start a debugger, if one is there.
        .env("GGML_NO_BACKTRACE", "1")
        .spawn()
}

/// Speaks with the worker until it goes; the reason, where it gave one.
fn talk(shared: &Arc<Shared>, socket: &UnixStream) -> io::Result<Option<String>> {
    let (to_worker, frames) = mpsc::channel::<Frame>();
    let writing = socket.try_clone()?;
    let watching = Arc::clone(shared);
    std::thread::Builder::new()
        .name("model-writer".to_owned())
        .spawn(move || write_frames(&watching, writing, &frames))?;
    let open = Frame {
        kind: Kind::Open,
        request: 0,
        payload: serde_json::to_vec(&WorkerSettings::from_local(&shared.settings))?,
    };
    if to_worker.send(open).is_err() {
        return Ok(None);
    }
    let mut reader = BufReader::with_capacity(1 << 16, socket);
    while let Some(frame) = read_frame(&mut reader)? {
        match frame.kind {
            Kind::Ready => {
                let facts = serde_json::from_slice(&frame.payload)?;
                let mut link = shared.link();
                link.to_worker = Some(to_worker.clone());
                shared.become_state(WorkerState::Ready(facts));
                drop(link);
                tracing::info!("the model worker is ready");
            }
            Kind::LoadFailed => {
                return Ok(Some(String::from_utf8_lossy(&frame.payload).into_owned()));
            }
            _ => {
                shared.link().heard = Some(Instant::now());
                shared.deliver(frame);
            }
        }
    }
    Ok(None)
}

/// The next frame. A process that ends with unread input resets the stream: that is an end too.
fn read_frame(reader: &mut impl io::Read) -> io::Result<Option<Frame>> {
    match Frame::read_from(reader) {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof
            ) =>
        {
            Ok(None)
        }
        other => other,
    }
}

/// Writes what is to go to the worker, and looks at times whether it still lives.
fn write_frames(shared: &Shared, socket: UnixStream, frames: &mpsc::Receiver<Frame>) {
    let mut writer = BufWriter::with_capacity(1 << 16, socket);
    let between_looks = shared.settings.silence_limit / 8;
    loop {
        let mut next = match frames.recv_timeout(between_looks) {
            Ok(frame) => Some(frame),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        shared.watch_silence();
        while let Some(frame) = next {
            if frame.write_to(&mut writer).is_err() {
                return;
            }
            next = frames.try_recv().ok();
        }
        if writer.flush().is_err() {
            return;
        }
    }
}

/// Waits for the end of the child, whose socket is closed, and ends it when it does not leave.
fn reap(child: &mut Child) -> io::Result<ExitStatus> {
    let asked = Instant::now();
    while asked.elapsed() < LEAVE_TIME {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill()?;
    child.wait()
}

fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (_, Some(4)) => {
            "signal 4: this processor lacks instructions (AVX2) that it needs".to_owned()
        }
        (_, Some(9)) => "signal 9: if nobody ended it, memory was short".to_owned(),
        (_, Some(signal)) => format!("signal {signal}"),
        (Some(code), None) => format!("exit code {code}"),
        (None, None) => "no status".to_owned(),
    }
}
