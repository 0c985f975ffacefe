//! The gateway in this process.

use std::sync::Arc;

use anyhow::Context as _;
use futures_core::future::BoxFuture;
use gateway::ports::{Ambient, Journal, JournalError};
use gateway::{Gateway, GatewayError, GatewayParts, Incoming, ReplyBody, derive_id_key};
use model::{AskError, Limits, Route};
use projects::{Access, Project};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use store::{SqliteJournal, SystemAmbient};

use super::{Door, Trouble};
use crate::configuration::{Configuration, DestinationKind};
use crate::wiring::closed::NothingHappens;
use crate::wiring::{Installation, Ways, access_without_key, build_destinations, knowledge};

/// The gateway in this process, with the data folder for itself, asked as one project.
pub(crate) struct Here {
    gateway: Gateway,
    journal: Arc<SqliteJournal>,
    access: Access,
    /// Destination and SHA-256 of the model's file, for models on this machine.
    model_files: Vec<(String, String)>,
}

impl Here {
    /// Takes the data folder. Fails where a server runs on it.
    pub(crate) async fn open(
        configuration: &Configuration,
        installation: &Installation,
        project: &Project,
    ) -> anyhow::Result<Self> {
        let knowledge = knowledge(configuration)?;
        let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
        let seed = &installation.secrets.ledger_seed;
        let journal = SqliteJournal::start(&installation.store, seed, Arc::clone(&ambient)).await?;
        let journal = Arc::new(journal);
        let gateway = Gateway::new(GatewayParts {
            finder: Arc::clone(&knowledge.finder),
            destinations: build_destinations(configuration, &knowledge, Ways::Live)?,
            journal: Arc::<SqliteJournal>::clone(&journal) as Arc<dyn Journal>,
            ambient,
            observer: Arc::new(NothingHappens),
            limits: Limits::default(),
            id_key: derive_id_key(installation.secrets.sealing_master.reveal()),
        });
        let model_files = configuration
            .destinations
            .iter()
            .filter(|own| own.kind == DestinationKind::Local && own.file.is_file())
            .map(|own| Ok((own.name.clone(), file_digest(&own.file)?)))
            .collect::<anyhow::Result<_>>()?;
        Ok(Self { gateway, journal, access: access_without_key("eval", project)?, model_files })
    }

    /// Writes what is still to be recorded and frees the data folder.
    pub(crate) async fn close(&self) {
        self.journal.finish().await;
    }

    async fn answer(&self, route: Route, body: Value) -> Result<Value, Trouble> {
        let incoming = Incoming { route, body: body.to_string().into() };
        let prepared =
            self.gateway.prepare(&self.access, &incoming).map_err(|error| trouble(&error))?;
        let reply = self.gateway.send(prepared).await.map_err(|error| trouble(&error))?;
        let ReplyBody::Whole(bytes) = reply.body else {
            return Err(Trouble::Failed("a stream that nobody asked for".to_owned()));
        };
        serde_json::from_slice(&bytes)
            .map_err(|_| Trouble::Failed("an answer that is not JSON".to_owned()))
    }
}

impl Door for Here {
    fn send(&self, route: Route, body: Value) -> BoxFuture<'_, Result<Value, Trouble>> {
        Box::pin(self.answer(route, body))
    }

    fn places(&self, model: &str) -> Option<Value> {
        let cards = self.gateway.models(&self.access);
        let places: Vec<Value> = cards
            .iter()
            .filter(|card| {
                card.name == model || format!("{}/{}", card.destination, card.name) == model
            })
            .map(|card| {
                let file = self.model_files.iter().find(|(name, _)| *name == card.destination);
                json!({
                    "destination": card.destination,
                    "operator": card.operator,
                    "place": card.place,
                    "law": card.law,
                    "local": card.local,
                    "file_sha256": file.map(|(_, digest)| digest),
                })
            })
            .collect();
        (!places.is_empty()).then(|| Value::from(places))
    }

    fn names(&self) -> Vec<String> {
        self.gateway.models(&self.access).into_iter().map(|card| card.name).collect()
    }
}

/// The reason in the words of a report: what failed, never about which text.
fn trouble(error: &GatewayError) -> Trouble {
    match error {
        GatewayError::PolicyRefused { rule, .. } => Trouble::Refused(rule.clone()),
        GatewayError::Unprotectable { kind, .. } => {
            Trouble::Refused(format!("unprotectable {kind}"))
        }
        GatewayError::InvalidRequest { message, .. } => Trouble::Impossible(message.clone()),
        GatewayError::UnreadableInput { message, .. } => Trouble::Impossible(message.clone()),
        GatewayError::Rejected { status, .. } => {
            Trouble::Impossible(format!("rejected with status {status}"))
        }
        GatewayError::NoTokenizer | GatewayError::WhichTokenizer => {
            Trouble::Impossible("the model has no tokenizer here".to_owned())
        }
        GatewayError::UnknownModel => Trouble::Failed("nobody serves the model".to_owned()),
        GatewayError::Journal(JournalError::BudgetExhausted { .. }) => {
            Trouble::Failed("the project's budget has no room".to_owned())
        }
        GatewayError::Journal(JournalError::Unavailable(_)) => {
            Trouble::Failed("the ledger cannot be written".to_owned())
        }
        GatewayError::Ask(AskError::Truncated) => Trouble::Truncated,
        GatewayError::Ask(AskError::Unsupported(_)) => {
            Trouble::Impossible("the model cannot do what was asked".to_owned())
        }
        GatewayError::Ask(error @ (AskError::NotAnAnswer(_) | AskError::TooLarge { .. })) => {
            Trouble::Failed(error.to_string())
        }
        GatewayError::Ask(AskError::Status { status, retry_after, .. }) => match status {
            408 | 429 | 500..=599 => Trouble::Later(format!("status {status}"), *retry_after),
            _ => Trouble::Failed(format!("status {status}")),
        },
        GatewayError::Ask(error) => Trouble::Later(error.to_string(), None),
        GatewayError::Busy { retry_after } => Trouble::Later("status 429".to_owned(), *retry_after),
        GatewayError::Internal(reason) => Trouble::Failed((*reason).to_owned()),
    }
}

fn file_digest(path: &std::path::Path) -> anyhow::Result<String> {
    let failed = || format!("the model file {} cannot be read", path.display());
    let mut file = std::fs::File::open(path).with_context(failed)?;
    let mut hasher = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        let read = std::io::Read::read(&mut file, &mut piece).with_context(failed)?;
        if read == 0 {
            return Ok(hex::encode(hasher.finalize()));
        }
        hasher.update(piece.get(..read).unwrap_or_default());
    }
}
