//! Statements: durable at once, in the ledger whoever writes it, each with its receipt.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "helpers of tests: a failure shall stop the test"
)]

mod conformance;

use std::path::Path;
use std::sync::Arc;

use conformance::{closing, opening};
use gateway::ports::{Ambient, Journal, Receipts};
use ledger::{
    Checkpoint, Entry, Outcome, ReceiptId, Statement, StatementKind, Verdict, document_digest,
    verify_export,
};
use projects::ProjectId;
use store::{Secrets, Settings, SqliteJournal, Store, SystemAmbient};

async fn opened(folder: &Path) -> (Store, Secrets, Arc<dyn Ambient>) {
    let store = Store::open(folder, &Settings::default()).await.unwrap();
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let secrets = store.secrets(ambient.as_ref()).await.unwrap();
    (store, secrets, ambient)
}

fn statement(number: u8, project: Option<&str>) -> Statement {
    Statement {
        receipt: ReceiptId::from_bytes([number; 16]),
        time_ms: 1_764_072_000_000,
        kind: StatementKind::Study,
        subject: "darija \"quoted\" \u{2d30}".to_owned(),
        digest: document_digest(&[number]),
        project: project.map(str::to_owned),
    }
}

async fn intact(store: &Store) -> (Checkpoint, Vec<String>) {
    let mut export = store.export().await.unwrap();
    let mut text = String::new();
    while let Some(page) = export.next_page().await.unwrap() {
        text.push_str(&page);
    }
    assert!(store.audit().await.unwrap().agrees());
    match verify_export(text.lines(), None) {
        Verdict::Intact { checkpoint, .. } => {
            (checkpoint, text.lines().map(str::to_owned).collect())
        }
        Verdict::Broken(fault) => panic!("{fault}"),
    }
}

#[tokio::test]
async fn without_a_server_the_command_writes_the_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let (store, secrets, ambient) = opened(folder.path()).await;
    for (number, place) in [(1, 1), (2, 2), (2, 2), (3, 3)] {
        let said = statement(number, Some("demo"));
        let found =
            store.put_on_record(&said, &secrets.ledger_seed, Arc::clone(&ambient)).await.unwrap();
        assert_eq!(found, Some(place));
    }
    assert_eq!(intact(&store).await.0.size, 4);
}

#[tokio::test]
async fn beside_a_server_its_writer_takes_the_statement() {
    let folder = tempfile::tempdir().unwrap();
    let (store, secrets, ambient) = opened(folder.path()).await;
    let journal =
        SqliteJournal::start(&store, &secrets.ledger_seed, Arc::clone(&ambient)).await.unwrap();
    journal.open(opening("demo", 1, 10, None)).await.unwrap();
    // Another process: a store of its own on the same folder.
    let (other, _, _) = opened(folder.path()).await;
    let said = statement(9, None);
    let place = other.put_on_record(&said, &secrets.ledger_seed, ambient).await.unwrap();
    assert_eq!(place, Some(2));
    journal.close(closing("demo", 1, Outcome::Complete, 4)).await.unwrap();

    // Whoever asks by its name gets it with its proof; a project's statement only that project.
    let own = statement(10, Some("demo"));
    store.state(&own).await.unwrap();
    journal.open(opening("demo", 2, 10, None)).await.unwrap();
    let demo = ProjectId::new("demo");
    let receipt = store.receipt(&demo, &own.receipt).await.unwrap().unwrap();
    assert_eq!(receipt.verify(journal.public_key()).unwrap(), [Entry::Statement(own.clone())]);
    let stranger = ProjectId::new("stranger");
    assert_eq!(store.receipt(&stranger, &own.receipt).await.unwrap(), None);
    let general = store.receipt(&stranger, &said.receipt).await.unwrap().unwrap();
    assert_eq!(general.verify(journal.public_key()).unwrap(), [Entry::Statement(said)]);
    journal.finish().await;
    assert_eq!(intact(&store).await.0.size, 6);
}

/// A statement that was kept when the process ended has its place after the next start.
#[tokio::test]
async fn what_was_kept_is_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (store, secrets, ambient) = opened(folder.path()).await;
    for number in 0..200 {
        store.state(&statement(number, Some("demo"))).await.unwrap();
    }
    assert_eq!(store.statement_place(&ReceiptId::from_bytes([7; 16])).await.unwrap(), None);
    drop(store);
    let (store, ..) = opened(folder.path()).await;
    let journal = SqliteJournal::start(&store, &secrets.ledger_seed, ambient).await.unwrap();
    // Stated while it runs and ends at once.
    store.state(&statement(201, None)).await.unwrap();
    journal.finish().await;
    let (checkpoint, lines) = intact(&store).await;
    assert_eq!(checkpoint.size, 202);
    assert_eq!(lines.iter().filter(|line| line.contains("study")).count(), 201);
}
