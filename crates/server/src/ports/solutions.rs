//! What the routes of the catalogue need.

use std::collections::BTreeMap;

use projects::ProjectId;

use super::door::DoorAnswer;

/// The catalogue of solutions.
pub trait Solutions: Send + Sync {
    /// The solutions there are; with a need those that answer it, the best first.
    fn solutions(&self, need: Option<&str>) -> DoorAnswer<'_>;

    /// What a solution says of itself, and its texts for readers.
    fn solution(&self, name: &str) -> DoorAnswer<'_>;

    /// Publishes a folder's files for a project.
    fn publish(&self, project: &ProjectId, files: BTreeMap<String, String>) -> DoorAnswer<'_>;

    /// The files of a solution, for a project to start from; counted unless it is the project's own.
    fn reuse(&self, project: &ProjectId, name: &str) -> DoorAnswer<'_>;

    /// How often others took a solution of this project.
    fn reuses(&self, project: &ProjectId, name: &str) -> DoorAnswer<'_>;

    /// Takes a solution of this project out of the catalogue.
    fn withdraw(&self, project: &ProjectId, name: &str) -> DoorAnswer<'_>;
}
