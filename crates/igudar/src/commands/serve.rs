//! `igudar serve`

mod greeting;
mod log;
mod own_files;
mod register;

use std::sync::Arc;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};

use super::Session;
use crate::arguments::Serve;
use crate::exit::Exit;
use crate::output;
use crate::wiring::{House, Installation, quiet_panics};

pub(crate) fn run(session: &Session, serve: &Serve) -> anyhow::Result<Exit> {
    let mut configuration = session.configuration()?;
    if let Some(listen) = serve.listen {
        configuration.settings.server.listen = listen;
    }
    log::begin(&configuration.settings.log)?;
    quiet_panics();
    for remark in super::remarks_on_variables() {
        tracing::warn!("{remark}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the asynchronous runtime cannot be started")?;
    runtime.block_on(Box::pin(async {
        // The port first: a second server on the same folder should say so before anything is made.
        let listening = server::bind(configuration.settings.server.listen).await?;
        let installation = Installation::open_or_begin(&configuration).await?;
        let (house, parts) = House::join(&configuration, &installation).await?;
        if house.interrupted > 0 {
            tracing::warn!(
                requests = house.interrupted,
                "an earlier process ended in the middle of requests; they are recorded as interrupted"
            );
        }
        let first = installation.first_key().await?;
        let drain = parts.settings.drain;
        own_files::watch(configuration.clone(), Arc::clone(&parts.gateway))?;
        let (store, metrics) = (installation.store.clone(), Arc::clone(&parts.metrics));
        let policies = Arc::clone(&house.policies);
        register::watch(configuration.clone(), policies, store, metrics).await;
        greeting::ready(session, listening.address(), first.as_ref())?;
        drop(first);
        let all_ended = listening.serve(server::router(parts), stop_signal()?, drain).await;
        if !all_ended {
            tracing::warn!("some requests did not end in time and were cut off");
        }
        house.close().await;
        tracing::info!("stopped");
        Ok(Exit::Done)
    }))
}

/// Ready at Ctrl-C or SIGTERM. At the second one the process ends at once.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        output::remark("stopping: running requests may end; once more to stop at once");
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            #[expect(clippy::exit, reason = "the operator asked twice; the ledger survives it")]
            std::process::exit(Exit::Failed as i32);
        });
    })
}
