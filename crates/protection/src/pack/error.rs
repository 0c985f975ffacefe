//! What is wrong with a pack, where, and what would be right.

use std::fmt;

/// A fault in a pack's or an installation's file. The message may quote rules and settings, never a term
/// of the installation's dictionary.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct PackError {
    /// The file's name in the pack.
    pub file: String,
    /// The line, from 1, where known.
    pub line: Option<usize>,
    /// The key that is wrong, where one is.
    pub key: Option<String>,
    /// What is wrong.
    pub message: String,
    /// The known key nearest to the wrong one.
    pub nearest: Option<String>,
}

impl PackError {
    /// A fault at a line (from 1) of a file.
    pub fn at(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line: Some(line),
            key: None,
            message: message.into(),
            nearest: None,
        }
    }

    /// A fault of a file as a whole.
    pub fn of(file: &str, message: impl Into<String>) -> Self {
        Self { line: None, ..Self::at(file, 0, message) }
    }

    /// The same fault, with the key it stands at.
    #[must_use]
    pub fn with_key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }
}

impl fmt::Display for PackError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
        }
        if let Some(key) = &self.key {
            write!(formatter, ": key `{key}`")?;
        }
        write!(formatter, ": {}", self.message)?;
        if let Some(nearest) = &self.nearest {
            write!(formatter, " Did you mean `{nearest}`?")?;
        }
        Ok(())
    }
}
