//! Answers: quotes from official documents with their source, in the language of the question, or an honest
//! refusal.
//!
//! Owns the choice of what is quoted, the check that every quote stands in what it is cited from, the
//! decision to refuse, and what is said around the quotes. Never says anything about the matter itself:
//! that is the documents' part.

mod commune;
mod kind;
mod phrases;
mod rarity;
mod unit;
mod verify;
mod voice;

pub use phrases::{Phrases, PhrasesError};
pub use verify::occurs;
pub use voice::Voice;
