//! What every `Journal` must do, whatever database it writes to. Each check uses a project of its own, so
//! all of them may run on one journal, one after the other or at once.
#![allow(dead_code, reason = "each test file uses the part that it needs")]

use std::collections::BTreeMap;

use futures_util::future::join_all;
use gateway::ports::{Closing, Journal, JournalError, Opening, Receipts};
use ledger::{Answer, Commitment, Egress, Entry, Outcome, PublicKey, ReceiptId, UsageSource};
use projects::{Budget, Micro, ProjectId, Window};
use store::{Store, Usage};

/// 25 November 2025, noon UTC.
pub(crate) const NOW_MS: i64 = 1_764_072_000_000;

/// A journal together with the means to look at what it did.
pub(crate) struct Subject<'s> {
    pub(crate) journal: &'s dyn Journal,
    pub(crate) receipts: &'s dyn Receipts,
    pub(crate) store: &'s Store,
    pub(crate) public_key: &'s PublicKey,
}

impl Subject<'_> {
    async fn usage(&self, project: &str) -> Usage {
        self.store.usage(&ProjectId::new(project)).await.unwrap()
    }
}

pub(crate) fn receipt(project: &str, number: u32) -> ReceiptId {
    let commitment = Commitment::new(&[0; 32], format!("{project}/{number}").as_bytes());
    let text = serde_json::to_string(&commitment).unwrap();
    let bytes = hex::decode(&text[1..33]).unwrap();
    ReceiptId::from_bytes(bytes.try_into().unwrap())
}

pub(crate) fn opening(project: &str, number: u32, hold: i64, budget: Option<Budget>) -> Opening {
    let nonce = [u8::try_from(number % 251).unwrap(); 32];
    let entry = Egress {
        receipt: receipt(project, number),
        attempt: 1,
        time_ms: NOW_MS,
        project: project.to_owned(),
        key_id: "key_1".to_owned(),
        route: "/v1/chat/completions".to_owned(),
        destination: "destination \"quoted\" \\ \u{645}\u{631}".to_owned(),
        model: "model".to_owned(),
        place: "FR".to_owned(),
        policy: "label".to_owned(),
        class: "personal".to_owned(),
        findings: BTreeMap::from([("person".to_owned(), number)]),
        commitment: Commitment::new(&nonce, format!("sent {number}").as_bytes()),
        bytes: 6,
        reserved_micro: hold,
    };
    Opening { entry, nonce, budget, hold: Micro(hold) }
}

pub(crate) fn closing(project: &str, number: u32, outcome: Outcome, cost_micro: i64) -> Closing {
    let entry = Answer {
        receipt: receipt(project, number),
        attempt: 1,
        time_ms: NOW_MS + 5,
        outcome,
        prompt_tokens: 10,
        completion_tokens: 5,
        usage: UsageSource::Measured,
        cost_micro,
        restored: BTreeMap::new(),
        written: BTreeMap::new(),
        http_status: Some(200),
    };
    Closing { entry, project: ProjectId::new(project) }
}

pub(crate) fn monthly(limit: i64) -> Budget {
    Budget { limit: Micro(limit), window: Window::Month }
}

pub(crate) const ALL_WINDOWS: [&str; 3] = ["total", "2025-11", "2025-11-25"];

fn funds(usage: &Usage, window: &str) -> (i64, i64) {
    let (spent, reserved) = usage.window(window);
    (spent.0, reserved.0)
}

/// Runs every check.
pub(crate) async fn all(subject: &Subject<'_>) {
    an_opening_holds_and_a_closing_settles(subject).await;
    a_budget_is_never_overrun(subject).await;
    each_way_to_end_gives_the_hold_back(subject).await;
    closing_twice_or_without_opening_changes_nothing(subject).await;
    a_receipt_proves_its_entries_to_its_project_only(subject).await;
    a_detached_closing_is_written(subject).await;
    a_window_has_its_own_balance(subject).await;
    a_later_attempt_is_an_egress_of_its_own(subject).await;
}

async fn an_opening_holds_and_a_closing_settles(subject: &Subject<'_>) {
    let project = "settles";
    subject.journal.open(opening(project, 1, 100, None)).await.unwrap();
    let usage = subject.usage(project).await;
    assert_eq!(usage.running, 1);
    for window in ALL_WINDOWS {
        assert_eq!(funds(&usage, window), (0, 100), "{window}");
    }
    subject.journal.close(closing(project, 1, Outcome::Complete, 40)).await.unwrap();
    let usage = subject.usage(project).await;
    assert_eq!(usage.running, 0);
    for window in ALL_WINDOWS {
        assert_eq!(funds(&usage, window), (40, 0), "{window}");
    }
    let tally = &usage.tallies[0];
    assert_eq!((tally.month.as_str(), tally.outcome.as_str()), ("2025-11", "complete"));
    assert_eq!((tally.requests, tally.prompt_tokens, tally.completion_tokens), (1, 10, 5));
    assert_eq!(tally.cost, Micro(40));
}

async fn a_budget_is_never_overrun(subject: &Subject<'_>) {
    let project = "overrun";
    let budget = Some(monthly(1_000));
    let openings =
        (0..1_000).map(|number| subject.journal.open(opening(project, number, 7, budget)));
    let results = join_all(openings).await;
    let opened: Vec<u32> = (0..).zip(&results).filter(|(_, r)| r.is_ok()).map(|(n, _)| n).collect();
    assert_eq!(opened.len(), 142);
    let refusals = results.iter().filter_map(|result| result.as_ref().err());
    for refusal in refusals {
        assert_eq!(
            *refusal,
            JournalError::BudgetExhausted {
                limit: Micro(1_000),
                spent: Micro(0),
                reserved: Micro(994),
            }
        );
    }
    join_all(
        opened
            .iter()
            .map(|number| subject.journal.close(closing(project, *number, Outcome::Complete, 3))),
    )
    .await
    .into_iter()
    .collect::<Result<Vec<_>, _>>()
    .unwrap();
    assert_eq!(funds(&subject.usage(project).await, "2025-11"), (426, 0));

    // Openings and closings mixed, many projects' worth of luck in their order: never more than the limit.
    let mixed = (2_000..2_400).map(|number| async move {
        let opened = subject.journal.open(opening(project, number, 5, budget)).await;
        if opened.is_ok() {
            let usage = subject.usage(project).await;
            let (spent, reserved) = funds(&usage, "2025-11");
            assert!(spent + reserved <= 1_000, "{spent} + {reserved}");
            subject.journal.close(closing(project, number, Outcome::Complete, 1)).await.unwrap();
        }
    });
    join_all(mixed).await;
    let usage = subject.usage(project).await;
    assert_eq!(usage.running, 0);
    assert_eq!(funds(&usage, "2025-11").1, 0);
}

async fn each_way_to_end_gives_the_hold_back(subject: &Subject<'_>) {
    let project = "ends";
    for (number, outcome) in (0..).zip(Outcome::ALL) {
        subject.journal.open(opening(project, number, 100, Some(monthly(100)))).await.unwrap();
        subject.journal.close(closing(project, number, outcome, 0)).await.unwrap();
    }
    let usage = subject.usage(project).await;
    assert_eq!(funds(&usage, "2025-11"), (0, 0));
    assert_eq!(usage.tallies.len(), Outcome::ALL.len());
}

async fn closing_twice_or_without_opening_changes_nothing(subject: &Subject<'_>) {
    let project = "twice";
    subject.journal.close(closing(project, 1, Outcome::Complete, 40)).await.unwrap();
    assert_eq!(subject.usage(project).await.windows, []);
    subject.journal.open(opening(project, 1, 100, None)).await.unwrap();
    let again = subject.journal.open(opening(project, 1, 100, None)).await;
    assert!(matches!(again, Err(JournalError::Unavailable(_))));
    let closings = (0..20)
        .map(|cost| subject.journal.close(closing(project, 1, Outcome::Complete, 40 + cost)));
    join_all(closings).await.into_iter().collect::<Result<Vec<_>, _>>().unwrap();
    assert_eq!(funds(&subject.usage(project).await, "total"), (40, 0));
    let proof = subject
        .receipts
        .receipt(&ProjectId::new(project), &receipt(project, 1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(proof.entries.len(), 2);
}

async fn a_receipt_proves_its_entries_to_its_project_only(subject: &Subject<'_>) {
    let (project, id) = ("proves", receipt("proves", 1));
    let owner = ProjectId::new(project);
    assert_eq!(subject.receipts.receipt(&owner, &id).await.unwrap(), None);
    let open = opening(project, 1, 100, None);
    subject.journal.open(open.clone()).await.unwrap();
    let half = subject.receipts.receipt(&owner, &id).await.unwrap().unwrap();
    assert_eq!(half.verify(subject.public_key).unwrap(), [Entry::Egress(open.entry.clone())]);

    let close = closing(project, 1, Outcome::Truncated, 5);
    subject.journal.close(close.clone()).await.unwrap();
    let whole = subject.receipts.receipt(&owner, &id).await.unwrap().unwrap();
    let entries = whole.verify(subject.public_key).unwrap();
    assert_eq!(entries, [Entry::Egress(open.entry.clone()), Entry::Answer(close.entry)]);
    assert_eq!(whole.checkpoint, subject.receipts.checkpoint().await.unwrap());

    let nonce = hex::decode(whole.entries[0].nonce_hex.as_ref().unwrap()).unwrap();
    assert!(open.entry.commitment.opens_with(&nonce.try_into().unwrap(), b"sent 1"));
    assert_eq!(whole.entries[1].nonce_hex, None);

    let other = ProjectId::new("settles");
    assert_eq!(subject.receipts.receipt(&other, &id).await.unwrap(), None);
}

async fn a_detached_closing_is_written(subject: &Subject<'_>) {
    let project = "detached";
    // Nobody waits for the opening either: the caller may go away at any moment.
    drop(subject.journal.open(opening(project, 1, 100, None)));
    subject.journal.close_detached(closing(project, 1, Outcome::Cancelled, 8));
    // The journal keeps the order of the calls, so what is opened now is recorded after both.
    subject.journal.open(opening(project, 2, 100, None)).await.unwrap();
    let usage = subject.usage(project).await;
    assert_eq!(funds(&usage, "total"), (8, 100));
    assert_eq!(usage.tallies[0].outcome, "cancelled");
    subject.journal.close(closing(project, 2, Outcome::Complete, 0)).await.unwrap();
}

async fn a_window_has_its_own_balance(subject: &Subject<'_>) {
    let project = "windows";
    let budget = Some(Budget { limit: Micro(100), window: Window::Day });
    let later = |number, days: i64| {
        let mut opening = opening(project, number, 100, budget);
        opening.entry.time_ms += days * 86_400_000;
        opening
    };
    subject.journal.open(later(1, 0)).await.unwrap();
    let full = subject.journal.open(later(2, 0)).await;
    assert!(matches!(full, Err(JournalError::BudgetExhausted { .. })));
    subject.journal.open(later(3, 1)).await.unwrap();
    // The answer comes the next day; it is charged to the day of its request.
    let mut answer = closing(project, 1, Outcome::Complete, 60);
    answer.entry.time_ms += 86_400_000;
    subject.journal.close(answer).await.unwrap();
    subject.journal.close(closing(project, 3, Outcome::Complete, 70)).await.unwrap();
    let usage = subject.usage(project).await;
    assert_eq!(funds(&usage, "2025-11-25"), (60, 0));
    assert_eq!(funds(&usage, "2025-11-26"), (70, 0));
    assert_eq!(funds(&usage, "2025-11"), (130, 0));
}

async fn a_later_attempt_is_an_egress_of_its_own(subject: &Subject<'_>) {
    let project = "attempts";
    for attempt in 1..=2 {
        let mut open = opening(project, 1, 100, None);
        open.entry.attempt = attempt;
        subject.journal.open(open).await.unwrap();
        let mut close = closing(project, 1, Outcome::Failed, 0);
        close.entry.attempt = attempt;
        subject.journal.close(close).await.unwrap();
    }
    let proof = subject
        .receipts
        .receipt(&ProjectId::new(project), &receipt(project, 1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(proof.verify(subject.public_key).unwrap().len(), 4);
}
