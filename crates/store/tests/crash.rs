//! kill -9 in the middle of many requests: what was acknowledged is on disk, the rest is interrupted, and
//! tree and money add up. The process that is killed is this test binary, started again for that purpose.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "helpers of tests: a failure shall stop the test"
)]

mod conformance;

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use conformance::{closing, monthly, opening, receipt};
use futures_util::future::join_all;
use gateway::ports::{Ambient, Journal, Receipts};
use ledger::{Entry, Outcome, verify_export};
use projects::ProjectId;
use store::{Settings, SqliteJournal, Store, SystemAmbient};

const FOLDER: &str = "IGUDAR_TEST_CRASH_FOLDER";
const ROUND: &str = "IGUDAR_TEST_CRASH_ROUND";
const CALLERS: u32 = 50;
const OF_A_ROUND: u32 = 1_000_000;

async fn started(folder: &Path) -> (Store, SqliteJournal) {
    let store = Store::open(folder, &Settings::default()).await.unwrap();
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let secrets = store.secrets(ambient.as_ref()).await.unwrap();
    let journal = SqliteJournal::start(&store, &secrets.ledger_seed, ambient).await.unwrap();
    (store, journal)
}

/// The process to be killed: opens and closes until then, and says what was acknowledged. Without its
/// folder it is only a name in the list of tests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn process_to_be_killed() {
    let (Ok(folder), Ok(round)) = (std::env::var(FOLDER), std::env::var(ROUND)) else { return };
    let (store, journal) = started(Path::new(&folder)).await;
    let first = round.parse::<u32>().unwrap() * OF_A_ROUND;
    let say = |line: String| std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    say(format!("@note {}\n", hex::encode(store.checkpoint().await.unwrap())));
    join_all((0..CALLERS).map(|caller| {
        let journal = &journal;
        async move {
            for number in (first + caller..first + OF_A_ROUND).step_by(CALLERS as usize) {
                let budget = Some(monthly(1_000_000_000));
                journal.open(opening("demo", number, 10, budget)).await.unwrap();
                say(format!("@opened {number}\n"));
                // Every tenth caller's requests never end.
                if caller % 10 != 0 {
                    let closing = closing("demo", number, Outcome::Complete, 3);
                    Journal::close(journal, closing).await.unwrap();
                    say(format!("@closed {number}\n"));
                }
            }
        }
    }))
    .await;
}

/// Numbers after a word, and the last checkpoint.
#[derive(Default)]
struct Said {
    opened: BTreeSet<u32>,
    closed: BTreeSet<u32>,
    notes: Vec<String>,
}

impl Said {
    fn read(&mut self, line: &str) {
        // The test harness writes on the same line before the first word.
        let Some(at) = line.find('@') else { return };
        let Some((word, value)) = line[at + 1..].split_once(' ') else { return };
        match word {
            "opened" => drop(self.opened.insert(value.parse().unwrap())),
            "closed" => drop(self.closed.insert(value.parse().unwrap())),
            "note" => {
                self.notes.push(String::from_utf8(hex::decode(value).unwrap()).unwrap());
            }
            _ => {}
        }
    }
}

fn run_and_kill(folder: &Path, round: u32, said: &mut Said) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "process_to_be_killed", "--nocapture"])
        .env(FOLDER, folder)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let enough = said.closed.len() + 200 + 77 * round as usize;
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let (mut line, mut killed) = (String::new(), false);
    // A last line without its end was cut off by the kill: it was not said.
    while output.read_line(&mut line).unwrap() > 0 && line.ends_with('\n') {
        said.read(line.trim_end());
        line.clear();
        if !killed && said.closed.len() >= enough {
            child.kill().unwrap();
            killed = true;
        }
    }
    assert!(killed);
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut said = Said::default();
    for round in 0..4 {
        run_and_kill(folder.path(), round, &mut said);
    }
    let (store, journal) = started(folder.path()).await;
    assert!(journal.interrupted() > 0);
    let mut export = store.export().await.unwrap();
    let mut text = String::new();
    while let Some(page) = export.next_page().await.unwrap() {
        text.push_str(&page);
    }
    for note in &said.notes {
        assert!(verify_export(text.lines(), Some(note)).is_intact());
    }
    let project = ProjectId::new("demo");
    for number in &said.opened {
        let proof = store.receipt(&project, &receipt("demo", *number)).await.unwrap().unwrap();
        let entries = proof.verify(journal.public_key()).unwrap();
        assert_eq!(entries.len(), 2, "{number}");
        let Entry::Answer(answer) = &entries[1] else { unreachable!("{entries:?}") };
        if said.closed.contains(number) {
            assert_eq!(answer.outcome, Outcome::Complete, "{number}");
        }
    }
    let audit = store.audit().await.unwrap();
    assert!(audit.agrees(), "{audit:?}");
    assert_eq!(audit.egresses, audit.answers);
    let usage = store.usage(&project).await.unwrap();
    assert_eq!((usage.running, usage.window("2025-11").1.0), (0, 0));
}
