//! Supervision with real processes: this test program starts itself as the worker.
//!
//! `worker_entry` is the worker's main. The supervisor runs this program with that test's name and
//! one more word, which says what kind of worker to be.

use std::io::{BufReader, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use model::{Answer, Ask, AskError, Model, Route};

use crate::frame::{Frame, Kind, write_parts};
use crate::gguf::tests::small_file;
use crate::{LocalModel, LocalSettings, ModelFacts, WorkerState};

pub(crate) const TRUE_WORKER: &str = "igudar-true-worker";
const FALSE_WORKER: &str = "igudar-false-worker";

#[test]
fn worker_entry() {
    let words: Vec<String> = std::env::args().collect();
    if words.iter().any(|word| word == TRUE_WORKER) {
        // What went wrong has been told to the supervisor.
        drop(crate::worker::run());
    }
    if words.iter().any(|word| word == FALSE_WORKER) {
        false_worker();
    }
}

/// A worker without a model. What a request's body says, it does: `answer` in two pieces, `begin`
/// and never end, `die` at once, `die late` after the first piece, `leave`.
fn false_worker() {
    let mut socket = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned().unwrap());
    let mut reader = BufReader::new(socket.try_clone().unwrap());
    let mut say = |kind: Kind, request: u64, payload: &[u8]| {
        write_parts(&mut socket, kind, request, payload).unwrap();
        socket.flush().unwrap();
    };
    while let Ok(Some(Frame { kind, request, payload })) = Frame::read_from(&mut reader) {
        let body = payload.get(2..).unwrap_or_default();
        match (kind, body) {
            (Kind::Open, _) => say(Kind::Ready, 0, &serde_json::to_vec(&facts()).unwrap()),
            (Kind::Ask, b"answer") => {
                say(Kind::Accepted, request, b"");
                say(Kind::Bytes, request, b"one ");
                say(Kind::Bytes, request, b"two");
                say(Kind::End, request, b"");
            }
            (Kind::Ask, b"begin") => {
                say(Kind::Accepted, request, b"");
                say(Kind::Bytes, request, b"one ");
            }
            (Kind::Ask, b"impossible") => say(Kind::Unsupported, request, b"it cannot fly"),
            (Kind::Ask, b"full") => say(Kind::NotReady, request, b"8 requests are waiting"),
            (Kind::Ask, b"die late") => {
                say(Kind::Accepted, request, b"");
                say(Kind::Bytes, request, b"one ");
                std::process::abort();
            }
            (Kind::Ask, b"die") => std::process::abort(),
            // A cancellation shows by the worker's end, which the tests wait for.
            (Kind::Cancel, _) => return,
            _ => {}
        }
    }
}

fn facts() -> ModelFacts {
    ModelFacts {
        name: "false".to_owned(),
        architecture: "none".to_owned(),
        parameters: 0,
        context_tokens: 8,
        parallel: 1,
        chat: true,
        embedding_length: 0,
    }
}

pub(crate) fn settings(kind: &str, model_path: &Path) -> LocalSettings {
    let arguments = ["process_tests::worker_entry", "--exact", "--nocapture", kind];
    LocalSettings::new(
        std::env::current_exe().unwrap(),
        arguments.map(str::to_owned).to_vec(),
        model_path.to_path_buf(),
    )
}

fn ask(body: &str, stream: bool) -> Ask {
    Ask { route: Route::ChatCompletions, body: Bytes::copy_from_slice(body.as_bytes()), stream }
}

/// A folder with a file that passes for a model, and a false worker for it.
async fn false_model() -> (tempfile::TempDir, LocalModel) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("false.gguf");
    std::fs::write(&path, small_file(64)).unwrap();
    let model = LocalModel::start(settings(FALSE_WORKER, &path)).unwrap();
    assert_eq!(model.ready().await.unwrap(), facts());
    (folder, model)
}

pub(crate) async fn until(
    model: &LocalModel,
    wanted: impl Fn(&WorkerState) -> bool,
) -> WorkerState {
    let mut state = model.watch_state();
    let found =
        tokio::time::timeout(Duration::from_secs(20), state.wait_for(|state| wanted(state)));
    found.await.expect("the state is reached in time").unwrap().clone()
}

/// Why the worker was down, as soon as it was.
async fn fault(model: &LocalModel) -> String {
    until(model, |_| model.last_fault().is_some()).await;
    model.last_fault().unwrap()
}

async fn told(model: &LocalModel, body: &str, stream: bool) -> String {
    match model.ask(ask(body, stream)).await {
        Ok(Answer::Whole(bytes)) => String::from_utf8(bytes.to_vec()).unwrap(),
        Ok(Answer::Stream(mut events)) => {
            let mut text = String::new();
            while let Some(event) = events.next().await {
                match event {
                    Ok(bytes) => text += std::str::from_utf8(&bytes).unwrap(),
                    Err(error) => text.extend([format!("[{error:?}]")]),
                }
            }
            text
        }
        Err(error) => format!("{error:?}"),
    }
}

#[tokio::test]
async fn answers_come_whole_and_in_pieces() {
    let (_folder, model) = false_model().await;
    assert_eq!(told(&model, "answer", false).await, "one two");
    assert_eq!(told(&model, "answer", true).await, "one two");
    assert_eq!(told(&model, "impossible", true).await, r#"Unsupported("it cannot fly")"#);
    assert_eq!(told(&model, "full", false).await, r#"NotReady("8 requests are waiting")"#);
}

#[tokio::test]
async fn a_dead_worker_fails_its_requests_and_comes_back() {
    let (_folder, model) = false_model().await;
    let first = model.worker_pid().unwrap();
    let Ok(Answer::Stream(mut other)) = model.ask(ask("begin", true)).await else { panic!() };
    assert_eq!(told(&model, "die late", true).await, "one [Truncated]");
    assert!(other.next().await.unwrap().is_ok());
    assert!(matches!(other.next().await, Some(Err(AskError::Truncated))));
    assert!(other.next().await.is_none());
    let refused = model.ask(ask("answer", false)).await;
    assert!(matches!(refused, Ok(_) | Err(AskError::NotReady(_))));
    until(&model, |state| matches!(state, WorkerState::Ready(_))).await;
    assert_ne!(model.worker_pid(), Some(first));
    assert_eq!(told(&model, "answer", false).await, "one two");
    assert!(told(&model, "die", false).await.starts_with("NotReady("));
    let down = fault(&model).await;
    assert!(down.contains("signal 6"), "{down}");
}

#[tokio::test]
async fn what_nobody_waits_for_is_cancelled() {
    for stream in [true, false] {
        let (_folder, model) = false_model().await;
        if stream {
            let Ok(Answer::Stream(mut events)) = model.ask(ask("begin", true)).await else {
                panic!()
            };
            assert!(events.next().await.unwrap().is_ok());
            drop(events);
        } else {
            let waiting = model.ask(ask("begin", false));
            assert!(tokio::time::timeout(Duration::from_millis(50), waiting).await.is_err());
        }
        let down = fault(&model).await;
        assert!(down.contains("exit code 0"), "{down}");
    }
}

#[tokio::test]
async fn a_worker_that_falls_silent_is_ended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("false.gguf");
    std::fs::write(&path, small_file(64)).unwrap();
    let mut settings = settings(FALSE_WORKER, &path);
    settings.silence_limit = Duration::from_millis(400);
    let model = LocalModel::start(settings).unwrap();
    model.ready().await.unwrap();
    assert_eq!(told(&model, "begin", true).await, "one [Truncated]");
    let down = fault(&model).await;
    assert!(down.contains("no sign of life"), "{down}");
    until(&model, |state| matches!(state, WorkerState::Ready(_))).await;
    assert_eq!(told(&model, "answer", true).await, "one two");
}

#[tokio::test]
async fn a_killed_worker_is_named() {
    let (_folder, model) = false_model().await;
    let pid = model.worker_pid().unwrap();
    let kill = std::process::Command::new("kill").args(["-KILL", &pid.to_string()]).status();
    assert!(kill.unwrap().success());
    let down = fault(&model).await;
    assert!(down.contains("signal 9"), "{down}");
    until(&model, |state| matches!(state, WorkerState::Ready(_))).await;
}

#[tokio::test]
async fn the_worker_ends_with_the_model() {
    let (_folder, model) = false_model().await;
    let process = PathBuf::from(format!("/proc/{}", model.worker_pid().unwrap()));
    let mut state = model.watch_state();
    drop(model);
    state.wait_for(|state| *state == WorkerState::Stopped).await.unwrap();
    assert!(!process.exists(), "the process was waited for");
}

#[tokio::test]
async fn missing_and_damaged_files_are_told_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("late.gguf");
    let model = LocalModel::start(settings(FALSE_WORKER, &path)).unwrap();
    let missing = model.ready().await.unwrap_err().to_string();
    assert!(missing.contains("late.gguf does not exist"), "{missing}");
    let asked = told(&model, "answer", false).await;
    assert!(asked.contains("does not exist"), "{asked}");
    std::fs::write(&path, b"<html>").unwrap();
    let not_gguf = |state: &WorkerState| format!("{state:?}").contains("is not a GGUF");
    until(&model, not_gguf).await;
    std::fs::write(&path, small_file(64)).unwrap();
    until(&model, |state| matches!(state, WorkerState::Ready(_))).await;
    assert_eq!(told(&model, "answer", false).await, "one two");
}

#[tokio::test]
async fn what_llama_cannot_load_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hollow.gguf");
    std::fs::write(&path, small_file(64)).unwrap();
    let model = LocalModel::start(settings(TRUE_WORKER, &path)).unwrap();
    let reason = model.ready().await.unwrap_err().to_string();
    assert!(reason.contains("llama.cpp cannot load hollow.gguf: "), "{reason}");
    assert!(!reason.contains("gives no reason"), "{reason}");
    assert!(!reason.contains(&folder.path().display().to_string()), "{reason}");
}

#[tokio::test]
async fn a_program_that_does_not_exist_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("false.gguf");
    std::fs::write(&path, small_file(64)).unwrap();
    let mut settings = settings(FALSE_WORKER, &path);
    settings.executable = folder.path().join("no-program");
    let model = LocalModel::start(settings).unwrap();
    let reason = model.ready().await.unwrap_err().to_string();
    assert!(reason.contains("the worker program cannot be started"), "{reason}");
}
