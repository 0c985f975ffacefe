//! Courses, grading, badges.
//!
//! Owns what a course is, how a submission is judged and what a badge says. Pure: a course comes in as the
//! contents of its files, exercises run behind the port [`Workbench`], keys and times are arguments. A hidden
//! case never leaves in any output: not in feedback, not in an error, not in a badge.

pub mod assertion;
pub mod course;
pub mod credential;
pub mod exercise;
pub mod grading;
pub mod jws;
pub mod revocation;

pub use assertion::{Assertion, Observed};
pub use course::{Course, CourseError, Lesson};
pub use credential::{Achievement, Badge, BadgeError, BadgeFacts, issue, issuer_id, verify};
pub use exercise::{Case, Exercise, Kind};
pub use grading::{CaseResult, Fault, Graded, Outcome, Task, Workbench, grade};
pub use jws::{BadgeKey, BadgeSigner};
pub use revocation::RevocationList;
