//! Answers that come as promised.

use futures_util::StreamExt as _;
use http::HeaderName;
use igudar_mock_upstream::MockUpstream;
use model::{Answer, Ask, Model as _, Route};
use secrecy::SecretString;
use upstream::{KeyHeader, RemoteModel, Settings, SettingsError};

use crate::{asked, behaviour, chat, drained, settings};

/// The text of a stream whose events are JSON lines.
fn streamed_text(bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let datas = text.lines().filter_map(|line| line.strip_prefix("data: "));
    datas
        .filter(|data| *data != "[DONE]")
        .map(|data| serde_json::from_str::<serde_json::Value>(data).unwrap())
        .filter_map(|chunk| chunk["choices"][0]["delta"]["content"].as_str().map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn a_whole_answer() {
    let (bytes, error) = asked("echo", false).await.unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(answer["choices"][0]["message"]["content"], "Salam [PERSON_1], لاباس؟");
    assert!(error.is_none());
}

#[tokio::test]
async fn a_stream_at_any_cut() {
    for cut in ["echo", "cut:1", "cut:7", "cut:7+crlf", "comments+cut:3"] {
        let (bytes, error) = asked(cut, true).await.unwrap();
        assert_eq!(streamed_text(&bytes), "Salam [PERSON_1], لاباس؟", "{cut}");
        assert!(error.is_none(), "{cut}");
        assert!(String::from_utf8(bytes).unwrap().contains("data: [DONE]"), "{cut}");
    }
}

#[tokio::test]
async fn the_body_goes_out_byte_for_byte() {
    let mock = MockUpstream::start().await.unwrap();
    let model = RemoteModel::new(&settings(mock.url())).unwrap();
    let odd = "{ \"model\":\"m\",\n\t\"temperature\":1e-7, \"messages\":[{\"role\":\"user\",\"content\":\"\\u0633x\"}]}";
    let ask = Ask { route: Route::ChatCompletions, body: odd.into(), stream: false };
    model.ask(ask).await.unwrap();
    let received = &mock.received()[0];
    assert_eq!(received.text(), odd);
    assert_eq!(received.target, "/v1/chat/completions");
    assert_eq!(received.header("content-type"), Some("application/json"));
    assert_eq!(received.header("content-length"), Some(odd.len().to_string().as_str()));
    assert_eq!(received.header("accept-encoding"), Some("identity"));
    assert!(received.header("user-agent").unwrap().starts_with("igudar/"));
    assert_eq!(received.header("authorization"), None);
}

#[tokio::test]
async fn embeddings() {
    let mock = MockUpstream::start().await.unwrap();
    let model = RemoteModel::new(&settings(mock.url())).unwrap();
    let body = r#"{"model":"e","input":["a","b"]}"#.into();
    let ask = Ask { route: Route::Embeddings, body, stream: false };
    let (bytes, _) = drained(model.ask(ask).await.unwrap()).await;
    let answer: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(answer["data"].as_array().unwrap().len(), 2);
    assert_eq!(mock.received()[0].target, "/v1/embeddings");
}

#[tokio::test]
async fn the_key_goes_into_its_header() {
    let mock = MockUpstream::start().await.unwrap();
    let keyed = Settings {
        api_key: Some(SecretString::from("word-of-the-gate\n")),
        ..settings(mock.url())
    };
    let named = KeyHeader::Named(HeaderName::from_static("api-key"));
    let other = Settings { key_header: named, ..keyed.clone() };
    for settings in [keyed, other] {
        RemoteModel::new(&settings).unwrap().ask(chat(false)).await.unwrap();
    }
    let received = mock.received();
    assert_eq!(received[0].header("authorization"), Some("Bearer word-of-the-gate"));
    assert_eq!(received[1].header("api-key"), Some("word-of-the-gate"));
    assert_eq!(received[1].header("authorization"), None);
}

#[test]
fn nothing_secret_shows() {
    let secret = || SecretString::from("word-of-the-gate");
    let proxy = upstream::ProxyChoice::Explicit { url: secret(), except: None };
    let base = "https://someone:word-of-the-gate@host/v1";
    let settings = Settings { api_key: Some(secret()), proxy, ..Settings::new(base) };
    let refused = RemoteModel::new(&settings).unwrap_err();
    for shown in [format!("{settings:?}"), format!("{refused:?}"), refused.to_string()] {
        assert!(!shown.contains("word-of-the-gate") && !shown.contains("someone"), "{shown}");
    }
    let broken = Settings { api_key: Some("a\nb".into()), ..crate::settings("http://host/v1") };
    assert_eq!(RemoteModel::new(&broken).unwrap_err(), SettingsError::Key);
}

#[tokio::test]
async fn the_first_piece_comes_before_the_last_is_made() {
    let mock = MockUpstream::start().await.unwrap();
    mock.behave(behaviour("hang-mid-stream"));
    let model = RemoteModel::new(&settings(mock.url())).unwrap();
    let Answer::Stream(mut stream) = model.ask(chat(true)).await.unwrap() else {
        panic!("a stream was asked for")
    };
    assert!(stream.next().await.unwrap().unwrap().starts_with(b"data: {"));
    assert_eq!(mock.counts().open, 1);
}
