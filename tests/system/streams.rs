//! A stream is the same answer, however the upstream cuts it.

use serde_json::json;

use crate::client::chat;
use crate::invented::{letter, standing};
use crate::server::{Server, mock};

#[tokio::test]
async fn any_cut_gives_the_same_answer() {
    let mock = mock().await;
    let behaviours = [
        "echo",
        "cut:1",
        "cut:7",
        "cut:7+crlf",
        "cr+cut:5",
        "comments+cut:3",
        "pieces:1",
        "pieces:2+ascii",
        "pieces:200",
        "usage:always",
        "usage:never",
        "reasoning",
    ];
    let names: Vec<String> = behaviours.iter().map(|name| name.replace([':', '+'], "-")).collect();
    let borrowed: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(behaviours.iter().copied()).collect();
    let (server, key) = Server::before(&mock, &borrowed).await;
    let (text, values) = letter();
    for (name, _) in &borrowed {
        let reply = server.chat(&key, &chat(name, &text, true)).await;
        assert_eq!(reply.status, 200, "{name}: {}", reply.body);
        assert_eq!(reply.streamed(0), text, "{name}");
        assert!(reply.is_done() && !reply.has_error_event(), "{name}: {}", reply.body);
        assert!(reply.header("content-type").starts_with("text/event-stream"), "{name}");
        let told = reply.chunks().iter().any(|chunk| !chunk["usage"].is_null());
        assert!(!told || *name == "usage-always", "{name}: usage that nobody asked for");
    }
    for received in mock.received() {
        assert_eq!(standing(&received.bytes(), values.clone()), Vec::<String>::new());
        let asked = &received.json()["stream_options"]["include_usage"];
        assert_eq!(asked, &serde_json::Value::Bool(true), "usage is always obtained");
    }
}

#[tokio::test]
async fn usage_is_told_when_asked_for() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let mut body = chat("mock", "Salam, ma CIN est AB123456", true);
    body["stream_options"] = json!({ "include_usage": true });
    let reply = server.chat(&key, &body).await;
    let chunks = reply.chunks();
    let last = chunks.last().unwrap();
    assert_eq!(last["choices"], json!([]));
    assert!(last["usage"]["prompt_tokens"].as_u64().unwrap() > 0);
    assert!(reply.is_done());
}

#[tokio::test]
async fn several_choices_side_by_side() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo+pieces:2")]).await;
    let (text, _) = letter();
    let mut body = chat("mock", &text, true);
    body["n"] = 3.into();
    let reply = server.chat(&key, &body).await;
    for choice in 0..3 {
        assert_eq!(reply.streamed(choice), text, "choice {choice}");
    }
}

#[tokio::test]
async fn the_first_event_does_not_wait_for_the_last() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("silent", "hang-mid-stream")]).await;
    let url = format!("{}/v1/chat/completions", server.url);
    let body = chat("silent", &"Salam ".repeat(50), true).to_string();
    let request = server.client.post(url).bearer_auth(key).body(body);
    let mut response = request.header("content-type", "application/json").send().await.unwrap();
    let first = response.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"data:"), "{first:?}");
    assert_eq!(mock.counts().open, 1, "the upstream has not ended");
}

#[tokio::test]
async fn what_is_held_back_at_the_end_still_comes() {
    let mock = mock().await;
    let models = [
        ("one", "pieces:1"),
        ("cut", "cut:1"),
        ("mistral-like", "mistral+pieces:2"),
        ("all", "pieces:900"),
    ];
    let (server, key) = Server::before(&mock, &models).await;
    let endings = [
        "AB123456",
        "Ma CIN est AB123456",
        "CIN AB123456, puis [",
        "CIN AB123456, puis [CIN_",
        "CIN AB123456, puis [CIN_1",
        "CIN AB123456, puis [CIN_1]",
        "CIN AB123456 et BE654321, puis CIN_",
        "CIN AB123456, **AB123456**, «AB123456»",
        "ختاما رقم البطاقة الوطنية AB123456",
    ];
    for (name, _) in models {
        for text in endings {
            let mut body = chat(name, text, true);
            body["n"] = 2.into();
            let reply = server.chat(&key, &body).await;
            for choice in [0, 1] {
                assert_eq!(reply.streamed(choice), text, "{name}, choice {choice}: {}", reply.body);
            }
            assert!(reply.is_done());
            let finishes = reply
                .chunks()
                .iter()
                .filter(|chunk| !chunk["choices"][0]["finish_reason"].is_null())
                .count();
            assert_eq!(finishes, 2, "{name}: {}", reply.body);
            assert!(!server.chat(&key, &chat(name, text, false)).await.content().is_empty());
        }
    }
}
