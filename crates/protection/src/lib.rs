//! Find, decide, replace, restore: the safeguard between a text full of personal values and whoever
//! must not see them.
//!
//! Pure: country packs, keys and random bytes come in as arguments; nothing here reads a file or a clock.

pub mod decide;
pub mod dictionary;
pub mod find;
pub mod label;
pub mod pack;
pub mod replace;
pub mod restore;
pub mod seal;

mod finding;
mod vault;

pub use decide::{Action, Class, Policy, PolicyFile};
pub use dictionary::Dictionary;
pub use find::{Finder, FinderParts, Place};
pub use finding::{Finding, Kind, ShownFinding, shown};
pub use label::LabelWords;
pub use pack::{Pack, PackError, Surrogates};
pub use replace::{
    Counts, Find, Findings, Protected, ReplaceError, Replacement, Series, TextIn, Wishes, apply,
    find_all, replace, replace_constant, replace_with,
};
pub use restore::{Escape, Restorer, is_whole_number};
pub use vault::Vault;
