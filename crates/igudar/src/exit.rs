//! Exit codes, as `igudar --help` documents them.

use std::process::ExitCode;

use crate::configuration::ConfigurationError;
use crate::wiring::OwnFault;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// It failed; standard error says why.
    Failed = 1,
    /// The arguments are wrong.
    Usage = 2,
    /// Something that was to be verified does not hold.
    NotVerified = 3,
    /// The configuration is wrong.
    Configuration = 4,
    /// `doctor` found something that must be mended.
    Missing = 5,
}

impl Exit {
    /// The code that an error stands for.
    pub(crate) fn of(error: &anyhow::Error) -> Self {
        if error.downcast_ref::<ConfigurationError>().is_some()
            || error.downcast_ref::<OwnFault>().is_some()
        {
            Self::Configuration
        } else if error.downcast_ref::<WrongUse>().is_some() {
            Self::Usage
        } else {
            Self::Failed
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Arguments that clap accepts and the command does not.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct WrongUse(pub(crate) String);
