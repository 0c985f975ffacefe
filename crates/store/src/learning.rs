//! Learners, their attempts and their badges. What somebody handed in is not kept, only how it was judged.

use crate::administration::AdministrationError;
use crate::error::StoreError;
use crate::rows::{column, count};
use crate::store::Store;

/// Somebody who learns, known by a random id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnerRecord {
    /// The id.
    pub id: String,
    /// The region, where it was given.
    pub region: Option<String>,
    /// The cohort, where there is one.
    pub cohort: Option<String>,
    /// The language the learner chose, a BCP 47 tag.
    pub language: Option<String>,
    /// The project whose keys alone may hand in for this learner over HTTP; none where the learner joined at
    /// the command line.
    pub project: Option<String>,
    /// When, in milliseconds since the Unix epoch.
    pub joined_ms: i64,
}

/// How one submission was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRecord {
    /// The learner.
    pub learner: String,
    /// The course.
    pub course: String,
    /// Its version.
    pub course_version: u32,
    /// The exercise.
    pub exercise: String,
    /// How it ended, in the word of `learning`.
    pub outcome: String,
    /// The digest of the graded run.
    pub digest: String,
    /// Tokens that models took and gave.
    pub tokens: u64,
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: i64,
}

/// A badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadgeRecord {
    /// Its id.
    pub id: String,
    /// The learner.
    pub learner: String,
    /// The course.
    pub course: String,
    /// Its version.
    pub course_version: u32,
    /// The signed token.
    pub token: String,
    /// When, in milliseconds since the Unix epoch.
    pub issued_ms: i64,
}

type LearnerRow = (String, Option<String>, Option<String>, Option<String>, Option<String>, i64);
type AttemptRow = (String, String, u32, String, String, String, i64, i64);
type BadgeRow = (String, String, String, u32, String, i64);

fn learner_of(row: LearnerRow) -> LearnerRecord {
    let (id, region, cohort, language, project, joined_ms) = row;
    LearnerRecord { id, region, cohort, language, project, joined_ms }
}

fn badge_of(row: BadgeRow) -> BadgeRecord {
    let (id, learner, course, course_version, token, issued_ms) = row;
    BadgeRecord { id, learner, course, course_version, token, issued_ms }
}

impl Store {
    /// Adds a learner.
    pub async fn add_learner(&self, learner: &LearnerRecord) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO learners (id, region, cohort, language, project, joined_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .bind(&learner.id)
        .bind(&learner.region)
        .bind(&learner.cohort)
        .bind(&learner.language)
        .bind(&learner.project)
        .bind(learner.joined_ms)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// All learners, in the order in which they joined.
    pub async fn learners(&self) -> Result<Vec<LearnerRecord>, StoreError> {
        let rows: Vec<LearnerRow> = sqlx::query_as(
            "SELECT id, region, cohort, language, project, joined_ms FROM learners
             ORDER BY joined_ms, id",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(learner_of).collect())
    }

    /// One learner.
    pub async fn learner(&self, id: &str) -> Result<Option<LearnerRecord>, StoreError> {
        let row: Option<LearnerRow> = sqlx::query_as(
            "SELECT id, region, cohort, language, project, joined_ms FROM learners WHERE id = ?1",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(learner_of))
    }

    /// Forgets a learner: the row, the attempts and the badges.
    pub async fn forget_learner(&self, id: &str) -> Result<(), AdministrationError> {
        let mut transaction = self.pool.begin().await?;
        for statement in
            ["DELETE FROM attempts WHERE learner = ?1", "DELETE FROM badges WHERE learner = ?1"]
        {
            sqlx::query(statement).bind(id).execute(&mut *transaction).await?;
        }
        let done = sqlx::query("DELETE FROM learners WHERE id = ?1")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        if done.rows_affected() == 0 {
            return Err(AdministrationError::Unknown("learner"));
        }
        transaction.commit().await?;
        self.empty_log().await?;
        Ok(())
    }

    /// Adds an attempt behind the learner's earlier ones at the exercise.
    pub async fn add_attempt(&self, attempt: &AttemptRecord) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO attempts (learner, course, course_version, exercise, number, outcome, digest,
             tokens, at_ms)
             SELECT ?1, ?2, ?3, ?4, CAST(COALESCE(MAX(number), 0) AS INTEGER) + 1, ?5, ?6, ?7, ?8
             FROM attempts WHERE learner = ?1 AND course = ?2 AND exercise = ?4",
        )
        .bind(&attempt.learner)
        .bind(&attempt.course)
        .bind(attempt.course_version)
        .bind(&attempt.exercise)
        .bind(&attempt.outcome)
        .bind(&attempt.digest)
        .bind(column(attempt.tokens))
        .bind(attempt.at_ms)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The attempts of a learner, or all; the oldest first.
    pub async fn attempts(&self, learner: Option<&str>) -> Result<Vec<AttemptRecord>, StoreError> {
        let rows: Vec<AttemptRow> = sqlx::query_as(
            "SELECT learner, course, course_version, exercise, outcome, digest, tokens, at_ms
             FROM attempts WHERE ?1 IS NULL OR learner = ?1
             ORDER BY at_ms, learner, course, exercise, number",
        )
        .bind(learner)
        .fetch_all(&self.pool)
        .await?;
        let record =
            |(learner, course, course_version, exercise, outcome, digest, tokens, at_ms)| {
                let tokens = count(tokens, "the tokens of an attempt")?;
                Ok(AttemptRecord {
                    learner,
                    course,
                    course_version,
                    exercise,
                    outcome,
                    digest,
                    tokens,
                    at_ms,
                })
            };
        rows.into_iter().map(record).collect()
    }

    /// Keeps a badge; gives back the one that the learner already has for this version of the course.
    pub async fn keep_badge(&self, badge: &BadgeRecord) -> Result<BadgeRecord, StoreError> {
        sqlx::query(
            "INSERT INTO badges (id, learner, course, course_version, token, issued_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        )
        .bind(&badge.id)
        .bind(&badge.learner)
        .bind(&badge.course)
        .bind(badge.course_version)
        .bind(&badge.token)
        .bind(badge.issued_ms)
        .execute(&self.pool)
        .await?;
        let row: BadgeRow = sqlx::query_as(
            "SELECT id, learner, course, course_version, token, issued_ms
             FROM badges WHERE learner = ?1 AND course = ?2 AND course_version = ?3",
        )
        .bind(&badge.learner)
        .bind(&badge.course)
        .bind(badge.course_version)
        .fetch_one(&self.pool)
        .await?;
        Ok(badge_of(row))
    }

    /// One badge.
    pub async fn badge(&self, id: &str) -> Result<Option<BadgeRecord>, StoreError> {
        let row: Option<BadgeRow> = sqlx::query_as(
            "SELECT id, learner, course, course_version, token, issued_ms FROM badges
             WHERE id = ?1",
        )
        .bind(id)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(badge_of))
    }

    /// All badges, the oldest first.
    pub async fn badges(&self) -> Result<Vec<BadgeRecord>, StoreError> {
        let rows: Vec<BadgeRow> = sqlx::query_as(
            "SELECT id, learner, course, course_version, token, issued_ms
             FROM badges ORDER BY issued_ms, id",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(badge_of).collect())
    }

    /// Takes a badge back. Taking it back again keeps the first time and reason.
    pub async fn revoke_badge(
        &self,
        id: &str,
        at_ms: i64,
        reason: &str,
    ) -> Result<(), AdministrationError> {
        let done = sqlx::query(
            "INSERT INTO revocations (badge, reason, at_ms) SELECT id, ?2, ?3 FROM badges
             WHERE id = ?1 ON CONFLICT DO UPDATE SET reason = reason",
        )
        .bind(id)
        .bind(reason)
        .bind(at_ms)
        .execute(&self.pool)
        .await?;
        if done.rows_affected() == 0 {
            return Err(AdministrationError::Unknown("badge"));
        }
        Ok(())
    }

    /// The badges taken back and why, in the order in which they were.
    pub async fn revocations(&self) -> Result<Vec<(String, String)>, StoreError> {
        let rows = sqlx::query_as("SELECT badge, reason FROM revocations ORDER BY at_ms, badge")
            .fetch_all(&self.pool)
            .await?;
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Settings;

    fn attempt(exercise: &str, outcome: &str) -> AttemptRecord {
        AttemptRecord {
            learner: "one".to_owned(),
            course: "course".to_owned(),
            course_version: 1,
            exercise: exercise.to_owned(),
            outcome: outcome.to_owned(),
            digest: "d".to_owned(),
            tokens: 3,
            at_ms: 5,
        }
    }

    fn badge(id: &str) -> BadgeRecord {
        BadgeRecord {
            id: id.to_owned(),
            learner: "one".to_owned(),
            course: "course".to_owned(),
            course_version: 1,
            token: format!("token of {id}"),
            issued_ms: 7,
        }
    }

    #[tokio::test]
    async fn attempts_are_counted_and_a_badge_is_given_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Settings::default()).await.unwrap();
        let learner = LearnerRecord {
            id: "one".to_owned(),
            region: Some("Drâa-Tafilalet".to_owned()),
            cohort: None,
            language: Some("ar".to_owned()),
            project: Some("a-class".to_owned()),
            joined_ms: 1,
        };
        store.add_learner(&learner).await.unwrap();
        assert_eq!(store.learner("one").await.unwrap().as_ref(), Some(&learner));
        assert_eq!(store.learner("other").await.unwrap(), None);
        assert_eq!(store.learners().await.unwrap(), [learner]);
        for made in [attempt("a", "failed"), attempt("a", "passed"), attempt("b", "passed")] {
            store.add_attempt(&made).await.unwrap();
        }
        let outcomes: Vec<String> = store
            .attempts(Some("one"))
            .await
            .unwrap()
            .into_iter()
            .map(|made| made.outcome)
            .collect();
        assert_eq!(outcomes, ["failed", "passed", "passed"]);
        assert_eq!(store.keep_badge(&badge("x")).await.unwrap(), badge("x"));
        assert_eq!(store.keep_badge(&badge("y")).await.unwrap(), badge("x"));

        store.revoke_badge("x", 9, "by mistake").await.unwrap();
        store.revoke_badge("x", 10, "again").await.unwrap();
        let unknown = store.revoke_badge("y", 9, "").await;
        assert!(matches!(unknown, Err(AdministrationError::Unknown("badge"))));

        // A learner who is forgotten leaves nothing but what was taken back.
        store.forget_learner("one").await.unwrap();
        assert!(
            store.attempts(None).await.unwrap().is_empty()
                && store.badges().await.unwrap().is_empty()
        );
        let left = store.revocations().await.unwrap();
        assert_eq!(left, [("x".to_owned(), "by mistake".to_owned())]);
        let gone = store.forget_learner("one").await;
        assert!(matches!(gone, Err(AdministrationError::Unknown("learner"))));
    }
}
