//! Remote models over HTTP; the one HTTP client.
//!
//! Owns connections, time-outs, proxies, certificates and the credential of each destination. It sends the
//! bytes it is given and hands back the bytes it gets; it never reads what a request says, and never repeats
//! request text, a URL or a credential in an error, a `Debug` or a trace.
//!
//! Nothing is sent twice: redirects and retries are off. Only a pooled connection that turns out to be closed
//! before anything was written is replaced by a new one, which the HTTP library does by itself.
#![allow(
    clippy::disallowed_methods,
    reason = "an edge crate: deadlines of real connections need the real clock"
)]

mod client;
mod download;
mod reading;
mod refusal;
mod remote;
mod sent;
mod settings;

pub use download::{DownloadError, Downloader, Fetched, HubFile, HubFileError, HubSettings, Sink};
pub use remote::RemoteModel;
pub use settings::{KeyHeader, ProxyChoice, Settings, SettingsError, TimeOuts};
