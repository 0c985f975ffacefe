//! The server's questions to the documents, answered from the library within what is open to a project.

use futures_core::future::BoxFuture;
use knowledge::answer::Grounds;
use knowledge::ports::Filter;
use knowledge::search::SearchError;
use projects::ProjectId;
use server::{AnswerFault, Answers};

use super::Library;

impl Answers for Library {
    fn grounds(
        &self,
        project: &ProjectId,
        question: String,
        filter: Filter,
    ) -> BoxFuture<'_, Result<Grounds, AnswerFault>> {
        let project = project.clone();
        Box::pin(async move {
            let open =
                self.open_to(&project, filter).await.map_err(|_| AnswerFault::Unavailable)?;
            let open = open.ok_or(AnswerFault::NoCollection)?;
            let grounds = Self::grounds(self, question, open.filter).await.map_err(|error| {
                let asked = error.downcast_ref::<SearchError>();
                if let Some(SearchError::Empty | SearchError::TooLong) = asked {
                    return AnswerFault::Question;
                }
                tracing::error!(%error, "the library cannot be used");
                AnswerFault::Unavailable
            })?;
            let cited = &grounds.extractive.citations;
            let used = cited.iter().map(|citation| citation.collection.as_str());
            self.count_use(&project, &open.foreign, used, true).await;
            Ok(grounds)
        })
    }
}
