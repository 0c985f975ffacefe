//! What a project used.

use projects::{Micro, ProjectId};

use crate::error::StoreError;
use crate::rows::count;
use crate::store::Store;

/// What a project used, and what its running requests hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// Money by window: `total`, each month, each day.
    pub windows: Vec<WindowBalance>,
    /// Requests and tokens by month and outcome.
    pub tallies: Vec<Tally>,
    /// Requests that have not ended.
    pub running: u64,
}

/// Money in one window of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowBalance {
    /// The window's name, as `projects::window_key` writes it.
    pub window: String,
    /// What ended requests cost.
    pub spent: Micro,
    /// What running requests hold.
    pub reserved: Micro,
}

/// The requests of a month that ended in the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The month in which the requests began, `2026-11`.
    pub month: String,
    /// How they ended, in the ledger's word.
    pub outcome: String,
    /// How many.
    pub requests: u64,
    /// Tokens of the requests.
    pub prompt_tokens: u64,
    /// Tokens of the answers.
    pub completion_tokens: u64,
    /// What they cost.
    pub cost: Micro,
}

impl Usage {
    /// Spent and reserved in one window; nothing where no request fell into it.
    pub fn window(&self, name: &str) -> (Micro, Micro) {
        self.windows
            .iter()
            .find(|balance| balance.window == name)
            .map_or((Micro::ZERO, Micro::ZERO), |balance| (balance.spent, balance.reserved))
    }
}

impl Store {
    /// What a project used, in one snapshot.
    pub async fn usage(&self, project: &ProjectId) -> Result<Usage, StoreError> {
        let mut snapshot = self.pool.begin().await?;
        let balances: Vec<(String, i64, i64)> = sqlx::query_as(
            "SELECT period, spent_micro, reserved_micro FROM balances WHERE project = ?1
             ORDER BY period",
        )
        .bind(project.as_str())
        .fetch_all(&mut *snapshot)
        .await?;
        let tallies: Vec<(String, String, i64, i64, i64, i64)> = sqlx::query_as(
            "SELECT month, outcome, requests, prompt_tokens, completion_tokens, cost_micro
             FROM tallies WHERE project = ?1 ORDER BY month, outcome",
        )
        .bind(project.as_str())
        .fetch_all(&mut *snapshot)
        .await?;
        let running: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM egresses WHERE project = ?1 AND answer_position IS NULL",
        )
        .bind(project.as_str())
        .fetch_one(&mut *snapshot)
        .await?;
        snapshot.rollback().await?;
        let windows = balances.into_iter().map(|(window, spent, reserved)| WindowBalance {
            window,
            spent: Micro(spent),
            reserved: Micro(reserved),
        });
        let tallies =
            tallies.into_iter().map(|(month, outcome, requests, prompt, completion, cost)| {
                Ok(Tally {
                    month,
                    outcome,
                    requests: count(requests, "a number of requests")?,
                    prompt_tokens: count(prompt, "a number of tokens")?,
                    completion_tokens: count(completion, "a number of tokens")?,
                    cost: Micro(cost),
                })
            });
        Ok(Usage {
            windows: windows.collect(),
            tallies: tallies.collect::<Result<_, StoreError>>()?,
            running: count(running, "a number of requests")?,
        })
    }
}
