//! Searching documents: what the route takes, and that it tells nothing of collections that are closed.

use serde_json::{Value, json};

use crate::support::House;

#[tokio::test]
async fn an_answer_names_its_language_and_pages() {
    let house = House::new();
    let body = json!({ "query": "passeport", "collections": ["open"], "limit": 5, "page": 2,
        "languages": ["fr"], "from": "2026-01-01", "version": "all" });
    let reply = house.post("/v1/search", &body.to_string()).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let empty = json!({ "results": [], "more": false, "language": null, "by_meaning": false });
    assert_eq!(reply.json(), empty);
}

#[tokio::test]
async fn wrong_searches_are_told_what_is_wrong() {
    let house = House::new();
    for (more, status, param) in [
        (json!({ "limit": 0 }), 400, json!("limit")),
        (json!({ "limit": 101 }), 400, json!("limit")),
        (json!({ "page": 0 }), 400, json!("page")),
        (json!({ "page": 101 }), 400, json!("page")),
        (json!({ "from": "1/2/2026" }), 400, json!("from")),
        (json!({ "until": "2026" }), 400, json!("until")),
        (json!({ "version": "newest" }), 400, Value::Null),
        (json!({ "collection": "open" }), 400, Value::Null),
        (json!({ "collections": ["closed"] }), 404, json!("collections")),
        (json!({ "collections": ["open", "missing"] }), 404, json!("collections")),
    ] {
        let mut body = json!({ "query": "passeport" });
        let members = more.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(members);
        let reply = house.post("/v1/search", &body.to_string()).await;
        assert_eq!(reply.refusal().0, status, "{body}");
        assert_eq!(reply.json()["error"]["param"], param, "{body}");
        assert!(!reply.text().contains("passeport"), "{}", reply.text());
    }
    assert_eq!(house.post("/v1/search", "{}").await.refusal().0, 400);
}
