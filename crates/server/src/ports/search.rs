//! What the route that searches documents needs.

use futures_core::future::BoxFuture;
use knowledge::search::{Found, Query};
use projects::ProjectId;

/// Why a search finds nothing to show. Quotes neither question nor document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SearchFault {
    /// A collection is not there, or not open to the project: a caller cannot tell which.
    #[error("a collection that was named is not there, or is not open to this project")]
    NoCollection,
    /// The query; the text says what is wrong with it.
    #[error("{0}")]
    Query(String),
    /// The documents cannot be read now.
    #[error("the documents cannot be read now; try again later")]
    Unavailable,
}

/// Looks documents up.
pub trait Searches: Send + Sync {
    /// Searches collections that are open to the project; all of those where the filter names none.
    fn search(
        &self,
        project: &ProjectId,
        query: Query,
    ) -> BoxFuture<'_, Result<Found, SearchFault>>;
}
