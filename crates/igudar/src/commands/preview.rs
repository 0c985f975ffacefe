//! `igudar preview`

use std::sync::Arc;

use futures_core::future::BoxFuture;
use gateway::ports::{Closing, Journal, JournalError, Observer, Opening};
use gateway::{Gateway, GatewayParts, Incoming};
use model::{Limits, Route};
use projects::{Access, KeyHash, KeyId, KeyRecord, Project, ProjectId, access};
use serde_json::{Value, json};
use store::SystemAmbient;

use super::{Session, read_input};
use crate::arguments::Preview;
use crate::configuration::Configuration;
use crate::exit::Exit;
use crate::output;
use crate::wiring::{self, Knowledge, Ways};

pub(crate) fn run(session: &Session, preview: &Preview) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let knowledge = wiring::knowledge(&configuration)?;
    let gateway = closed_gateway(&configuration, &knowledge, preview.destination.as_deref())?;
    let input = read_input(preview.file.as_deref())?;
    let body = if preview.request { input } else { request_of(&gateway, &input).to_string() };
    let incoming = Incoming { route: Route::ChatCompletions, body: body.into() };
    let previews = gateway.preview(&visitor(None)?, &incoming)?;
    for seen in previews {
        if preview.destination.as_ref().is_some_and(|wanted| *wanted != seen.destination) {
            continue;
        }
        let counts: serde_json::Map<String, Value> =
            seen.findings.iter().map(|(kind, count)| (kind.to_string(), json!(count))).collect();
        let (outcome, text) = match &seen.outcome {
            Ok((bytes, _)) => {
                let body: Value = serde_json::from_slice(bytes).unwrap_or_default();
                let plain = body.pointer("/messages/0/content").and_then(Value::as_str);
                let text = match plain {
                    Some(text) if !preview.request => text.to_owned(),
                    _ => String::from_utf8_lossy(bytes).into_owned(),
                };
                (json!({ "body": body }), text)
            }
            Err(error) => (json!({ "refused": error.to_string() }), format!("refused: {error}")),
        };
        let value = json!({
            "destination": seen.destination,
            "place": seen.place,
            "local": seen.local,
            "model": seen.model,
            "findings": counts,
            "class": seen.class.as_str(),
            "outcome": outcome,
        });
        output::result(session.json, &value, || {
            let (name, place) = (&seen.destination, &seen.place);
            format!("── {name} ({place}), model {}\n{text}\n", seen.model)
        })?;
    }
    Ok(Exit::Done)
}

/// A gateway that sends nothing. `wanted` must be one of its destinations.
pub(super) fn closed_gateway(
    configuration: &Configuration,
    knowledge: &Knowledge,
    wanted: Option<&str>,
) -> anyhow::Result<Gateway> {
    let gateway = Gateway::new(GatewayParts {
        finder: Arc::clone(&knowledge.finder),
        destinations: wiring::build_destinations(configuration, knowledge, Ways::Closed)?,
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

/// A text as a user's message to the first model.
pub(super) fn request_of(gateway: &Gateway, text: &str) -> Value {
    let first = gateway.destinations().flat_map(|destination| &destination.models).next();
    let model = first.map_or("", |model| model.name.as_str());
    json!({ "model": model, "messages": [{ "role": "user", "content": text }] })
}

/// Whoever sits at the command line may see every destination, as a project where one is named.
pub(super) fn visitor(project: Option<Project>) -> anyhow::Result<Access> {
    let project = project.unwrap_or_else(|| Project {
        id: ProjectId::new("preview"),
        name: "preview".to_owned(),
        created_ms: 0,
        budget: None,
        requests_per_minute: 0,
        local_only: false,
        policy: None,
    });
    let record = KeyRecord {
        id: KeyId::new("preview"),
        project: project.id.clone(),
        name: "preview".to_owned(),
        hash: KeyHash([0; 32]),
        created_ms: 0,
        revoked_ms: None,
        expires_ms: None,
    };
    Ok(access(&record, &project, 0)?)
}

/// In a preview nothing is sent, so nothing is recorded.
struct NothingHappens;

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
