//! Detect, protect, restore.

use axum::body::Body;
use serde_json::{Value, json};

use crate::support::{House, NOW_MS};

const TEXT: &str = "é😀 Ma CIN est DA48213.";

#[tokio::test]
async fn offsets_come_in_the_unit_asked_for() {
    let house = House::new();
    for (unit, start) in [("chars", 14), ("bytes", 18), ("utf16", 15)] {
        let body = json!({ "text": TEXT, "offsets": unit }).to_string();
        let answer = house.post("/v1/detect", &body).await.json();
        let found = &answer["findings"][0];
        assert_eq!(found["type"], "cin", "{answer}");
        assert_eq!(
            (found["start"].as_u64(), found["end"].as_u64()),
            (Some(start), Some(start + 7))
        );
        assert!(found["score"].as_f64().is_some_and(|score| score > 0.5 && score <= 1.0));
        assert_eq!(answer["class"], "personal");
    }
}

#[tokio::test]
async fn reasons_come_when_they_are_asked_for() {
    let house = House::new();
    for path in ["/v1/detect", "/v1/protect"] {
        let asked = json!({ "text": TEXT, "why": true }).to_string();
        let answer = house.post(path, &asked).await.json();
        let why = answer["findings"][0]["why"].as_str().unwrap();
        assert!(why.contains("context word") && !why.contains("DA48213"), "{path}: {why}");
        let plain = house.post(path, &json!({ "text": TEXT }).to_string()).await.json();
        assert!(plain["findings"][0].get("why").is_none(), "{path}");
        let wrong = house.post(path, &json!({ "text": TEXT, "why": "yes" }).to_string()).await;
        assert_eq!(wrong.refusal(), (400, "invalid_request".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn protect_and_restore_are_inverse() {
    let house = House::new();
    let answer = house.post("/v1/protect", &json!({ "text": TEXT }).to_string()).await.json();
    let protected = answer["text"].as_str().unwrap();
    assert!(!protected.contains("DA48213") && protected.contains("CIN_1"), "{protected}");
    assert_eq!(answer["counts"]["cin"], 1);
    assert_eq!(answer["expires_at"], NOW_MS / 1000 + 3600);
    let body = json!({ "text": protected, "map": answer["map"] }).to_string();
    assert_eq!(house.post("/v1/restore", &body).await.json()["text"], TEXT);

    let texts = json!(["CIN DA48213", "encore DA48213"]);
    let answer = house.post("/v1/protect", &json!({ "texts": texts }).to_string()).await.json();
    assert_eq!(answer["findings"].as_array().map(Vec::len), Some(2), "{answer}");
    let body = json!({ "texts": answer["texts"], "map": answer["map"] }).to_string();
    assert_eq!(house.post("/v1/restore", &body).await.json()["texts"], texts);
}

#[tokio::test]
async fn maps_are_bound_to_project_and_time() {
    let house = House::new();
    let answer = house.post("/v1/protect", &json!({ "text": TEXT }).to_string()).await.json();
    let map = answer["map"].as_str().unwrap();
    let restore = json!({ "text": answer["text"], "map": map }).to_string();
    let other = http::Request::post("/v1/restore").header("x-api-key", &house.other_project);
    let reply = house.send(other.body(Body::from(restore)).unwrap()).await;
    assert_eq!(reply.refusal(), (403, "forbidden".to_owned()));
    let mut changed = map.to_owned();
    changed.pop();
    for wrong in [changed.as_str(), "igm1.x", "igm9.a.b", ""] {
        let body = json!({ "text": "a", "map": wrong }).to_string();
        let reply = house.post("/v1/restore", &body).await;
        assert_eq!(reply.refusal(), (400, "invalid_request".to_owned()), "{wrong}");
        assert_eq!(reply.json()["error"]["param"], "map");
    }
    for life in [json!(0), json!(31 * 24 * 3600)] {
        let body = json!({ "text": TEXT, "expires_in": life }).to_string();
        let reply = house.post("/v1/protect", &body).await;
        assert_eq!(reply.refusal(), (400, "invalid_request".to_owned()));
        assert_eq!(reply.json()["error"]["param"], "expires_in");
    }
}

#[tokio::test]
async fn exactly_one_of_text_and_texts() {
    let house = House::new();
    for body in [json!({}), json!({ "text": "a", "texts": ["b"] })] {
        let reply = house.post("/v1/protect", &body.to_string()).await;
        assert_eq!(reply.refusal(), (400, "invalid_request".to_owned()), "{body}");
    }
}

#[tokio::test]
async fn large_texts_are_worked_on_elsewhere() {
    let house = House::new();
    let text = format!("{} CIN DA48213", "mot ".repeat(25_000));
    let answer = house.post("/v1/protect", &json!({ "text": text }).to_string()).await.json();
    let body = json!({ "text": answer["text"], "map": answer["map"] }).to_string();
    let restored: Value = house.post("/v1/restore", &body).await.json();
    assert!(restored["text"] == text);
}
