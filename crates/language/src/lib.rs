//! Scripts, digits of any script, normalisation with offset maps, and the identification of languages.
//!
//! Owns what is known about writing itself. Knows nothing of personal data, models or HTTP.

pub mod analyze;
pub mod digits;
pub mod identify;
pub mod names;
pub mod script;
pub mod service;
pub mod tifinagh;
pub mod transliterate;

mod normalize;
mod offsets;
mod span;

pub use normalize::{Normalized, Profile, decode_escapes, normalize};
pub use offsets::OffsetConverter;
pub use script::Script;
pub use span::{ByteSpan, OffsetUnit};
