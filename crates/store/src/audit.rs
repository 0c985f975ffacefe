//! Whether the money and the index agree with the ledger. The entries are the truth; balances and the index
//! of egresses are what was derived from them as they came.

use projects::{Micro, ProjectId};

use crate::error::StoreError;
use crate::rows::count;
use crate::store::Store;

const COUNT: &str = "
SELECT coalesce(sum(body ->> 'entry' = 'egress'), 0), coalesce(sum(body ->> 'entry' = 'answer'), 0)
FROM entries";

/// Entries that the index does not know at their place.
const UNINDEXED: &str = "
SELECT count(*)
FROM entries AS entry
LEFT JOIN egresses AS egress
  ON egress.receipt = entry.body ->> 'receipt' AND egress.attempt = entry.body ->> 'attempt'
WHERE CASE entry.body ->> 'entry'
    WHEN 'egress' THEN egress.position IS NOT entry.position
    WHEN 'answer' THEN egress.answer_position IS NOT entry.position
    WHEN 'statement' THEN NOT EXISTS (
        SELECT 1 FROM statements AS statement
        WHERE statement.id = entry.body ->> 'receipt' AND statement.position = entry.position)
    ELSE false
END";

/// Spent and reserved by project: as the entries have it, and as the balance has it.
const MONEY: &str = "
WITH recorded AS (
    SELECT egress.project AS project,
           sum(CASE WHEN answer.position IS NULL THEN 0
               ELSE max(0, min(answer.body ->> 'cost_micro', $1)) END) AS spent,
           sum(CASE WHEN egress.answer_position IS NULL THEN egress.hold_micro ELSE 0 END)
               AS reserved
    FROM egresses AS egress
    LEFT JOIN entries AS answer ON answer.position = egress.answer_position
    GROUP BY egress.project
)
SELECT recorded.project, recorded.spent, recorded.reserved,
       coalesce(balance.spent_micro, 0), coalesce(balance.reserved_micro, 0)
FROM recorded
LEFT JOIN balances AS balance
  ON balance.project = recorded.project AND balance.period = 'total'
ORDER BY recorded.project";

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// Entries of requests that may have left.
    pub egresses: u64,
    /// Entries of their ends. Fewer than egresses while requests run.
    pub answers: u64,
    /// Entries that the index has at another place or not at all.
    pub unindexed: u64,
    /// Projects whose balance is not the sum of their entries.
    pub mismatches: Vec<Mismatch>,
}

impl Audit {
    /// Whether everything agrees.
    pub fn agrees(&self) -> bool {
        self.unindexed == 0 && self.mismatches.is_empty()
    }
}

/// A project whose balance is not the sum of its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The project.
    pub project: ProjectId,
    /// Spent and reserved, summed from the entries.
    pub recorded: (Micro, Micro),
    /// Spent and reserved, as the balance has it.
    pub balance: (Micro, Micro),
}

impl Store {
    /// Sums up all entries and compares. Reads the whole ledger in one snapshot; may run beside a server.
    pub async fn audit(&self) -> Result<Audit, StoreError> {
        let mut snapshot = self.pool.begin().await?;
        let (egresses, answers): (i64, i64) =
            sqlx::query_as(COUNT).fetch_one(&mut *snapshot).await?;
        let unindexed: i64 = sqlx::query_scalar(UNINDEXED).fetch_one(&mut *snapshot).await?;
        let rows: Vec<(String, i64, i64, i64, i64)> =
            sqlx::query_as(MONEY).bind(crate::batch::MOST_MICRO).fetch_all(&mut *snapshot).await?;
        snapshot.rollback().await?;
        let mismatches = rows.into_iter().filter_map(|row| {
            let (project, spent, reserved, balance_spent, balance_reserved) = row;
            let recorded = (Micro(spent), Micro(reserved));
            let balance = (Micro(balance_spent), Micro(balance_reserved));
            let project = ProjectId::new(&project);
            (recorded != balance).then_some(Mismatch { project, recorded, balance })
        });
        Ok(Audit {
            egresses: count(egresses, "a count")?,
            answers: count(answers, "a count")?,
            unindexed: count(unindexed, "a count")?,
            mismatches: mismatches.collect(),
        })
    }
}
