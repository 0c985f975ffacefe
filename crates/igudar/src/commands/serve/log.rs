//! The log of the server, on standard error.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use tracing_subscriber::EnvFilter;

use crate::configuration::{LogFormat, LogReady};

/// Libraries say little below warnings that an operator needs, and some of it holds addresses.
const QUIET: &str = "hyper=warn,hyper_util=warn,reqwest=warn,rustls=warn,sqlx=warn,h2=warn";

pub(super) fn begin(settings: &LogReady) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(format!("{QUIET},{}", settings.level)).with_context(|| {
        format!("log.level `{}` is neither a level nor a filter", settings.level)
    })?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let begun = match settings.format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    };
    begun.map_err(|error| anyhow::anyhow!("the log cannot be started: {error}"))
}
