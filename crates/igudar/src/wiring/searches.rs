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
            let open = self.open_to(&project, query.filter.clone()).await;
            let open = open.map_err(|_| SearchFault::Unavailable)?;
            let open = open.ok_or(SearchFault::NoCollection)?;
            let query = Query { filter: open.filter, ..query };
            let found = Self::search(self, query).await.map_err(|error| {
                let asked = error.downcast_ref::<SearchError>();
                if let Some(fault @ (SearchError::Empty | SearchError::TooLong)) = asked {
                    return SearchFault::Query(fault.to_string());
                }
                tracing::error!(%error, "the library cannot be used");
                SearchFault::Unavailable
            })?;
            let used = found.hits.iter().map(|hit| hit.passage.collection.as_str());
            self.count_use(&project, &open.foreign, used, false).await;
            Ok(found)
        })
    }
}
