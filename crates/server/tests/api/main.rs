//! The router with the real gateway, without a network.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail loudly")]

mod answers;
mod bodies;
mod doors;
mod languages;
mod operator;
mod register;
mod search;
mod speak;
mod support;
mod texts;
mod tokenizer;
mod visitors;
