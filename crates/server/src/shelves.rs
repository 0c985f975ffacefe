//! What the routes about collections and documents need; the binary implements it over the shelf.
//!
//! Whoever implements it holds the walls: every call names the project that asks, and what that project may
//! not read is answered as what does not exist.

use bytes::Bytes;
use futures_core::future::BoxFuture;
use knowledge::document::PersonalData;
use projects::ProjectId;
use serde::Deserialize;
use serde_json::Value;

use crate::errors::{Code, PublicError};

/// Why the library does not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LibraryError {
    /// There is none, or the project may not know of it.
    #[error("there is nothing of this name that this key's project may read")]
    Unknown,
    /// The project may read it, and no more.
    #[error("the collection belongs to another project, which alone may change it")]
    NotOwned,
    /// The name cannot be had.
    #[error("this name cannot be had; choose another")]
    NameTaken,
    /// What was asked is not in order; says what.
    #[error("{0}")]
    Wrong(String),
    /// Something is missing before this can be done; says what.
    #[error("{0}")]
    Missing(String),
    /// The shelf cannot be used now; the cause is for the log.
    #[error("the library cannot be used: {0}")]
    Unavailable(String),
}

impl From<LibraryError> for PublicError {
    fn from(error: LibraryError) -> Self {
        let text = error.to_string();
        match error {
            LibraryError::Unknown => Self::new(Code::NotFound, text),
            LibraryError::NotOwned => Self::new(Code::Forbidden, text),
            LibraryError::NameTaken => Self::new(Code::Conflict, text).about("name"),
            LibraryError::Missing(_) => Self::new(Code::Conflict, text),
            LibraryError::Wrong(_) => Self::new(Code::InvalidRequest, text),
            LibraryError::Unavailable(_) => {
                tracing::error!(%error, "the library cannot be used");
                Self::new(Code::NoCapacity, "the library cannot be used at the moment")
            }
        }
    }
}

/// What may be said about a collection when it is made or published.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectionRules {
    /// What happens to personal data in documents.
    #[serde(default)]
    pub personal_data: Option<PersonalData>,
    /// The licence of documents that name none.
    #[serde(default)]
    pub licence: Option<String>,
    /// Whom to name.
    #[serde(default)]
    pub attribution: Option<String>,
}

/// Who is to read a collection.
#[derive(Debug, Clone)]
pub enum Access {
    /// Its project and these; its project alone where the list is empty.
    Projects(Vec<String>),
    /// Every project of the installation, by these rules.
    Public(CollectionRules),
}

/// An answer as the API shows it.
pub type Shown<'a> = BoxFuture<'a, Result<Value, LibraryError>>;

/// The collections and documents of the installation.
pub trait Shelves: Send + Sync {
    /// The collections that a project may read.
    fn collections(&self, project: &ProjectId) -> Shown<'_>;

    /// One of them; with how often others used it for its own project.
    fn collection(&self, project: &ProjectId, name: &str) -> Shown<'_>;

    /// Makes a collection.
    fn create(&self, project: &ProjectId, name: &str, rules: CollectionRules) -> Shown<'_>;

    /// Lets others read a collection.
    fn open_to(&self, project: &ProjectId, name: &str, access: Access) -> Shown<'_>;

    /// Deletes a collection with all its documents.
    fn delete_collection(&self, project: &ProjectId, name: &str) -> Shown<'_>;

    /// A page of a collection's documents.
    fn documents(
        &self,
        project: &ProjectId,
        collection: &str,
        offset: u32,
        limit: u32,
    ) -> Shown<'_>;

    /// One document with its passages.
    fn document(&self, project: &ProjectId, collection: &str, id: &str) -> Shown<'_>;

    /// Deletes a document everywhere.
    fn delete_document(&self, project: &ProjectId, collection: &str, id: &str) -> Shown<'_>;

    /// Begins to take a file for a collection of the project's own.
    fn begin_upload(
        &self,
        project: &ProjectId,
        collection: &str,
    ) -> BoxFuture<'_, Result<Box<dyn Incoming>, LibraryError>>;

    /// What became of a file that was taken.
    fn job(&self, project: &ProjectId, id: &str) -> Shown<'_>;
}

/// A file that arrives; dropped before it is finished, nothing of it stays.
pub trait Incoming: Send {
    /// Adds a piece.
    fn write(&mut self, piece: Bytes) -> BoxFuture<'_, Result<(), LibraryError>>;

    /// Takes it: durable when this returns, read afterwards.
    fn finish(self: Box<Self>, name: String) -> Shown<'static>;
}
