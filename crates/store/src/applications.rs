//! Applications: who asks for a project, what was decided, what became of the milestones.

use projects::{ApplicationState, KeyRecord, Micro, MilestoneState, Project, ProjectKind};
use sqlx::SqliteConnection;

use crate::administration::{AdministrationError, insert_key, insert_project};
use crate::error::StoreError;
use crate::store::Store;

/// An application as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct ApplicationRecord {
    /// Its id, which nobody can guess: whoever knows it may see how it stands.
    pub id: String,
    /// The organisation's name.
    pub organisation: String,
    /// A mail address; empty once it was erased.
    pub contact: String,
    /// What the project is for.
    pub kind: ProjectKind,
    /// The region's code.
    pub region: Option<String>,
    /// The language of the correspondence.
    pub language: String,
    /// What is to be solved.
    pub need: String,
    /// The solution to start from.
    pub solution: Option<String>,
    /// The credits asked for.
    pub credits: Micro,
    /// How it stands.
    pub state: ApplicationState,
    /// When it came, in milliseconds since the Unix epoch.
    pub submitted_ms: i64,
    /// When it was decided.
    pub decided_ms: Option<i64>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// The project it was given.
    pub project: Option<String>,
    /// What it promises.
    pub milestones: Vec<MilestoneRecord>,
}

impl std::fmt::Debug for ApplicationRecord {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (kind, state) = (&self.kind, &self.state);
        let mut shown = formatter.debug_struct("ApplicationRecord");
        shown.field("kind", kind).field("state", state).finish_non_exhaustive()
    }
}

/// A milestone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MilestoneRecord {
    /// What.
    pub title: String,
    /// By when, `YYYY-MM-DD`.
    pub due: String,
    /// What became of it.
    pub state: MilestoneState,
    /// In words.
    pub outcome: Option<String>,
}

/// In the order in which both statements name the columns.
type Row = (
    String,
    String,
    String,
    String,
    Option<String>,
    String,
    String,
    Option<String>,
    i64,
    String,
    i64,
    Option<i64>,
    Option<String>,
    Option<String>,
);

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("an application has an unknown {what}"))
}

/// Times after which applications are erased, in milliseconds since the Unix epoch.
#[derive(Debug, Clone, Copy)]
pub struct ErasedBefore {
    /// Refused ones that were decided before.
    pub refused_ms: i64,
    /// Those that nobody decided and that came before.
    pub pending_ms: i64,
}

impl Store {
    /// Adds an application with its milestones.
    pub async fn add_application(&self, made: &ApplicationRecord) -> Result<(), StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(
            "INSERT INTO applications (id, organisation, contact, kind, region, language, need,
             solution, credits_micro, state, submitted_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'pending', ?10)",
        )
        .bind(&made.id)
        .bind(&made.organisation)
        .bind(&made.contact)
        .bind(made.kind.as_str())
        .bind(&made.region)
        .bind(&made.language)
        .bind(&made.need)
        .bind(&made.solution)
        .bind(made.credits.0)
        .bind(made.submitted_ms)
        .execute(&mut *transaction)
        .await?;
        for (number, milestone) in (1_i64..).zip(&made.milestones) {
            sqlx::query(
                "INSERT INTO milestones (application, number, title, due, state)
                 VALUES (?1, ?2, ?3, ?4, 'open')",
            )
            .bind(&made.id)
            .bind(number)
            .bind(&milestone.title)
            .bind(&milestone.due)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// All applications, the oldest first.
    pub async fn applications(&self) -> Result<Vec<ApplicationRecord>, StoreError> {
        let mut snapshot = self.pool.begin().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, organisation, contact, kind, region, language, need, solution, credits_micro,
             state, submitted_ms, decided_ms, reason, project FROM applications
             ORDER BY submitted_ms, id",
        )
        .fetch_all(&mut *snapshot)
        .await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in rows {
            all.push(record_of(&mut snapshot, row).await?);
        }
        snapshot.rollback().await?;
        Ok(all)
    }

    /// One application.
    pub async fn application(&self, id: &str) -> Result<Option<ApplicationRecord>, StoreError> {
        let mut snapshot = self.pool.begin().await?;
        let row: Option<Row> = sqlx::query_as(
            "SELECT id, organisation, contact, kind, region, language, need, solution, credits_micro,
             state, submitted_ms, decided_ms, reason, project FROM applications WHERE id = ?1",
        )
        .bind(id)
        .fetch_optional(&mut *snapshot)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let record = record_of(&mut snapshot, row).await?;
        snapshot.rollback().await?;
        Ok(Some(record))
    }

    /// How many applications wait for a decision.
    pub async fn pending_applications(&self) -> Result<u64, StoreError> {
        let number: i64 =
            sqlx::query_scalar("SELECT count(*) FROM applications WHERE state = 'pending'")
                .fetch_one(&self.pool)
                .await?;
        crate::rows::count(number, "a number of applications")
    }

    /// Gives a pending application a project and its first key: all of it or nothing.
    pub async fn admit_application(
        &self,
        id: &str,
        project: &Project,
        key: &KeyRecord,
        decided_ms: i64,
    ) -> Result<(), AdministrationError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        insert_project(&mut transaction, project).await?;
        insert_key(&mut transaction, key).await?;
        let done = sqlx::query(
            "UPDATE applications SET state = 'admitted', decided_ms = ?2, project = ?3
             WHERE id = ?1 AND state = 'pending'",
        )
        .bind(id)
        .bind(decided_ms)
        .bind(project.id.as_str())
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            return Err(AdministrationError::Unknown("pending application"));
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Refuses a pending application.
    pub async fn refuse_application(
        &self,
        id: &str,
        reason: &str,
        decided_ms: i64,
    ) -> Result<(), AdministrationError> {
        let done = sqlx::query(
            "UPDATE applications SET state = 'refused', decided_ms = ?2, reason = ?3
             WHERE id = ?1 AND state = 'pending'",
        )
        .bind(id)
        .bind(decided_ms)
        .bind(reason)
        .execute(&self.pool)
        .await?;
        if done.rows_affected() == 0 {
            return Err(AdministrationError::Unknown("pending application"));
        }
        Ok(())
    }

    /// Says what became of a milestone, counted from 1.
    pub async fn close_milestone(
        &self,
        application: &str,
        number: u32,
        state: MilestoneState,
        outcome: &str,
        closed_ms: i64,
    ) -> Result<(), AdministrationError> {
        let done = sqlx::query(
            "UPDATE milestones SET state = ?3, outcome = ?4, closed_ms = ?5
             WHERE application = ?1 AND number = ?2",
        )
        .bind(application)
        .bind(number)
        .bind(state.as_str())
        .bind(outcome)
        .bind(closed_ms)
        .execute(&self.pool)
        .await?;
        if done.rows_affected() == 0 {
            return Err(AdministrationError::Unknown("milestone"));
        }
        Ok(())
    }

    /// Erases an application; of an admitted one the contact and the need, since its project goes on.
    pub async fn erase_application(&self, id: &str) -> Result<(), AdministrationError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let blanked = sqlx::query(
            "UPDATE applications SET contact = '', need = '' WHERE id = ?1 AND state = 'admitted'",
        )
        .bind(id)
        .execute(&mut *transaction)
        .await?;
        let gone = sqlx::query("DELETE FROM applications WHERE id = ?1 AND state <> 'admitted'")
            .bind(id)
            .execute(&mut *transaction)
            .await?;
        if blanked.rows_affected() + gone.rows_affected() == 0 {
            return Err(AdministrationError::Unknown("application"));
        }
        transaction.commit().await?;
        self.empty_log().await?;
        Ok(())
    }

    /// Erases what was kept long enough; says how many.
    pub async fn erase_old_applications(&self, before: ErasedBefore) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "DELETE FROM applications WHERE (state = 'refused' AND decided_ms < ?1)
             OR (state = 'pending' AND submitted_ms < ?2)",
        )
        .bind(before.refused_ms)
        .bind(before.pending_ms)
        .execute(&self.pool)
        .await?;
        if done.rows_affected() > 0 {
            self.empty_log().await?;
        }
        Ok(done.rows_affected())
    }
}

async fn record_of(
    connection: &mut SqliteConnection,
    row: Row,
) -> Result<ApplicationRecord, StoreError> {
    let (id, organisation, contact, kind, region, language, need, solution, credits, state, ..) =
        row;
    let (.., submitted_ms, decided_ms, reason, project) = row;
    let rows: Vec<(String, String, String, Option<String>)> = sqlx::query_as(
        "SELECT title, due, state, outcome FROM milestones WHERE application = ?1 ORDER BY number",
    )
    .bind(&id)
    .fetch_all(connection)
    .await?;
    let milestones = rows.into_iter().map(|(title, due, state, outcome)| {
        let state = MilestoneState::parse(&state).ok_or_else(|| corrupt("milestone"))?;
        Ok(MilestoneRecord { title, due, state, outcome })
    });
    Ok(ApplicationRecord {
        milestones: milestones.collect::<Result<_, StoreError>>()?,
        kind: ProjectKind::parse(&kind).ok_or_else(|| corrupt("kind"))?,
        state: ApplicationState::parse(&state).ok_or_else(|| corrupt("state"))?,
        credits: Micro(credits),
        id,
        organisation,
        contact,
        region,
        language,
        need,
        solution,
        submitted_ms,
        decided_ms,
        reason,
        project,
    })
}

#[cfg(test)]
mod tests;
