//! The public register: versions of entries, and what the ledger counts of a project. A version that was
//! published and its statement in the ledger are one transaction.

use std::collections::BTreeMap;

use ledger::Statement;
use projects::ProjectId;

use crate::administration::AdministrationError;
use crate::error::StoreError;
use crate::rows::count;
use crate::statements;
use crate::store::Store;

/// One version of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRecord {
    /// The entry.
    pub id: String,
    /// Its version, from 1.
    pub version: u32,
    /// The project it is about.
    pub project: ProjectId,
    /// What it is now.
    pub state: EntryState,
    /// As its author wrote it.
    pub source: String,
    /// What was published, byte for byte.
    pub document: Option<String>,
    /// The document's digest, as the ledger has it.
    pub digest: Option<String>,
    /// When it became what it is, in milliseconds since the Unix epoch.
    pub changed_ms: i64,
    /// The statement's name in the ledger.
    pub statement: Option<String>,
    /// Why it was withdrawn.
    pub reason: Option<String>,
}

/// What a version of an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// Not public yet.
    Draft,
    /// Public and in force.
    Published,
    /// A newer version was published.
    Replaced,
    /// Public, and no longer in force.
    Withdrawn,
}

impl EntryState {
    /// The word in lists and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Replaced => "replaced",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        let all = [Self::Draft, Self::Published, Self::Replaced, Self::Withdrawn];
        all.into_iter().find(|state| state.as_str() == word)
    }
}

/// What the ledger counts of a project's requests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProjectCount {
    /// The times of the first and the last, in milliseconds since the Unix epoch.
    pub times_ms: Option<(i64, i64)>,
    /// Requests that may have left, by destination.
    pub requests: BTreeMap<String, u64>,
    /// Values found in them, by type.
    pub findings: BTreeMap<String, u64>,
}

type EntryRow = (
    String,
    u32,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    i64,
    Option<String>,
    Option<String>,
);

macro_rules! entry_columns {
    () => {
        "SELECT id, version, project, state, source, document, digest, changed_ms, statement, reason
         FROM register_entries AS entry "
    };
}

fn entry_of(row: EntryRow) -> Result<EntryRecord, StoreError> {
    let (id, version, project, state, source, document, digest, changed_ms, statement, reason) =
        row;
    let state = EntryState::parse(&state)
        .ok_or_else(|| StoreError::Corrupt("an entry has an unknown state".to_owned()))?;
    let project = ProjectId::new(&project);
    Ok(EntryRecord {
        id,
        version,
        project,
        state,
        source,
        document,
        digest,
        changed_ms,
        statement,
        reason,
    })
}

impl Store {
    /// The number that the next published version of an entry has.
    pub async fn next_entry_version(&self, id: &str) -> Result<u32, StoreError> {
        let last: Option<u32> = sqlx::query_scalar(
            "SELECT max(version) FROM register_entries WHERE id = ?1 AND state <> 'draft'",
        )
        .bind(id)
        .fetch_one(&self.pool)
        .await?;
        Ok(last.map_or(1, |last| last.saturating_add(1)))
    }

    /// Keeps a draft in the place of an earlier one.
    pub async fn keep_draft(&self, draft: &EntryRecord) -> Result<(), AdministrationError> {
        let mut transaction =
            self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(StoreError::from)?;
        own(&mut transaction, draft).await?;
        insert(&mut transaction, draft).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Publishes a version together with its statement; the version before it is replaced, a draft is gone.
    /// `Exists` where the version was published meanwhile or the id is another project's.
    pub async fn publish_entry(
        &self,
        entry: &EntryRecord,
        statement: &Statement,
    ) -> Result<(), AdministrationError> {
        let mut transaction =
            self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(StoreError::from)?;
        own(&mut transaction, entry).await?;
        sqlx::query(
            "UPDATE register_entries SET state = 'replaced', changed_ms = ?2
             WHERE id = ?1 AND state = 'published'",
        )
        .bind(&entry.id)
        .bind(entry.changed_ms)
        .execute(&mut *transaction)
        .await?;
        insert(&mut transaction, entry).await?;
        statements::keep(&mut transaction, statement).await?;
        transaction.commit().await?;
        self.known_keys.invalidate_all();
        Ok(())
    }

    /// Withdraws the published version together with its statement.
    pub async fn withdraw_entry(
        &self,
        id: &str,
        now_ms: i64,
        reason: &str,
        statement: &Statement,
    ) -> Result<(), AdministrationError> {
        let mut transaction =
            self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(StoreError::from)?;
        let done = sqlx::query(
            "UPDATE register_entries SET state = 'withdrawn', changed_ms = ?2, reason = ?3
             WHERE id = ?1 AND state = 'published'",
        )
        .bind(id)
        .bind(now_ms)
        .bind(reason)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Err(AdministrationError::Unknown("published entry"));
        }
        statements::keep(&mut transaction, statement).await?;
        transaction.commit().await?;
        self.known_keys.invalidate_all();
        Ok(())
    }

    /// The newest version of each entry that has one beside its draft, drafts as well where they are asked
    /// for; by id.
    pub async fn entries(&self, with_drafts: bool) -> Result<Vec<EntryRecord>, StoreError> {
        let rows: Vec<EntryRow> = sqlx::query_as(concat!(
            entry_columns!(),
            "WHERE (state = 'draft' AND ?1) OR (state <> 'draft' AND version = (
                 SELECT max(version) FROM register_entries AS other
                 WHERE other.id = entry.id AND other.state <> 'draft'))
             ORDER BY id, version"
        ))
        .bind(with_drafts)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(entry_of).collect()
    }

    /// All versions of one entry, the oldest first.
    pub async fn entry_versions(&self, id: &str) -> Result<Vec<EntryRecord>, StoreError> {
        let rows: Vec<EntryRow> =
            sqlx::query_as(concat!(entry_columns!(), "WHERE id = ?1 ORDER BY version"))
                .bind(id)
                .fetch_all(&self.pool)
                .await?;
        rows.into_iter().map(entry_of).collect()
    }

    /// What the ledger counts of a project. Reads its entries; takes a while on a large ledger.
    pub async fn project_count(&self, project: &ProjectId) -> Result<ProjectCount, StoreError> {
        let mut snapshot = self.pool.begin().await?;
        let destinations: Vec<(String, i64, i64, i64)> = sqlx::query_as(
            "SELECT entry.body ->> 'destination', count(*), min(entry.body ->> 'time_ms'),
                    max(entry.body ->> 'time_ms')
             FROM egresses AS egress JOIN entries AS entry ON entry.position = egress.position
             WHERE egress.project = ?1 GROUP BY 1",
        )
        .bind(project.as_str())
        .fetch_all(&mut *snapshot)
        .await?;
        let findings: Vec<(String, i64)> = sqlx::query_as(
            "SELECT found.key, sum(found.value)
             FROM egresses AS egress JOIN entries AS entry ON entry.position = egress.position,
                  json_each(entry.body, '$.findings') AS found
             WHERE egress.project = ?1 GROUP BY 1",
        )
        .bind(project.as_str())
        .fetch_all(&mut *snapshot)
        .await?;
        snapshot.rollback().await?;
        let times = |time: fn(&(String, i64, i64, i64)) -> i64| destinations.iter().map(time);
        let times_ms = times(|row| row.2).min().zip(times(|row| row.3).max());
        let mut counted = ProjectCount { times_ms, ..ProjectCount::default() };
        for (destination, requests, ..) in destinations {
            counted.requests.insert(destination, count(requests, "a count")?);
        }
        for (kind, found) in findings {
            counted.findings.insert(kind, count(found, "a count")?);
        }
        Ok(counted)
    }
}

/// An id belongs to the project that used it first.
async fn own(
    connection: &mut sqlx::SqliteConnection,
    entry: &EntryRecord,
) -> Result<(), AdministrationError> {
    let owner: Option<String> =
        sqlx::query_scalar("SELECT project FROM register_entries WHERE id = ?1 LIMIT 1")
            .bind(&entry.id)
            .fetch_optional(&mut *connection)
            .await?;
    if owner.is_some_and(|owner| owner != entry.project.as_str()) {
        return Err(AdministrationError::Exists("entry"));
    }
    sqlx::query("DELETE FROM register_entries WHERE id = ?1 AND state = 'draft'")
        .bind(&entry.id)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert(
    connection: &mut sqlx::SqliteConnection,
    entry: &EntryRecord,
) -> Result<(), AdministrationError> {
    sqlx::query(
        "INSERT INTO register_entries (id, version, project, state, source, document, digest, changed_ms,
         statement, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )
    .bind(&entry.id)
    .bind(entry.version)
    .bind(entry.project.as_str())
    .bind(entry.state.as_str())
    .bind(&entry.source)
    .bind(&entry.document)
    .bind(&entry.digest)
    .bind(entry.changed_ms)
    .bind(&entry.statement)
    .bind(&entry.reason)
    .execute(connection)
    .await
    .map_err(|error| crate::administration::insertion(error, "version"))?;
    Ok(())
}
