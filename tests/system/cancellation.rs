//! A client that goes away: the upstream is cancelled within a second and the record closed.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::chat;
use crate::record::exported;
use crate::server::{Server, mock};

fn request(server: &Server, key: &str, model: &str, stream: bool) -> reqwest::RequestBuilder {
    server
        .client
        .post(format!("{}/v1/chat/completions", server.url))
        .bearer_auth(key)
        .header("content-type", "application/json")
        .body(chat(model, &"Salam, ma CIN est AB123456. ".repeat(40), stream).to_string())
}

/// The outcomes in the ledger, once as many requests are closed.
async fn outcomes(server: &Server, closed: usize) -> Vec<Value> {
    loop {
        let entries = exported(&server.installation);
        let answers: Vec<Value> = entries
            .iter()
            .filter(|entry| entry["entry"] == "answer")
            .map(|entry| entry["outcome"].clone())
            .collect();
        if answers.len() >= closed {
            return answers;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn in_the_middle_of_a_stream() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("slow", "drip:50")]).await;
    let mut response = request(&server, &key, "slow", true).send().await.unwrap();
    assert!(response.chunk().await.unwrap().is_some());
    let left = Instant::now();
    drop(response);
    mock.until_gone(1).await;
    assert!(left.elapsed() < Duration::from_secs(1), "{:?}", left.elapsed());
    assert_eq!(outcomes(&server, 1).await, ["cancelled"]);
}

#[tokio::test]
async fn before_the_answer_begins() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("slow", "hang")]).await;
    let call = request(&server, &key, "slow", false).send();
    tokio::select! {
        answered = call => panic!("answered early: {answered:?}"),
        _ = mock.until_received(1) => {}
    }
    let left = Instant::now();
    mock.until_gone(1).await;
    assert!(left.elapsed() < Duration::from_secs(1), "{:?}", left.elapsed());
    assert_eq!(outcomes(&server, 1).await, ["cancelled"]);
}

#[tokio::test]
async fn a_held_budget_is_given_back() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("slow", "drip:50")]).await;
    let key = server.installation.project("held", &["--budget", "1", "--window", "total"]);
    let mut response = request(&server, &key, "slow", true).send().await.unwrap();
    assert!(response.chunk().await.unwrap().is_some());
    drop(response);
    outcomes(&server, 1).await;
    let usage = server.get(&key, "/v1/usage").await.json();
    let text = usage.to_string();
    assert!(text.contains("\"reserved_micro\":0") || text.contains("\"held_micro\":0"), "{text}");
}
