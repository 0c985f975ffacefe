//! Putting the values back.
//!
//! Owns the grammar of labels as models write them, the streaming [`Restorer`], and nothing else: which
//! values there are is the business of [`crate::Vault`].
//!
//! # The grammar
//!
//! Placeholder, filled in below.

mod cursor;
mod matcher;
mod reading;
mod restorer;
mod table;
#[cfg(test)]
mod tests;

pub use restorer::{Escape, Restorer};

pub(crate) use table::WordTable;
