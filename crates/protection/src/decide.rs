//! What shall happen to a finding, and how delicate a text is.
//!
//! Owns policies and classes. Changes no text.

mod class;
mod policy;

pub use class::Class;
pub use policy::{Action, Policy};
