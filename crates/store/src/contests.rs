//! Contests: who is not content with what a request led to, until a person has decided. What people wrote
//! comes sealed and is never read here.

use ledger::{Entry, ReceiptId, Statement};
use projects::ProjectId;

use crate::error::StoreError;
use crate::statements;
use crate::store::Store;

/// One contest.
#[derive(Clone, PartialEq, Eq)]
pub struct ContestRecord {
    /// Its id, `cst_` and 32 hexadecimal digits: random, so that it tells nothing.
    pub id: String,
    /// The receipt that is contested.
    pub receipt: String,
    /// The project of that request.
    pub project: ProjectId,
    /// The language in which the person wants the answer.
    pub language: String,
    /// When it came, in milliseconds since the Unix epoch.
    pub received_ms: i64,
    /// Until when it is to be answered, in milliseconds since the Unix epoch.
    pub due_ms: i64,
    /// The term as it was told: days and source, as JSON.
    pub term: String,
    /// What the person wrote, sealed; none once it is erased.
    pub sealed: Option<Vec<u8>>,
    /// Opens the commitments in the ledger; none once it is erased.
    pub nonce: Option<Vec<u8>>,
    /// The contest's statement in the ledger.
    pub statement: String,
    /// What became of it.
    pub outcome: Option<String>,
    /// Why, sealed.
    pub sealed_reason: Option<Vec<u8>>,
    /// When it was decided.
    pub decided_ms: Option<i64>,
    /// The outcome's statement in the ledger.
    pub outcome_statement: Option<String>,
    /// When the texts were erased.
    pub erased_ms: Option<i64>,
}

impl std::fmt::Debug for ContestRecord {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The nonce opens what the ledger committed to.
        formatter.debug_struct("ContestRecord").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why a contest stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ContestError {
    /// The receipt has as many open contests as it may have.
    #[error("this receipt has as many open contests as it may have")]
    TooMany,
    /// Nothing has this id.
    #[error("there is no contest of this id")]
    Unknown,
    /// It has its outcome.
    #[error("this contest is decided already")]
    Decided,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ContestError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

macro_rules! contest_columns {
    () => {
        "SELECT id, receipt, project, language, received_ms, due_ms, term, sealed, nonce, statement, outcome,
         sealed_reason, decided_ms, outcome_statement, erased_ms FROM contests "
    };
}

fn contest_of(row: &sqlx::sqlite::SqliteRow) -> Result<ContestRecord, sqlx::Error> {
    use sqlx::Row as _;
    Ok(ContestRecord {
        id: row.try_get("id")?,
        receipt: row.try_get("receipt")?,
        project: ProjectId::new(row.try_get("project")?),
        language: row.try_get("language")?,
        received_ms: row.try_get("received_ms")?,
        due_ms: row.try_get("due_ms")?,
        term: row.try_get("term")?,
        sealed: row.try_get("sealed")?,
        nonce: row.try_get("nonce")?,
        statement: row.try_get("statement")?,
        outcome: row.try_get("outcome")?,
        sealed_reason: row.try_get("sealed_reason")?,
        decided_ms: row.try_get("decided_ms")?,
        outcome_statement: row.try_get("outcome_statement")?,
        erased_ms: row.try_get("erased_ms")?,
    })
}

impl Store {
    /// Takes a contest together with its statement, unless its receipt has `most_open` open ones.
    pub async fn add_contest(
        &self,
        contest: &ContestRecord,
        statement: &Statement,
        most_open: usize,
    ) -> Result<(), ContestError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let open: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM contests WHERE receipt = ?1 AND outcome IS NULL",
        )
        .bind(&contest.receipt)
        .fetch_one(&mut *transaction)
        .await?;
        if usize::try_from(open).unwrap_or(usize::MAX) >= most_open {
            return Err(ContestError::TooMany);
        }
        sqlx::query(
            "INSERT INTO contests (id, receipt, project, language, received_ms, due_ms, term, sealed, nonce,
             statement) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )
        .bind(&contest.id)
        .bind(&contest.receipt)
        .bind(contest.project.as_str())
        .bind(&contest.language)
        .bind(contest.received_ms)
        .bind(contest.due_ms)
        .bind(&contest.term)
        .bind(&contest.sealed)
        .bind(&contest.nonce)
        .bind(&contest.statement)
        .execute(&mut *transaction)
        .await?;
        statements::keep(&mut transaction, statement).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Decides a contest together with its statement. A contest has one outcome.
    pub async fn decide_contest(
        &self,
        id: &str,
        outcome: &str,
        sealed_reason: &[u8],
        now_ms: i64,
        statement: &Statement,
    ) -> Result<(), ContestError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let done = sqlx::query(
            "UPDATE contests SET outcome = ?2, sealed_reason = ?3, decided_ms = ?4, outcome_statement = ?5
             WHERE id = ?1 AND outcome IS NULL",
        )
        .bind(id)
        .bind(outcome)
        .bind(sealed_reason)
        .bind(now_ms)
        .bind(statement.receipt.as_str())
        .execute(&mut *transaction)
        .await?;
        if done.rows_affected() == 0 {
            transaction.rollback().await?;
            let known = self.contest(id).await?;
            return Err(if known.is_some() {
                ContestError::Decided
            } else {
                ContestError::Unknown
            });
        }
        statements::keep(&mut transaction, statement).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Erases what people wrote in a contest, from the files too, and what opens its commitments in the
    /// ledger. Dates, outcome and the statements stay.
    pub async fn erase_contest(&self, id: &str, now_ms: i64) -> Result<(), ContestError> {
        let done = sqlx::query(
            "UPDATE contests SET sealed = NULL, nonce = NULL, sealed_reason = NULL,
             erased_ms = coalesce(erased_ms, ?2) WHERE id = ?1",
        )
        .bind(id)
        .bind(now_ms)
        .execute(&self.pool)
        .await?;
        if done.rows_affected() == 0 {
            return Err(ContestError::Unknown);
        }
        self.empty_log().await?;
        Ok(())
    }

    /// One contest.
    pub async fn contest(&self, id: &str) -> Result<Option<ContestRecord>, StoreError> {
        let row = sqlx::query(concat!(contest_columns!(), "WHERE id = ?1"))
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(contest_of).transpose()?)
    }

    /// The contests of one receipt, the oldest first.
    pub async fn contests_of(&self, receipt: &ReceiptId) -> Result<Vec<ContestRecord>, StoreError> {
        let rows =
            sqlx::query(concat!(contest_columns!(), "WHERE receipt = ?1 ORDER BY received_ms, id"))
                .bind(receipt.as_str())
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.iter().map(contest_of).collect::<Result<_, _>>()?)
    }

    /// All contests, or those that wait for a decision; the one that is due first stands first.
    pub async fn contests(&self, only_open: bool) -> Result<Vec<ContestRecord>, StoreError> {
        let rows = sqlx::query(concat!(
            contest_columns!(),
            "WHERE outcome IS NULL OR NOT ?1 ORDER BY outcome IS NOT NULL, due_ms, id"
        ))
        .bind(only_open)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.iter().map(contest_of).collect::<Result<_, _>>()?)
    }

    /// The project and the entries of a request, whoever asks: for recourse, which shows no more of them than
    /// counts, names and places.
    pub async fn request_entries(
        &self,
        receipt: &ReceiptId,
    ) -> Result<Option<(ProjectId, Vec<Entry>)>, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT egress.project, entry.body FROM egresses AS egress
             JOIN entries AS entry ON entry.position IN (egress.position, egress.answer_position)
             WHERE egress.receipt = ?1 ORDER BY entry.position",
        )
        .bind(receipt.as_str())
        .fetch_all(&self.pool)
        .await?;
        let Some((project, _)) = rows.first() else { return Ok(None) };
        let project = ProjectId::new(project);
        let entries = rows.iter().map(|(_, body)| {
            Entry::from_bytes(body.as_bytes())
                .map_err(|error| StoreError::Corrupt(format!("an entry of the ledger: {error}")))
        });
        Ok(Some((project, entries.collect::<Result<_, _>>()?)))
    }
}
