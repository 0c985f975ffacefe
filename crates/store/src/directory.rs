//! Who stands behind a key. A found key is believed for half a second, so that a busy client does not read
//! the database for every request; a revoked key is refused within a second, whichever process revoked it.
//! A key that was not found is looked up each time.

use futures_core::future::BoxFuture;
use gateway::ports::{Directory, JournalError};
use projects::{KeyHash, KeyRecord, Project};

use crate::administration::{KeyRow, ProjectRow, key_columns, key_of, project_of};
use crate::error::StoreError;
use crate::store::Store;

impl Store {
    async fn read_key(&self, hash: &KeyHash) -> Result<Option<(KeyRecord, Project)>, StoreError> {
        if let Some(known) = self.known_keys.get(hash) {
            return Ok(Some(known));
        }
        let Some(row) = sqlx::query_as::<_, KeyRow>(concat!(key_columns!(), " WHERE hash = ?1"))
            .bind(hash.0.as_slice())
            .fetch_optional(&self.pool)
            .await?
        else {
            return Ok(None);
        };
        let record = key_of(row)?;
        let row = sqlx::query_as::<_, ProjectRow>(
            "SELECT id, name, created_ms, budget_micro, budget_window, requests_per_minute,
             local_only, policy FROM projects WHERE id = ?1",
        )
        .bind(record.project.as_str())
        .fetch_one(&self.pool)
        .await?;
        let found = (record, project_of(row)?);
        self.known_keys.insert(*hash, found.clone());
        Ok(Some(found))
    }
}

impl Directory for Store {
    fn find_key(
        &self,
        hash: &KeyHash,
    ) -> BoxFuture<'_, Result<Option<(KeyRecord, Project)>, JournalError>> {
        let hash = *hash;
        Box::pin(async move { Ok(self.read_key(&hash).await?) })
    }
}
