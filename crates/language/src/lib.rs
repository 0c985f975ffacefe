//! Scripts, digits of any script, and normalisation with offset maps.
//!
//! Owns what is known about writing itself. Knows nothing of personal data, models or HTTP.

pub mod digits;
pub mod script;

mod normalize;
mod offsets;
mod span;

pub use normalize::{Normalized, Profile, normalize};
pub use offsets::OffsetConverter;
pub use script::Script;
pub use span::{ByteSpan, OffsetUnit};
