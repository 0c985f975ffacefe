//! Which model's tokenizer a caller may ask. Text stays on this machine, nothing is generated, so nothing is
//! protected and nothing is recorded.

use std::sync::Arc;

use crate::destination::{Destination, ServedModel};
use crate::error::GatewayError;
use crate::gateway::Gateway;

impl Gateway {
    /// The model on this machine whose tokenizer is asked: the one of this name, or the only one. Tokens of
    /// one model mean nothing to another, so of several none is guessed.
    pub fn tokenizing(
        &self,
        name: Option<&str>,
    ) -> Result<(Arc<Destination>, ServedModel), GatewayError> {
        let able = |destination: &Destination| {
            destination.local && destination.model.tokenizer().is_some()
        };
        if let Some(name) = name {
            let mut ways = self.ways_to(name).filter(|(destination, _)| able(destination));
            let found = ways.next().ok_or(GatewayError::NoTokenizer)?;
            return Ok((Arc::clone(found.0), found.1.clone()));
        }
        let mut all = self.destinations.iter().filter(|destination| able(destination));
        let Some(destination) = all.next() else { return Err(GatewayError::NoTokenizer) };
        if all.next().is_some() {
            return Err(GatewayError::WhichTokenizer);
        }
        let served = destination.models.first().ok_or(GatewayError::NoTokenizer)?;
        Ok((Arc::clone(destination), served.clone()))
    }
}
