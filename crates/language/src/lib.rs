//! Scripts, digits of any script, and normalisation with offset maps.
//!
//! Owns what is known about writing itself. Knows nothing of personal data, models or HTTP.

mod span;

pub use span::{ByteSpan, OffsetUnit};
