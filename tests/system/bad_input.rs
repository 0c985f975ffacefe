//! Bad input: each gets its own clear error with the right status, nothing is sent, the server lives on.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::client::{Reply, chat};
use crate::server::{Server, mock};

const CHAT: &str = "/v1/chat/completions";

fn check(name: &str, reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, reply.code().as_str()), (status, code), "{name}: {}", reply.body);
    let error = &reply.json()["error"];
    assert!(
        error["message"].as_str().is_some_and(|text| text.len() > 10),
        "{name}: {}",
        reply.body
    );
    assert!(error["type"].is_string(), "{name}");
}

/// A user message in a body with other members.
fn with(members: &str) -> String {
    format!(r#"{{"model":"mock","messages":[{{"role":"user","content":"Salam"}}]{members}}}"#)
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let message = |content: &str| {
        format!(r#"{{"model":"mock","messages":[{{"role":"user","content":{content}}}]}}"#)
    };
    let deep =
        |levels: usize| with(&format!(",\"x\":{}{}", "[".repeat(levels), "]".repeat(levels)));
    let cases: Vec<(&str, String)> = vec![
        ("nothing", String::new()),
        ("no JSON", "Salam".to_owned()),
        ("half a body", r#"{"model":"mock","messages":[{"role":"user","#.to_owned()),
        ("a comma too many", with(",")),
        ("text after the end", with("") + "{}"),
        ("a list", "[]".to_owned()),
        ("a single quote", "{'model':'mock'}".to_owned()),
        ("no messages", r#"{"model":"mock"}"#.to_owned()),
        ("no model", r#"{"messages":[{"role":"user","content":"Salam"}]}"#.to_owned()),
        ("empty messages", r#"{"model":"mock","messages":[]}"#.to_owned()),
        ("messages as text", r#"{"model":"mock","messages":"Salam"}"#.to_owned()),
        (
            "a number as model",
            r#"{"model":7,"messages":[{"role":"user","content":"a"}]}"#.to_owned(),
        ),
        ("a number as content", message("7")),
        ("stream as text", with(r#","stream":"yes""#)),
        ("max_tokens as text", with(r#","max_tokens":"many""#)),
        ("max_tokens below zero", with(r#","max_tokens":-1"#)),
        ("model twice", with(r#","model":"other""#)),
        ("stream twice", with(r#","stream":true,"stream":false"#)),
        ("max_tokens twice", with(r#","max_tokens":1,"max_tokens":100000"#)),
        ("a lone surrogate", message(r#""a \ud83d b""#)),
        ("a broken escape", message(r#""\u12""#)),
        ("a control character", message("\"a\u{1}b\"")),
        ("a leading zero", with(r#","temperature":01"#)),
        ("NaN", with(r#","temperature":NaN"#)),
        ("deep nesting", deep(100_000)),
    ];
    for (name, body) in cases {
        let reply = server.post_raw(&key, CHAT, body, &[]).await;
        check(name, &reply, 400, "invalid_request");
    }
    let utf8 =
        [b"{\"model\":\"mock\",\"messages\":[{\"role\":\"user\",\"content\":\"\xff\xfe\"}]}"
            .to_vec()];
    for body in utf8 {
        let reply = server.post_raw(&key, CHAT, body, &[]).await;
        assert_eq!(reply.status, 400, "{}", reply.body);
    }
    assert_eq!(mock.counts().requests, 0, "nothing was sent");
    assert!(server.lives().await);
}

#[tokio::test]
async fn requests_that_may_not_pass() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let salam = chat("mock", "Salam", false);
    let unknown = chat("no-such-model", "Salam", false);
    check("unknown model", &server.chat(&key, &unknown).await, 404, "model_not_found");
    check("no key", &server.chat("", &salam).await, 401, "invalid_key");
    check("a wrong key", &server.chat("igd_wrong", &salam).await, 401, "invalid_key");
    let stranger = format!("igd_{}", "A".repeat(key.len() - 4));
    check("a stranger's key", &server.chat(&stranger, &salam).await, 401, "invalid_key");
    let ids = json!({ "model": "mock", "input": [1, 2, 3] });
    check("token ids", &server.post(&key, "/v1/embeddings", &ids).await, 400, "unreadable_input");
    let lists = json!({ "model": "mock", "input": [[1, 2], [3]] });
    check("token ids", &server.post(&key, "/v1/embeddings", &lists).await, 400, "unreadable_input");
    let image = json!({ "model": "mock", "messages": [{ "role": "user", "content": [
        { "type": "image_url", "image_url": { "url": "https://host.example/cin.png" } }] }] });
    check("an image", &server.chat(&key, &image).await, 400, "unreadable_input");
    for (path, status, code) in
        [("/v1/nowhere", 404, "not_found"), ("/v1/models", 405, "method_not_allowed")]
    {
        check(path, &server.post(&key, path, &salam).await, status, code);
    }
    let in_key = json!({ "model": "mock", "messages": [{ "role": "user", "content": "Salam" }],
        "metadata": { "+212 661 22 33 44": "x" } });
    let reply = server.chat(&key, &in_key).await;
    assert_eq!(reply.status, 400, "{}", reply.body);
    assert!(!reply.body.contains("661"), "{}", reply.body);
    assert_eq!(mock.counts().requests, 0, "nothing was sent");
    let with_surrogate = json!({ "model": "mock", "messages": [{ "role": "user", "content": "Salam" }],
        "metadata": { "karim.bennani@courriel.example.ma": "x" } });
    assert_eq!(server.chat(&key, &with_surrogate).await.status, 200);
    let received = String::from_utf8(mock.received()[0].bytes()).unwrap();
    assert!(!received.contains("bennani"), "{received}");
    assert!(received.contains("personne1@example.org"), "{received}");
    assert!(server.lives().await);
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn encodings_and_sizes() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let text = "Ma CIN est AB123456";
    let body = chat("mock", text, false).to_string();
    let gzip = [("content-encoding", "gzip")];
    let reply = server.post_raw(&key, CHAT, packed(&body), &gzip).await;
    assert_eq!(reply.content(), text, "a gzip'd body is read");
    assert!(!mock.received()[0].text().contains("AB123456"));
    mock.forget();
    let bomb = packed(&chat("mock", &"a".repeat(80 << 20), false).to_string());
    assert!(bomb.len() < 1 << 20);
    check("a bomb", &server.post_raw(&key, CHAT, bomb, &gzip).await, 413, "body_too_large");
    let broken = packed(&body)[..20].to_vec();
    check("broken gzip", &server.post_raw(&key, CHAT, broken, &gzip).await, 400, "invalid_request");
    let unknown = [("content-encoding", "compress")];
    let reply = server.post_raw(&key, CHAT, body.clone(), &unknown).await;
    check("an unknown encoding", &reply, 415, "unsupported_media_type");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let reply = server.post_raw(&key, CHAT, "model=mock", &form).await;
    check("a form", &reply, 415, "unsupported_media_type");
    let large = chat("mock", &"سلام ".repeat(4 << 20), false).to_string();
    check("over the limit", &server.post_raw(&key, CHAT, large, &[]).await, 413, "body_too_large");
    assert!(mock.received().is_empty(), "nothing was sent");
    assert!(server.lives().await);
}

#[tokio::test]
async fn twenty_megabytes_of_text() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "say:done")]).await;
    let line = "Le dossier avance, la réunion est prévue. السلام عليكم ورحمة الله. ";
    let mut text = line.repeat((20 << 20) / line.len());
    text.push_str("Ma CIN est AB123456.");
    let reply = server.chat(&key, &chat("mock", &text, false)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.content(), "done");
    let received = mock.received()[0].text().into_owned();
    assert!(received.contains("Ma CIN est [CIN_1].") && !received.contains("AB123456"));
    assert!(server.lives().await);
}

#[tokio::test]
async fn admin_bodies_refuse_what_they_do_not_know() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let cases: Vec<(&str, Value)> = vec![
        ("/v1/detect", json!({ "text": "a", "offset": "bytes" })),
        ("/v1/detect", json!({ "text": 7 })),
        ("/v1/detect", json!({ "text": "a", "offsets": "miles" })),
        ("/v1/protect", json!({ "text": "a", "texts": ["b"] })),
        ("/v1/protect", json!({})),
        ("/v1/restore", json!({ "text": "a", "map": "igm1.damaged" })),
        ("/v1/restore", json!({ "text": "a" })),
    ];
    for (path, body) in cases {
        let reply = server.post(&key, path, &body).await;
        assert_eq!(reply.status, 400, "{path} {body}: {}", reply.body);
    }
}
