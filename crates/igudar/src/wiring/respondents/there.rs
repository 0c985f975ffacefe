//! The gateway of a running server, as any client reaches it.

use std::time::Duration;

use anyhow::Context as _;
use futures_core::future::BoxFuture;
use model::Route;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::{Door, Trouble};

/// A running server.
pub(crate) struct There {
    client: Client,
    url: String,
    key: String,
    models: Vec<Value>,
}

impl There {
    /// Asks the server which models the key may use.
    pub(crate) async fn open(url: &str, key: String) -> anyhow::Result<Self> {
        // The server is the one that was named: no proxy stands between.
        let client =
            Client::builder().no_proxy().connect_timeout(Duration::from_secs(5)).build()?;
        let url = url.trim_end_matches('/').trim_end_matches("/v1").to_owned();
        let mut there = Self { client, url, key, models: Vec::new() };
        let request = there.client.get(format!("{}/v1/models", there.url));
        let list = there.json(request).await.map_err(|trouble| match trouble {
            Trouble::Failed(reason) | Trouble::Later(reason, _) | Trouble::Impossible(reason) => {
                anyhow::anyhow!("{reason}")
            }
            Trouble::Refused(code) => anyhow::anyhow!("it refused ({code})"),
            Trouble::Truncated => anyhow::anyhow!("its answer broke off"),
        });
        let list = list.with_context(|| format!("{} gives no list of models", there.url))?;
        there.models = list.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
        Ok(there)
    }

    async fn json(&self, request: RequestBuilder) -> Result<Value, Trouble> {
        let request = request.bearer_auth(&self.key).header("content-type", "application/json");
        let response = request.send().await;
        let response = response.map_err(|error| {
            let reason =
                if error.is_connect() { "it cannot be reached" } else { "it did not answer" };
            Trouble::Later(reason.to_owned(), None)
        })?;
        let status = response.status();
        let wait = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let wait = wait.and_then(|text| text.parse().ok()).map(Duration::from_secs);
        let bytes = response.bytes().await.map_err(|_| Trouble::Truncated)?;
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        if status.is_success() {
            return Ok(body);
        }
        let code = body.pointer("/error/code").and_then(Value::as_str).unwrap_or("no code");
        let reason = format!("status {} ({code})", status.as_u16());
        Err(match status {
            StatusCode::FORBIDDEN => Trouble::Refused(code.to_owned()),
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
                Trouble::Impossible(reason)
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
                Trouble::Later(reason, wait)
            }
            _ if status.is_server_error() => Trouble::Later(reason, wait),
            _ => Trouble::Failed(reason),
        })
    }
}

impl Door for There {
    fn send(&self, route: Route, body: Value) -> BoxFuture<'_, Result<Value, Trouble>> {
        let request = self.client.post(format!("{}/v1/{}", self.url, route.path()));
        Box::pin(self.json(request.body(body.to_string())))
    }

    fn places(&self, model: &str) -> Option<Value> {
        let name = |card: &&Value| card.get("id").and_then(Value::as_str) == Some(model);
        if let Some(card) = self.models.iter().find(name) {
            return card.get("igudar").cloned();
        }
        let (destination, model) = model.split_once('/')?;
        let card = self
            .models
            .iter()
            .find(|card| card.get("id").and_then(Value::as_str) == Some(model))?;
        let places = card.get("igudar").and_then(Value::as_array)?;
        let place =
            places.iter().find(|place| place.get("destination") == Some(&json!(destination)))?;
        Some(json!([place]))
    }

    fn names(&self) -> Vec<String> {
        let names = self.models.iter().filter_map(|card| card.get("id").and_then(Value::as_str));
        names.map(str::to_owned).collect()
    }
}
