//! What shall happen to a finding, and how delicate a text is.
//!
//! Owns policies, classes and sensitive topics. Changes no text.

mod action;
mod class;
mod policy;
pub mod topics;

pub use action::Action;
pub use class::Class;
pub use policy::{Content, Journey, Laxer, Policy, PolicyFile, Refused, Rule, Rules};
