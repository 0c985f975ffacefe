//! How many requests a second the journal opens and closes durably:
//! `cargo run --release -p store --example journal_rate -- FOLDER [CALLERS] [REQUESTS]`.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a measurement: reads the clock and prints what it finds"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use gateway::ports::{Ambient, Closing, Journal, Opening};
use ledger::{Answer, Commitment, Egress, Outcome, ReceiptId, UsageSource};
use projects::{Budget, Micro, ProjectId, Window};
use store::{Settings, SqliteJournal, Store, SystemAmbient};

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("a folder is expected")?;
    let callers: usize = arguments.next().map_or(Ok(64), |text| text.parse())?;
    let requests: usize = arguments.next().map_or(Ok(20_000), |text| text.parse())?;
    let store = Store::open(Path::new(&folder), &Settings::default()).await?;
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let secrets = store.secrets(ambient.as_ref()).await?;
    let journal = SqliteJournal::start(&store, &secrets.ledger_seed, Arc::clone(&ambient)).await?;
    let journal: Arc<dyn Journal> = Arc::new(journal);
    let started = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|_| {
            tokio::spawn(requests_of_a_caller(
                Arc::clone(&journal),
                Arc::clone(&ambient),
                requests / callers,
            ))
        })
        .collect();
    let mut waits = Vec::new();
    for task in tasks {
        waits.extend(task.await??);
    }
    let seconds = started.elapsed().as_secs_f64();
    waits.sort_unstable();
    let median = waits.get(waits.len() / 2).copied().unwrap_or_default();
    let slow = waits.get(waits.len() * 99 / 100).copied().unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
    let rate = waits.len() as f64 / seconds;
    println!("{callers} callers: {rate:.0} open+close/s; open p50 {median} µs, p99 {slow} µs");
    Ok(())
}

type Failure = Box<dyn Error + Send + Sync>;

async fn requests_of_a_caller(
    journal: Arc<dyn Journal>,
    ambient: Arc<dyn Ambient>,
    requests: usize,
) -> Result<Vec<u128>, Failure> {
    let mut waits = Vec::with_capacity(requests);
    for _ in 0..requests {
        let (mut id, mut nonce) = ([0; 16], [0; 32]);
        ambient.random(&mut id);
        ambient.random(&mut nonce);
        let entry = Egress {
            receipt: ReceiptId::from_bytes(id),
            attempt: 1,
            time_ms: ambient.now_ms(),
            project: "demo".to_owned(),
            key_id: "key_0123456789ab".to_owned(),
            route: "/v1/chat/completions".to_owned(),
            destination: "mistral".to_owned(),
            model: "mistral-small-latest".to_owned(),
            place: "FR".to_owned(),
            policy: "label".to_owned(),
            class: "personal".to_owned(),
            findings: BTreeMap::from([("person".to_owned(), 2), ("phone".to_owned(), 1)]),
            commitment: Commitment::new(&nonce, &id),
            bytes: 16,
            reserved_micro: 100,
        };
        let answer = Answer {
            receipt: entry.receipt.clone(),
            attempt: 1,
            time_ms: entry.time_ms,
            outcome: Outcome::Complete,
            prompt_tokens: 100,
            completion_tokens: 50,
            usage: UsageSource::Measured,
            cost_micro: 40,
            restored: BTreeMap::from([("person".to_owned(), 2)]),
            written: BTreeMap::new(),
            http_status: Some(200),
        };
        let budget = Some(Budget { limit: Micro(i64::MAX), window: Window::Month });
        let before = Instant::now();
        journal.open(Opening { entry, nonce, budget, hold: Micro(100) }).await?;
        waits.push(before.elapsed().as_micros());
        journal.close(Closing { entry: answer, project: ProjectId::new("demo") }).await?;
    }
    Ok(waits)
}
