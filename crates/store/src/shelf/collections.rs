//! Collections: made, listed, shared, counted, deleted.

use knowledge::document::{Collection, PersonalData, Sharing};

use super::SqliteShelf;
use crate::error::StoreError;
use crate::rows::count;

/// Why a collection stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum CollectionError {
    /// The name is taken, perhaps by another project.
    #[error("this name is taken; choose another")]
    Exists,
    /// There is none.
    #[error("there is no collection of this name")]
    Unknown,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for CollectionError {
    fn from(error: sqlx::Error) -> Self {
        let kind = error.as_database_error().map(sqlx::error::DatabaseError::kind);
        if kind == Some(sqlx::error::ErrorKind::UniqueViolation) {
            return Self::Exists;
        }
        Self::Store(error.into())
    }
}

/// How often another project used a collection in a month.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Reuse {
    /// The other project.
    pub project: String,
    /// The month, `2026-11`.
    pub month: String,
    /// Searches.
    pub searches: u64,
    /// Answers.
    pub answers: u64,
}

type CollectionRow = (String, String, String, String, Option<String>, Option<String>);

fn collection_of(row: CollectionRow) -> Result<Collection, StoreError> {
    let (name, project, sharing, personal_data, licence, attribution) = row;
    let corrupt = |_| StoreError::Corrupt("a collection's rule cannot be read".to_owned());
    let sharing: Sharing = serde_json::from_str(&sharing).map_err(corrupt)?;
    let personal_data: PersonalData = serde_json::from_str(&personal_data).map_err(corrupt)?;
    Ok(Collection { name, project, sharing, personal_data, licence, attribution })
}

pub(super) fn text_of<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Corrupt(error.to_string()))
}

impl SqliteShelf {
    /// Adds a collection.
    pub async fn add_collection(
        &self,
        collection: &Collection,
        created_ms: i64,
    ) -> Result<(), CollectionError> {
        sqlx::query(
            "INSERT INTO collections (name, project, sharing, personal_data, licence, attribution,
             created_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )
        .bind(&collection.name)
        .bind(&collection.project)
        .bind(text_of(&collection.sharing)?)
        .bind(text_of(&collection.personal_data)?)
        .bind(&collection.licence)
        .bind(&collection.attribution)
        .bind(created_ms)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// All collections, by name. Whoever asks decides which of them somebody may see.
    pub async fn collections(&self) -> Result<Vec<Collection>, StoreError> {
        let rows: Vec<CollectionRow> = sqlx::query_as(
            "SELECT name, project, sharing, personal_data, licence, attribution FROM collections
             ORDER BY name",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(collection_of).collect()
    }

    /// One collection.
    pub async fn collection(&self, name: &str) -> Result<Option<Collection>, StoreError> {
        let row: Option<CollectionRow> = sqlx::query_as(
            "SELECT name, project, sharing, personal_data, licence, attribution FROM collections
             WHERE name = ?1",
        )
        .bind(name)
        .fetch_optional(&self.pool)
        .await?;
        row.map(collection_of).transpose()
    }

    /// Sets sharing, rule, licence and attribution of an existing collection.
    pub async fn change_collection(&self, collection: &Collection) -> Result<(), CollectionError> {
        let done = sqlx::query(
            "UPDATE collections SET sharing = ?2, personal_data = ?3, licence = ?4, attribution = ?5
             WHERE name = ?1",
        )
        .bind(&collection.name)
        .bind(text_of(&collection.sharing)?)
        .bind(text_of(&collection.personal_data)?)
        .bind(&collection.licence)
        .bind(&collection.attribution)
        .execute(&self.pool)
        .await?;
        if done.rows_affected() == 0 {
            return Err(CollectionError::Unknown);
        }
        Ok(())
    }

    /// Counts one use of collections by another project than their own.
    pub async fn count_reuse(
        &self,
        collections: &[String],
        project: &str,
        month: &str,
        answered: bool,
    ) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        for name in collections {
            sqlx::query(
                "INSERT INTO reuses (collection, project, month, searches, answers)
                 SELECT name, ?2, ?3, ?4, ?5 FROM collections WHERE name = ?1 AND project <> ?2
                 ON CONFLICT DO UPDATE SET searches = searches + excluded.searches,
                 answers = answers + excluded.answers",
            )
            .bind(name)
            .bind(project)
            .bind(month)
            .bind(i64::from(!answered))
            .bind(i64::from(answered))
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// How often other projects used a collection, by month.
    pub async fn reuses(&self, collection: &str) -> Result<Vec<Reuse>, StoreError> {
        let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
            "SELECT project, month, searches, answers FROM reuses WHERE collection = ?1
             ORDER BY month, project",
        )
        .bind(collection)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|(project, month, searches, answers)| {
                let searches = count(searches, "a count of searches")?;
                let answers = count(answers, "a count of answers")?;
                Ok(Reuse { project, month, searches, answers })
            })
            .collect()
    }
}
