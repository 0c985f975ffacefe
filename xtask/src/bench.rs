//! Measurements, side by side in one run.
use std::path::Path;

use anyhow::{Result, bail};
use clap::ValueEnum;

/// What to measure.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum What {
    /// The server against a bare proxy and its peers.
    Gateway,
    /// Finding personal values, in megabytes a second.
    Protection,
}

pub(crate) fn run(_root: &Path, what: What) -> Result<()> {
    bail!("not measured yet: {what:?}")
}
