//! Ctrl-C and SIGTERM in a run.

use tokio::signal::unix::{SignalKind, signal};

/// Ready when somebody asks the run to stop.
pub(super) fn stopped() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}
