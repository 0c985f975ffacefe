//! What the routes of the programme need.

use futures_core::future::BoxFuture;
use projects::Indicators;

use super::door::{DoorAnswer, DoorFault};

/// The installation's programme and what was done.
pub trait Programmes: Send + Sync {
    /// What is wanted, and how far each objective is.
    fn programme(&self) -> DoorAnswer<'_>;

    /// What was done, counted from what was recorded.
    fn indicators(&self) -> BoxFuture<'_, Result<Indicators, DoorFault>>;
}
