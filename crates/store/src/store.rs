//! The data folder, opened.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gateway::ports::Ambient;
use moka::sync::Cache;
use projects::{KeyHash, KeyRecord, Project};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::error::StoreError;
use crate::files::{self, Readers};
use crate::schema;
use crate::secrets::{self, SecretError, Secrets};

/// The database's file in the data folder.
const DATABASE: &str = "igudar.db";
/// How long a key's record is believed before it is read again. A revoked key is refused within a second,
/// also when another process revoked it.
const KEY_MEMORY: Duration = Duration::from_millis(500);
/// How many keys are remembered.
const KEYS_REMEMBERED: u64 = 10_000;

/// How the database is used.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long to wait while another process writes.
    pub patience: Duration,
    /// The most pages of 4096 bytes that the database may have; `None` for as many as the disk holds.
    pub most_pages: Option<u32>,
    /// How many connections read at once.
    pub readers: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { patience: Duration::from_secs(5), most_pages: None, readers: 4 }
    }
}

/// The data folder: projects, keys, receipts, usage. `SqliteJournal` writes the ledger beside it.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) folder: PathBuf,
    pub(crate) options: SqliteConnectOptions,
    pub(crate) pool: SqlitePool,
    pub(crate) known_keys: Cache<KeyHash, (KeyRecord, Project)>,
}

impl Store {
    /// Opens a data folder that is there already, for commands that only look or change.
    pub async fn open_existing(folder: &Path, settings: &Settings) -> Result<Self, StoreError> {
        if !fs::exists(folder.join(DATABASE)).unwrap_or(false) {
            return Err(StoreError::NoData(folder.to_path_buf()));
        }
        Self::open(folder, settings).await
    }

    /// Opens the data folder; makes it, the database and its tables where they are missing.
    pub async fn open(folder: &Path, settings: &Settings) -> Result<Self, StoreError> {
        let (options, pool) = open_database(folder, DATABASE, settings, schema::VERSIONS).await?;
        let known_keys =
            Cache::builder().max_capacity(KEYS_REMEMBERED).time_to_live(KEY_MEMORY).build();
        Ok(Self { folder: folder.to_path_buf(), options, pool, known_keys })
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Reads the secrets. They are made only while there is no ledger: afterwards a missing file is an
    /// error, because a new key would not continue what the old one signed.
    pub async fn secrets(&self, ambient: &dyn Ambient) -> Result<Secrets, SecretsError> {
        let begun: Option<i64> = sqlx::query_scalar("SELECT one FROM installation")
            .fetch_optional(&self.pool)
            .await
            .map_err(StoreError::from)?;
        let read = if begun.is_some() {
            secrets::load(&self.folder)
        } else {
            secrets::load_or_create(&self.folder, &mut |bytes| ambient.random(bytes))
        };
        Ok(read?)
    }

    /// Reads every page of the database and says what does not fit together. Takes long on a large one.
    pub async fn examine(&self) -> Result<(), StoreError> {
        let found: String =
            sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&self.pool).await?;
        if found == "ok" { Ok(()) } else { Err(StoreError::Corrupt(found)) }
    }

    /// Empties the write-ahead log, so that what was erased stands in it no more; unless a reader holds it, who
    /// gives it back within moments: the next erasing or the next start empties it then.
    pub(crate) async fn empty_log(&self) -> Result<(), StoreError> {
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&self.pool).await?;
        Ok(())
    }

    /// Ends all connections.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A connection of its own, for the writer.
    pub(crate) async fn connect(&self) -> Result<SqliteConnection, StoreError> {
        // A file that vanished must not be replaced by an empty ledger.
        if !fs::exists(self.options.get_filename()).unwrap_or(false) {
            return Err(StoreError::CannotOpen);
        }
        Ok(self.options.connect().await?)
    }
}

/// Why the secrets cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The files.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

/// Opens a database of the data folder; makes folder, file and tables where they are missing.
pub(crate) async fn open_database(
    folder: &Path,
    name: &str,
    settings: &Settings,
    versions: &[&'static str],
) -> Result<(SqliteConnectOptions, SqlitePool), StoreError> {
    files::create_folder(folder).map_err(|cause| StoreError::file(folder, cause))?;
    let database = folder.join(name);
    // SQLite gives its side files the rights of the database, so the database gets its own first.
    files::options(Readers::Owner)
        .create(true)
        .truncate(false)
        .open(&database)
        .map_err(|cause| StoreError::file(&database, cause))?;
    let options = connect_options(&database, settings);
    let mut first = options.connect().await?;
    let migrated = schema::migrate(&mut first, versions).await;
    first.close().await?;
    migrated?;
    let pool = SqlitePoolOptions::new()
        .max_connections(settings.readers.max(1))
        // A connection to a file does not go away by itself; asking each time would cost a round trip.
        .test_before_acquire(false)
        .acquire_timeout(settings.patience.max(Duration::from_secs(1)))
        .connect_with(options.clone())
        .await?;
    Ok((options, pool))
}

fn connect_options(database: &Path, settings: &Settings) -> SqliteConnectOptions {
    let mut options = SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(settings.patience)
        .foreign_keys(true)
        // What is deleted is overwritten: a shredded salt must not stay in a free page.
        .pragma("secure_delete", "ON")
        .pragma("trusted_schema", "OFF")
        .thread_name(|number| format!("sqlite-{number}"))
        .disable_statement_logging();
    if let Some(pages) = settings.most_pages {
        options = options.pragma("max_page_count", pages.to_string());
    }
    options
}
