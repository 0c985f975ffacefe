//! The catalogue of solutions: published, taken, counted.

use std::collections::BTreeMap;

use projects::ProjectId;

use crate::administration::AdministrationError;
use crate::error::StoreError;
use crate::rows::count;
use crate::store::Store;

/// A published solution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SolutionRecord {
    /// Its name.
    pub name: String,
    /// The project that published it.
    pub project: String,
    /// SHA-256 over its files.
    pub digest: String,
    /// When, in milliseconds since the Unix epoch.
    pub published_ms: i64,
}

/// How often a project took a solution in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SolutionReuse {
    /// The solution.
    pub solution: String,
    /// Who took it.
    pub project: String,
    /// The month, `2026-11`.
    pub month: String,
    /// How often.
    pub times: u64,
}

type Row = (String, String, String, i64);

fn record_of((name, project, digest, published_ms): Row) -> SolutionRecord {
    SolutionRecord { name, project, digest, published_ms }
}

impl Store {
    /// Publishes a solution, or a newer state of one that the same project published. Another project's name
    /// stays.
    pub async fn publish_solution(
        &self,
        solution: &SolutionRecord,
        files: &BTreeMap<String, String>,
    ) -> Result<(), AdministrationError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let done = sqlx::query(
            "INSERT INTO solutions (name, project, digest, published_ms) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (name) DO UPDATE SET digest = excluded.digest,
             published_ms = excluded.published_ms WHERE project = excluded.project",
        )
        .bind(&solution.name)
        .bind(&solution.project)
        .bind(&solution.digest)
        .bind(solution.published_ms)
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Err(AdministrationError::Exists("solution"));
        }
        sqlx::query("DELETE FROM solution_files WHERE solution = ?1")
            .bind(&solution.name)
            .execute(&mut *transaction)
            .await?;
        for (path, content) in files {
            sqlx::query("INSERT INTO solution_files (solution, path, content) VALUES (?1, ?2, ?3)")
                .bind(&solution.name)
                .bind(path)
                .bind(content)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// All published solutions, by name.
    pub async fn solutions(&self) -> Result<Vec<SolutionRecord>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT name, project, digest, published_ms FROM solutions ORDER BY name",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(record_of).collect())
    }

    /// What a solution says of itself: its `solution.toml`.
    pub async fn solution_manifest(&self, name: &str) -> Result<String, StoreError> {
        let text: Option<String> = sqlx::query_scalar(
            "SELECT content FROM solution_files WHERE solution = ?1 AND path = 'solution.toml'",
        )
        .bind(name)
        .fetch_optional(&self.pool)
        .await?;
        text.ok_or_else(|| StoreError::Corrupt("a solution has no solution.toml".to_owned()))
    }

    /// The files of a solution; none where there is no such solution.
    pub async fn solution_files(&self, name: &str) -> Result<BTreeMap<String, String>, StoreError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT path, content FROM solution_files WHERE solution = ?1")
                .bind(name)
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.into_iter().collect())
    }

    /// Takes a solution out of the catalogue. Copies stay, and so do the counts.
    pub async fn withdraw_solution(
        &self,
        name: &str,
        project: &ProjectId,
    ) -> Result<(), AdministrationError> {
        let done = sqlx::query("DELETE FROM solutions WHERE name = ?1 AND project = ?2")
            .bind(name)
            .bind(project.as_str())
            .execute(&self.pool)
            .await?;
        if done.rows_affected() == 0 {
            return Err(AdministrationError::Unknown("solution of this project"));
        }
        Ok(())
    }

    /// Counts that a project took a solution.
    pub async fn count_solution_reuse(
        &self,
        solution: &str,
        project: &ProjectId,
        month: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO solution_reuses (solution, project, month, times) VALUES (?1, ?2, ?3, 1)
             ON CONFLICT DO UPDATE SET times = times + 1",
        )
        .bind(solution)
        .bind(project.as_str())
        .bind(month)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// How often solutions were taken, by solution, month and project.
    pub async fn solution_reuses(&self) -> Result<Vec<SolutionReuse>, StoreError> {
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
            "SELECT solution, project, month, times FROM solution_reuses
             ORDER BY solution, month, project",
        )
        .fetch_all(&self.pool)
        .await?;
        let reuse = |(solution, project, month, times): (String, String, String, i64)| {
            let times = count(times, "a number of uses")?;
            Ok(SolutionReuse { solution, project, month, times })
        };
        rows.into_iter().map(reuse).collect()
    }
}

#[cfg(test)]
mod tests {
    use projects::Project;

    use super::*;
    use crate::store::Settings;

    #[tokio::test]
    async fn a_solution_is_its_publishers() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Settings::default()).await.unwrap();
        for id in ["one", "two"] {
            let project = Project {
                id: ProjectId::new(id),
                name: id.to_owned(),
                created_ms: 0,
                budget: None,
                requests_per_minute: 0,
                local_only: false,
                policy: None,
            };
            store.add_project(&project).await.unwrap();
        }
        let solution = |project: &str, digest: &str| SolutionRecord {
            name: "desk".to_owned(),
            project: project.to_owned(),
            digest: digest.to_owned(),
            published_ms: 1,
        };
        let files = |path: &str| BTreeMap::from([(path.to_owned(), "text".to_owned())]);
        store.publish_solution(&solution("one", "a"), &files("a.md")).await.unwrap();
        store.publish_solution(&solution("one", "b"), &files("b.md")).await.unwrap();
        let taken = store.publish_solution(&solution("two", "c"), &files("c.md")).await;
        assert!(matches!(taken, Err(AdministrationError::Exists("solution"))));
        assert_eq!(store.solutions().await.unwrap(), [solution("one", "b")]);
        assert_eq!(store.solution_files("desk").await.unwrap(), files("b.md"));

        let two = ProjectId::new("two");
        for _ in 0..2 {
            store.count_solution_reuse("desk", &two, "2026-11").await.unwrap();
        }
        assert!(store.withdraw_solution("desk", &two).await.is_err());
        store.withdraw_solution("desk", &ProjectId::new("one")).await.unwrap();
        assert_eq!(store.solution_files("desk").await.unwrap(), BTreeMap::new());
        let reuses = store.solution_reuses().await.unwrap();
        assert_eq!((reuses[0].times, reuses[0].project.as_str()), (2, "two"));
    }
}
