//! The server's searches, within what is open to a project.

use futures_core::future::BoxFuture;
use knowledge::search::{Found, Query, SearchError};
use projects::ProjectId;
use server::{SearchFault, Searches};

use super::Library;

impl Searches for Library {
    fn search(
        &self,
        project: &ProjectId,
        query: Query,
    ) -> BoxFuture<'_, Result<Found, SearchFault>> {
        let project = project.clone();
        Box::pin(async move {
            let open = self.open_to(&project, query.filter).await;
            let open = open.map_err(|_| SearchFault::Unavailable)?;
            let filter = open.ok_or(SearchFault::NoCollection)?;
            let found = Self::search(self, Query { filter, ..query }).await.map_err(|error| {
                match error.downcast_ref::<SearchError>() {
                    Some(fault @ (SearchError::Empty | SearchError::TooLong)) => {
                        SearchFault::Query(fault.to_string())
                    }
                    _ => SearchFault::Unavailable,
                }
            })?;
            let used = found.hits.iter().map(|hit| hit.passage.collection.as_str());
            self.count_use(&project, used, false).await.map_err(|_| SearchFault::Unavailable)?;
            Ok(found)
        })
    }
}
