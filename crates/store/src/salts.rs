//! The salts behind a project's sealing keys. A deleted salt cannot be found again, so every map sealed
//! with it stays closed for good.

use futures_core::future::BoxFuture;
use gateway::ports::{JournalError, SealingSalt, SealingSalts};
use projects::ProjectId;

use crate::error::StoreError;
use crate::store::Store;

const SALT_BYTES: usize = 32;

impl Store {
    /// Makes a new sealing key for a project; it is the newest from now on. Older ones still open their
    /// maps.
    pub async fn new_sealing_salt(&self, project: &ProjectId) -> Result<SealingSalt, StoreError> {
        let mut bytes = [0; SALT_BYTES + 8];
        gateway::ports::Ambient::random(&crate::SystemAmbient, &mut bytes);
        let (salt, name) = bytes.split_at(SALT_BYTES);
        let made =
            SealingSalt { key_id: format!("seal_{}", hex::encode(name)), salt: salt.to_vec() };
        sqlx::query(
            "INSERT INTO sealing_salts (project, key_id, salt, number)
             SELECT ?1, ?2, ?3, coalesce(max(number), 0) + 1 FROM sealing_salts WHERE project = ?1",
        )
        .bind(project.as_str())
        .bind(&made.key_id)
        .bind(&made.salt)
        .execute(&self.pool)
        .await?;
        Ok(made)
    }

    /// The names of a project's sealing keys, the newest first.
    pub async fn sealing_keys(&self, project: &ProjectId) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT key_id FROM sealing_salts WHERE project = ?1 ORDER BY number DESC",
        )
        .bind(project.as_str())
        .fetch_all(&self.pool)
        .await?)
    }

    /// Deletes one of a project's sealing keys, or all: every map sealed with them is unreadable from now
    /// on. Tells how many were deleted. The pages are overwritten and the write-ahead log is emptied, unless
    /// a reader holds it; then the next commits overwrite it.
    pub async fn shred_sealing_keys(
        &self,
        project: &ProjectId,
        key_id: Option<&str>,
    ) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "DELETE FROM sealing_salts WHERE project = ?1 AND (?2 IS NULL OR key_id = ?2)",
        )
        .bind(project.as_str())
        .bind(key_id)
        .execute(&self.pool)
        .await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.pool).await?;
        Ok(done.rows_affected())
    }

    async fn read_salt(
        &self,
        project: &ProjectId,
        key_id: Option<&str>,
    ) -> Result<Option<SealingSalt>, StoreError> {
        let row: Option<(String, Vec<u8>)> = sqlx::query_as(
            "SELECT key_id, salt FROM sealing_salts
             WHERE project = ?1 AND (?2 IS NULL OR key_id = ?2) ORDER BY number DESC LIMIT 1",
        )
        .bind(project.as_str())
        .bind(key_id)
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|(key_id, salt)| SealingSalt { key_id, salt }))
    }
}

impl SealingSalts for Store {
    fn newest(&self, project: &ProjectId) -> BoxFuture<'_, Result<SealingSalt, JournalError>> {
        let project = project.clone();
        Box::pin(async move {
            if let Some(salt) = self.read_salt(&project, None).await? {
                return Ok(salt);
            }
            Ok(self.new_sealing_salt(&project).await?)
        })
    }

    fn named(
        &self,
        project: &ProjectId,
        key_id: &str,
    ) -> BoxFuture<'_, Result<Option<SealingSalt>, JournalError>> {
        let (project, key_id) = (project.clone(), key_id.to_owned());
        Box::pin(async move { Ok(self.read_salt(&project, Some(&key_id)).await?) })
    }
}
