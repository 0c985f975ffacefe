//! How many requests may be worked on at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::errors::{Code, PublicError};

/// Places for requests. A streamed answer keeps its place until its last byte.
#[derive(Debug, Clone)]
pub(crate) struct InFlight {
    places: Arc<Semaphore>,
    total: usize,
}

impl InFlight {
    pub(crate) fn new(total: usize) -> Self {
        let total = total.clamp(1, Semaphore::MAX_PERMITS);
        Self { places: Arc::new(Semaphore::new(total)), total }
    }

    /// A place, or 503: a queue would only hide that the machine is full.
    pub(crate) fn enter(&self) -> Result<OwnedSemaphorePermit, PublicError> {
        Arc::clone(&self.places).try_acquire_owned().map_err(|_| {
            PublicError::new(
                Code::NoCapacity,
                format!("this server already works on {} requests", self.total),
            )
            .retry_after(Duration::from_secs(1))
        })
    }

    /// How many places are taken.
    pub(crate) fn taken(&self) -> usize {
        self.total.saturating_sub(self.places.available_permits())
    }
}
