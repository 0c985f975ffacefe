//! What a group of openings and closings does to ledger and balances, decided in memory.
//!
//! The group is one transaction. Each command sees what those before it did, so the result is the same as
//! if they came one by one.

use std::collections::BTreeMap;

use gateway::ports::{Closing, JournalError, Opening};
use ledger::{Answer, Entry, Outcome, Statement, TileWrite, Tree, UsageSource, leaf_hash};
use projects::{Balance, Micro, Window, may_reserve, window_key};

/// The most that one request counts in a balance, a thousand million currency units: sums stay far from
/// the end of a 64-bit column, whatever a price or a token count says.
pub(crate) const MOST_MICRO: i64 = 1_000_000_000_000_000;

/// A receipt's name and attempt.
pub(crate) type EgressKey = (String, u32);

/// A project and the name of a window of time.
pub(crate) type FundsKey = (String, String);

/// One thing to be recorded.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    /// A request that may leave.
    Open(Box<Opening>),
    /// How it ended.
    Close(Box<Closing>),
    /// How it ended when nobody saw the end: at the next start, or when its opening was in doubt.
    Interrupt {
        /// Which egress.
        key: EgressKey,
        /// Milliseconds since the Unix epoch.
        time_ms: i64,
        /// Whether it may have cost what it held.
        charge: bool,
    },
}

impl Command {
    pub(crate) fn key(&self) -> EgressKey {
        match self {
            Self::Open(opening) => {
                (opening.entry.receipt.as_str().to_owned(), opening.entry.attempt)
            }
            Self::Close(closing) => {
                (closing.entry.receipt.as_str().to_owned(), closing.entry.attempt)
            }
            Self::Interrupt { key, .. } => key.clone(),
        }
    }

    /// The balance that decides about this command.
    pub(crate) fn funds_key(&self) -> Option<FundsKey> {
        let Self::Open(opening) = self else { return None };
        let budget = opening.budget?;
        Some((opening.entry.project.clone(), window_key(budget.window, opening.entry.time_ms)))
    }
}

/// An egress as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) project: String,
    pub(crate) opened_ms: i64,
    pub(crate) hold_micro: i64,
    pub(crate) answered: bool,
}

/// Money in one window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Funds {
    pub(crate) spent: i64,
    pub(crate) reserved: i64,
}

/// What the store knows about the commands of a group.
#[derive(Debug, Default)]
pub(crate) struct Present {
    pub(crate) egresses: BTreeMap<EgressKey, Known>,
    pub(crate) funds: BTreeMap<FundsKey, Funds>,
    /// What was stated and has no place in the ledger yet.
    pub(crate) statements: Vec<Statement>,
}

/// A new row of `egresses`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NewEgress {
    pub(crate) key: EgressKey,
    pub(crate) position: u64,
    pub(crate) known: Known,
    pub(crate) nonce: [u8; 32],
}

/// A sum of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TallyChange {
    pub(crate) requests: i64,
    pub(crate) prompt_tokens: i64,
    pub(crate) completion_tokens: i64,
    pub(crate) cost_micro: i64,
}

/// Everything that a group writes.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Position and body of each new entry.
    pub(crate) entries: Vec<(u64, String)>,
    pub(crate) egresses: Vec<NewEgress>,
    /// Which egress is answered by which entry.
    pub(crate) answers: Vec<(EgressKey, u64)>,
    pub(crate) funds: BTreeMap<FundsKey, Funds>,
    pub(crate) tallies: BTreeMap<(String, String, &'static str), TallyChange>,
    pub(crate) tiles: Vec<TileWrite>,
    /// Which statement stands at which position.
    pub(crate) statements: Vec<(String, u64)>,
}

impl Changes {
    pub(crate) fn append(&mut self, tree: &mut Tree, entry: &Entry) -> u64 {
        let bytes = entry.to_bytes();
        let position = tree.append(leaf_hash(&bytes));
        // JSON is UTF-8, so nothing is ever replaced here.
        self.entries.push((position, String::from_utf8_lossy(&bytes).into_owned()));
        position
    }

    fn move_funds(&mut self, present: &mut Present, known: &Known, spent: i64, reserved: i64) {
        for window in Window::ALL {
            let key = (known.project.clone(), window_key(window, known.opened_ms));
            let change = self.funds.entry(key.clone()).or_default();
            change.spent += spent;
            change.reserved += reserved;
            if let Some(funds) = present.funds.get_mut(&key) {
                funds.spent += spent;
                funds.reserved += reserved;
            }
        }
    }
}

/// Decides about each command in order, then takes what was stated; appends to `tree`. One result for each
/// command.
pub(crate) fn plan(
    commands: &[Command],
    present: &mut Present,
    tree: &mut Tree,
) -> (Changes, Vec<Result<(), JournalError>>) {
    let mut changes = Changes::default();
    let results = commands
        .iter()
        .map(|command| match command {
            Command::Open(opening) => open(opening, command, present, tree, &mut changes),
            Command::Close(closing) => {
                close(&closing.entry, command.key(), present, tree, &mut changes);
                Ok(())
            }
            Command::Interrupt { key, time_ms, charge } => {
                interrupt(key, *time_ms, *charge, present, tree, &mut changes);
                Ok(())
            }
        })
        .collect();
    for statement in std::mem::take(&mut present.statements) {
        let id = statement.receipt.as_str().to_owned();
        let position = changes.append(tree, &Entry::Statement(statement));
        changes.statements.push((id, position));
    }
    changes.tiles = tree.take_tile_writes();
    (changes, results)
}

fn open(
    opening: &Opening,
    command: &Command,
    present: &mut Present,
    tree: &mut Tree,
    changes: &mut Changes,
) -> Result<(), JournalError> {
    let key = command.key();
    if present.egresses.contains_key(&key) {
        return Err(JournalError::Unavailable(
            "this receipt and attempt were opened before".to_owned(),
        ));
    }
    if let (Some(budget), Some(funds_key)) = (opening.budget, command.funds_key()) {
        let funds = present.funds.get(&funds_key).copied().unwrap_or_default();
        let balance = Balance {
            limit: budget.limit,
            spent: Micro(funds.spent),
            reserved: Micro(funds.reserved),
        };
        if !may_reserve(&balance, opening.hold) {
            let Balance { limit, spent, reserved } = balance;
            return Err(JournalError::BudgetExhausted { limit, spent, reserved });
        }
    }
    let known = Known {
        project: opening.entry.project.clone(),
        opened_ms: opening.entry.time_ms,
        hold_micro: opening.hold.0.clamp(0, MOST_MICRO),
        answered: false,
    };
    let position = changes.append(tree, &Entry::Egress(opening.entry.clone()));
    changes.move_funds(present, &known, 0, known.hold_micro);
    present.egresses.insert(key.clone(), known.clone());
    changes.egresses.push(NewEgress { key, position, known, nonce: opening.nonce });
    Ok(())
}

/// An egress that never was, or has its answer, is left as it is.
fn close(
    answer: &Answer,
    key: EgressKey,
    present: &mut Present,
    tree: &mut Tree,
    changes: &mut Changes,
) {
    let Some(known) = present.egresses.get_mut(&key).filter(|known| !known.answered) else {
        return;
    };
    known.answered = true;
    let known = known.clone();
    let cost_micro = answer.cost_micro.clamp(0, MOST_MICRO);
    let position = changes.append(tree, &Entry::Answer(answer.clone()));
    changes.answers.push((key, position));
    changes.move_funds(present, &known, cost_micro, -known.hold_micro);
    let month = window_key(Window::Month, known.opened_ms);
    let tally = changes.tallies.entry((known.project, month, answer.outcome.as_str())).or_default();
    tally.requests += 1;
    tally.prompt_tokens += tokens(answer.prompt_tokens);
    tally.completion_tokens += tokens(answer.completion_tokens);
    tally.cost_micro += cost_micro;
}

fn interrupt(
    key: &EgressKey,
    time_ms: i64,
    charge: bool,
    present: &mut Present,
    tree: &mut Tree,
    changes: &mut Changes,
) {
    let Some(known) = present.egresses.get(key) else { return };
    let Ok(receipt) = ledger::ReceiptId::parse(&key.0) else { return };
    let answer = Answer {
        receipt,
        attempt: key.1,
        time_ms,
        outcome: Outcome::Interrupted,
        prompt_tokens: 0,
        completion_tokens: 0,
        usage: UsageSource::Bound,
        cost_micro: if charge { known.hold_micro } else { 0 },
        restored: BTreeMap::new(),
        written: BTreeMap::new(),
        http_status: None,
    };
    close(&answer, key.clone(), present, tree, changes);
}

/// Tokens of one request for a sum; more than a request can have counts as the most it can have.
fn tokens(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).min(MOST_MICRO)
}

#[cfg(test)]
#[path = "batch_tests.rs"]
mod tests;
