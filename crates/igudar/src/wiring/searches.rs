//! The server's searches, within what is open to a project.

use futures_core::future::BoxFuture;
use knowledge::ports::Filter;
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
            let filter = self.open_for(&project, query.filter).await?;
            Self::search(self, Query { filter, ..query }).await.map_err(|error| {
                match error.downcast_ref::<SearchError>() {
                    Some(fault @ (SearchError::Empty | SearchError::TooLong)) => {
                        SearchFault::Query(fault.to_string())
                    }
                    _ => SearchFault::Unavailable,
                }
            })
        })
    }
}

impl Library {
    /// The filter with the collections that it names, or all, as far as they are open to the project.
    async fn open_for(&self, project: &ProjectId, filter: Filter) -> Result<Filter, SearchFault> {
        let known = self.shelf.collections().await.map_err(|_| SearchFault::Unavailable)?;
        let open: Vec<String> = known
            .into_iter()
            .filter(|collection| collection.is_open_to(project.as_str()))
            .map(|collection| collection.name)
            .collect();
        if filter.collections.is_empty() {
            return Ok(Filter { collections: open, ..filter });
        }
        if filter.collections.iter().all(|name| open.contains(name)) {
            Ok(filter)
        } else {
            Err(SearchFault::NoCollection)
        }
    }
}
