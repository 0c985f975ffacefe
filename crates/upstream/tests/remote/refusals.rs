//! Servers that refuse, or send something that is no answer.

use std::time::Duration;

use igudar_mock_upstream::{MockUpstream, Options};
use model::{AskError, Model as _};
use upstream::{RemoteModel, Settings};

use crate::{asked, behaviour, chat, settings};

/// The outcome in a few words: where it failed and how.
async fn outcome(behaving: &str, stream: bool) -> String {
    match asked(behaving, stream).await {
        Err(error) => format!("refused: {error:?}"),
        Ok((_, Some(error))) => format!("begun: {error:?}"),
        Ok((bytes, None)) => format!("complete: {} bytes", bytes.len()),
    }
}

async fn check(behaving: &str, stream: bool, expect: &str) {
    assert_eq!(outcome(behaving, stream).await, expect, "{behaving}, stream {stream}");
}

fn status(status: u16, message: &str) -> String {
    format!("refused: Status {{ status: {status}, retry_after: None, message: {message} }}")
}

#[tokio::test]
async fn a_closed_port() {
    let url = MockUpstream::closed_url().await.unwrap();
    let model = RemoteModel::new(&settings(url)).unwrap();
    assert!(matches!(model.ask(chat(false)).await, Err(AskError::Connect)));
    assert!(matches!(model.ask(chat(true)).await, Err(AskError::Connect)));
}

#[tokio::test]
async fn statuses_with_their_messages() {
    let echoed = r#"Some("cannot read: Salam [PERSON_1], لاباس؟")"#;
    for stream in [false, true] {
        check("status:500", stream, &status(500, r#"Some("the server failed")"#)).await;
        check("status:503+error:gateway", stream, &status(503, r#"Some("the server failed")"#))
            .await;
        check("status:400+error:flat", stream, &status(400, echoed)).await;
        check("status:400", stream, &status(400, echoed)).await;
        let detail = r#"Some("body.messages.0: cannot read: Salam [PERSON_1], لاباس؟")"#;
        check("status:422+error:detail", stream, &status(422, detail)).await;
        check("status:500+error:text", stream, &status(500, "None")).await;
        check("status:502+html", stream, &status(502, "None")).await;
        check("redirect", stream, &status(307, "None")).await;
    }
}

#[tokio::test]
async fn too_many_requests_say_when_to_come_back() {
    let Err(AskError::Status { status, retry_after, .. }) =
        asked("status:429+retry-after:7+error:flat", true).await
    else {
        panic!("a refusal was scripted")
    };
    assert_eq!((status, retry_after), (429, Some(Duration::from_secs(7))));
}

#[tokio::test]
async fn a_wrong_key_is_not_repeated() {
    let key = "the-key-of-this-test-0123";
    let options = Options { key: Some(key.to_owned()), ..Options::default() };
    let mock = MockUpstream::start_with(options).await.unwrap();
    let keyed = Settings { api_key: Some(key.into()), ..settings(mock.url()) };
    for shape in ["openai", "flat", "gateway", "guardrail", "detail"] {
        mock.behave(behaviour(&format!("status:401+error:{shape}")));
        let error = RemoteModel::new(&keyed).unwrap().ask(chat(false)).await.unwrap_err();
        let shown = format!("{error:?} {error}");
        assert!(!shown.contains(key) && shown.contains("[key]"), "{shown}");
    }
    let wrong = Settings { api_key: Some("another".into()), ..settings(mock.url()) };
    let error = RemoteModel::new(&wrong).unwrap().ask(chat(false)).await.unwrap_err();
    assert!(matches!(error, AskError::Status { status: 401, .. }));
}

#[tokio::test]
async fn pages_and_other_things_that_are_no_answer() {
    check("html", false, r#"refused: NotAnAnswer("a web page")"#).await;
    check("html", true, r#"refused: NotAnAnswer("a web page")"#).await;
    check("not-json", false, r#"refused: NotAnAnswer("text that is not JSON")"#).await;
    let compressed = r#"refused: NotAnAnswer("a compressed body that was not asked for")"#;
    check("gzip", false, compressed).await;
    check("gzip", true, compressed).await;
}

#[tokio::test]
async fn answers_that_break_off() {
    check("break-mid-stream", false, "refused: Truncated").await;
    check("break-mid-stream", true, "begun: Truncated").await;
    check("break-mid-stream+cut:7", true, "begun: Truncated").await;
}

#[tokio::test]
async fn answers_over_the_limit() {
    let mock = MockUpstream::start().await.unwrap();
    mock.behave(behaviour("huge:100000+pieces:1000"));
    let small = Settings { max_answer_bytes: 50_000, ..settings(mock.url()) };
    let model = RemoteModel::new(&small).unwrap();
    let whole = model.ask(chat(false)).await;
    assert!(matches!(whole, Err(AskError::TooLarge { limit: 50_000 })), "{whole:?}");
    let (bytes, error) = crate::drained(model.ask(chat(true)).await.unwrap()).await;
    assert!(bytes.len() <= 50_000);
    assert!(matches!(error, Some(AskError::TooLarge { limit: 50_000 })), "{error:?}");
    mock.until_gone(1).await;
}

#[tokio::test]
async fn nothing_is_sent_twice() {
    let mock = MockUpstream::start().await.unwrap();
    let model = RemoteModel::new(&settings(mock.url())).unwrap();
    for trouble in ["status:500", "status:429", "redirect", "break-mid-stream", "status:503"] {
        mock.behave(behaviour(trouble));
        assert!(model.ask(chat(false)).await.is_err(), "{trouble}");
    }
    assert_eq!(mock.counts().requests, 5);
}
