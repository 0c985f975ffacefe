//! Projects and keys: made, listed, changed, revoked. None of it is an entry of the ledger, so commands may
//! do it beside a running server.

use projects::{Budget, KeyHash, KeyId, KeyRecord, Micro, Project, ProjectId, Stage, Window};
use sqlx::SqliteConnection;

use crate::error::StoreError;
use crate::store::Store;

/// Why projects and keys stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum AdministrationError {
    /// The id is taken.
    #[error("there is already a {0} of this id")]
    Exists(&'static str),
    /// Nothing has this id.
    #[error("there is no {0} of this id")]
    Unknown(&'static str),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for AdministrationError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

pub(crate) type ProjectRow =
    (String, String, i64, Option<i64>, Option<String>, u32, bool, Option<String>);
pub(crate) type KeyRow =
    (String, String, String, Vec<u8>, i64, Option<i64>, Option<i64>, String, bool);

/// The columns of a `KeyRow`. Whether the register has a published entry of the key's project is read with it.
macro_rules! key_columns {
    () => {
        "SELECT id, project, name, hash, created_ms, revoked_ms, expires_ms, stage,
             EXISTS (SELECT 1 FROM register_entries AS entry
                     WHERE entry.project = keys.project AND entry.state = 'published')
             FROM keys"
    };
}
pub(crate) use key_columns;

pub(crate) fn project_of(row: ProjectRow) -> Result<Project, StoreError> {
    let (id, name, created_ms, limit, window, requests_per_minute, local_only, policy) = row;
    let budget = match (limit, window) {
        (Some(limit), Some(window)) => {
            let window = Window::parse(&window)
                .ok_or_else(|| StoreError::Corrupt("a budget has an unknown window".to_owned()))?;
            Some(Budget { limit: Micro(limit), window })
        }
        _ => None,
    };
    let id = ProjectId::new(&id);
    let policy = policy.map(Into::into);
    Ok(Project { id, name, created_ms, budget, requests_per_minute, local_only, policy })
}

pub(crate) fn key_of(row: KeyRow) -> Result<KeyRecord, StoreError> {
    let (id, project, name, hash, created_ms, revoked_ms, expires_ms, stage, registered) = row;
    let hash = hash
        .try_into()
        .map_err(|_| StoreError::Corrupt("a key's hash has the wrong length".to_owned()))?;
    let stage = match stage.as_str() {
        "test" => Stage::Test,
        "production" => Stage::Production { registered },
        _ => return Err(StoreError::Corrupt("a key has an unknown stage".to_owned())),
    };
    Ok(KeyRecord {
        id: KeyId::new(&id),
        project: ProjectId::new(&project),
        name,
        hash: KeyHash(hash),
        created_ms,
        revoked_ms,
        expires_ms,
        stage,
    })
}

/// A taken id, a missing project, or the store's own trouble.
pub(crate) fn insertion(error: sqlx::Error, what: &'static str) -> AdministrationError {
    match error.as_database_error().map(sqlx::error::DatabaseError::kind) {
        Some(sqlx::error::ErrorKind::UniqueViolation) => AdministrationError::Exists(what),
        Some(sqlx::error::ErrorKind::ForeignKeyViolation) => {
            AdministrationError::Unknown("project")
        }
        _ => error.into(),
    }
}

pub(crate) async fn insert_project(
    connection: &mut SqliteConnection,
    project: &Project,
) -> Result<(), AdministrationError> {
    sqlx::query(
        "INSERT INTO projects (id, name, created_ms, budget_micro, budget_window,
         requests_per_minute, local_only, policy) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )
    .bind(project.id.as_str())
    .bind(&project.name)
    .bind(project.created_ms)
    .bind(project.budget.map(|budget| budget.limit.0))
    .bind(project.budget.map(|budget| budget.window.as_str()))
    .bind(project.requests_per_minute)
    .bind(project.local_only)
    .bind(project.policy.as_deref())
    .execute(connection)
    .await
    .map_err(|error| insertion(error, "project"))?;
    Ok(())
}

pub(crate) async fn insert_key(
    connection: &mut SqliteConnection,
    key: &KeyRecord,
) -> Result<(), AdministrationError> {
    sqlx::query(
        "INSERT INTO keys (id, project, name, hash, created_ms, revoked_ms, expires_ms, stage)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )
    .bind(key.id.as_str())
    .bind(key.project.as_str())
    .bind(&key.name)
    .bind(key.hash.0.as_slice())
    .bind(key.created_ms)
    .bind(key.revoked_ms)
    .bind(key.expires_ms)
    .bind(key.stage.as_str())
    .execute(connection)
    .await
    .map_err(|error| insertion(error, "key"))?;
    Ok(())
}

impl Store {
    /// Adds a project as the caller made it.
    pub async fn add_project(&self, project: &Project) -> Result<(), AdministrationError> {
        let mut connection = self.pool.acquire().await?;
        insert_project(&mut connection, project).await
    }

    /// All projects, by id.
    pub async fn projects(&self) -> Result<Vec<Project>, StoreError> {
        let rows: Vec<ProjectRow> = sqlx::query_as(
            "SELECT id, name, created_ms, budget_micro, budget_window, requests_per_minute,
             local_only, policy FROM projects ORDER BY id",
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(project_of).collect()
    }

    /// One project.
    pub async fn project(&self, id: &ProjectId) -> Result<Option<Project>, StoreError> {
        let row: Option<ProjectRow> = sqlx::query_as(
            "SELECT id, name, created_ms, budget_micro, budget_window, requests_per_minute,
             local_only, policy FROM projects WHERE id = ?1",
        )
        .bind(id.as_str())
        .fetch_optional(&self.pool)
        .await?;
        row.map(project_of).transpose()
    }

    /// Sets name, budget and limits of an existing project to those given; its time of making stays.
    pub async fn change_project(&self, project: &Project) -> Result<(), AdministrationError> {
        let done = sqlx::query(
            "UPDATE projects SET name = ?2, budget_micro = ?3, budget_window = ?4,
             requests_per_minute = ?5, local_only = ?6, policy = ?7 WHERE id = ?1",
        )
        .bind(project.id.as_str())
        .bind(&project.name)
        .bind(project.budget.map(|budget| budget.limit.0))
        .bind(project.budget.map(|budget| budget.window.as_str()))
        .bind(project.requests_per_minute)
        .bind(project.local_only)
        .bind(project.policy.as_deref())
        .execute(&self.pool)
        .await?;
        self.known_keys.invalidate_all();
        if done.rows_affected() == 0 {
            return Err(AdministrationError::Unknown("project"));
        }
        Ok(())
    }

    /// Adds a key's record.
    pub async fn add_key(&self, key: &KeyRecord) -> Result<(), AdministrationError> {
        let mut connection = self.pool.acquire().await?;
        insert_key(&mut connection, key).await
    }

    /// The keys of a project, or all; the oldest first.
    pub async fn keys(&self, project: Option<&ProjectId>) -> Result<Vec<KeyRecord>, StoreError> {
        let rows: Vec<KeyRow> = sqlx::query_as(concat!(
            key_columns!(),
            " WHERE ?1 IS NULL OR project = ?1 ORDER BY created_ms, id"
        ))
        .bind(project.map(ProjectId::as_str))
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(key_of).collect()
    }

    /// Withdraws a key. A key that was withdrawn before keeps its first date.
    pub async fn revoke_key(&self, id: &KeyId, now_ms: i64) -> Result<(), AdministrationError> {
        let done =
            sqlx::query("UPDATE keys SET revoked_ms = coalesce(revoked_ms, ?2) WHERE id = ?1")
                .bind(id.as_str())
                .bind(now_ms)
                .execute(&self.pool)
                .await?;
        self.known_keys.invalidate_all();
        if done.rows_affected() == 0 {
            return Err(AdministrationError::Unknown("key"));
        }
        Ok(())
    }
}
