//! A gateway that sends nothing: for previews and exercises.

use std::sync::Arc;

use futures_core::future::BoxFuture;
use gateway::ports::{Closing, Journal, JournalError, Observer, Opening};
use gateway::{Gateway, GatewayParts};
use model::Limits;
use projects::{Access, KeyHash, KeyId, KeyRecord, Project, ProjectId, access};
use store::SystemAmbient;

use super::{Knowledge, Ways, build_destinations};
use crate::configuration::Configuration;

/// A gateway that sends nothing. `wanted` must be one of its destinations.
pub(crate) fn closed_gateway(
    configuration: &Configuration,
    knowledge: &Knowledge,
    wanted: Option<&str>,
) -> anyhow::Result<Gateway> {
    let gateway = Gateway::new(GatewayParts {
        finder: Arc::clone(&knowledge.finder),
        destinations: build_destinations(configuration, knowledge, Ways::Closed)?,
        journal: Arc::new(NothingHappens),
        ambient: Arc::new(SystemAmbient),
        observer: Arc::new(NothingHappens),
        limits: Limits::default(),
        // Exchanged ids shown here are others than the installation's.
        id_key: [0; 32],
    });
    if let Some(wanted) = wanted {
        let names: Vec<&str> = gateway.destinations().map(|place| place.name.as_str()).collect();
        anyhow::ensure!(
            names.contains(&wanted),
            "there is no destination `{wanted}`; there are {}",
            names.join(", ")
        );
    }
    Ok(gateway)
}

/// Whoever sits at the command line may see every destination, as a project where one is named.
pub(crate) fn visitor(project: Option<Project>) -> anyhow::Result<Access> {
    access_without_key("preview", &project.unwrap_or_else(nobody))
}

/// The access of a command that acts for a project; the ledger names the command where it names a key elsewhere.
pub(crate) fn access_without_key(command: &str, project: &Project) -> anyhow::Result<Access> {
    let record = KeyRecord {
        id: KeyId::new(command),
        project: project.id.clone(),
        name: command.to_owned(),
        hash: KeyHash([0; 32]),
        created_ms: 0,
        revoked_ms: None,
        expires_ms: None,
        stage: projects::Stage::Test,
    };
    Ok(access(&record, project, 0)?)
}

/// A project that exists nowhere.
pub(crate) fn nobody() -> Project {
    Project {
        id: ProjectId::new("preview"),
        name: "preview".to_owned(),
        created_ms: 0,
        budget: None,
        requests_per_minute: 0,
        local_only: false,
        policy: None,
    }
}

/// Nothing is recorded of a preview, where nothing is sent; nor does a command have metrics.
pub(crate) struct NothingHappens;

impl Journal for NothingHappens {
    fn open(&self, _: Opening) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(std::future::ready(Err(JournalError::Unavailable("this is a preview".into()))))
    }

    fn close(&self, _: Closing) -> BoxFuture<'_, Result<(), JournalError>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn close_detached(&self, _: Closing) {}
}

impl Observer for NothingHappens {
    fn ended(&self, _: &ledger::Egress, _: &ledger::Answer) {}
}
