//! Measurements, side by side in one run.

mod gateway;
mod knowledge;
mod languages;
mod protection;

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;

/// What to measure.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum What {
    /// The server against a bare proxy and its peers.
    Gateway,
    /// Finding personal values, in megabytes a second.
    Protection,
    /// Telling languages apart, beside its peers.
    Languages,
    /// Finding passages, beside its peers.
    Knowledge,
}

pub(crate) fn run(root: &Path, what: What) -> Result<()> {
    match what {
        What::Gateway => gateway::run(root),
        What::Protection => protection::run(root),
        What::Languages => languages::run(root),
        What::Knowledge => knowledge::run(root),
    }
}
