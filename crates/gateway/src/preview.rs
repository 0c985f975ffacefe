//! What a model would see, for each destination; nothing is sent.

use bytes::Bytes;
use projects::{Access, Micro};
use protection::{Class, Counts};

use crate::error::GatewayError;
use crate::gateway::{Gateway, Incoming};

/// What one destination would receive.
#[derive(Debug)]
pub struct Preview {
    /// The destination's name.
    pub destination: String,
    /// Where it stands.
    pub place: String,
    /// Whether nothing would leave this machine.
    pub local: bool,
    /// The model that would be asked.
    pub model: String,
    /// How many values of each type were found.
    pub findings: Counts,
    /// The class of the content.
    pub class: Class,
    /// The body it would receive and the most it could cost, or why it would receive nothing.
    pub outcome: Result<(Bytes, Micro), GatewayError>,
}

impl Gateway {
    /// Protects the request once for each destination, as if that destination's first model (or the model
    /// asked for, where it serves it) had been chosen.
    pub fn preview(
        &self,
        access: &Access,
        incoming: &Incoming,
    ) -> Result<Vec<Preview>, GatewayError> {
        let searched = self.search(incoming)?;
        let asked = &searched.request.model;
        let previews = self.destinations.iter().filter_map(|destination| {
            let named = destination.models.iter().find(|model| &model.name == asked);
            let served = named.or_else(|| destination.models.first())?;
            let outcome = self
                .protect_for(access, &searched, destination, served)
                .map(|prepared| (prepared.body, prepared.hold));
            Some(Preview {
                destination: destination.name.clone(),
                place: destination.place.clone(),
                local: destination.local,
                model: served.name.clone(),
                findings: searched.findings.counts(),
                class: searched.findings.class(),
                outcome,
            })
        });
        Ok(previews.collect())
    }
}
