//! How one remote server is reached.

use std::time::Duration;

use http::HeaderName;
use secrecy::SecretString;

/// How one remote server is reached.
#[derive(Clone)]
pub struct Settings {
    /// The API's root, for example `https://api.mistral.ai/v1`. Without user name, password, query or
    /// fragment: a credential belongs in `api_key`.
    pub base_url: String,
    /// The credential, when the server wants one.
    pub api_key: Option<SecretString>,
    /// The header that carries the credential.
    pub key_header: KeyHeader,
    /// How long each phase of a call may take.
    pub time_outs: TimeOuts,
    /// The longest answer accepted, whole or streamed, in bytes.
    pub max_answer_bytes: usize,
    /// Certificates of a private authority (PEM, one or more), trusted besides the system's.
    pub private_ca_pem: Option<Vec<u8>>,
    /// Which proxy to go through.
    pub proxy: ProxyChoice,
    /// How long an unused connection is kept. Below the server's own limit, so that a request does not
    /// meet a connection that is being closed.
    pub pool_idle: Duration,
    /// The `User-Agent` header.
    pub user_agent: String,
}

impl Settings {
    /// Settings with every default: bearer key, system proxy, answers up to 64 MiB.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            api_key: None,
            key_header: KeyHeader::Bearer,
            time_outs: TimeOuts::default(),
            max_answer_bytes: 64 << 20,
            private_ca_pem: None,
            proxy: ProxyChoice::System,
            pool_idle: Duration::from_secs(15),
            user_agent: concat!("igudar/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The base URL is left out: written by hand, it may hold a password.
        formatter
            .debug_struct("Settings")
            .field("has_key", &self.api_key.is_some())
            .field("key_header", &self.key_header)
            .field("time_outs", &self.time_outs)
            .field("max_answer_bytes", &self.max_answer_bytes)
            .field("has_private_ca", &self.private_ca_pem.is_some())
            .field("proxy", &self.proxy)
            .field("pool_idle", &self.pool_idle)
            .finish_non_exhaustive()
    }
}

/// The header that carries the credential.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum KeyHeader {
    /// `Authorization: Bearer …`, as OpenAI, Mistral and most servers want it.
    #[default]
    Bearer,
    /// A header of its own with the bare key, for example `api-key`.
    Named(HeaderName),
}

/// How long each phase of a call may take. The phases follow each other; none counts for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOuts {
    /// Until the connection stands (name, proxy and TLS included).
    pub connect: Duration,
    /// From the moment the request goes out until the answer's headers are there. A server that answers
    /// whole sends them when the model is done, so this bounds a whole answer.
    pub header: Duration,
    /// Between two pieces of the answer.
    pub idle: Duration,
    /// The whole call.
    pub total: Duration,
}

impl Default for TimeOuts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            header: Duration::from_mins(5),
            idle: Duration::from_mins(2),
            total: Duration::from_mins(30),
        }
    }
}

/// Which proxy to go through.
#[derive(Clone, Default)]
pub enum ProxyChoice {
    /// What `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
    #[default]
    System,
    /// None, whatever the environment says.
    Direct,
    /// This one, for both schemes.
    Explicit {
        /// Its URL; it may hold a user name and a password.
        url: SecretString,
        /// Hosts reached without it, separated by commas, as in `NO_PROXY`.
        except: Option<String>,
    },
}

impl std::fmt::Debug for ProxyChoice {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::System => "System",
            Self::Direct => "Direct",
            Self::Explicit { .. } => "Explicit",
        })
    }
}

/// Settings that cannot work. No variant repeats what was written.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
pub enum SettingsError {
    /// The base URL cannot be used.
    #[error("the base URL {0}; write it like https://host/v1 and give a credential as the API key")]
    BaseUrl(&'static str),
    /// The key cannot stand in a header.
    #[error("the API key holds characters that cannot stand in a header; check for line breaks")]
    Key,
    /// The proxy's URL cannot be used.
    #[error("the proxy's URL cannot be read; write it like http://host:3128")]
    Proxy,
    /// The certificates cannot be read.
    #[error("the private authority's file holds no readable PEM certificate")]
    Certificates,
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be set up; are the system's certificates installed?")]
    Client,
}
