//! Fetches model files from a hub over HTTPS, resuming where an earlier attempt stopped.
//!
//! It hands the bytes to a [`Sink`]; whoever calls owns the file.

use std::str::FromStr;
use std::time::Duration;

use http::StatusCode;
use http::header::{ACCEPT_ENCODING, CONTENT_RANGE, HeaderMap, LOCATION, RANGE};
use reqwest::{Client, Response, Url};
use secrecy::{ExposeSecret as _, SecretString};

use crate::client::{self, Connecting};
use crate::{ProxyChoice, SettingsError};

/// How often a hub may point elsewhere before the download gives up.
const REDIRECTS: usize = 5;

/// How the hub is reached.
#[derive(Debug, Clone)]
pub struct HubSettings {
    /// Root of the hub, for example `https://huggingface.co`.
    pub host: String,
    /// A token for private repositories.
    pub token: Option<SecretString>,
    /// Until the connection stands.
    pub connect: Duration,
    /// Between two pieces of the file, and until the headers.
    pub idle: Duration,
    /// Certificates of a private authority (PEM).
    pub private_ca_pem: Option<Vec<u8>>,
    /// Which proxy to go through.
    pub proxy: ProxyChoice,
}

impl Default for HubSettings {
    fn default() -> Self {
        Self {
            host: "https://huggingface.co".to_owned(),
            token: None,
            connect: Duration::from_secs(10),
            idle: Duration::from_mins(1),
            private_ca_pem: None,
            proxy: ProxyChoice::System,
        }
    }
}

/// A file on a hub, written `owner/repository/path/to/file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HubFile {
    repository: String,
    path: String,
}

/// A name that is no file on a hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a file on a hub is written owner/repository/file.gguf, of letters, digits, `.`, `_` and `-`"
)]
pub struct HubFileError;

impl FromStr for HubFile {
    type Err = HubFileError;

    fn from_str(text: &str) -> Result<Self, HubFileError> {
        let plain = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && part
                    .chars()
                    .all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter))
        };
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            [owner, repository, path @ ..]
                if !path.is_empty() && parts.iter().all(|part| plain(part)) =>
            {
                Ok(Self { repository: format!("{owner}/{repository}"), path: path.join("/") })
            }
            _ => Err(HubFileError),
        }
    }
}

impl HubFile {
    /// The file's own name, the last part of its path.
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// Takes the bytes of a file.
pub trait Sink: Send {
    /// The next bytes belong at this offset: what was there behind it is void. Called once, before the first
    /// [`Sink::write`]; 0 when the hub cannot resume. The total is the file's whole length, if known.
    fn begin(&mut self, offset: u64, total: Option<u64>) -> std::io::Result<()>;
    /// The next bytes of the file.
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<()>;
}

/// A file that was fetched whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal, when the hub told it: compare before use.
    pub sha256: Option<String>,
}

/// Why a file could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum DownloadError {
    /// No connection.
    #[error("the hub cannot be reached; check the network, the proxy and the hub's address")]
    Connect,
    /// It fell silent.
    #[error("the hub fell silent; run the command again to resume")]
    Silent,
    /// The connection broke.
    #[error("the download broke off after {0} bytes; run the command again to resume")]
    BrokeOff(u64),
    /// The hub said no.
    #[error(
        "the hub answered with status {0}; check the name, and the token of a private repository"
    )]
    Status(u16),
    /// The hub pointed to somewhere it may not, or too often.
    #[error("the hub pointed to an address that cannot be followed")]
    Redirect,
    /// The bytes could not be kept.
    #[error("the file cannot be written")]
    Sink(#[source] std::io::Error),
}

/// Fetches model files from a hub.
#[derive(Debug)]
pub struct Downloader {
    client: Client,
    host: Url,
    token: Option<SecretString>,
    idle: Duration,
}

impl Downloader {
    /// Checks the settings and builds the client. Nothing is sent.
    pub fn new(settings: &HubSettings) -> Result<Self, SettingsError> {
        let connecting = Connecting {
            connect: settings.connect,
            private_ca_pem: settings.private_ca_pem.as_deref(),
            proxy: &settings.proxy,
            pool_idle: Duration::from_secs(15),
            user_agent: concat!("igudar/", env!("CARGO_PKG_VERSION")),
        };
        Ok(Self {
            client: connecting.client()?,
            host: client::base_url(&settings.host)?,
            token: settings.token.clone(),
            idle: settings.idle,
        })
    }

    /// Fetches a file of which the first `have` bytes are already there.
    pub async fn fetch(
        &self,
        file: &HubFile,
        have: u64,
        sink: &mut dyn Sink,
    ) -> Result<Fetched, DownloadError> {
        let (mut response, sha256) = self.located(file, have).await?;
        let (offset, total) = match response.status() {
            StatusCode::PARTIAL_CONTENT => (have, range_total(response.headers())),
            StatusCode::OK => (0, response.content_length()),
            StatusCode::RANGE_NOT_SATISFIABLE if range_total(response.headers()) == Some(have) => {
                return Ok(Fetched { bytes: have, sha256 });
            }
            status => return Err(DownloadError::Status(status.as_u16())),
        };
        sink.begin(offset, total).map_err(DownloadError::Sink)?;
        let mut done = offset;
        loop {
            let piece = tokio::time::timeout(self.idle, response.chunk())
                .await
                .map_err(|_| DownloadError::Silent)?
                .map_err(|_| DownloadError::BrokeOff(done))?;
            let Some(piece) = piece else { break };
            sink.write(&piece).map_err(DownloadError::Sink)?;
            done += piece.len() as u64;
        }
        if total.is_some_and(|total| total != done) {
            return Err(DownloadError::BrokeOff(done));
        }
        Ok(Fetched { bytes: done, sha256 })
    }

    /// Follows the hub to the place where the file lies. Large files lie elsewhere; the hub's own answer, not
    /// the place it points to, carries the checksum.
    async fn located(
        &self,
        file: &HubFile,
        have: u64,
    ) -> Result<(Response, Option<String>), DownloadError> {
        let path = format!("{}/resolve/main/{}", file.repository, file.path);
        let mut url = self.host.join(&path).map_err(|_| DownloadError::Redirect)?;
        let mut sha256 = None;
        for _ in 0..=REDIRECTS {
            let mut request = self.client.get(url.clone()).header(ACCEPT_ENCODING, "identity");
            if have > 0 {
                request = request.header(RANGE, format!("bytes={have}-"));
            }
            let at_the_hub = url.origin() == self.host.origin();
            if let Some(token) = self.token.as_ref().filter(|_| at_the_hub) {
                request = request.bearer_auth(token.expose_secret());
            }
            let response = tokio::time::timeout(self.idle, request.send())
                .await
                .map_err(|_| DownloadError::Silent)?
                .map_err(|_| DownloadError::Connect)?;
            if at_the_hub {
                sha256 = checksum(response.headers()).or(sha256);
            }
            if !response.status().is_redirection() {
                return Ok((response, sha256));
            }
            let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let next = location.and_then(|location| url.join(location).ok());
            // A download that began encrypted stays encrypted.
            url = next
                .filter(|next| next.scheme() == "https" || next.scheme() == url.scheme())
                .ok_or(DownloadError::Redirect)?;
        }
        Err(DownloadError::Redirect)
    }
}

fn range_total(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_RANGE)?.to_str().ok()?.rsplit('/').next()?.parse().ok()
}

fn checksum(headers: &HeaderMap) -> Option<String> {
    let tag = headers.get("x-linked-etag").or_else(|| headers.get("etag"))?.to_str().ok()?;
    let bare = tag.trim_matches('"');
    let is_sha256 = bare.len() == 64 && bare.chars().all(|digit| digit.is_ascii_hexdigit());
    is_sha256.then(|| bare.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Option<(&str, &str)>) {
        let read = text.parse::<HubFile>().ok();
        let read = read.as_ref().map(|file| (file.repository.as_str(), file.path.as_str()));
        assert_eq!(read, expect, "{text}");
    }

    #[test]
    fn names_of_files_on_a_hub() {
        check("owner/repo/model.gguf", Some(("owner/repo", "model.gguf")));
        check("owner/repo-1.5/q4/model.Q4_1.gguf", Some(("owner/repo-1.5", "q4/model.Q4_1.gguf")));
        for wrong in
            ["", "model.gguf", "owner/repo", "owner//x.gguf", "o/r/../x", "o/r/x?y", "/o/r/x"]
        {
            check(wrong, None);
        }
    }
}
