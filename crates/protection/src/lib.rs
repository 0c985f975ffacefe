//! Find, decide, replace, restore: the safeguard between a text full of personal values and whoever
//! must not see them.
//!
//! Pure: country packs, keys and random bytes come in as arguments; nothing here reads a file or a clock.

pub mod find;
pub mod pack;

mod finding;

pub use find::{Finder, Place};
pub use finding::{Finding, Kind};
pub use pack::{Pack, PackError};
