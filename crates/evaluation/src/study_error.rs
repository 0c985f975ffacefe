//! What is wrong with the files of a study.

/// A study's files are not in order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct StudyError {
    /// Which file, with the line where one is known: `tasks/meaning.jsonl, line 7`.
    pub file: String,
    /// What is wrong with it, at which key, and what to do.
    pub problem: String,
}

impl StudyError {
    pub(crate) fn new(file: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { file: file.into(), problem: problem.into() }
    }

    pub(crate) fn key(file: impl Into<String>, key: &str, problem: impl std::fmt::Display) -> Self {
        Self::new(file, format!("key `{key}`: {problem}"))
    }
}
