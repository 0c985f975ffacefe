//! Asks the server as an application would.

use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::server::Server;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// The content of the first choice.
    pub(crate) fn content(&self) -> String {
        let json = self.json();
        let content = json["choices"][0]["message"]["content"].as_str();
        content.unwrap_or_else(|| panic!("no content in {self:?}")).to_owned()
    }

    /// The public code of an error.
    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The data of every event, `[DONE]` included.
    pub(crate) fn events(&self) -> Vec<String> {
        let text = self.body.replace("\r\n", "\n").replace('\r', "\n");
        let datas = text.split("\n\n").map(|event| {
            let lines = event.lines().filter_map(|line| line.strip_prefix("data:"));
            lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
        });
        datas.filter(|data| !data.is_empty()).collect()
    }

    /// The events that are JSON.
    pub(crate) fn chunks(&self) -> Vec<Value> {
        let events = self.events();
        events.iter().filter_map(|event| serde_json::from_str(event).ok()).collect()
    }

    pub(crate) fn is_done(&self) -> bool {
        self.events().last().is_some_and(|event| event == "[DONE]")
    }

    pub(crate) fn has_error_event(&self) -> bool {
        self.chunks().iter().any(|chunk| chunk.get("error").is_some_and(|error| !error.is_null()))
    }

    /// What a streamed choice says: the pieces of its content, strings or text chunks, joined.
    pub(crate) fn streamed(&self, choice: u64) -> String {
        let mut text = String::new();
        for chunk in self.chunks() {
            for found in chunk["choices"].as_array().into_iter().flatten() {
                if found["index"] == choice {
                    text.push_str(&content_text(&found["delta"]["content"]));
                }
            }
        }
        text
    }
}

/// A string, or the text chunks of a list.
pub(crate) fn content_text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(chunks) => chunks.iter().filter_map(|chunk| chunk["text"].as_str()).collect(),
        _ => String::new(),
    }
}

/// A chat request of one user message.
pub(crate) fn chat(model: &str, text: &str, stream: bool) -> Value {
    json!({ "model": model, "stream": stream, "messages": [{ "role": "user", "content": text }] })
}

impl Server {
    /// Posts a body as it is.
    pub(crate) async fn post_raw(
        &self,
        key: &str,
        path: &str,
        body: impl Into<reqwest::Body>,
        headers: &[(&'static str, &str)],
    ) -> Reply {
        let mut request = self.client.post(format!("{}{path}", self.url)).body(body);
        if !key.is_empty() {
            request = request.bearer_auth(key);
        }
        if !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request).await
    }

    /// Posts JSON.
    pub(crate) async fn post(&self, key: &str, path: &str, body: &Value) -> Reply {
        self.post_raw(key, path, body.to_string(), &[]).await
    }

    /// A chat request.
    pub(crate) async fn chat(&self, key: &str, body: &Value) -> Reply {
        self.post(key, "/v1/chat/completions", body).await
    }

    pub(crate) async fn get(&self, key: &str, path: &str) -> Reply {
        read(self.client.get(format!("{}{path}", self.url)).bearer_auth(key)).await
    }

    /// Whether an ordinary request still passes.
    pub(crate) async fn lives(&self) -> bool {
        let key = self.installation.key("tests");
        let reply = self.chat(&key, &chat("echo-no-model", "Salam", false)).await;
        reply.status == 200 && reply.content() == "Salam"
    }
}

pub(crate) async fn read(request: reqwest::RequestBuilder) -> Reply {
    let mut response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let mut bytes = Vec::new();
    // A body that breaks off is still looked at as far as it came.
    while let Ok(Some(piece)) = response.chunk().await {
        bytes.extend_from_slice(&piece);
    }
    Reply { status, headers, body: String::from_utf8_lossy(&bytes).into_owned() }
}
