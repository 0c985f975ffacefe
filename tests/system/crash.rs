//! kill −9 in the middle of many requests, then a restart: the record is whole and the budget adds up.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use ledger::{Commitment, Receipt};
use serde_json::Value;

use crate::client::chat;
use crate::record::{export, exported, nonce, verify};
use crate::server::{Server, mock};

const REQUESTS: usize = 200;

/// What one client saw: its receipt, and whether its answer was complete.
async fn ask(server: &Server, key: &str, number: usize) -> Option<(String, bool)> {
    let stream = number.is_multiple_of(2);
    let model = if number.is_multiple_of(3) { "quick" } else { "slow" };
    let body = chat(model, &format!("Dossier {number}, ma CIN est AB1{number:05}"), stream);
    let url = format!("{}/v1/chat/completions", server.url);
    let request =
        server.client.post(url).bearer_auth(key).header("content-type", "application/json");
    let mut response = request.body(body.to_string()).send().await.ok()?;
    let receipt = response.headers().get("x-igudar-receipt")?.to_str().unwrap().to_owned();
    let mut text = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(piece)) => text.extend_from_slice(&piece),
            Ok(None) => break,
            Err(_) => return Some((receipt, false)),
        }
    }
    let whole = !stream || text.ends_with(b"data: [DONE]\n\n");
    Some((receipt, whole))
}

#[tokio::test]
async fn every_request_is_in_the_record_after_a_power_cut() {
    let mock = mock().await;
    let (server, _) = Server::before(&mock, &[("slow", "drip:40"), ("quick", "echo")]).await;
    let rules = ["--budget", "1000", "--window", "total", "--requests-per-minute", "0"];
    let key = server.installation.project("crash", &rules);
    let mut seen: Vec<(String, bool)> = Vec::new();
    let installation = {
        let mut clients: FuturesUnordered<_> =
            (0..REQUESTS).map(|number| ask(&server, &key, number)).collect();
        let mut finished = 0;
        // Some have their whole answer, many are in the middle of it.
        while finished < 40 {
            let outcome = clients.next().await.unwrap();
            finished += usize::from(outcome.as_ref().is_some_and(|(_, whole)| *whole));
            seen.extend(outcome);
        }
        assert!(mock.counts().open > 20, "{:?}", mock.counts());
        let id = server.process();
        crate::server::signal(id, "KILL").await;
        while let Some(outcome) = clients.next().await {
            seen.extend(outcome);
        }
        drop(clients);
        server.kill().await
    };
    let reached: Vec<_> = mock.received();
    let server = installation.serve().await;
    assert!(server.get("", "/readyz").await.status == 200);

    let text = export(&server.installation);
    let (code, printed) = verify(&server.installation, &text, &[]);
    assert_eq!(code, 0, "{printed}");
    let entries = exported(&server.installation);
    let of = |kind: &str| -> BTreeMap<String, &Value> {
        let own = entries.iter().filter(|entry| entry["entry"] == kind);
        own.map(|entry| (entry["receipt"].as_str().unwrap().to_owned(), entry)).collect()
    };
    let (egress, answers) = (of("egress"), of("answer"));

    // Every request that reached the upstream has its egress entry: the commitments open with its bytes.
    let mut bodies: Vec<&[u8]> = reached.iter().map(|received| received.body.as_ref()).collect();
    for receipt in egress.keys() {
        let reply = server.get(&key, &format!("/v1/receipts/{receipt}")).await;
        let receipt: Receipt = serde_json::from_str(&reply.body).unwrap();
        let nonce = nonce(receipt.entries[0].nonce_hex.as_deref().unwrap());
        let committed = &egress[&receipt.receipt.to_string()]["commitment"];
        bodies.retain(|body| {
            serde_json::to_value(Commitment::new(&nonce, body)).unwrap() != *committed
        });
    }
    assert!(bodies.is_empty(), "{} requests reached the upstream unrecorded", bodies.len());

    // Every finished one has its answer entry; every other one is recorded as interrupted or its like.
    for (receipt, whole) in &seen {
        let answer =
            answers.get(receipt).unwrap_or_else(|| panic!("{receipt} has no answer entry"));
        assert!(!whole || answer["outcome"] == "complete", "{answer}");
    }
    assert_eq!(egress.len(), answers.len(), "every egress is closed");
    assert!(answers.values().any(|answer| answer["outcome"] == "interrupted"));

    // The budget adds up, and nothing is held any more.
    let spent: i64 = answers.values().map(|answer| answer["cost_micro"].as_i64().unwrap()).sum();
    let usage = &server.installation.run_json(&["usage", "--project", "crash"])[0];
    assert_eq!(usage["spent_micro"], spent, "{usage}");
    assert_eq!(usage["reserved_micro"], 0, "{usage}");
    let reply = server.chat(&key, &chat("quick", "Salam", false)).await;
    assert_eq!(reply.content(), "Salam", "the server lives on");
}
