//! The gateway itself: what it is made of and which models it offers.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use model::{Limits, Route};
use projects::Access;
use protection::Finder;
use sha2::{Digest, Sha256};

use crate::destination::{Destination, ServedModel};
use crate::ports::{Ambient, Journal, Observer};
use crate::rules::ProjectPolicies;

/// What a gateway is joined from.
#[expect(missing_debug_implementations, reason = "ports have none")]
pub struct GatewayParts {
    /// Finds personal values.
    pub finder: Arc<Finder>,
    /// Where requests may go, in order of preference.
    pub destinations: Vec<Destination>,
    /// The writer of ledger and reservations.
    pub journal: Arc<dyn Journal>,
    /// Time and chance.
    pub ambient: Arc<dyn Ambient>,
    /// Told of every ended request.
    pub observer: Arc<dyn Observer>,
    /// Limits of request and answer bodies.
    pub limits: Limits,
    /// The installation's secret behind ids that are exchanged on the way out.
    pub id_key: [u8; 32],
}

/// One request's way through the house.
pub struct Gateway {
    finder: RwLock<Arc<Finder>>,
    pub(crate) destinations: Vec<Arc<Destination>>,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) ambient: Arc<dyn Ambient>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) limits: Limits,
    id_key: [u8; 32],
    pub(crate) project_policies: ProjectPolicies,
    /// Model name → positions of (destination, model), in order of preference.
    served: BTreeMap<String, Vec<(usize, usize)>>,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Gateway")
            .field("destinations", &self.destinations)
            .finish_non_exhaustive()
    }
}

/// A request as it came in.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// Which operation.
    pub route: Route,
    /// The decoded body.
    pub body: Bytes,
}

/// One line of `GET /v1/models`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelCard {
    /// The name to ask for.
    pub name: String,
    /// The destination's name.
    pub destination: String,
    /// Who runs it.
    pub operator: String,
    /// Where.
    pub place: String,
    /// Under which law.
    pub law: String,
    /// Whether nothing leaves this machine.
    pub local: bool,
}

/// The secret behind exchanged ids, from the installation's master key.
pub fn derive_id_key(master: &[u8; 32]) -> [u8; 32] {
    Sha256::new().chain_update(b"igudar/exchanged-ids/1").chain_update(master).finalize().into()
}

impl Gateway {
    /// Joins a gateway. A model is served under its own name and under `destination/name`.
    pub fn new(parts: GatewayParts) -> Self {
        let mut served: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        for (place, destination) in parts.destinations.iter().enumerate() {
            for (index, model) in destination.models.iter().enumerate() {
                let qualified = format!("{}/{}", destination.name, model.name);
                for name in [model.name.clone(), qualified] {
                    served.entry(name).or_default().push((place, index));
                }
            }
        }
        Self {
            finder: RwLock::new(parts.finder),
            destinations: parts.destinations.into_iter().map(Arc::new).collect(),
            journal: parts.journal,
            ambient: parts.ambient,
            observer: parts.observer,
            limits: parts.limits,
            id_key: parts.id_key,
            project_policies: ProjectPolicies::default(),
            served,
        }
    }

    /// The models that `access` may ask for.
    pub fn models(&self, access: &Access) -> Vec<ModelCard> {
        let mut cards = Vec::new();
        for destination in &self.destinations {
            if access.local_only && !destination.local {
                continue;
            }
            for model in &destination.models {
                cards.push(ModelCard {
                    name: model.name.clone(),
                    destination: destination.name.clone(),
                    operator: destination.operator.clone(),
                    place: destination.place.clone(),
                    law: destination.law.clone(),
                    local: destination.local,
                });
            }
        }
        cards
    }

    /// Whether a model is served, and every way to it that `access` may go stays on this machine.
    pub fn is_local(&self, access: &Access, model: &str) -> bool {
        let open = |destination: &Destination| destination.local || !access.local_only;
        let mut ways = self.ways_to(model).filter(|(destination, _)| open(destination)).peekable();
        ways.peek().is_some() && ways.all(|(destination, _)| destination.local)
    }

    /// The places to which requests may go.
    pub fn destinations(&self) -> impl Iterator<Item = &Destination> {
        self.destinations.iter().map(AsRef::as_ref)
    }

    /// The finder in force, for callers who only want to know what a text holds. A request takes it once.
    pub fn finder(&self) -> Arc<Finder> {
        // The lock is held for a copy of a pointer, so nothing can panic under it.
        Arc::clone(&self.finder.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another finder in force for the requests that come from now on.
    pub fn exchange_finder(&self, finder: Arc<Finder>) {
        *self.finder.write().unwrap_or_else(PoisonError::into_inner) = finder;
    }

    /// The secret behind exchanged ids, another one for each project, so that two projects' ids cannot be
    /// linked.
    pub(crate) fn id_key_of(&self, access: &Access) -> [u8; 32] {
        let project = access.project.as_str().as_bytes();
        Sha256::new().chain_update(self.id_key).chain_update(project).finalize().into()
    }

    /// Every way to serve `name`, the preferred one first.
    pub(crate) fn ways_to(
        &self,
        name: &str,
    ) -> impl Iterator<Item = (&Arc<Destination>, &ServedModel)> {
        let places = self.served.get(name).map_or(&[][..], Vec::as_slice);
        places.iter().filter_map(|&(place, index)| {
            let destination = self.destinations.get(place)?;
            Some((destination, destination.models.get(index)?))
        })
    }
}
