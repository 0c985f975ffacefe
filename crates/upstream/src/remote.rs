//! A model behind an OpenAI-compatible or Mistral API.

use std::time::Duration;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use futures_util::stream;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use http::{HeaderName, HeaderValue, StatusCode};
use model::{Answer, Ask, AskError, Model};
use reqwest::{Client, Response, Url};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::Instant;

use crate::client::{self, Connecting};
use crate::reading::{self, Announced, Reading};
use crate::sent::sent_body;
use crate::{KeyHeader, Settings, SettingsError, TimeOuts, refusal};

/// The longest error body read, in bytes.
const REFUSAL_BYTES: usize = 64 << 10;
/// How long an error body may take: the status is already the answer.
const REFUSAL_TIME: Duration = Duration::from_secs(5);

/// A model behind an OpenAI-compatible or Mistral API.
pub struct RemoteModel {
    client: Client,
    base: Url,
    headers: HeaderMap,
    api_key: Option<SecretString>,
    time_outs: TimeOuts,
    max_answer_bytes: usize,
}

impl std::fmt::Debug for RemoteModel {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RemoteModel")
            .field("time_outs", &self.time_outs)
            .finish_non_exhaustive()
    }
}

impl RemoteModel {
    /// Checks the settings and builds the client. Nothing is sent.
    pub fn new(settings: &Settings) -> Result<Self, SettingsError> {
        let connecting = Connecting {
            connect: settings.time_outs.connect,
            private_ca_pem: settings.private_ca_pem.as_deref(),
            proxy: &settings.proxy,
            pool_idle: settings.pool_idle,
            user_agent: &settings.user_agent,
        };
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if let Some(key) = &settings.api_key {
            let (name, value) = key_header(&settings.key_header, key)?;
            headers.insert(name, value);
        }
        Ok(Self {
            client: connecting.client()?,
            base: client::base_url(&settings.base_url)?,
            headers,
            api_key: settings.api_key.clone(),
            time_outs: settings.time_outs,
            max_answer_bytes: settings.max_answer_bytes,
        })
    }

    async fn asked(&self, ask: Ask) -> Result<Answer, AskError> {
        let deadline = Instant::now() + self.time_outs.total;
        let stream = ask.stream;
        let response = self.headers_of(ask, deadline).await?;
        let status = response.status();
        tracing::debug!(status = status.as_u16(), stream, "the model's server answered");
        if status != StatusCode::OK {
            return Err(self.refused(response).await);
        }
        let announced = reading::announced(&response)?;
        let reading = Reading::new(response, self.time_outs.idle, deadline, self.max_answer_bytes);
        match (stream, announced) {
            (_, Announced::Page) => Err(AskError::NotAnAnswer("a web page")),
            (true, Announced::Json) => {
                Err(AskError::NotAnAnswer("one JSON body where a stream was asked for"))
            }
            (false, Announced::Events) => {
                Err(AskError::NotAnAnswer("a stream where one JSON body was asked for"))
            }
            (true, _) => Ok(Answer::Stream(Box::pin(stream::unfold(Some(reading), piece)))),
            (false, _) => {
                let body = reading.whole().await?;
                reading::looks_like_json(&body)?;
                Ok(Answer::Whole(body))
            }
        }
    }

    /// Sends the request and waits for the answer's headers.
    async fn headers_of(&self, ask: Ask, deadline: Instant) -> Result<Response, AskError> {
        let url = self.base.join(ask.route.path()).map_err(|_| AskError::Connect)?;
        let accept = if ask.stream { "text/event-stream" } else { "application/json" };
        let (body, mut left) = sent_body(ask.body);
        let mut response = Box::pin(
            self.client
                .post(url)
                .headers(self.headers.clone())
                .header(ACCEPT, accept)
                .body(reqwest::Body::wrap(body))
                .send(),
        );
        // The client's own connect time-out bounds this phase; the deadline only matters when it is shorter.
        let early = tokio::select! {
            biased;
            early = &mut response => Some(early),
            Ok(()) = &mut left => None,
            () = tokio::time::sleep_until(deadline) => return Err(AskError::Connect),
        };
        let answered = match early {
            // An error before the body was asked for means that no connection came about.
            Some(Err(_)) if left.try_recv().is_err() => return Err(AskError::Connect),
            Some(early) => early,
            None => {
                let until = deadline.min(Instant::now() + self.time_outs.header);
                let waited = tokio::time::timeout_at(until, response).await;
                waited.map_err(|_| AskError::HeaderTimeout)?
            }
        };
        answered.map_err(
            |error| {
                if error.is_connect() { AskError::Connect } else { AskError::Truncated }
            },
        )
    }

    async fn refused(&self, response: Response) -> AskError {
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let deadline = Instant::now() + REFUSAL_TIME;
        let body = Reading::new(response, REFUSAL_TIME, deadline, REFUSAL_BYTES).whole().await;
        let credential = self.api_key.as_ref().map(|key| key.expose_secret().trim());
        let message = body.ok().and_then(|body| refusal::message(&body, credential));
        AskError::Status { status, retry_after, message }
    }
}

impl Model for RemoteModel {
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Answer, AskError>> {
        Box::pin(self.asked(ask))
    }
}

/// One step of a stream: after an error nothing more comes.
async fn piece(reading: Option<Reading>) -> Option<(Result<Bytes, AskError>, Option<Reading>)> {
    let mut reading = reading?;
    match reading.next().await {
        Ok(piece) => piece.map(|piece| (Ok(piece), Some(reading))),
        Err(error) => Some((Err(error), None)),
    }
}

fn key_header(
    header: &KeyHeader,
    key: &SecretString,
) -> Result<(HeaderName, HeaderValue), SettingsError> {
    let key = key.expose_secret().trim();
    let (name, text) = match header {
        KeyHeader::Bearer => (AUTHORIZATION, format!("Bearer {key}")),
        KeyHeader::Named(name) => (name.clone(), key.to_owned()),
    };
    let mut value = HeaderValue::try_from(text).map_err(|_| SettingsError::Key)?;
    // Marked so that no layer below writes it into a log or an HTTP/2 header table.
    value.set_sensitive(true);
    Ok((name, value))
}
