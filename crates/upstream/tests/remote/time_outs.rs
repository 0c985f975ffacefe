//! Each phase has its own time-out, and a call that nobody waits for ends.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use igudar_mock_upstream::MockUpstream;
use model::{Answer, AskError, Model as _};
use upstream::{RemoteModel, Settings, TimeOuts};

use crate::{behaviour, chat, drained, settings};

const SHORT: Duration = Duration::from_millis(150);

/// Time-outs so long that a test which meets one of them does not end.
fn endless() -> TimeOuts {
    let day = Duration::from_hours(24);
    TimeOuts { connect: day, header: day, idle: day, total: day }
}

async fn mock(behaving: &str) -> MockUpstream {
    let mock = MockUpstream::start().await.unwrap();
    mock.behave(behaviour(behaving));
    mock
}

fn model(url: String, time_outs: TimeOuts) -> RemoteModel {
    RemoteModel::new(&Settings { time_outs, ..settings(url) }).unwrap()
}

#[tokio::test]
async fn connecting() {
    // A server that accepts and never says a word of TLS.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/v1", silent.local_addr().unwrap());
    let model = model(url, TimeOuts { connect: SHORT, ..endless() });
    assert!(matches!(model.ask(chat(false)).await, Err(AskError::Connect)));
}

#[tokio::test]
async fn waiting_for_headers() {
    let mock = mock("hang").await;
    let model = model(mock.url(), TimeOuts { header: SHORT, ..endless() });
    for stream in [false, true] {
        assert!(matches!(model.ask(chat(stream)).await, Err(AskError::HeaderTimeout)));
    }
    mock.until_gone(2).await;
}

#[tokio::test]
async fn silence_in_the_middle() {
    let mock = mock("hang-mid-stream").await;
    let model = model(mock.url(), TimeOuts { idle: SHORT, ..endless() });
    let (bytes, error) = drained(model.ask(chat(true)).await.unwrap()).await;
    assert!(!bytes.is_empty());
    assert!(matches!(error, Some(AskError::IdleTimeout)), "{error:?}");
    assert!(matches!(model.ask(chat(false)).await, Err(AskError::IdleTimeout)));
    mock.until_gone(2).await;
}

#[tokio::test]
async fn a_slow_answer_that_keeps_coming_is_no_silence() {
    let mock = mock("drip:20").await;
    let time_outs = TimeOuts { idle: Duration::from_secs(20), ..endless() };
    let started = Instant::now();
    let (_, error) = drained(model(mock.url(), time_outs).ask(chat(true)).await.unwrap()).await;
    assert!(error.is_none());
    assert!(started.elapsed() > SHORT, "the drip took longer than a short time-out");
}

#[tokio::test]
async fn the_whole_call() {
    let mock = mock("drip:40").await;
    let model = model(mock.url(), TimeOuts { total: SHORT, ..endless() });
    let (_, error) = drained(model.ask(chat(true)).await.unwrap()).await;
    assert!(matches!(error, Some(AskError::IdleTimeout)), "{error:?}");
}

#[tokio::test]
async fn a_dropped_call_is_seen_within_a_second() {
    let mock = mock("hang").await;
    let model = model(mock.url(), endless());
    let mut call = model.ask(chat(false));
    tokio::select! {
        _ = &mut call => panic!("the mock never answers"),
        _ = mock.until_received(1) => {}
    }
    let dropped = Instant::now();
    drop(call);
    mock.until_gone(1).await;
    assert!(dropped.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn a_dropped_stream_is_seen_within_a_second() {
    for behaving in ["hang-mid-stream", "drip:50"] {
        let mock = mock(behaving).await;
        let model = model(mock.url(), endless());
        let Answer::Stream(mut stream) = model.ask(chat(true)).await.unwrap() else {
            panic!("a stream was asked for")
        };
        assert!(stream.next().await.unwrap().is_ok());
        let dropped = Instant::now();
        drop(stream);
        mock.until_gone(1).await;
        assert!(dropped.elapsed() < Duration::from_secs(1), "{behaving}");
        assert!(mock.received()[0].gone_after.is_some());
    }
}
