//! What shall happen to a finding, and how delicate a text is.
//!
//! Owns policies and classes. Changes no text.

mod action;
mod class;
mod policy;

pub use action::Action;
pub use class::Class;
pub use policy::{Content, Journey, Laxer, Policy, PolicyFile, Refused, Rule, Rules};
