//! What shall happen to a finding, and how delicate a text is.
//!
//! Owns policies, classes, sensitive topics and the estimate of what was missed. Changes no text.

mod action;
mod class;
mod policy;
pub mod risk;
pub mod topics;

pub use action::Action;
pub use class::Class;
pub use policy::{Content, Journey, Laxer, Policy, PolicyFile, Refused, Rule, Rules};
