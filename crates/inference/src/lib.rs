//! Models on this machine, in a supervised child process.
//!
//! [`LocalModel`] is the side of the server: it starts the worker, speaks to it over a Unix socket,
//! starts it again when it dies, and implements [`model::Model`]. [`worker::run`] is the child: one
//! thread owns the model, its context and the batch in which all running requests advance together.
//! [`models`] and [`pull`] own the model files.
//!
//! A failed assertion in llama.cpp ends the process in which it runs. That process is therefore
//! never the server, and no other crate links llama.cpp.

#![allow(
    clippy::disallowed_methods,
    reason = "this crate is an edge: it reads model files, runs processes and stamps answers with the time"
)]

mod aside;
mod calendar;
mod completion_requests;
mod control_texts;
mod conversation;
mod decoding;
mod embeddings;
mod engine;
mod frame;
mod generation;
mod gguf;
mod load_words;
mod local;
mod log_probabilities;
pub mod models;
mod operation;
mod outbox;
mod pip;
mod prepare;
pub mod pull;
mod replies;
mod requests;
mod scored_text;
mod scoring;
pub mod sentence_encoder;
mod stops;
mod supervisor;
mod template;
mod tokenizer;
pub mod worker;

#[cfg(test)]
mod completion_tests;
#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod process_tests;

pub use gguf::{GgufError, GgufHeader};
pub use local::{LocalModel, LocalSettings, ModelFacts, StartError, WorkerState};
