//! Documents: kept, replaced, listed, deleted, and the index kept in step.

use std::collections::BTreeMap;

use knowledge::document::{Collection, DocumentId, Facts};
use knowledge::passage::Passage;
use knowledge::ports::StoredPassage;
use knowledge::reading::Remark;
use serde::Serialize;
use sqlx::{Sqlite, SqliteConnection, Transaction};
use tokio::sync::MutexGuard;

use super::collections::text_of;
use super::index::Shown;
use super::{CollectionError, OpenWriter, SqliteShelf};
use crate::error::StoreError;
use crate::rows::count;

/// A document to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDocument {
    /// The collection, as it was when the document was read: where it has another owner or another rule by now,
    /// the document is not kept.
    pub collection: Collection,
    /// Its id.
    pub id: DocumentId,
    /// SHA-256 of what it was read from and by which rules: the same digest changes nothing.
    pub digest: String,
    /// What is known about it.
    pub facts: Facts,
    /// What its owner should know about how it was read.
    pub remarks: Vec<Remark>,
    /// How many personal values of each type were found in it.
    pub personal_data: BTreeMap<String, u64>,
    /// Its passages.
    pub passages: Vec<KeptPassage>,
    /// When, in milliseconds since the Unix epoch.
    pub ingested_ms: i64,
}

/// A passage with its vectors, each under its embedder's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPassage {
    /// The passage.
    pub passage: Passage,
    /// Its vectors.
    pub vectors: Vec<(String, Vec<i8>)>,
}

/// What keeping a document did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Put {
    /// It is new.
    Added,
    /// It took the place of another reading of the same id.
    Replaced,
    /// It was there already, the same.
    Unchanged,
}

/// What is kept about a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentRecord {
    /// Its collection.
    pub collection: String,
    /// Its id.
    pub id: DocumentId,
    /// SHA-256 of what it was read from and by which rules. Not for readers: a masked value could be guessed
    /// against it.
    #[serde(skip_serializing)]
    pub digest: String,
    /// What is known about it.
    pub facts: Facts,
    /// What its owner should know.
    pub remarks: Vec<Remark>,
    /// How many personal values of each type were found in it.
    pub personal_data: BTreeMap<String, u64>,
    /// Whether no newer version of it is there.
    pub in_force: bool,
    /// How many passages it has.
    pub passages: u64,
    /// When, in milliseconds since the Unix epoch.
    pub ingested_ms: i64,
}

/// How long to wait while another process writes documents: it gives way after some thousand.
const PATIENCE: std::time::Duration = std::time::Duration::from_mins(5);
/// How long between two tries.
const AGAIN: std::time::Duration = std::time::Duration::from_millis(50);

type DocumentRow = (String, String, String, String, String, String, bool, i64, i64);
const COLUMNS: &str = "collection, id, digest, facts, remarks, personal_data, in_force,
    (SELECT COUNT(*) FROM passages WHERE document = documents.number), ingested_ms";

fn corrupt(_: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt("a document's row cannot be read".to_owned())
}

fn record_of(row: DocumentRow) -> Result<DocumentRecord, StoreError> {
    let (collection, id, digest, facts, remarks, personal_data, in_force, passages, ingested_ms) =
        row;
    Ok(DocumentRecord {
        collection,
        id: DocumentId::new(&id).map_err(corrupt)?,
        digest,
        facts: serde_json::from_str(&facts).map_err(corrupt)?,
        remarks: serde_json::from_str(&remarks).map_err(corrupt)?,
        personal_data: serde_json::from_str(&personal_data).map_err(corrupt)?,
        in_force,
        passages: count(passages, "a count of passages")?,
        ingested_ms,
    })
}

impl SqliteShelf {
    /// Keeps a document, in one transaction; durable when this returns, found after [`Self::flush`].
    pub async fn put(&self, document: &NewDocument) -> Result<Put, CollectionError> {
        let mut writer = self.writer.lock().await;
        let mut transaction = self.begin(&mut writer).await?;
        let collection = &document.collection;
        let known: Option<String> = sqlx::query_scalar(
            "SELECT name FROM collections WHERE name = ?1 AND project = ?2 AND personal_data = ?3",
        )
        .bind(&collection.name)
        .bind(&collection.project)
        .bind(text_of(&collection.personal_data)?)
        .fetch_optional(&mut *transaction)
        .await?;
        if known.is_none() {
            return Err(CollectionError::Unknown);
        }
        let before: Option<(i64, String)> = sqlx::query_as(
            "SELECT number, digest FROM documents WHERE collection = ?1 AND id = ?2",
        )
        .bind(&collection.name)
        .bind(document.id.as_str())
        .fetch_optional(&mut *transaction)
        .await?;
        let put = match &before {
            Some((_, digest)) if *digest == document.digest => return Ok(Put::Unchanged),
            Some((number, _)) => {
                sqlx::query("DELETE FROM documents WHERE number = ?1")
                    .bind(number)
                    .execute(&mut *transaction)
                    .await?;
                Put::Replaced
            }
            None => Put::Added,
        };
        let number = insert(&mut transaction, document).await?;
        let series = document.id.series();
        let mut changed = settle_force(&mut transaction, &collection.name, series).await?;
        changed.retain(|other| *other != number);
        advance(&mut transaction).await?;
        // While the index is behind the tables the writer is out of reach: whoever is stopped here takes it along,
        // and the next flush makes the index anew.
        let open = writer.take();
        transaction.commit().await?;
        if let Some(open) = open {
            changed.push(number);
            let gone = before.map(|(old, _)| old);
            if self.show(&open.index, gone, &changed).await.is_ok() {
                *writer = Some(OpenWriter { shows: open.shows + 1, ..open });
            }
        }
        Ok(put)
    }

    /// Brings documents of the tables into the index.
    async fn show(
        &self,
        writer: &tantivy::IndexWriter,
        gone: Option<i64>,
        changed: &[i64],
    ) -> Result<(), StoreError> {
        for document in gone.iter().chain(changed) {
            self.index.remove(writer, *document);
        }
        for document in changed {
            for passage in self.passages_of(*document).await? {
                let terms = (self.analysis.terms)(&passage.facts, &passage.passage);
                self.index.add(writer, *document, &passage, &terms).map_err(StoreError::index)?;
            }
        }
        Ok(())
    }

    /// Deletes a document everywhere. The version before it is in force again.
    pub async fn delete_document(
        &self,
        collection: &str,
        id: &DocumentId,
    ) -> Result<bool, StoreError> {
        let mut writer = self.writer.lock().await;
        let mut transaction = self.begin(&mut writer).await?;
        let done = sqlx::query("DELETE FROM documents WHERE collection = ?1 AND id = ?2")
            .bind(collection)
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await?;
        if done.rows_affected() == 0 {
            return self.unchanged(transaction, writer).await;
        }
        settle_force(&mut transaction, collection, id.series()).await?;
        advance(&mut transaction).await?;
        let open = writer.take();
        transaction.commit().await?;
        self.erase(open).await?;
        Ok(true)
    }

    /// Deletes a collection with everything in it.
    pub async fn delete_collection(&self, name: &str) -> Result<bool, StoreError> {
        let mut writer = self.writer.lock().await;
        let mut transaction = self.begin(&mut writer).await?;
        let jobs: Vec<String> = sqlx::query_scalar("SELECT id FROM jobs WHERE collection = ?1")
            .bind(name)
            .fetch_all(&mut *transaction)
            .await?;
        let done = sqlx::query("DELETE FROM collections WHERE name = ?1")
            .bind(name)
            .execute(&mut *transaction)
            .await?;
        if done.rows_affected() == 0 {
            return self.unchanged(transaction, writer).await;
        }
        advance(&mut transaction).await?;
        let open = writer.take();
        transaction.commit().await?;
        for job in jobs {
            self.remove_upload(&job).await?;
        }
        self.erase(open).await?;
        Ok(true)
    }

    /// There was nothing to delete: the index's writer goes back, so that other processes may have it.
    async fn unchanged(
        &self,
        transaction: Transaction<'static, Sqlite>,
        writer: MutexGuard<'_, Option<OpenWriter>>,
    ) -> Result<bool, StoreError> {
        transaction.rollback().await?;
        drop(writer);
        self.flush().await?;
        Ok(false)
    }

    /// What was deleted must stay neither in the write-ahead log nor in a file of the index: that is emptied,
    /// unless a reader holds it, and the index is made anew.
    async fn erase(&self, writer: Option<OpenWriter>) -> Result<(), StoreError> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.pool).await?;
        if let Some(open) = writer {
            self.rebuild(open.index).await?;
        }
        self.refresh().await
    }

    /// Makes everything that was kept so far findable.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let mut writer = self.writer.lock().await;
        // Without a writer others may have theirs.
        if let Some(open) = writer.take() {
            let shown = Shown { analysis: self.analysis.name.clone(), generation: open.shows };
            self.index.commit(open.index, shown).await?;
        }
        if !self.is_shown().await? {
            // Who has the writer has made the index right.
            self.take_writer(&mut writer).await?;
            *writer = None;
        }
        drop(writer);
        self.refresh().await
    }

    /// Makes the index anew from the tables, with the writer that is given, which ends.
    pub(super) async fn rebuild(&self, writer: tantivy::IndexWriter) -> Result<(), StoreError> {
        writer.delete_all_documents().map_err(StoreError::index)?;
        let generation = self.generation().await?;
        let documents: Vec<i64> =
            sqlx::query_scalar("SELECT number FROM documents ORDER BY number")
                .fetch_all(&self.pool)
                .await?;
        for document in documents {
            for passage in self.passages_of(document).await? {
                let terms = (self.analysis.terms)(&passage.facts, &passage.passage);
                self.index.add(&writer, document, &passage, &terms).map_err(StoreError::index)?;
            }
        }
        let shown = Shown { analysis: self.analysis.name.clone(), generation };
        self.index.commit(writer, shown).await
    }

    /// Begins to change the tables, with the index's writer open, so that no two processes change them at once.
    async fn begin(
        &self,
        writer: &mut Option<OpenWriter>,
    ) -> Result<Transaction<'static, Sqlite>, StoreError> {
        loop {
            self.take_writer(writer).await?;
            let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
            let now: i64 = sqlx::query_scalar("SELECT generation FROM state")
                .fetch_one(&mut *transaction)
                .await?;
            if writer.as_ref().is_some_and(|open| open.shows == now) {
                return Ok(transaction);
            }
            // A commit whose caller was stopped came through meanwhile, and the index lacks it.
            transaction.rollback().await?;
            *writer = None;
        }
    }

    /// Has the writer opened, waiting while another process has it. Its index shows the tables as they are.
    async fn take_writer(&self, writer: &mut Option<OpenWriter>) -> Result<(), StoreError> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while writer.is_none() {
            match self.index.writer().map_err(StoreError::index) {
                Ok(index) => {
                    let shows = self.generation().await?;
                    let analysis = self.analysis.name.clone();
                    if self.index.shown() == Some(Shown { analysis, generation: shows }) {
                        *writer = Some(OpenWriter { index, shows });
                    } else {
                        // What another process wrote meanwhile must be in the index before this one writes on.
                        self.rebuild(index).await?;
                    }
                }
                // A lock of another process tells nobody that it is free.
                Err(StoreError::Locked) if tokio::time::Instant::now() < deadline => {
                    tokio::time::sleep(AGAIN).await;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn passages_of(&self, document: i64) -> Result<Vec<StoredPassage>, StoreError> {
        let head: Option<(String, String, String, bool)> = sqlx::query_as(
            "SELECT collection, id, facts, in_force FROM documents WHERE number = ?1",
        )
        .bind(document)
        .fetch_optional(&self.pool)
        .await?;
        let Some((collection, id, facts, in_force)) = head else { return Ok(Vec::new()) };
        let id = DocumentId::new(&id).map_err(corrupt)?;
        let facts: Facts = serde_json::from_str(&facts).map_err(corrupt)?;
        let rows: Vec<(i64, String)> = sqlx::query_as(
            "SELECT number, passage FROM passages WHERE document = ?1 ORDER BY number",
        )
        .bind(document)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|(number, passage)| {
                let passage: Passage = serde_json::from_str(&passage).map_err(corrupt)?;
                Ok(StoredPassage {
                    number: number.unsigned_abs(),
                    collection: collection.clone(),
                    document: id.clone(),
                    facts: facts.clone(),
                    in_force,
                    passage,
                })
            })
            .collect()
    }

    /// The passages of a document, in its order.
    pub async fn document_passages(
        &self,
        collection: &str,
        id: &DocumentId,
    ) -> Result<Vec<StoredPassage>, StoreError> {
        let number: Option<i64> =
            sqlx::query_scalar("SELECT number FROM documents WHERE collection = ?1 AND id = ?2")
                .bind(collection)
                .bind(id.as_str())
                .fetch_optional(&self.pool)
                .await?;
        match number {
            Some(number) => self.passages_of(number).await,
            None => Ok(Vec::new()),
        }
    }

    /// The document that was read from what has this digest.
    pub async fn by_digest(
        &self,
        collection: &str,
        digest: &str,
    ) -> Result<Option<String>, StoreError> {
        let id =
            sqlx::query_scalar("SELECT id FROM documents WHERE collection = ?1 AND digest = ?2")
                .bind(collection)
                .bind(digest)
                .fetch_optional(&self.pool)
                .await?;
        Ok(id)
    }

    /// A page of a collection's documents, by id.
    pub async fn documents(
        &self,
        collection: &str,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<DocumentRecord>, StoreError> {
        let query = format!(
            "SELECT {COLUMNS} FROM documents WHERE collection = ?1 ORDER BY id LIMIT ?2 OFFSET ?3"
        );
        let rows: Vec<DocumentRow> = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(collection)
            .bind(limit)
            .bind(offset)
            .fetch_all(&self.pool)
            .await?;
        rows.into_iter().map(record_of).collect()
    }

    /// One document.
    pub async fn document(
        &self,
        collection: &str,
        id: &DocumentId,
    ) -> Result<Option<DocumentRecord>, StoreError> {
        let query = format!("SELECT {COLUMNS} FROM documents WHERE collection = ?1 AND id = ?2");
        let row: Option<DocumentRow> = sqlx::query_as(sqlx::AssertSqlSafe(query))
            .bind(collection)
            .bind(id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.map(record_of).transpose()
    }
}

async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    document: &NewDocument,
) -> Result<i64, StoreError> {
    let number: i64 = sqlx::query_scalar(
        "INSERT INTO documents (collection, id, series, digest, facts, remarks, personal_data,
         in_force, ingested_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8) RETURNING number",
    )
    .bind(&document.collection.name)
    .bind(document.id.as_str())
    .bind(document.id.series())
    .bind(&document.digest)
    .bind(serde_json::to_string(&document.facts).map_err(corrupt)?)
    .bind(serde_json::to_string(&document.remarks).map_err(corrupt)?)
    .bind(serde_json::to_string(&document.personal_data).map_err(corrupt)?)
    .bind(document.ingested_ms)
    .fetch_one(&mut **transaction)
    .await?;
    for kept in &document.passages {
        let passage: i64 = sqlx::query_scalar(
            "INSERT INTO passages (document, passage) VALUES (?1, ?2) RETURNING number",
        )
        .bind(number)
        .bind(serde_json::to_string(&kept.passage).map_err(corrupt)?)
        .fetch_one(&mut **transaction)
        .await?;
        for (embedder, vector) in &kept.vectors {
            let bytes: Vec<u8> = vector.iter().map(|value| value.cast_unsigned()).collect();
            sqlx::query("INSERT INTO vectors (passage, embedder, vector) VALUES (?1, ?2, ?3)")
                .bind(passage)
                .bind(embedder)
                .bind(bytes)
                .execute(&mut **transaction)
                .await?;
        }
    }
    Ok(number)
}

/// Puts the newest version of a series in force, and no other; gives the documents that changed.
async fn settle_force(
    transaction: &mut SqliteConnection,
    collection: &str,
    series: &str,
) -> Result<Vec<i64>, StoreError> {
    let rows: Vec<(i64, String, bool)> = sqlx::query_as(
        "SELECT number, facts, in_force FROM documents WHERE collection = ?1 AND series = ?2
         ORDER BY number",
    )
    .bind(collection)
    .bind(series)
    .fetch_all(&mut *transaction)
    .await?;
    let versions = rows
        .into_iter()
        .map(|(number, facts, in_force)| {
            let facts: Facts = serde_json::from_str(&facts).map_err(corrupt)?;
            Ok((number, facts, in_force))
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    // Of two of the same age the one that came last.
    let newest = versions
        .iter()
        .max_by(|left, right| left.1.age().cmp(&right.1.age()).then(left.0.cmp(&right.0)))
        .map(|(number, ..)| *number);
    let mut changed = Vec::new();
    for (number, _, in_force) in versions {
        let should = Some(number) == newest;
        if in_force != should {
            sqlx::query("UPDATE documents SET in_force = ?2 WHERE number = ?1")
                .bind(number)
                .bind(should)
                .execute(&mut *transaction)
                .await?;
            changed.push(number);
        }
    }
    Ok(changed)
}

async fn advance(transaction: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE state SET generation = generation + 1").execute(transaction).await?;
    Ok(())
}

#[cfg(test)]
mod tests;
