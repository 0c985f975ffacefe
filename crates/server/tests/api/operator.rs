//! Life, readiness, counters, receipts, the list of routes.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use server::{MetricsAccess, Settings};

use crate::support::{House, Reply, settings};

async fn metrics(house: &House, peer: &str, forwarded: bool) -> Reply {
    let mut request = Request::get("/metrics");
    if forwarded {
        request = request.header("x-forwarded-for", "192.0.2.1");
    }
    let peer: SocketAddr = peer.parse().unwrap();
    house.send(request.extension(ConnectInfo(peer)).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn counters_are_for_this_machine_unless_opened() {
    let house = House::new();
    assert_eq!(metrics(&house, "127.0.0.1:9", false).await.status, 200);
    assert_eq!(metrics(&house, "[::ffff:127.0.0.1]:9", false).await.status, 200);
    assert_eq!(metrics(&house, "127.0.0.1:9", true).await.refusal(), (403, "forbidden".into()));
    assert_eq!(metrics(&house, "192.0.2.7:9", false).await.refusal(), (403, "forbidden".into()));
    let open = House::with(Settings { metrics: MetricsAccess::Open, ..settings() }, 0);
    assert_eq!(metrics(&open, "192.0.2.7:9", true).await.status, 200);
    let off = House::with(Settings { metrics: MetricsAccess::Off, ..settings() }, 0);
    assert_eq!(metrics(&off, "127.0.0.1:9", false).await.status, 403);
}

#[tokio::test]
async fn counters_hold_no_value() {
    let house = House::new();
    let ask = r#"{"model":"echo-no-model","messages":[{"role":"user","content":"CIN DA48213"}]}"#;
    assert_eq!(house.post("/v1/chat/completions", ask).await.status, 200);
    assert_eq!(house.get("/v1/models/DA48213?x=DA48213").await.status, 404);
    assert_eq!(house.get("/DA48213").await.status, 404);
    let text = metrics(&house, "127.0.0.1:9", false).await.text();
    for line in [
        r#"igudar_http_requests_total{method="POST",route="/v1/chat/completions",status="200"} 1"#,
        r#"igudar_http_requests_total{method="GET",route="unmatched",status="404"} 1"#,
        r#"igudar_findings_total{type="cin"} 1"#,
        r#"igudar_restored_total{type="cin"} 1"#,
        r#"igudar_answers_total{destination="echo",outcome="complete"} 1"#,
    ] {
        assert!(text.contains(line), "{text} lacks {line}");
    }
    assert!(!text.contains("DA48213"));
}

#[tokio::test]
async fn open_doors() {
    let house = House::new();
    for path in ["/livez", "/readyz", "/openapi.json"] {
        let reply = house.send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert_eq!(reply.status, 200, "{path}");
    }
}

#[tokio::test]
async fn the_document_lists_what_there_is() {
    let house = House::new();
    let document = house.get("/openapi.json").await.json();
    let paths = document["paths"].as_object().unwrap();
    assert!(paths.len() > 30, "{}", paths.len());
    for (path, methods) in paths {
        for method in methods.as_object().unwrap().keys() {
            let path = path.replace(['{', '}'], "");
            let method = method.to_uppercase();
            let request = Request::builder().method(method.as_str()).uri(&path);
            let reply = house.send(request.body(Body::empty()).unwrap()).await;
            assert_ne!(reply.status, 405, "{method} {path}");
            let text = reply.text();
            assert!(!text.contains("There is nothing at this path"), "{method} {path}: {text}");
        }
    }
}

#[tokio::test]
async fn the_record() {
    let house = House::new();
    let missing = format!("/v1/receipts/rcp_{}", "0".repeat(32));
    assert_eq!(house.get(&missing).await.refusal(), (404, "not_found".to_owned()));
    assert_eq!(house.get("/v1/receipts/DA48213").await.refusal(), (404, "not_found".to_owned()));
    assert!(house.get("/v1/ledger/checkpoint").await.text().starts_with("igudar/test\n"));
    assert_eq!(house.get("/v1/usage").await.json()["project"], "p1");
}
