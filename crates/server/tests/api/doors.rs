//! Keys, allowances, places, paths and methods.

use axum::body::Body;
use futures_util::StreamExt as _;
use gateway::ports::JournalError;
use http::Request;
use projects::{ApiKey, Micro};
use server::{BodyLimits, Settings};
use tower::ServiceExt as _;

use crate::support::{House, settings};

#[tokio::test]
async fn each_wrong_key_has_its_own_text() {
    let house = House::new();
    let unknown = ApiKey::from_entropy([99; 32]).reveal().to_owned();
    let long = "x".repeat(5000);
    for (header, value, expect) in [
        ("x-other", "", "No key was sent"),
        ("authorization", "", "of the form `Bearer KEY`"),
        ("authorization", "Bearer ", "No key was sent"),
        ("authorization", "Basic dTpw", "of the form `Bearer KEY`"),
        ("authorization", "Bearer sk-123", "malformed"),
        ("authorization", &format!("Bearer {long}"), "malformed"),
        ("authorization", &format!("Bearer {unknown}"), "not one of this installation"),
        ("authorization", &format!("Bearer {}", house.revoked), "revoked"),
        ("x-api-key", &house.expired, "expired"),
    ] {
        let request = Request::get("/v1/models").header(header, value);
        let reply = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.refusal(), (401, "invalid_key".to_owned()), "{expect}");
        assert_eq!(reply.header("www-authenticate"), "Bearer");
        assert!(reply.text().contains(expect), "{} lacks {expect}", reply.text());
        assert!(value.len() < 10 || !reply.text().contains(value.trim_start_matches("Bearer ")));
    }
}

#[tokio::test]
async fn a_key_is_taken_from_each_header() {
    let house = House::new();
    for (header, value) in [
        ("authorization", format!("Bearer {}", house.key)),
        ("Authorization", format!("bearer   {}", house.key)),
        ("x-api-key", house.key.clone()),
        ("api-key", house.key.clone()),
    ] {
        let request = Request::get("/v1/models").header(header, value);
        let reply = house.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, 200, "{header}");
    }
}

#[tokio::test]
async fn unknown_paths_and_wrong_methods() {
    let house = House::new();
    for path in ["/", "/v1", "/v1/files", "/v1/chat/completions/", "/v2/models", "/v1/%2e%2e"] {
        assert_eq!(house.get(path).await.refusal(), (404, "not_found".to_owned()), "{path}");
    }
    for (method, path, allow) in [
        ("DELETE", "/v1/models", "GET,HEAD"),
        ("GET", "/v1/chat/completions", "POST"),
        ("PUT", "/v1/detect", "POST"),
        ("POST", "/livez", "GET,HEAD"),
        ("BREW", "/v1/embeddings", "POST"),
    ] {
        let reply = house.send(house.request(method, path).body(Body::empty()).unwrap()).await;
        assert_eq!(reply.refusal(), (405, "method_not_allowed".to_owned()), "{method} {path}");
        assert_eq!(reply.header("allow"), allow);
    }
}

#[tokio::test]
async fn a_project_has_its_allowance() {
    let house = House::with(settings(), 2);
    let first = house.get("/v1/models").await;
    assert_eq!(first.header("x-ratelimit-limit-requests"), "2");
    assert_eq!(first.header("x-ratelimit-remaining-requests"), "1");
    assert_eq!(first.header("x-ratelimit-remaining-req-minute"), "1");
    assert_eq!(first.header("x-ratelimit-reset-requests"), "30s");
    assert_eq!(house.get("/v1/usage").await.header("x-ratelimit-remaining-requests"), "0");
    let refused = house.get("/v1/models").await;
    assert_eq!(refused.refusal(), (429, "rate_limited".to_owned()));
    assert_eq!(refused.header("retry-after"), "30");
    assert_eq!(refused.header("x-ratelimit-remaining-requests"), "0");
    let other = Request::get("/v1/models").header("x-api-key", &house.other_project);
    assert_eq!(house.send(other.body(Body::empty()).unwrap()).await.status, 200);
    assert_eq!(house.get("/livez").await.status, 200, "an open door has no allowance");
}

#[tokio::test]
async fn places_are_limited_and_a_stream_keeps_its_own() {
    let house = House::with(Settings { in_flight: 1, ..settings() }, 0);
    let body = r#"{"model":"hanging","stream":true,"messages":[{"role":"user","content":"a"}]}"#;
    let request = house.request("POST", "/v1/chat/completions");
    let response =
        house.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    assert_eq!(response.status(), 200);
    let mut stream = response.into_body().into_data_stream();
    assert!(stream.next().await.unwrap().is_ok());
    let refused = house.get("/v1/models").await;
    assert_eq!(refused.refusal(), (503, "no_capacity".to_owned()));
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(house.get("/readyz").await.status, 200);
    drop(stream);
    assert_eq!(house.get("/v1/models").await.status, 200);
}

#[tokio::test]
async fn a_ledger_that_cannot_be_written_refuses() {
    let house = House::new();
    let ask = r#"{"model":"echo-no-model","messages":[{"role":"user","content":"CIN DA48213"}]}"#;
    let secret = JournalError::Unavailable("/secret/place is full".to_owned());
    *house.journal.refuse.lock().unwrap() = Some(secret);
    let reply = house.post("/v1/chat/completions", ask).await;
    assert_eq!(reply.refusal(), (503, "ledger_unavailable".to_owned()));
    assert!(!reply.text().contains("/secret/place"));
    let (limit, spent, reserved) = (Micro(5_000_000), Micro(4_000_000), Micro(900_000));
    let broke = JournalError::BudgetExhausted { limit, spent, reserved };
    *house.journal.refuse.lock().unwrap() = Some(broke);
    let reply = house.post("/v1/chat/completions", ask).await;
    assert_eq!(reply.refusal(), (402, "budget_exhausted".to_owned()));
    assert!(reply.text().contains("5.00"), "{}", reply.text());
}

#[tokio::test]
async fn bodies_share_one_memory() {
    let body = BodyLimits { together: 64 << 10, ..settings().body };
    let house = House::with(Settings { body, ..settings() }, 0);
    let text = |length: usize| serde_json::json!({ "text": "a".repeat(length) }).to_string();
    let reply = house.post("/v1/detect", &text(100 << 10)).await;
    assert_eq!(reply.refusal(), (503, "no_capacity".to_owned()));
    assert!(reply.text().contains("server.body_memory"), "{}", reply.text());
    for _ in 0..4 {
        assert_eq!(house.post("/v1/detect", &text(40 << 10)).await.status, 200);
    }
}
