//! Answers from documents: what the route takes, and what it tells of collections that are not open.

use serde_json::json;

use crate::support::House;

#[tokio::test]
async fn a_collection_that_is_not_open_tells_nothing() {
    let house = House::new();
    let body = json!({ "question": "ma clé DA48213", "collections": ["secret-plans"] });
    let reply = house.post("/v1/answers", &body.to_string()).await;
    assert!(!reply.text().contains("secret-plans") && !reply.text().contains("DA48213"));
    assert_eq!(reply.refusal(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn only_known_members_are_taken() {
    let house = House::new();
    for body in [
        json!({ "collections": [] }),
        json!({ "question": "combien", "x": 1 }),
        json!({ "question": "combien", "mode": "invented" }),
    ] {
        let reply = house.post("/v1/answers", &body.to_string()).await;
        assert_eq!(reply.refusal(), (400, "invalid_request".to_owned()), "{body}");
    }
}
