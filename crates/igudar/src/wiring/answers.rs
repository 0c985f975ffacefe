//! The server's questions to the documents, answered from the library within what is open to a project.

use futures_core::future::BoxFuture;
use knowledge::answer::Answer;
use knowledge::ports::Filter;
use knowledge::search::SearchError;
use projects::ProjectId;
use server::{AnswerFault, Answers};

use super::Library;

impl Answers for Library {
    fn answer(
        &self,
        project: &ProjectId,
        question: String,
        filter: Filter,
    ) -> BoxFuture<'_, Result<Answer, AnswerFault>> {
        let project = project.clone();
        Box::pin(async move {
            let filter = self.open_to(&project, filter).await?;
            Self::answer(self, question, filter).await.map_err(|error| {
                match error.downcast_ref::<SearchError>() {
                    Some(SearchError::Empty | SearchError::TooLong) => AnswerFault::Question,
                    _ => AnswerFault::Unavailable,
                }
            })
        })
    }
}

impl Library {
    /// The filter with the collections that it names, or all, as far as they are open to the project.
    async fn open_to(&self, project: &ProjectId, filter: Filter) -> Result<Filter, AnswerFault> {
        let known = self.shelf.collections().await.map_err(|_| AnswerFault::Unavailable)?;
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
            Err(AnswerFault::NoCollection)
        }
    }
}
