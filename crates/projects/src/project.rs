//! Projects: who pays and who answers.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::budget::Budget;

/// A project's name in addresses, records and commands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProjectId(String);

/// The text cannot name a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a project id has 1 to 64 lower-case letters, digits or hyphens and begins with a letter or a digit"
)]
pub struct ProjectIdError;

impl ProjectId {
    /// Takes an id that was checked when the project was made.
    pub fn new(id: &str) -> Self {
        Self(id.to_owned())
    }

    /// Checks an id for a project to be made.
    pub fn parse(id: &str) -> Result<Self, ProjectIdError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let right = (1..=64).contains(&id.len())
            && id.bytes().all(|byte| plain(byte) || byte == b'-')
            && !id.starts_with('-');
        if right { Ok(Self::new(id)) } else { Err(ProjectIdError) }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProjectId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What a project is and may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// What people call it.
    pub name: String,
    /// Milliseconds since the Unix epoch.
    pub created_ms: i64,
    /// What it may spend; without one it may spend what it likes.
    pub budget: Option<Budget>,
    /// How many requests each of its keys may start in a minute; 0 for as many as it likes.
    pub requests_per_minute: u32,
    /// Whether its requests stay on this machine, whatever they hold.
    pub local_only: bool,
    /// Its own policy, as TOML; it may only be stricter than the installation's. Whoever stores it has
    /// checked it.
    pub policy: Option<Arc<str>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        for (id, right) in [
            ("demo", true),
            ("7-sante", true),
            ("a", true),
            ("", false),
            ("-a", false),
            ("Demo", false),
            ("a b", false),
            ("a/b", false),
            ("é", false),
        ] {
            assert_eq!(ProjectId::parse(id).is_ok(), right, "{id:?}");
        }
        assert!(ProjectId::parse(&"a".repeat(64)).is_ok());
        assert!(ProjectId::parse(&"a".repeat(65)).is_err());
    }
}
