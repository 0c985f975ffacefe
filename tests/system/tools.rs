//! Tool calls: arguments come back real, whole and streamed, and the tool's own result is protected.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::client::Reply;
use crate::invented::{letter, standing};
use crate::server::{Server, mock};

fn tools() -> Value {
    let tool = |name: &str| {
        json!({ "type": "function", "function": {
            "name": name,
            "description": "Trouve le dossier de Karim Bennani",
            "parameters": { "type": "object", "properties": {
                "question": { "type": "string" },
                "names": { "type": "array", "items": { "type": "string" } },
                "limit": { "type": "integer" },
            } },
        } })
    };
    json!([tool("find_person"), tool("find_file")])
}

fn check_arguments(arguments: &str, text: &str) {
    let read: Value = serde_json::from_str(arguments).unwrap_or_else(|_| panic!("{arguments}"));
    assert_eq!(read, json!({ "question": text, "names": [text], "limit": 7 }));
}

/// The arguments of each streamed call, by its index.
fn streamed_arguments(reply: &Reply) -> BTreeMap<u64, String> {
    let mut calls: BTreeMap<u64, String> = BTreeMap::new();
    for chunk in reply.chunks() {
        for call in chunk["choices"][0]["delta"]["tool_calls"].as_array().into_iter().flatten() {
            let piece = call["function"]["arguments"].as_str().unwrap_or_default();
            calls.entry(call["index"].as_u64().unwrap()).or_default().push_str(piece);
        }
    }
    calls
}

#[tokio::test]
async fn a_call_and_its_result() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let (text, values) = letter();
    let question = json!({ "role": "user", "content": text });
    let body = json!({ "model": "mock", "messages": [question], "tools": tools() });
    let reply = server.chat(&key, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let message = reply.json()["choices"][0]["message"].clone();
    for call in message["tool_calls"].as_array().unwrap() {
        check_arguments(call["function"]["arguments"].as_str().unwrap(), &text);
    }
    let id = message["tool_calls"][0]["id"].clone();
    let result = format!("{{\"dossier\":\"{}\",\"cin\":\"AB123456\"}}", "Karim Bennani");
    let answered = json!({ "role": "tool", "tool_call_id": id, "content": result });
    let other = json!({ "role": "tool", "tool_call_id": message["tool_calls"][1]["id"], "content": result });
    let body = json!({
        "model": "mock", "messages": [question, message, other, answered], "tools": tools(),
    });
    let reply = server.chat(&key, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.content(), result);
    for received in mock.received() {
        assert_eq!(standing(&received.bytes(), values.clone()), Vec::<String>::new());
    }
}

#[tokio::test]
async fn streamed_calls_at_any_cut() {
    let mock = mock().await;
    let models = [
        ("one", "pieces:1"),
        ("cut", "pieces:3+cut:7"),
        ("ascii", "ascii+pieces:4"),
        ("big", "pieces:500"),
    ];
    let (server, key) = Server::before(&mock, &models).await;
    let (text, values) = letter();
    for (name, _) in models {
        let body = json!({
            "model": name, "stream": true, "tools": tools(),
            "messages": [{ "role": "user", "content": text }],
        });
        let reply = server.chat(&key, &body).await;
        assert!(reply.is_done(), "{name}: {}", reply.body);
        let calls = streamed_arguments(&reply);
        assert_eq!(calls.len(), 2, "{name}");
        for arguments in calls.values() {
            check_arguments(arguments, &text);
        }
    }
    for received in mock.received() {
        assert_eq!(standing(&received.bytes(), values.clone()), Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_named_tool_is_passed_on() {
    let mock = mock().await;
    let (server, key) = Server::before(&mock, &[("mock", "echo")]).await;
    let choice = json!({ "type": "function", "function": { "name": "find_file" } });
    let body = json!({
        "model": "mock", "tools": tools(), "tool_choice": choice,
        "messages": [{ "role": "user", "content": "Salam" }],
    });
    server.chat(&key, &body).await;
    assert_eq!(mock.received()[0].json()["tool_choice"], choice);
}
