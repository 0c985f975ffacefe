//! What may come in as a body.

use async_compression::tokio::bufread::{BrotliEncoder, GzipEncoder, ZlibEncoder, ZstdEncoder};
use axum::body::Body;
use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::support::{House, Reply};

async fn packed(mut encoder: impl AsyncRead + Unpin) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoder.read_to_end(&mut bytes).await.unwrap();
    bytes
}

async fn detect(house: &House, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
    let mut request = house.request("POST", "/v1/detect");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    house.send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn encoded_bodies_are_decoded() {
    let house = House::new();
    let body: &[u8] = r#"{"text":"Ma CIN est DA48213"}"#.as_bytes();
    for (name, bytes) in [
        ("gzip", packed(GzipEncoder::new(body)).await),
        ("deflate", packed(ZlibEncoder::new(body)).await),
        ("br", packed(BrotliEncoder::new(body)).await),
        ("zstd", packed(ZstdEncoder::new(body)).await),
        ("identity", body.to_vec()),
    ] {
        let reply = detect(&house, &[("content-encoding", name)], bytes.clone()).await;
        assert_eq!(reply.status, 200, "{name}: {}", reply.text());
        assert_eq!(reply.json()["findings"][0]["type"], "cin");
        if name != "identity" {
            let half = bytes[..bytes.len() / 2].to_vec();
            let reply = detect(&house, &[("content-encoding", name)], half).await;
            assert_eq!(reply.refusal(), (400, "invalid_request".to_owned()), "half of {name}");
        }
    }
}

#[tokio::test]
async fn bombs_stop_at_the_limit() {
    let house = House::new();
    let zeros = vec![b' '; 50 << 20];
    for (name, bytes) in [
        ("gzip", packed(GzipEncoder::new(&zeros[..])).await),
        ("br", packed(BrotliEncoder::new(&zeros[..])).await),
        ("zstd", packed(ZstdEncoder::new(&zeros[..])).await),
    ] {
        assert!(bytes.len() < 256 << 10, "{name} has {} bytes", bytes.len());
        let reply = detect(&house, &[("content-encoding", name)], bytes).await;
        assert_eq!(reply.refusal(), (413, "body_too_large".to_owned()), "{name}");
        assert!(
            reply.text().contains("524288 bytes (server.max_decoded_body)"),
            "{}",
            reply.text()
        );
    }
}

#[tokio::test]
async fn bad_bodies_have_their_own_errors() {
    let house = House::new();
    let json = ("content-type", "application/json");
    let check =
        |headers: &'static [(&'static str, &'static str)], body: Bytes, status, code: &str| {
            let code = code.to_owned();
            let house = &house;
            async move {
                let reply = detect(house, headers, body).await;
                assert_eq!(reply.refusal(), (status, code), "{headers:?}");
                assert!(!reply.text().contains("DA48213"), "{}", reply.text());
            }
        };
    check(&[], Bytes::from(vec![b'x'; 300 << 10]), 413, "body_too_large").await;
    check(&[("content-length", "9999999999")], Bytes::new(), 413, "body_too_large").await;
    check(&[("content-encoding", "compress")], Bytes::new(), 415, "unsupported_media_type").await;
    check(&[("content-encoding", "gzip, gzip")], Bytes::new(), 415, "unsupported_media_type").await;
    check(&[("content-type", "text/plain")], Bytes::new(), 415, "unsupported_media_type").await;
    check(&[], Bytes::from_static(b"{\"text\":\"\xff\"}"), 400, "invalid_request").await;
    check(&[], Bytes::from_static(b""), 400, "invalid_request").await;
    check(&[], Bytes::from_static(b"{\"text\":\"DA48213\""), 400, "invalid_request").await;
    check(&[], Bytes::from_static(b"{\"text\":48213}"), 400, "invalid_request").await;
    check(&[], Bytes::from_static(b"{\"text\":\"\",\"DA48213\":1}"), 400, "invalid_request").await;
    check(&[], Bytes::from_static(b"[\"DA48213\"]"), 400, "invalid_request").await;
    let offsets = b"{\"text\":\"a\",\"offsets\":\"DA48213\"}";
    check(&[], Bytes::from_static(offsets), 400, "invalid_request").await;
    let lone = b"{\"text\":\"\\ud800\"}";
    check(&[], Bytes::from_static(lone), 400, "invalid_request").await;
    assert_eq!(detect(&house, &[json], r#"{"text":""}"#).await.status, 200);
}

#[tokio::test]
async fn a_slow_body_is_given_up_and_a_refused_one_is_taken_in() {
    let house = House::new();
    let first = futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
    let stalled = Body::from_stream(first.chain(futures_util::stream::pending()));
    let reply = detect(&house, &[], stalled).await;
    assert_eq!(reply.refusal(), (408, "request_timeout".to_owned()));
    assert_eq!(reply.header("connection"), "close");
    let taken = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&taken);
    let pieces = (0..64).map(|_| Ok::<_, std::io::Error>(Bytes::from(vec![b'x'; 64 << 10])));
    let body = futures_util::stream::iter(pieces).inspect(move |_| {
        counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    });
    let reply = detect(&house, &[], Body::from_stream(body)).await;
    assert_eq!(reply.refusal(), (413, "body_too_large".to_owned()));
    assert_eq!(taken.load(std::sync::atomic::Ordering::SeqCst), 64);
    assert_eq!(reply.header("connection"), "");
}
