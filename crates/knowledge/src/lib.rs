//! Documents as passages that can be found and cited.
//!
//! Owns what a document is once it is read, how it is cut into passages, and the exact search among their
//! vectors. Pure: reads no file and no clock.

pub mod answer;
pub mod concepts;
pub mod document;
pub mod indexing;
pub mod ingest;
pub mod passage;
pub mod ports;
pub mod reading;
pub mod search;
pub mod telling;
pub mod vectors;

pub use document::{Collection, DocumentId, Facts, Sharing};
pub use passage::{Passage, cut};
pub use reading::{Block, BlockKind, Reading, Remark};
