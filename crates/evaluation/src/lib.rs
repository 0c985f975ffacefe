//! Studies that anyone can run again: question, protocol, data, models, result.
//!
//! Owns what a study is, how an answer is judged, how far a mean can be trusted and what a run's manifest says. Pure:
//! files come in as their contents, respondents, the cache and progress are [ports](respondent), chance comes from the
//! study's seed. It never counts a missing answer as a wrong one in silence, and never lets a language disappear in a
//! mean.

pub mod canonical;
pub mod chance;
pub mod choice;
pub mod compare;
pub mod interval;
pub mod manifest;
pub mod metric;
pub mod outcome;
pub mod page;
pub mod respondent;
pub mod results;
pub mod run;
pub mod study;
pub mod task;

mod study_error;
mod template;

pub use manifest::Manifest;
pub use metric::Metric;
pub use outcome::{Judged, Outcome};
pub use respondent::{Cache, CacheError, NoReply, Progress, Question, Reply, Respondent};
pub use run::{Asking, run};
pub use study::{Files, Study, Texts};
pub use study_error::StudyError;
pub use task::{System, Task};
