//! Whole-system tests: the real binary, real sockets, the mock upstream as the model.
//!
//! Every test starts its own `igudar serve` on a free port with a data folder of its own, and ends it by its
//! own handle. Values are invented by `invented`.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests fail loudly, read files and measure time"
)]

mod accounts;
mod applications;
mod article;
mod bad_input;
mod bad_upstreams;
mod canary;
mod canary_requests;
mod cancellation;
mod cited;
mod client;
mod commands;
mod completions;
mod courses;
mod crash;
mod faults;
mod ingest_crash;
mod invented;
mod life;
mod programme;
mod proxies;
mod record;
mod round_trip;
mod server;
mod solutions;
mod streams;
mod studies;
mod tools;
mod trust;
mod walk;
mod walls;
