//! The public record that each AI system owes, and recourse.
//!
//! Owns what an entry of the public register says (the fields of the Dutch algorithm register, the oversight
//! block of the British Algorithmic Transparency Recording Standard, the questions of article 27 of the EU AI
//! Act), how it is read and checked, its schema and its exports; how what runs is compared with what was
//! published; what a citizen is told about one request, and the terms and the sealing of contests. Never
//! stores, looks up or sends anything, and never sees the content of a request.

mod check;
mod document;
mod draft;
mod entry;
mod facts;
mod fields;
mod nl;
mod read;
mod recourse;
mod schema;
mod seal;
mod sentences;
mod term;
mod texts;

pub use check::{check, remarks};
pub use document::{DOCUMENT_FORMAT, Document};
pub use draft::draft;
pub use entry::{
    Entry, FundamentalRights, Oversight, PublicationCategory, Reference, Risk, Status, Theme,
};
pub use facts::{Change, ChangeKind, DestinationFacts, Facts, Traffic};
pub use nl::{NL_1_0, nl_csv, nl_records};
pub use read::{Fault, read};
pub use recourse::{
    Answerable, Asked, LONGEST_REASON, LONGEST_TEXT, Left, OPEN_CONTESTS, Outcome, explain,
};
pub use schema::{ENTRY_SCHEMA, NL_SCHEMA, entry_schema, nl_schema};
pub use seal::{ContestKey, SealError};
pub use term::Term;
pub use texts::{Language, Texts};
