//! The shelf: collections, documents and passages in a database of their own, and the index by which they are
//! found.
//!
//! SQL is the truth; the index beside it is a cache that is made anew whenever it does not show the tables'
//! state. A document is kept in one transaction: after a crash it is there whole or not at all. Deleting
//! overwrites.

mod collections;
mod documents;
mod index;
mod jobs;
mod reading;
mod scoring;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use futures_util::TryStreamExt as _;
use knowledge::document::Facts;
use knowledge::passage::Passage;
use knowledge::ports::IndexTerms;
use knowledge::vectors::Vectors;
use sqlx::SqlitePool;
use tantivy::IndexWriter;
use tokio::sync::Mutex;

use crate::error::StoreError;
use crate::store::{Settings, open_database};
use index::PassageIndex;

pub use collections::{CollectionError, Reuse};
pub use documents::{DocumentRecord, KeptPassage, NewDocument, Put};
pub use jobs::{Job, JobState, Upload};

/// The database's file in the data folder.
const DATABASE: &str = "knowledge.db";
/// The index's folder in the data folder.
const INDEX: &str = "knowledge.index";
const VERSIONS: &[&str] = &[include_str!("shelf/schema_1.sql"), include_str!("shelf/schema_2.sql")];

/// Gives the terms of a passage.
pub type TermsOf = dyn Fn(&Facts, &Passage) -> IndexTerms + Send + Sync;

/// How passages become index terms.
#[derive(Clone)]
pub struct Analysis {
    /// Changes whenever the same passage would get other terms: the index is then made anew.
    pub name: String,
    /// Gives the terms.
    pub terms: Arc<TermsOf>,
}

impl std::fmt::Debug for Analysis {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Analysis").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The shelf of one data folder.
pub struct SqliteShelf {
    folder: PathBuf,
    pool: SqlitePool,
    index: PassageIndex,
    analysis: Analysis,
    /// The index's writer while there is something to write; one process has it at a time.
    writer: Mutex<Option<OpenWriter>>,
    vectors: RwLock<Arc<LoadedVectors>>,
}

impl std::fmt::Debug for SqliteShelf {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SqliteShelf").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// The index's writer, and which state of the tables the index shows once it commits.
struct OpenWriter {
    index: IndexWriter,
    shows: i64,
}

/// The vectors in memory, by their embedder's name, and the state of the index that they go with.
#[derive(Default)]
struct LoadedVectors {
    shown: Option<index::Shown>,
    by_embedder: BTreeMap<String, Vectors>,
}

impl SqliteShelf {
    /// Whether a data folder has a shelf.
    pub fn exists(folder: &Path) -> bool {
        folder.join(DATABASE).exists()
    }

    /// Opens the shelf of a data folder; makes it where it is missing.
    pub async fn open(
        folder: &Path,
        settings: &Settings,
        analysis: Analysis,
    ) -> Result<Self, StoreError> {
        let (_, pool) = open_database(folder, DATABASE, settings, VERSIONS).await?;
        let place = folder.join(INDEX);
        crate::files::create_folder(&place).map_err(|cause| StoreError::file(&place, cause))?;
        let index = PassageIndex::open(&place).map_err(StoreError::index)?;
        let shelf = Self {
            folder: folder.to_path_buf(),
            pool,
            index,
            analysis,
            writer: Mutex::new(None),
            vectors: RwLock::default(),
        };
        if !shelf.is_shown().await? {
            // Whoever writes now shows the state when done.
            if let Ok(writer) = shelf.index.writer() {
                shelf.rebuild(writer).await?;
            }
        }
        shelf.refresh().await?;
        Ok(shelf)
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn generation(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("SELECT generation FROM state").fetch_one(&self.pool).await?)
    }

    /// Whether the index shows the tables as they are.
    async fn is_shown(&self) -> Result<bool, StoreError> {
        let generation = self.generation().await?;
        let analysis = self.analysis.name.clone();
        Ok(self.index.shown() == Some(index::Shown { analysis, generation }))
    }

    /// Sees what other processes wrote. Cheap where the index shows nothing else than before: what the tables
    /// hold beyond it is not found yet.
    pub async fn refresh(&self) -> Result<(), StoreError> {
        let shown = self.index.shown();
        if shown.is_some() && self.loaded().shown == shown {
            return Ok(());
        }
        self.index.reader.reload().map_err(StoreError::index)?;
        let mut rows = sqlx::query_as::<_, (i64, String, Vec<u8>)>(
            "SELECT passage, embedder, vector FROM vectors ORDER BY embedder, passage",
        )
        .fetch(&self.pool);
        let mut by_embedder: BTreeMap<String, Vectors> = BTreeMap::new();
        // One by one, so that they are in memory once.
        while let Some((passage, embedder, vector)) = rows.try_next().await? {
            let vector: Vec<i8> = vector.into_iter().map(u8::cast_signed).collect();
            let vectors = by_embedder.entry(embedder).or_insert_with(|| Vectors::new(vector.len()));
            vectors
                .add(passage.unsigned_abs(), &vector)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?;
        }
        let loaded = Arc::new(LoadedVectors { shown, by_embedder });
        *self.vectors.write().unwrap_or_else(std::sync::PoisonError::into_inner) = loaded;
        Ok(())
    }

    fn loaded(&self) -> Arc<LoadedVectors> {
        Arc::clone(&self.vectors.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}
