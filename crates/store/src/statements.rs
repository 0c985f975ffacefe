//! Statements for the ledger. A statement is kept first, durably and without a place; the ledger's one writer
//! gives it its place under the signed tree. So a command may state something while a server runs, and what is
//! stated and the statement can be one transaction.

use std::sync::Arc;
use std::time::Duration;

use gateway::ports::Ambient;
use ledger::{Entry, ReceiptId, Statement};
use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::journal::SqliteJournal;
use crate::rows::count;
use crate::secrets::Secret;
use crate::store::Store;

/// How often and how long to look whether a running server has given a statement its place.
const LOOKS: u32 = 100;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Keeps a statement, inside the caller's transaction if there is one. The same statement again changes nothing.
pub(crate) async fn keep(
    connection: &mut SqliteConnection,
    statement: &Statement,
) -> Result<(), StoreError> {
    let body = Entry::Statement(statement.clone()).to_bytes();
    sqlx::query(
        "INSERT INTO statements (id, project, body, position) VALUES (?1, ?2, ?3, NULL)
         ON CONFLICT (id) DO NOTHING",
    )
    .bind(statement.receipt.as_str())
    .bind(statement.project.as_deref())
    .bind(String::from_utf8_lossy(&body).into_owned())
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// Keeps a statement for the ledger; durable when this returns. A running server gives it its place within
    /// a second, else `settle_statements` does.
    pub async fn state(&self, statement: &Statement) -> Result<(), StoreError> {
        let mut connection = self.pool.acquire().await?;
        keep(&mut connection, statement).await
    }

    /// States it and waits for its place in the ledger. `None` where a server that runs on this data folder has
    /// not given it one within ten seconds: it will.
    pub async fn put_on_record(
        &self,
        statement: &Statement,
        seed: &Secret,
        ambient: Arc<dyn Ambient>,
    ) -> Result<Option<u64>, StoreError> {
        self.state(statement).await?;
        self.settle_statement(&statement.receipt, seed, ambient).await
    }

    /// Waits until a statement that is kept has its place: writes the ledger itself where no server does.
    pub async fn settle_statement(
        &self,
        id: &ReceiptId,
        seed: &Secret,
        ambient: Arc<dyn Ambient>,
    ) -> Result<Option<u64>, StoreError> {
        for _ in 0..LOOKS {
            if let Some(place) = self.statement_place(id).await? {
                return Ok(Some(place));
            }
            match SqliteJournal::start(self, seed, Arc::clone(&ambient)).await {
                Ok(journal) => journal.finish().await,
                Err(StoreError::InUse { .. }) => tokio::time::sleep(BETWEEN_LOOKS).await,
                Err(error) => return Err(error),
            }
        }
        self.statement_place(id).await
    }

    /// A statement's place in the ledger; `None` where it has none yet, or there is no such statement.
    pub async fn statement_place(&self, id: &ReceiptId) -> Result<Option<u64>, StoreError> {
        let place: Option<Option<i64>> =
            sqlx::query_scalar("SELECT position FROM statements WHERE id = ?1")
                .bind(id.as_str())
                .fetch_optional(&self.pool)
                .await?;
        place.flatten().map(|place| count(place, "a statement's position")).transpose()
    }

    /// Whether something was stated that has no place yet. Where the database cannot be read, the next request
    /// tells why.
    pub(crate) async fn has_waiting_statements(&self) -> bool {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM statements WHERE position IS NULL)")
            .fetch_one(&self.pool)
            .await
            .unwrap_or(false)
    }
}
