//! The installation's dictionary, read again when its files change.

use std::sync::Arc;
use std::time::Duration;

use gateway::Gateway;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::interval;

use crate::configuration::Configuration;
use crate::wiring::{self, OwnFiles};

/// How often the files are looked at; SIGHUP has them read at once.
const PAUSE: Duration = Duration::from_secs(2);

/// Puts a changed dictionary in force for the requests that come after it. One that is not in order
/// changes nothing: the one before stays, and the log says what is wrong.
pub(super) fn watch(configuration: Configuration, gateway: Arc<Gateway>) -> anyhow::Result<()> {
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut looks = interval(PAUSE);
    let mut known = OwnFiles::stamp(&configuration.folder);
    tokio::spawn(async move {
        loop {
            let asked = tokio::select! {
                _ = hang_up.recv() => true,
                _ = looks.tick() => false,
            };
            let stamp = OwnFiles::stamp(&configuration.folder);
            if stamp == known && !asked {
                continue;
            }
            known = stamp;
            let configuration = configuration.clone();
            let read = tokio::task::spawn_blocking(move || wiring::knowledge(&configuration));
            match read.await {
                Ok(Ok(knowledge)) => {
                    gateway.exchange_finder(knowledge.finder);
                    tracing::info!("the dictionary was read again");
                }
                Ok(Err(error)) => tracing::error!(
                    "the dictionary is not in order, the one before stays in force: {error:#}"
                ),
                Err(_) => tracing::error!("the dictionary could not be read again"),
            }
        }
    });
    Ok(())
}
