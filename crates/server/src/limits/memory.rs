//! Memory that the bodies of all requests share.
//!
//! The limit of one body times the number of places would be more than a machine has, and a limit of one
//! body small enough for that would refuse honest requests.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::errors::{Code, PublicError};

/// The size of one unit, in bytes.
const UNIT: usize = 16 << 10;

/// What there is for all bodies together.
#[derive(Debug, Clone)]
pub(crate) struct BodyMemory(Arc<Semaphore>);

impl BodyMemory {
    pub(crate) fn new(bytes: usize) -> Self {
        let units = (bytes / UNIT).clamp(1, Semaphore::MAX_PERMITS);
        Self(Arc::new(Semaphore::new(units)))
    }

    /// A share that holds nothing yet.
    pub(crate) fn share(&self) -> Share {
        Share { memory: self.clone(), held: None }
    }
}

/// What one request holds of it; given back when dropped.
#[derive(Debug)]
pub(crate) struct Share {
    memory: BodyMemory,
    held: Option<OwnedSemaphorePermit>,
}

impl Share {
    /// Holds at least `bytes` from now on, or 503 where all together hold too much.
    pub(crate) fn hold(&mut self, bytes: usize) -> Result<(), PublicError> {
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = bytes.div_ceil(UNIT).saturating_sub(held);
        if missing == 0 {
            return Ok(());
        }
        let missing = u32::try_from(missing).map_err(|_| full())?;
        let more =
            Arc::clone(&self.memory.0).try_acquire_many_owned(missing).map_err(|_| full())?;
        match &mut self.held {
            Some(held) => held.merge(more),
            None => self.held = Some(more),
        }
        Ok(())
    }
}

fn full() -> PublicError {
    let text = "the bodies of other requests fill the memory for bodies (server.body_memory)";
    PublicError::new(Code::NoCapacity, text).retry_after(Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_given_back() {
        let memory = BodyMemory::new(10 * UNIT);
        let mut first = memory.share();
        assert!(first.hold(1).is_ok());
        assert!(first.hold(8 * UNIT).is_ok());
        assert!(first.hold(4 * UNIT).is_ok(), "nothing more is needed");
        let mut second = memory.share();
        assert!(second.hold(2 * UNIT).is_ok());
        assert_eq!(second.hold(2 * UNIT + 1).unwrap_err().code, Code::NoCapacity);
        drop(first);
        assert!(second.hold(10 * UNIT).is_ok());
        assert!(second.hold(11 * UNIT).is_err());
    }
}
