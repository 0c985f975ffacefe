//! Finding personal values in one text.
//!
//! A text becomes a [`View`] (normalised once, cut into tokens, lines and labelled fields); detectors
//! propose [`Candidate`]s on it; a deterministic resolver settles overlaps; spans go back to the bytes
//! of the source. Owns the order of these steps. Never changes a text and never fails.

pub mod address;
pub mod birth;
pub mod candidate;
pub mod card;
pub mod lexicon;
pub mod names;
pub mod place;
pub mod view;
pub mod words;

mod finder;
pub(crate) mod identifiers;
pub(crate) mod keys;
mod resolve;
mod structure;
mod tokens;
mod universal;
mod windows;

pub use candidate::{Candidate, Detector, Strength};
pub use finder::{Finder, FinderParts};
pub use place::{Place, Surroundings};
pub use structure::{Field, FieldKind};
pub use view::{Case, Token, TokenKind, View};

use crate::pack::{Pack, PackError};

/// What is wrong with the files of a pack that only detectors read.
pub(crate) fn check(pack: &Pack) -> Result<(), PackError> {
    names::lexicon::check(pack)?;
    address::check(pack)?;
    birth::check(pack)?;
    crate::decide::topics::check(pack)
}
