//! What indicators are counted from: requests, studies, answers.

use projects::Micro;

use crate::error::StoreError;
use crate::rows::count;
use crate::store::Store;

/// The requests of all projects that ended in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How, in the ledger's word.
    pub outcome: String,
    /// How many.
    pub requests: u64,
    /// What they cost.
    pub cost: Micro,
}

/// How many questions in one language were answered or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The language of the answers, a BCP 47 tag.
    pub language: String,
    /// Whether documents answered.
    pub given: bool,
    /// How many.
    pub answers: u64,
}

impl Store {
    /// The requests of all projects, by outcome.
    pub async fn ended_requests(&self) -> Result<Vec<Ended>, StoreError> {
        let rows: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT outcome, sum(requests), sum(cost_micro) FROM tallies
             GROUP BY outcome ORDER BY outcome",
        )
        .fetch_all(&self.pool)
        .await?;
        let ended = |(outcome, requests, cost): (String, i64, i64)| {
            let requests = count(requests, "a number of requests")?;
            Ok(Ended { outcome, requests, cost: Micro(cost) })
        };
        rows.into_iter().map(ended).collect()
    }

    /// How many runs of studies the ledger holds.
    pub async fn study_runs(&self) -> Result<u64, StoreError> {
        let number: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM statements
             WHERE position IS NOT NULL AND body ->> 'kind' = 'study'",
        )
        .fetch_one(&self.pool)
        .await?;
        count(number, "a number of runs")
    }

    /// Counts a question that was answered or refused on a day. Neither what was asked nor by whom is kept.
    pub async fn count_answer(
        &self,
        day: &str,
        language: &str,
        given: bool,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO answers_given (day, language, outcome, answers) VALUES (?1, ?2, ?3, 1)
             ON CONFLICT DO UPDATE SET answers = answers + 1",
        )
        .bind(day)
        .bind(language)
        .bind(if given { "given" } else { "refused" })
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// How many questions were answered and refused, by language.
    pub async fn answered(&self) -> Result<Vec<Answered>, StoreError> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT language, outcome, sum(answers) FROM answers_given
             GROUP BY language, outcome ORDER BY language, outcome",
        )
        .fetch_all(&self.pool)
        .await?;
        let answered = |(language, outcome, answers): (String, String, i64)| {
            let answers = count(answers, "a number of answers")?;
            Ok(Answered { language, given: outcome == "given", answers })
        };
        rows.into_iter().map(answered).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Settings;

    #[tokio::test]
    async fn answers_are_counted_by_language_and_outcome() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Settings::default()).await.unwrap();
        for (day, language, given) in [
            ("2026-11-24", "fr", true),
            ("2026-11-25", "fr", true),
            ("2026-11-25", "fr", false),
            ("2026-11-25", "ary-Arab", true),
        ] {
            store.count_answer(day, language, given).await.unwrap();
        }
        let counted: Vec<(String, bool, u64)> = store
            .answered()
            .await
            .unwrap()
            .into_iter()
            .map(|one| (one.language, one.given, one.answers))
            .collect();
        let expect = [("ary-Arab", true, 1), ("fr", true, 2), ("fr", false, 1)];
        assert_eq!(counted, expect.map(|(tag, given, number)| (tag.to_owned(), given, number)));
        assert_eq!(store.ended_requests().await.unwrap(), []);
        assert_eq!(store.study_runs().await.unwrap(), 0);
    }
}
