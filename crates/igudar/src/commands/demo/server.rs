//! The demonstration's side of the API: an ordinary client.

use std::time::Duration;

use anyhow::Context as _;
use model::EventParser;
use reqwest::{Client, Response};
use serde_json::Value;

pub(super) struct Server {
    client: Client,
    url: String,
    key: String,
}

/// What came back.
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) receipt: String,
    pub(super) findings: String,
}

impl Server {
    pub(super) fn new(url: &str, key: String) -> anyhow::Result<Self> {
        // The server is the one that was named: no proxy stands between.
        let client =
            Client::builder().no_proxy().connect_timeout(Duration::from_secs(5)).build()?;
        Ok(Self { client, url: url.trim_end_matches('/').to_owned(), key })
    }

    /// The first model on the server's machine that is not the echo.
    pub(super) async fn local_model(&self, echo: &str) -> anyhow::Result<String> {
        let request = self.client.get(format!("{}/v1/models", self.url));
        let list: Value = self.json(request).await?;
        let models = list.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
        let local = models.iter().find(|model| {
            let here = model.pointer("/igudar/0/local").and_then(Value::as_bool) == Some(true);
            here && model.get("id").and_then(Value::as_str) != Some(echo)
        });
        let name = local.and_then(|model| model.get("id")).and_then(Value::as_str);
        name.map(str::to_owned).context("the server has no model on its own machine")
    }

    /// The text of the last message as the destination that serves `model` would receive it.
    pub(super) async fn preview(&self, body: &Value, model: &str) -> anyhow::Result<String> {
        let request = self.client.post(format!("{}/v1/preview", self.url)).body(body.to_string());
        let previews: Value = self.json(request).await?;
        let previews = previews.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
        let preview = previews
            .iter()
            .find(|preview| preview.get("model").and_then(Value::as_str) == Some(model))
            .context("the preview does not name the model")?;
        let messages = preview.pointer("/body/messages").and_then(Value::as_array);
        let last = messages.and_then(|messages| messages.last());
        let content = last.and_then(|message| message.get("content")).and_then(Value::as_str);
        content.map(str::to_owned).context("the preview holds no message")
    }

    /// Asks and streams; `show` is given each piece as it comes.
    pub(super) async fn ask(
        &self,
        body: &Value,
        mut show: impl FnMut(&str) -> anyhow::Result<()>,
    ) -> anyhow::Result<Answer> {
        let url = format!("{}/v1/chat/completions", self.url);
        let mut response = self.send(self.client.post(url).body(body.to_string())).await?;
        let header = |name: &str| {
            let value = response.headers().get(name).and_then(|value| value.to_str().ok());
            value.unwrap_or_default().to_owned()
        };
        let (receipt, findings) = (header("x-igudar-receipt"), header("x-igudar-findings"));
        let mut parser = EventParser::new(1 << 20);
        let mut text = String::new();
        let mut done = false;
        while let Some(bytes) = response.chunk().await.context("the answer broke off")? {
            parser.push(&bytes)?;
            while let Some(event) = parser.next() {
                if event.data == "[DONE]" {
                    done = true;
                    continue;
                }
                let data: Value = serde_json::from_str(&event.data)
                    .context("the server sent an event that is not JSON")?;
                if let Some(message) = data.pointer("/error/message").and_then(Value::as_str) {
                    anyhow::bail!("the answer ended early: {message}");
                }
                if let Some(piece) =
                    data.pointer("/choices/0/delta/content").and_then(Value::as_str)
                {
                    show(piece)?;
                    text.push_str(piece);
                }
            }
        }
        anyhow::ensure!(done, "the answer broke off");
        Ok(Answer { text, receipt, findings })
    }

    async fn json(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        let bytes = self.send(request).await?.bytes().await.context("the answer broke off")?;
        serde_json::from_slice(&bytes).context("the server's answer is not JSON")
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Response> {
        let request = request.bearer_auth(&self.key).header("content-type", "application/json");
        let response =
            request.send().await.map_err(reqwest::Error::without_url).with_context(|| {
                format!("no server answers at {}; start one: igudar serve", self.url)
            })?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let bytes = response.bytes().await.unwrap_or_default();
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let message = body.pointer("/error/message").and_then(Value::as_str);
        anyhow::bail!("the server refused ({status}): {}", message.unwrap_or("it gave no reason"))
    }
}
