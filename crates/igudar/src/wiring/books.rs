//! The server's questions about the installation, answered from the store.

use futures_core::future::BoxFuture;
use gateway::ports::{Ambient as _, JournalError, Receipts};
use projects::{ProjectId, window_key};
use server::{Accounts, Part, UsageReport};
use store::{Store, SystemAmbient};

/// The store's books.
pub(crate) struct Books {
    pub(crate) store: Store,
    pub(crate) currency: String,
}

impl Accounts for Books {
    fn usage(&self, project: &ProjectId) -> BoxFuture<'_, Result<UsageReport, JournalError>> {
        let project = project.clone();
        Box::pin(async move { Ok(report(&self.store, &project, &self.currency).await?) })
    }

    fn parts(&self) -> BoxFuture<'_, Vec<Part>> {
        Box::pin(async move {
            let receipts: &dyn Receipts = &self.store;
            vec![
                Part { name: "database", ready: self.store.projects().await.is_ok() },
                Part { name: "ledger", ready: receipts.checkpoint().await.is_ok() },
            ]
        })
    }
}

/// What a project used.
pub(crate) async fn report(
    store: &Store,
    id: &ProjectId,
    currency: &str,
) -> Result<UsageReport, store::StoreError> {
    let project = store.project(id).await?;
    let usage = store.usage(id).await?;
    let budget = project.as_ref().and_then(|project| project.budget);
    let window = budget.map_or_else(
        || "total".to_owned(),
        |budget| window_key(budget.window, SystemAmbient.now_ms()),
    );
    let (spent, reserved) = usage.window(&window);
    let sum = |number: fn(&store::Tally) -> u64| usage.tallies.iter().map(number).sum();
    Ok(UsageReport {
        project: id.as_str().to_owned(),
        currency: currency.to_owned(),
        window,
        limit_micro: budget.map(|budget| budget.limit.0),
        spent_micro: spent.0,
        reserved_micro: reserved.0,
        running: usage.running,
        requests: sum(|tally| tally.requests),
        prompt_tokens: sum(|tally| tally.prompt_tokens),
        completion_tokens: sum(|tally| tally.completion_tokens),
    })
}
