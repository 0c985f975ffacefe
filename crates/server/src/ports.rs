//! What the routes about the installation itself need; the binary implements it over the store.

mod answers;
mod applications;
mod courses;
mod door;
mod programme;
mod recourse;
mod register;
mod search;
mod solutions;

use std::sync::Arc;

use futures_core::future::BoxFuture;
use gateway::ports::JournalError;
use projects::ProjectId;
use serde::Serialize;

pub use answers::{AnswerFault, Answers};
pub use applications::Applications;
pub use courses::{Courses, HandedIn, Joining};
pub use door::{DoorAnswer, DoorFault};
pub use programme::Programmes;
pub use recourse::{ContestShown, Recourse, RecourseFault, Taken, Told};
pub use register::{Published, Register, RegisterFault};
pub use search::{SearchFault, Searches};
pub use solutions::Solutions;

/// What a project has used.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct UsageReport {
    /// The project's name.
    pub project: String,
    /// The currency of the amounts.
    pub currency: String,
    /// The window that the amounts are of: the budget's (`2026-11`), or `total`.
    pub window: String,
    /// The budget of the window, in millionths.
    pub limit_micro: Option<i64>,
    /// Spent in the window, in millionths.
    pub spent_micro: i64,
    /// Held by running requests, in millionths.
    pub reserved_micro: i64,
    /// Requests that have not ended.
    pub running: u64,
    /// Requests that ended, of all time.
    pub requests: u64,
    /// Prompt tokens, of all time.
    pub prompt_tokens: u64,
    /// Completion tokens, of all time.
    pub completion_tokens: u64,
}

/// A part that must work before requests can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its name.
    pub name: &'static str,
    /// Whether it works.
    pub ready: bool,
}

/// The doors through which people come: each is a port of its own.
#[derive(Clone)]
pub struct Doors {
    /// Courses, learners, badges.
    pub courses: Arc<dyn Courses>,
    /// Who asks for a project.
    pub applications: Arc<dyn Applications>,
    /// What is wanted and what was done.
    pub programme: Arc<dyn Programmes>,
    /// What others start from.
    pub solutions: Arc<dyn Solutions>,
    /// The public register.
    pub register: Arc<dyn Register>,
    /// What citizens are told, and contests.
    pub recourse: Arc<dyn Recourse>,
}

/// The installation's own books.
pub trait Accounts: Send + Sync {
    /// What `project` has used.
    fn usage(&self, project: &ProjectId) -> BoxFuture<'_, Result<UsageReport, JournalError>>;

    /// Whether the parts that every request needs work.
    fn parts(&self) -> BoxFuture<'_, Vec<Part>>;
}

impl std::fmt::Debug for Doors {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Doors(…)")
    }
}
