//! What the routes of applications need.
//!
//! Whoever implements it shows a contact to nobody: what an applicant wrote is for reviewers at the command
//! line.

use projects::{ApplicationForm, ProjectId};

use super::door::DoorAnswer;

/// Who asks for a project, and how that stands.
pub trait Applications: Send + Sync {
    /// Takes an application; the answer holds the id by which its applicant asks after it.
    fn submit(&self, form: ApplicationForm) -> DoorAnswer<'_>;

    /// How an application stands, for whoever knows its id.
    fn application(&self, id: &str) -> DoorAnswer<'_>;

    /// The applications that became a project, with their milestones.
    fn of_project(&self, project: &ProjectId) -> DoorAnswer<'_>;
}
