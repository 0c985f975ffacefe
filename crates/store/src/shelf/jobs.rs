//! Files that were taken and are read later: where they lie, and what became of them.

use std::path::PathBuf;

use serde::Serialize;
use tokio::io::AsyncWriteExt as _;

use super::{CollectionError, SqliteShelf};
use crate::error::StoreError;

/// The folder of files that wait, in the data folder.
const UPLOADS: &str = "knowledge.uploads";
/// How long the report of a job that has ended is kept.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JobState {
    /// Taken, not yet read.
    Queued,
    /// The document is kept and found.
    Done,
    /// The document is not kept; the report says why.
    Failed,
}

impl JobState {
    fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn of(word: &str) -> Result<Self, StoreError> {
        [Self::Queued, Self::Done, Self::Failed]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or_else(|| StoreError::Corrupt("a job's state cannot be read".to_owned()))
    }
}

/// A file that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub id: String,
    /// The collection it goes to.
    pub collection: String,
    /// The file's name.
    pub name: String,
    /// Where it stands.
    pub state: JobState,
    /// What became of it, JSON; empty while it waits.
    pub report: String,
}

/// A file that arrives. Dropped before it is taken, it is removed.
#[derive(Debug)]
pub struct Upload {
    path: PathBuf,
    file: tokio::fs::File,
    id: String,
    taken: bool,
}

impl Upload {
    /// Adds what has arrived.
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), StoreError> {
        self.file.write_all(piece).await.map_err(|cause| StoreError::file(&self.path, cause))
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if !self.taken {
            drop(std::fs::remove_file(&self.path));
        }
    }
}

impl SqliteShelf {
    /// Begins a file that arrives. `id` is random.
    pub fn begin_upload(&self, id: String) -> Result<Upload, StoreError> {
        let folder = self.folder.join(UPLOADS);
        crate::files::create_folder(&folder).map_err(|cause| StoreError::file(&folder, cause))?;
        let path = folder.join(&id);
        let opened = crate::files::options(crate::files::Readers::Owner)
            .create_new(true)
            .open(&path)
            .map_err(|cause| StoreError::file(&path, cause))?;
        Ok(Upload { path, file: tokio::fs::File::from_std(opened), id, taken: false })
    }

    /// Takes a file that has arrived: durable when this returns. The collection must still be the project's.
    pub async fn take_upload(
        &self,
        mut upload: Upload,
        (project, collection): (&str, &str),
        name: &str,
        now_ms: i64,
    ) -> Result<Job, CollectionError> {
        let failed = |cause| StoreError::file(&upload.path, cause);
        upload.file.flush().await.map_err(failed)?;
        upload.file.sync_all().await.map_err(failed)?;
        let known = self.collection(collection).await?;
        known.filter(|known| known.project == project).ok_or(CollectionError::Unknown)?;
        sqlx::query("DELETE FROM jobs WHERE state <> 'queued' AND created_ms < ?1")
            .bind(now_ms.saturating_sub(KEPT_MS))
            .execute(&self.pool)
            .await?;
        sqlx::query(
            "INSERT INTO jobs (id, collection, name, state, report, created_ms)
             VALUES (?1, ?2, ?3, 'queued', '', ?4)",
        )
        .bind(&upload.id)
        .bind(collection)
        .bind(name)
        .bind(now_ms)
        .execute(&self.pool)
        .await?;
        upload.taken = true;
        Ok(Job {
            id: upload.id.clone(),
            collection: collection.to_owned(),
            name: name.to_owned(),
            state: JobState::Queued,
            report: String::new(),
        })
    }

    /// The bytes of a file that waits.
    pub async fn uploaded(&self, job: &Job) -> Result<Vec<u8>, StoreError> {
        let path = self.folder.join(UPLOADS).join(&job.id);
        tokio::fs::read(&path).await.map_err(|cause| StoreError::file(&path, cause))
    }

    /// Ends a job and removes its file.
    pub async fn end_job(&self, id: &str, state: JobState, report: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE jobs SET state = ?2, report = ?3 WHERE id = ?1")
            .bind(id)
            .bind(state.word())
            .bind(report)
            .execute(&self.pool)
            .await?;
        self.remove_upload(id).await
    }

    /// Removes the file of a job, where it is still there.
    pub(super) async fn remove_upload(&self, id: &str) -> Result<(), StoreError> {
        let path = self.folder.join(UPLOADS).join(id);
        match tokio::fs::remove_file(&path).await {
            Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                Err(StoreError::file(&path, cause))
            }
            _ => Ok(()),
        }
    }

    /// One job.
    pub async fn job(&self, id: &str) -> Result<Option<Job>, StoreError> {
        let row: Option<(String, String, String, String, String)> =
            sqlx::query_as("SELECT id, collection, name, state, report FROM jobs WHERE id = ?1")
                .bind(id)
                .fetch_optional(&self.pool)
                .await?;
        row.map(job_of).transpose()
    }

    /// The jobs that an earlier process left waiting; files that belong to no job are removed. For a start only:
    /// a file that is arriving has no job yet.
    pub async fn waiting_jobs(&self) -> Result<Vec<Job>, StoreError> {
        let rows: Vec<(String, String, String, String, String)> = sqlx::query_as(
            "SELECT id, collection, name, state, report FROM jobs WHERE state = 'queued'
             ORDER BY created_ms, id",
        )
        .fetch_all(&self.pool)
        .await?;
        let jobs = rows.into_iter().map(job_of).collect::<Result<Vec<_>, _>>()?;
        let folder = self.folder.join(UPLOADS);
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if !jobs.iter().any(|job| name.to_str() == Some(&job.id)) {
                std::fs::remove_file(entry.path())
                    .map_err(|cause| StoreError::file(&folder, cause))?;
            }
        }
        Ok(jobs)
    }
}

fn job_of(row: (String, String, String, String, String)) -> Result<Job, StoreError> {
    let (id, collection, name, state, report) = row;
    Ok(Job { id, collection, name, state: JobState::of(&state)?, report })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use knowledge::document::{Collection, PersonalData, Sharing};

    use super::*;
    use crate::shelf::Analysis;
    use crate::store::Settings;

    #[tokio::test]
    async fn a_file_that_was_taken_waits_until_its_job_ends() {
        let folder = tempfile::tempdir().unwrap();
        let terms = |_: &_, _: &_| knowledge::ports::IndexTerms::default();
        let analysis = Analysis { name: "none".to_owned(), terms: Arc::new(terms) };
        let shelf = SqliteShelf::open(folder.path(), &Settings::default(), analysis).await.unwrap();
        let collection = Collection {
            name: "c".to_owned(),
            project: "p".to_owned(),
            sharing: Sharing::Private,
            personal_data: PersonalData::Keep,
            licence: None,
            attribution: None,
        };
        shelf.add_collection(&collection, 1).await.unwrap();
        let files = || std::fs::read_dir(folder.path().join(UPLOADS)).unwrap().count();
        let mut upload = shelf.begin_upload("a".to_owned()).unwrap();
        upload.write(b"Salam").await.unwrap();
        let broken_off = shelf.begin_upload("b".to_owned()).unwrap();
        drop(broken_off);
        let job = shelf.take_upload(upload, ("p", "c"), "f.md", 1).await.unwrap();
        assert_eq!(shelf.waiting_jobs().await.unwrap(), std::slice::from_ref(&job));
        assert_eq!((shelf.uploaded(&job).await.unwrap(), files()), (b"Salam".to_vec(), 1));
        let orphan = shelf.begin_upload("c".to_owned()).unwrap();
        let refused = shelf.take_upload(orphan, ("q", "c"), "f.md", 1).await;
        assert!(matches!(refused, Err(CollectionError::Unknown)));
        shelf.end_job("a", JobState::Done, "{}").await.unwrap();
        assert_eq!((shelf.job("a").await.unwrap().unwrap().state, files()), (JobState::Done, 0));
        assert!(shelf.waiting_jobs().await.unwrap().is_empty());
    }
}
