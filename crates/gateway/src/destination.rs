//! A model together with who runs it, where, and under which law.

use std::fmt;
use std::sync::Arc;

use model::Model;
use model::dialect::Dialect;
use projects::Price;
use protection::{Class, Policy};

/// How personal values are written in texts to embed, where per-request numbers would make a query and a
/// document disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Embedding {
    /// Texts stay as they are: the embedder runs on this machine.
    Clear,
    /// Every value becomes the constant label of its type.
    ConstantLabel,
}

/// One place to which requests may go.
#[derive(Clone)]
pub struct Destination {
    /// The name in the configuration, in the ledger and in `x-igudar-destination`.
    pub name: String,
    /// Who runs it.
    pub operator: String,
    /// The country it stands in, or `here` for this machine.
    pub place: String,
    /// The law it is under, as the configuration words it.
    pub law: String,
    /// Whether it runs on this machine, so that nothing leaves.
    pub local: bool,
    /// Whether it stands outside the installation's country, or nobody said where.
    pub abroad: bool,
    /// The reference of the authorisation under which content may go there that needs one.
    pub authorisation: Option<String>,
    /// How it wants to be spoken to.
    pub dialect: Dialect,
    /// What happens to each type of value on the way there.
    pub policy: Policy,
    /// How texts to embed are protected.
    pub embedding: Embedding,
    /// The highest class of content that may go there.
    pub highest_class: Class,
    /// The models it serves.
    pub models: Vec<ServedModel>,
    /// The way to it.
    pub model: Arc<dyn Model>,
}

impl fmt::Debug for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Destination")
            .field("name", &self.name)
            .field("place", &self.place)
            .field("local", &self.local)
            .finish_non_exhaustive()
    }
}

/// One model of a destination.
#[derive(Debug, Clone)]
pub struct ServedModel {
    /// The name by which callers ask for it.
    pub name: String,
    /// The name its server knows it by.
    pub upstream_name: String,
    /// What it costs.
    pub price: Price,
    /// The most tokens an answer may have when the request sets no cap: reserved and enforced.
    pub output_cap: u64,
}
