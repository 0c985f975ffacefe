//! SQLite: ledger, reservations, projects, keys; secrets and files in the data folder.
//!
//! Owns everything that Igudar keeps on disk. One task writes the ledger and the reservations, many
//! requests to a transaction; reads and the administration of projects and keys go beside it. It makes no
//! decision of its own: ids and times come from the caller, budgets are judged by `projects`.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the crate through which the house reads and writes its disk and reads its clock"
)]

mod administration;
mod ambient;
mod applications;
mod audit;
mod batch;
mod catalogue;
mod contests;
mod directory;
mod error;
mod export;
mod figures;
pub mod files;
mod frontier;
mod journal;
mod learning;
mod receipts;
mod record;
mod register;
mod rows;
mod salts;
mod schema;
pub mod secrets;
pub mod shelf;
mod statements;
mod store;
pub mod studies;
mod usage;
mod writer;

pub use administration::AdministrationError;
pub use ambient::SystemAmbient;
pub use applications::{ApplicationRecord, ErasedBefore, MilestoneRecord};
pub use audit::{Audit, Mismatch};
pub use catalogue::{SolutionRecord, SolutionReuse};
pub use contests::{ContestError, ContestRecord};
pub use error::StoreError;
pub use export::Export;
pub use figures::{Answered, Ended};
pub use journal::SqliteJournal;
pub use learning::{AttemptRecord, BadgeRecord, LearnerRecord};
pub use register::{EntryRecord, EntryState, ProjectCount};
pub use secrets::{Secret, SecretError, Secrets};
pub use store::{SecretsError, Settings, Store};
pub use usage::{Tally, Usage, WindowBalance};
