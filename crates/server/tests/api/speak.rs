//! The routes that reach a model.

use std::sync::atomic::Ordering;

use axum::body::Body;
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::House;

const CHAT: &str = "/v1/chat/completions";

fn question(model: &str, stream: bool) -> String {
    let text = "Je suis Zineb Oukacha, CIN DA48213";
    json!({ "model": model, "stream": stream, "messages": [{ "role": "user", "content": text }] })
        .to_string()
}

#[tokio::test]
async fn an_answer_says_what_happened() {
    let house = House::new();
    let reply = house.post(CHAT, &question("echo-no-model", false)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let content = &reply.json()["choices"][0]["message"]["content"];
    assert_eq!(content, "Je suis Zineb Oukacha, CIN DA48213");
    assert!(reply.header("x-igudar-receipt").starts_with("rcp_"));
    assert!(reply.header("x-igudar-findings").contains("cin=1"));
    assert_eq!(reply.header("x-igudar-destination"), "echo");
    assert!(reply.header("x-request-id").starts_with("req_"));
    assert_eq!(house.journal.closed.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_stream_is_a_stream() {
    let house = House::new();
    let reply = house.post(CHAT, &question("echo/echo-no-model", true)).await;
    assert_eq!(reply.header("content-type"), "text/event-stream");
    assert_eq!(reply.header("cache-control"), "no-cache");
    let text = reply.text();
    assert!(text.ends_with("data: [DONE]\n\n"), "{text}");
    let content: String = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: {"))
        .map(|data| serde_json::from_str::<Value>(&format!("{{{data}")).unwrap())
        .filter_map(|data| data["choices"][0]["delta"]["content"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(content, "Je suis Zineb Oukacha, CIN DA48213");
}

#[tokio::test]
async fn whoever_goes_away_cancels() {
    let house = House::new();
    let request = house.request("POST", CHAT).body(Body::from(question("hanging", true))).unwrap();
    let response = house.router.clone().oneshot(request).await.unwrap();
    let mut events = response.into_body().into_data_stream();
    assert!(events.next().await.unwrap().is_ok());
    assert_eq!(house.hanging.living.load(Ordering::SeqCst), 1);
    drop(events);
    assert_eq!(house.hanging.living.load(Ordering::SeqCst), 0);
    assert_eq!(house.journal.closed.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn faults_have_their_status() {
    let house = House::new();
    for (body, status, code) in [
        (question("nobody", false), 404, "model_not_found"),
        (question("broken", false), 502, "upstream_failed"),
        (question("panicking", false), 500, "internal_error"),
        ("{".to_owned(), 400, "invalid_request"),
        (r#"{"model":"echo-no-model","messages":[]}"#.to_owned(), 400, "invalid_request"),
        (r#"{"messages":[]}"#.to_owned(), 400, "invalid_request"),
        (format!("{}{}", "[".repeat(9000), "]".repeat(9000)), 400, "invalid_request"),
    ] {
        let reply = house.post(CHAT, &body).await;
        assert_eq!(reply.refusal(), (status, code.to_owned()));
        assert!(!reply.text().contains("DA48213"), "{}", reply.text());
    }
    assert_eq!(house.get("/v1/models").await.status, 200, "the server lives on");
}

#[tokio::test]
async fn large_bodies_go_the_same_way() {
    let house = House::new();
    let text = format!("CIN DA48213 {}", "mot-".repeat(30_000));
    let body =
        json!({ "model": "echo-no-model", "messages": [{ "role": "user", "content": text }] });
    let reply = house.post(CHAT, &body.to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(reply.json()["choices"][0]["message"]["content"] == text);
}

#[tokio::test]
async fn embeddings_are_refused_by_a_model_that_has_none() {
    let house = House::new();
    let reply = house.post("/v1/embeddings", r#"{"model":"echo-no-model","input":"a"}"#).await;
    assert_eq!(reply.refusal(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn models_and_destinations() {
    let house = House::new();
    let list = house.get("/v1/models").await.json();
    assert_eq!(list["object"], "list");
    let ids: Vec<&str> = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|model| model["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["echo-no-model", "hanging", "panicking", "broken"]);
    assert_eq!(house.get("/v1/models/echo-no-model").await.json()["object"], "model");
    assert_eq!(house.get("/v1/models/echo/echo-no-model").await.json()["id"], "echo-no-model");
    let missing = house.get("/v1/models/DA48213").await;
    assert_eq!(missing.refusal(), (404, "model_not_found".to_owned()));
    assert!(!missing.text().contains("DA48213"));
    let destinations = house.get("/v1/destinations").await.json();
    assert_eq!(destinations["data"][0]["policy"]["default"], "label");
}

#[tokio::test]
async fn a_preview_sends_nothing() {
    let house = House::new();
    let reply = house.post("/v1/preview", &question("echo-no-model", false)).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let echo = &reply.json()["data"][0];
    assert_eq!(echo["destination"], "echo");
    assert_eq!(echo["findings"]["cin"], 1);
    let seen = echo["body"]["messages"][0]["content"].as_str().unwrap();
    assert!(!seen.contains("DA48213") && seen.contains("CIN_1"), "{seen}");
    assert_eq!(house.journal.opened.load(Ordering::SeqCst), 0);
    let embeddings = r#"{"model":"echo-no-model","input":"CIN DA48213"}"#;
    assert_eq!(house.post("/v1/preview?route=embeddings", embeddings).await.status, 200);
    assert_eq!(house.post("/v1/preview?route=files", embeddings).await.status, 400);
}
