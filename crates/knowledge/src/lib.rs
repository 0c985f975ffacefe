//! Documents in, cited answers out.
//!
//! Owns what a document is once it is read, how it is cut into passages, how passages are found and
//! ranked, how an answer quotes them and when it must refuse; and the ports for what lies outside: files
//! that become text, the shelf that keeps documents, the index of words. Pure: reads no file and no clock.

pub mod document;
pub mod passage;
pub mod reading;
pub mod vectors;

pub use document::{Collection, DocumentId, Facts, Sharing};
pub use passage::{Passage, cut};
pub use reading::{Block, BlockKind, Reading, Remark};
