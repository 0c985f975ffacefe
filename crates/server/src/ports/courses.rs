//! What the routes of courses, learners and badges need.
//!
//! Whoever implements it holds two walls: no hidden case is in any answer, and a learner of one project does
//! not exist for another.

use projects::ProjectId;

use super::door::DoorAnswer;

/// What is known of somebody who joins.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Joining {
    /// The region, by code or name.
    #[serde(default)]
    pub region: Option<String>,
    /// The cohort.
    #[serde(default)]
    pub cohort: Option<String>,
    /// The language of the lessons.
    #[serde(default)]
    pub language: Option<String>,
}

/// What somebody hands in.
#[derive(Clone, PartialEq, Eq)]
pub struct HandedIn {
    /// The course.
    pub course: String,
    /// The exercise.
    pub exercise: String,
    /// Whose attempt it is; none where it is only to be graded.
    pub learner: Option<String>,
    /// What is handed in.
    pub submission: String,
}

impl std::fmt::Debug for HandedIn {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What somebody wrote is theirs.
        formatter.debug_struct("HandedIn").field("exercise", &self.exercise).finish_non_exhaustive()
    }
}

/// Courses, learners, badges.
pub trait Courses: Send + Sync {
    /// The courses there are.
    fn courses(&self) -> DoorAnswer<'_>;

    /// A course with its lessons, its exercises and the cases that everyone may see.
    fn course(&self, id: &str) -> DoorAnswer<'_>;

    /// Runs a submission for real and grades it.
    fn attempt(&self, project: &ProjectId, handed_in: HandedIn) -> DoorAnswer<'_>;

    /// Makes a learner of the project.
    fn join(&self, project: &ProjectId, joining: Joining) -> DoorAnswer<'_>;

    /// What a learner of the project has passed, and what comes next.
    fn progress(&self, project: &ProjectId, learner: &str) -> DoorAnswer<'_>;

    /// Forgets a learner of the project: attempts and badges too.
    fn forget(&self, project: &ProjectId, learner: &str) -> DoorAnswer<'_>;

    /// Signs the badge of a course that a learner of the project has passed.
    fn issue(&self, project: &ProjectId, course: &str, learner: &str) -> DoorAnswer<'_>;

    /// A badge by its id.
    fn badge(&self, id: &str) -> DoorAnswer<'_>;

    /// Whether a badge of this installation holds.
    fn verify(&self, badge: &str) -> DoorAnswer<'_>;

    /// The badges taken back, a 1EdTech revocation list.
    fn revocations(&self) -> DoorAnswer<'_>;

    /// The public key of the badges, a JSON Web Key.
    fn issuer_key(&self) -> DoorAnswer<'_>;
}
