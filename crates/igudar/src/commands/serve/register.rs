//! The register's alarm: whether what was published is still what runs.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use server::Metrics;
use store::Store;
use tokio::time::interval;

use crate::configuration::Configuration;
use crate::wiring::{self, Policies, Untrue};

/// How often is looked. Configuration and policies are those of the start, but entries are published and projects
/// get policies beside the server.
const PAUSE: Duration = Duration::from_secs(30);

/// Looks at once, then again and again: a line in the log for each difference that was not there before, and
/// the metric `igudar_register_mismatch`.
pub(super) async fn watch(
    configuration: Configuration,
    policies: Arc<Policies>,
    store: Store,
    metrics: Arc<Metrics>,
) {
    let mut known = BTreeSet::new();
    let mut looks = interval(PAUSE);
    // The first one comes at once.
    looks.tick().await;
    look(&configuration, &policies, &store, &metrics, &mut known).await;
    tokio::spawn(async move {
        loop {
            looks.tick().await;
            look(&configuration, &policies, &store, &metrics, &mut known).await;
        }
    });
}

async fn look(
    configuration: &Configuration,
    policies: &Policies,
    store: &Store,
    metrics: &Metrics,
    known: &mut BTreeSet<String>,
) {
    match compared(configuration, policies, store).await {
        Ok((entries, untrue)) => {
            for entry in &entries {
                let of_it = untrue.iter().find(|untrue| untrue.entry == *entry);
                metrics.register_mismatch(entry, of_it.map_or(0, |untrue| untrue.changes.len()));
            }
            let lines = untrue.iter().flat_map(|untrue| {
                untrue.changes.iter().map(|change| format!("{}: {change}", untrue.entry))
            });
            let lines: BTreeSet<String> = lines.collect();
            for line in lines.difference(known) {
                tracing::warn!("the register is no longer true, publish a new version: {line}");
            }
            *known = lines;
        }
        Err(error) => tracing::error!("the register cannot be compared: {error:#}"),
    }
}

async fn compared(
    configuration: &Configuration,
    policies: &Policies,
    store: &Store,
) -> anyhow::Result<(Vec<String>, Vec<Untrue>)> {
    let entries = wiring::published_ids(store).await?;
    if entries.is_empty() {
        return Ok((entries, Vec::new()));
    }
    let untrue = wiring::untrue_entries(store, configuration, policies).await?;
    Ok((entries, untrue))
}
