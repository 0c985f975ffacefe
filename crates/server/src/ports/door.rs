//! What every port of a door shares: its answers, and why it gives none.

use futures_core::future::BoxFuture;
use serde_json::Value;

use crate::errors::{Code, PublicError};

/// Why a door does not do what was asked. Quotes nothing that a caller sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DoorFault {
    /// There is none of this name, or the caller may not know of it.
    #[error("there is no {0} of this name that this caller may see")]
    Unknown(&'static str),
    /// A member of what was sent is not in order.
    #[error("{problem}")]
    Wrong {
        /// Which member.
        member: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// It does not go with what is there; says what to do first.
    #[error("{0}")]
    Conflict(String),
    /// The installation cannot do it now; the cause is for the log.
    #[error("it cannot be done now: {0}")]
    Unavailable(String),
}

impl From<DoorFault> for PublicError {
    fn from(fault: DoorFault) -> Self {
        let text = fault.to_string();
        match fault {
            DoorFault::Unknown(_) => Self::new(Code::NotFound, text),
            DoorFault::Wrong { member, .. } => Self::new(Code::InvalidRequest, text).about(member),
            DoorFault::Conflict(_) => Self::new(Code::Conflict, text),
            DoorFault::Unavailable(_) => {
                tracing::error!(%fault, "a door is shut");
                Self::new(Code::NoCapacity, "it cannot be done at the moment")
            }
        }
    }
}

/// An answer as the API shows it.
pub type DoorAnswer<'a> = BoxFuture<'a, Result<Value, DoorFault>>;
