//! Residual risk: how many personal values the finder is expected to have missed in the texts of a request.
//!
//! Owns the features that are known without an annotation (language, kind of text, length, what was found,
//! what looks like a value and was not found) and the log-linear model over them, fitted on the misses of
//! documents that the model of names had not seen. Decides nothing: policies compare the number with their
//! limit. The sums are of integers and the power is made of additions and multiplications, so that the same
//! text has the same risk on every machine.

mod features;
mod kind;
mod model;

use serde::Serialize;

pub use features::{FEATURES, Features};
pub use kind::TextKind;
pub use model::{RiskModel, WeightsError, power_of_two};

/// What may have been missed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Risk {
    /// How many values are expected to have been missed, rounded to thousandths.
    pub expected_missed: f64,
    /// The expected share of all values that was missed: of those found and those missed together.
    pub share: f64,
}

impl Risk {
    /// The risk of so many values missed beside so many found.
    pub fn new(expected_missed: f64, found: usize) -> Self {
        let thousandths = |number: f64| (number * 1000.0).round() / 1000.0;
        let found = f64::from(u32::try_from(found).unwrap_or(u32::MAX));
        let all = expected_missed + found;
        let share = if all > 0.0 { expected_missed / all } else { 0.0 };
        Self { expected_missed: thousandths(expected_missed), share: thousandths(share) }
    }
}
