//! One request from the key to the record: allow → protect → route → ask → restore → record.
//!
//! Owns the order of these steps and nothing else: what a key may do is decided by `projects`, where text
//! stands by `model`, what is personal by `protection`, what an entry says by `ledger`. It never does IO:
//! the edges implement its [`ports`].

mod answer;
mod destination;
mod error;
mod estimate;
mod gateway;
mod numbers;
pub mod ports;
mod prepare;
mod preview;
mod record;
mod rules;
mod send;
mod stream;
pub mod texts;
mod tokenizer;
mod written;

pub use destination::{Destination, Embedding, ServedModel};
pub use error::GatewayError;
pub use gateway::{Gateway, GatewayParts, Incoming, ModelCard, derive_id_key};
pub use prepare::Prepared;
pub use preview::{Preview, Why};
pub use rules::{PolicyInForce, policy_name};
pub use send::{Reply, ReplyBody};
