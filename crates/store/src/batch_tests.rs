//! Laws of a group: how commands are grouped changes nothing, and the money adds up.

use std::collections::BTreeMap;

use gateway::ports::{Closing, JournalError, Opening};
use ledger::{Answer, Commitment, Egress, Outcome, ReceiptId, Tree, UsageSource};
use projects::{Budget, Micro, ProjectId, Window};
use proptest::prelude::*;

use super::*;

const NOW_MS: i64 = 1_764_028_800_000;

fn opening(number: u8, hold: i64, limit: Option<i64>) -> Command {
    let entry = Egress {
        receipt: ReceiptId::from_bytes([number; 16]),
        attempt: 1,
        time_ms: NOW_MS,
        project: "demo".to_owned(),
        key_id: "key_1".to_owned(),
        route: "/v1/chat/completions".to_owned(),
        destination: "echo".to_owned(),
        model: "echo-no-model".to_owned(),
        place: "here".to_owned(),
        policy: "label".to_owned(),
        class: "personal".to_owned(),
        findings: BTreeMap::new(),
        commitment: Commitment::new(&[number; 32], b"sent"),
        bytes: 4,
        reserved_micro: hold,
    };
    Command::Open(Box::new(Opening {
        entry,
        nonce: [number; 32],
        budget: limit.map(|limit| Budget { limit: Micro(limit), window: Window::Month }),
        hold: Micro(hold),
    }))
}

fn closing(number: u8, cost_micro: i64) -> Command {
    let entry = Answer {
        receipt: ReceiptId::from_bytes([number; 16]),
        attempt: 1,
        time_ms: NOW_MS + 1,
        outcome: Outcome::Complete,
        prompt_tokens: 2,
        completion_tokens: 3,
        usage: UsageSource::Measured,
        cost_micro,
        restored: BTreeMap::new(),
        written: BTreeMap::new(),
        http_status: Some(200),
    };
    Command::Close(Box::new(Closing { entry, project: ProjectId::new("demo") }))
}

/// A store in memory: what it holds after each group.
#[derive(Default)]
struct Kept {
    egresses: BTreeMap<EgressKey, Known>,
    funds: BTreeMap<FundsKey, Funds>,
    tree: Tree,
    entries: Vec<(u64, String)>,
    results: Vec<Result<(), JournalError>>,
}

impl Kept {
    fn take(&mut self, commands: &[Command]) {
        let keys: Vec<_> = commands.iter().map(Command::key).collect();
        let mut present = Present {
            egresses: keys
                .iter()
                .filter_map(|key| Some((key.clone(), self.egresses.get(key)?.clone())))
                .collect(),
            funds: commands
                .iter()
                .filter_map(Command::funds_key)
                .map(|key| (key.clone(), self.funds.get(&key).copied().unwrap_or_default()))
                .collect(),
            statements: Vec::new(),
        };
        let (changes, results) = plan(commands, &mut present, &mut self.tree);
        for egress in changes.egresses {
            self.egresses.insert(egress.key, egress.known);
        }
        for (key, _) in changes.answers {
            self.egresses.get_mut(&key).unwrap().answered = true;
        }
        for (key, change) in changes.funds {
            let funds = self.funds.entry(key).or_default();
            funds.spent += change.spent;
            funds.reserved += change.reserved;
        }
        self.entries.extend(changes.entries);
        self.results.extend(results);
    }

    fn month(&self) -> Funds {
        let key = ("demo".to_owned(), "2025-11".to_owned());
        self.funds.get(&key).copied().unwrap_or_default()
    }
}

fn check(commands: &[Command], spent: i64, reserved: i64, refused: usize) {
    let mut kept = Kept::default();
    kept.take(commands);
    assert_eq!(kept.month(), Funds { spent, reserved });
    assert_eq!(kept.results.iter().filter(|result| result.is_err()).count(), refused);
}

#[test]
fn groups() {
    check(&[opening(1, 10, None)], 0, 10, 0);
    check(&[opening(1, 10, None), closing(1, 4)], 4, 0, 0);
    check(&[opening(1, 10, Some(10)), opening(2, 1, Some(10))], 0, 10, 1);
    check(&[opening(1, 10, Some(10)), closing(1, 4), opening(2, 6, Some(10))], 4, 6, 0);
    check(&[opening(1, 10, Some(10)), closing(1, 4), opening(2, 7, Some(10))], 4, 0, 1);
    check(&[closing(1, 4)], 0, 0, 0);
    check(&[opening(1, 10, None), closing(1, 4), closing(1, 5)], 4, 0, 0);
    check(&[opening(1, 10, None), opening(1, 10, None)], 0, 10, 1);
    check(&[opening(1, i64::MAX, None), opening(2, i64::MAX, None)], 0, 2 * MOST_MICRO, 0);
    let interrupt = |charge| Command::Interrupt {
        key: (ReceiptId::from_bytes([1; 16]).as_str().to_owned(), 1),
        time_ms: NOW_MS,
        charge,
    };
    check(&[opening(1, 10, None), interrupt(true)], 10, 0, 0);
    check(&[opening(1, 10, None), interrupt(false)], 0, 0, 0);
    check(&[interrupt(true)], 0, 0, 0);
}

proptest! {
    #[test]
    fn grouping_changes_nothing(
        steps in prop::collection::vec((0_u8..12, any::<bool>(), 0_i64..20), 1..60),
        cuts in prop::collection::vec(1_usize..8, 60),
    ) {
        let commands: Vec<_> = steps
            .iter()
            .map(|&(number, open, amount)| {
                if open { opening(number, amount, Some(50)) } else { closing(number, amount) }
            })
            .collect();
        let mut together = Kept::default();
        together.take(&commands);
        let mut grouped = Kept::default();
        let mut rest = &commands[..];
        for cut in cuts {
            let (group, after) = rest.split_at(cut.min(rest.len()));
            if !group.is_empty() {
                grouped.take(group);
            }
            rest = after;
        }
        prop_assert_eq!(&together.results, &grouped.results);
        prop_assert_eq!(&together.entries, &grouped.entries);
        prop_assert_eq!(together.month(), grouped.month());
        prop_assert_eq!(together.tree.root(), grouped.tree.root());

        let held: i64 = together
            .egresses.values().filter(|known| !known.answered).map(|known| known.hold_micro).sum();
        prop_assert_eq!(together.month().reserved, held);
        for funds in together.funds.values() {
            prop_assert_eq!(*funds, together.month());
        }
    }
}
