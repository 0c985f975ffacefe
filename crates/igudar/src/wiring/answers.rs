//! The server's questions to the documents, answered from the library within what is open to a project.

use futures_core::future::BoxFuture;
use gateway::ports::Ambient as _;
use knowledge::answer::{Answer, Grounds};
use knowledge::ports::Filter;
use knowledge::search::SearchError;
use projects::{ProjectId, Window, window_key};
use server::{AnswerFault, Answers};
use store::{Store, SystemAmbient};

use super::Library;

/// The library's answers, counted.
pub(crate) struct CountedAnswers {
    pub(crate) library: Library,
    pub(crate) store: Store,
}

/// Counts by day, language and outcome that a question was answered or refused; nothing else of it is kept. An
/// answer that is there is given, whatever becomes of the count.
pub(crate) async fn count_answer(store: &Store, answer: &Answer) {
    let day = window_key(Window::Day, SystemAmbient.now_ms());
    if let Err(error) = store.count_answer(&day, answer.language, !answer.refused).await {
        tracing::warn!(%error, "an answer is not counted");
    }
}

impl Answers for CountedAnswers {
    fn grounds(
        &self,
        project: &ProjectId,
        question: String,
        filter: Filter,
    ) -> BoxFuture<'_, Result<Grounds, AnswerFault>> {
        let project = project.clone();
        Box::pin(async move {
            let open = self
                .library
                .open_to(&project, filter)
                .await
                .map_err(|_| AnswerFault::Unavailable)?;
            let open = open.ok_or(AnswerFault::NoCollection)?;
            let grounds = self.library.grounds(question, open.filter).await.map_err(|error| {
                let asked = error.downcast_ref::<SearchError>();
                if let Some(SearchError::Empty | SearchError::TooLong) = asked {
                    return AnswerFault::Question;
                }
                tracing::error!(%error, "the library cannot be used");
                AnswerFault::Unavailable
            })?;
            let cited = &grounds.extractive.citations;
            let used = cited.iter().map(|citation| citation.collection.as_str());
            self.library.count_use(&project, &open.foreign, used, true).await;
            count_answer(&self.store, &grounds.extractive).await;
            Ok(grounds)
        })
    }
}
