//! What can go wrong with the disk, in words that an operator can act on.

use std::io;
use std::path::{Path, PathBuf};

use gateway::ports::JournalError;

/// Why the store could not do its work. No message carries a stored value.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No space is left.
    #[error("the disk is full; make room on the file system of the data folder")]
    DiskFull,
    /// Another process holds the write lock for too long.
    #[error("the database is locked by another process; end that process or wait for it")]
    Locked,
    /// Everybody reads at once.
    #[error("all connections to the database are in use; try again")]
    Overloaded,
    /// The database's bytes make no sense.
    #[error("the database is damaged ({0}); restore the data folder from a backup")]
    Corrupt(String),
    /// The folder or the file may not be written.
    #[error("the data folder cannot be written; give this user write access to it")]
    ReadOnly,
    /// The database file cannot be opened at all.
    #[error("the database cannot be opened; is the data folder there, and readable for this user?")]
    CannotOpen,
    /// The disk fails.
    #[error("the disk reports an error (SQLite code {0}); look at the system's log")]
    Disk(i32),
    /// A newer Igudar made this database.
    #[error(
        "the database has version {found}, this igudar knows up to {known}; use the newer igudar"
    )]
    NewerSchema {
        /// The file's version.
        found: i64,
        /// The newest known here.
        known: i64,
    },
    /// Another server writes this ledger.
    #[error("another `igudar serve` uses this data folder{}; a ledger has one writer", process_note(*.process))]
    InUse {
        /// The other's process number, where it can be told.
        process: Option<u32>,
    },
    /// The ledger was signed with another key than the one in the folder.
    #[error(
        "the ledger was signed with another key than the one in ledger.key; put the right key back"
    )]
    WrongSigningKey,
    /// There is no data folder of Igudar.
    #[error("there is no data in {}; `igudar serve` begins it, or name another folder", .0.display())]
    NoData(PathBuf),
    /// Nothing was recorded yet.
    #[error("there is no ledger in this data folder yet; `igudar serve` begins one")]
    NoLedger,
    /// The journal was closed.
    #[error("the ledger is closed: the server is shutting down")]
    Closed,
    /// A file could not be read or written.
    #[error("{} cannot be used: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// The search index cannot be used.
    #[error(
        "the search index cannot be used ({0}); delete the folder knowledge.index: it is made anew"
    )]
    Index(String),
    /// Everything else that SQLite says.
    #[error("the database refuses: SQLite code {0}")]
    Database(i32),
}

fn process_note(process: Option<u32>) -> String {
    process.map(|process| format!(" (process {process})")).unwrap_or_default()
}

impl StoreError {
    /// An operating system's error about `path`.
    pub(crate) fn file(path: &Path, cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied => Self::ReadOnly,
            _ => Self::File { path: path.to_path_buf(), cause },
        }
    }

    /// The search index's error, by its kind: its text may quote a term.
    pub(crate) fn index(error: tantivy::TantivyError) -> Self {
        use tantivy::TantivyError as Error;
        match error {
            Error::LockFailure(..) => Self::Locked,
            Error::IoError(cause) if cause.kind() == io::ErrorKind::StorageFull => Self::DiskFull,
            Error::IoError(cause) => Self::Index(cause.kind().to_string()),
            Error::DataCorruption(_) => Self::Index("it is damaged".to_owned()),
            Error::OpenReadError(_) | Error::OpenWriteError(_) | Error::OpenDirectoryError(_) => {
                Self::Index("a file of it cannot be opened".to_owned())
            }
            _ => Self::Index("it refuses".to_owned()),
        }
    }

    /// Whether the same command may succeed later, when the operator has done something about the cause.
    pub(crate) fn may_pass(&self) -> bool {
        !matches!(self, Self::Database(_))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(database) => {
                let code = database.code().and_then(|code| code.parse().ok()).unwrap_or(0);
                from_code(code)
            }
            sqlx::Error::Io(cause) => match cause.kind() {
                io::ErrorKind::StorageFull => Self::DiskFull,
                io::ErrorKind::PermissionDenied => Self::ReadOnly,
                _ => Self::CannotOpen,
            },
            sqlx::Error::PoolTimedOut => Self::Overloaded,
            sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => Self::Closed,
            sqlx::Error::ColumnDecode { index, .. } => {
                Self::Corrupt(format!("column {index} cannot be read"))
            }
            _ => Self::Database(0),
        }
    }
}

/// The primary result codes of SQLite; the higher bits tell details.
fn from_code(code: i32) -> StoreError {
    match code & 0xff {
        5 | 6 => StoreError::Locked,
        8 | 3 => StoreError::ReadOnly,
        10 => StoreError::Disk(code),
        11 => StoreError::Corrupt("its pages do not fit together".to_owned()),
        26 => StoreError::Corrupt("not a database".to_owned()),
        13 => StoreError::DiskFull,
        14 => StoreError::CannotOpen,
        _ => StoreError::Database(code),
    }
}

impl From<StoreError> for JournalError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_advice() {
        for (code, expect) in [
            (5, "locked"),
            (261, "locked"),
            (517, "locked"),
            (8, "write access"),
            (778, "system's log"),
            (11, "backup"),
            (26, "not a database"),
            (13, "disk is full"),
            (14, "cannot be opened"),
            (19, "code 19"),
        ] {
            let text = from_code(code).to_string();
            assert!(text.contains(expect), "{code}: {text}");
        }
    }
}
