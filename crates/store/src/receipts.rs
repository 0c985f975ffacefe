//! Receipts: a request's or a statement's entries with their way to the newest checkpoint.

use std::collections::BTreeSet;

use futures_core::future::BoxFuture;
use gateway::ports::{JournalError, Receipts};
use ledger::{Checkpoint, Receipt, ReceiptEntry, ReceiptId, inclusion_proof, inclusion_tiles};
use projects::ProjectId;
use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::frontier::{newest_checkpoint, tiles};
use crate::rows::count;
use crate::store::Store;

const ENTRIES: &str = "
SELECT entry.position, entry.body, nonce.nonce
FROM egresses AS egress
JOIN entries AS entry ON entry.position IN (egress.position, egress.answer_position)
LEFT JOIN nonces AS nonce ON nonce.position = entry.position
WHERE egress.receipt = ?1 AND egress.project = ?2
UNION ALL
SELECT entry.position, entry.body, NULL
FROM statements AS statement
JOIN entries AS entry ON entry.position = statement.position
WHERE statement.id = ?1 AND (statement.project IS NULL OR statement.project = ?2)
ORDER BY 1";

impl Store {
    async fn read_receipt(
        &self,
        project: &ProjectId,
        id: &ReceiptId,
    ) -> Result<Option<Receipt>, StoreError> {
        // One snapshot: the entries, the checkpoint and the tiles of the same moment.
        let mut snapshot = self.pool.begin().await?;
        let receipt = read_receipt(&mut snapshot, project, id).await;
        snapshot.rollback().await?;
        receipt
    }
}

async fn read_receipt(
    connection: &mut SqliteConnection,
    project: &ProjectId,
    id: &ReceiptId,
) -> Result<Option<Receipt>, StoreError> {
    let rows: Vec<(i64, String, Option<Vec<u8>>)> = sqlx::query_as(ENTRIES)
        .bind(id.as_str())
        .bind(project.as_str())
        .fetch_all(&mut *connection)
        .await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let checkpoint = newest_checkpoint(connection).await?;
    let size = Checkpoint::parse_unverified(&checkpoint)
        .map_err(|error| StoreError::Corrupt(format!("the ledger's checkpoint: {error}")))?
        .size;
    let mut entries = Vec::with_capacity(rows.len());
    let mut needed = BTreeSet::new();
    for (position, body, nonce) in rows {
        let index = count(position, "an entry's position")?;
        needed.extend(inclusion_tiles(index, size));
        entries.push(ReceiptEntry {
            index,
            body,
            nonce_hex: nonce.map(hex::encode),
            proof: Vec::new(),
        });
    }
    let tiles = tiles(connection, needed).await?;
    for entry in &mut entries {
        entry.proof = inclusion_proof(&tiles, entry.index, size)
            .map_err(|error| StoreError::Corrupt(format!("the ledger's tree: {error}")))?;
    }
    Ok(Some(Receipt { receipt: id.clone(), entries, checkpoint }))
}

impl Receipts for Store {
    fn receipt(
        &self,
        project: &ProjectId,
        id: &ReceiptId,
    ) -> BoxFuture<'_, Result<Option<Receipt>, JournalError>> {
        let (project, id) = (project.clone(), id.clone());
        Box::pin(async move { Ok(self.read_receipt(&project, &id).await?) })
    }

    fn checkpoint(&self) -> BoxFuture<'_, Result<String, JournalError>> {
        Box::pin(async move {
            let mut connection = self.pool.acquire().await.map_err(StoreError::from)?;
            Ok(newest_checkpoint(&mut connection).await?)
        })
    }
}
