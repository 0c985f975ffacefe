//! Taking the values out: numbering them, choosing labels, rewriting texts.
//!
//! Owns which findings are the same entity, which number an entity gets, and what is written in its
//! place. Never decides what a finding is, and never sees an answer.

mod crossing;
mod find_all;
mod findings;
mod identity;
mod lookalikes;
mod merge;
mod plan;
mod propagate;
mod registry;
mod series;
mod stream;
mod surrogate;
#[cfg(test)]
mod tests;

pub use find_all::{Find, find_all};
pub use findings::{Counts, Findings, TextIn};
pub use plan::{
    Protected, ReplaceError, Replacement, apply, replace, replace_constant, replace_with,
};
pub use series::Series;
pub use surrogate::Wishes;
