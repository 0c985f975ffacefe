//! The journal on SQLite: the conformance suite, restarts, crashes, exports.
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

use conformance::{ALL_WINDOWS, Subject, closing, monthly, opening, receipt};
use futures_util::future::join_all;
use gateway::ports::{Ambient, Journal, JournalError, Receipts};
use ledger::{Checkpoint, Entry, Fault, Outcome, UsageSource, Verdict, verify_export};
use projects::ProjectId;
use store::{Settings, SqliteJournal, Store, StoreError, SystemAmbient};

async fn started(folder: &Path) -> (Store, SqliteJournal) {
    let store = Store::open(folder, &Settings::default()).await.unwrap();
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let secrets = store.secrets(ambient.as_ref()).await.unwrap();
    let journal = SqliteJournal::start(&store, &secrets.ledger_seed, ambient).await.unwrap();
    (store, journal)
}

async fn exported(store: &Store) -> String {
    let mut export = store.export().await.unwrap();
    let mut text = String::new();
    while let Some(page) = export.next_page().await.unwrap() {
        text.push_str(&page);
    }
    text
}

fn intact(text: &str, saved: Option<&str>) -> Checkpoint {
    match verify_export(text.lines(), saved) {
        Verdict::Intact { checkpoint, .. } => checkpoint,
        Verdict::Broken(fault) => panic!("{fault}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conforms() {
    let folder = tempfile::tempdir().unwrap();
    let (store, journal) = started(folder.path()).await;
    let subject = Subject {
        journal: &journal,
        receipts: &store,
        store: &store,
        public_key: journal.public_key(),
    };
    conformance::all(&subject).await;
    journal.finish().await;
    let text = exported(&store).await;
    let size = intact(&text, None).size;
    assert!(size > 300);
    let audit = store.audit().await.unwrap();
    assert!(audit.agrees(), "{audit:?}");
    assert_eq!((audit.egresses, audit.answers), (size / 2, size / 2));
    assert_eq!(store.public_key().await.unwrap(), *journal.public_key());
}

#[tokio::test]
async fn a_restart_continues_the_tree() {
    let folder = tempfile::tempdir().unwrap();
    let mut saved: Vec<String> = Vec::new();
    for round in 0..4_u32 {
        let (store, journal) = started(folder.path()).await;
        assert_eq!(journal.interrupted(), 0);
        let numbers = round * 200..round * 200 + 137;
        join_all(numbers.clone().map(|n| journal.open(opening("demo", n, 10, None)))).await;
        join_all(numbers.map(|n| journal.close(closing("demo", n, Outcome::Complete, 4)))).await;
        journal.finish().await;
        let refused = journal.open(opening("demo", 9_999, 10, None)).await.unwrap_err();
        assert!(matches!(refused, JournalError::Unavailable(_)), "{refused}");

        let text = exported(&store).await;
        for note in &saved {
            let size = Checkpoint::parse_unverified(note).unwrap().size;
            intact(&text, Some(note));
            let (proof, newest) = store.consistency(size).await.unwrap();
            let old = Checkpoint::verify(note, journal.public_key()).unwrap();
            let new = Checkpoint::verify(&newest, journal.public_key()).unwrap();
            assert!(ledger::verify_consistency(old.size, &old.root, new.size, &new.root, &proof));
        }
        saved.push(store.checkpoint().await.unwrap());
        let usage = store.usage(&ProjectId::new("demo")).await.unwrap();
        let expect = i64::from(round + 1) * 137 * 4;
        for window in ALL_WINDOWS {
            let (spent, reserved) = usage.window(window);
            assert_eq!((spent.0, reserved.0), (expect, 0));
        }
    }
    assert_eq!(intact(&exported(&started(folder.path()).await.0).await, None).size, 1 + 4 * 274);
}

#[tokio::test]
async fn what_a_crash_left_open_is_interrupted_and_charged() {
    let folder = tempfile::tempdir().unwrap();
    let (store, journal) = started(folder.path()).await;
    for number in 0..5 {
        journal.open(opening("demo", number, 10, Some(monthly(1000)))).await.unwrap();
    }
    journal.close(closing("demo", 2, Outcome::Complete, 1)).await.unwrap();
    // The journal ends without answers, as after a crash; the folder's lock is free again.
    journal.finish().await;
    drop((store, journal));

    let (store, journal) = started(folder.path()).await;
    assert_eq!(journal.interrupted(), 4);
    let usage = store.usage(&ProjectId::new("demo")).await.unwrap();
    let (spent, reserved) = usage.window("2025-11");
    assert_eq!((spent.0, reserved.0, usage.running), (41, 0, 0));
    assert_eq!(usage.tallies.iter().map(|tally| tally.requests).sum::<u64>(), 5);
    let proof = store.receipt(&ProjectId::new("demo"), &receipt("demo", 0)).await.unwrap().unwrap();
    let entries = proof.verify(journal.public_key()).unwrap();
    let Entry::Answer(answer) = &entries[1] else { panic!("{entries:?}") };
    assert_eq!((answer.outcome, answer.usage), (Outcome::Interrupted, UsageSource::Bound));
    assert_eq!(answer.cost_micro, 10);
    // A closing that comes from before the crash changes nothing any more.
    journal.close(closing("demo", 0, Outcome::Complete, 2)).await.unwrap();
    assert_eq!(store.usage(&ProjectId::new("demo")).await.unwrap(), usage);
    intact(&exported(&store).await, None);
    assert!(store.audit().await.unwrap().agrees());
}

#[tokio::test]
async fn an_audit_sees_what_does_not_add_up() {
    use sqlx::Connection as _;
    let folder = tempfile::tempdir().unwrap();
    let (store, journal) = started(folder.path()).await;
    for number in 0..4 {
        journal.open(opening("demo", number, 10, None)).await.unwrap();
    }
    journal.close(closing("demo", 2, Outcome::Complete, 1)).await.unwrap();
    let audit = store.audit().await.unwrap();
    assert!(audit.agrees(), "{audit:?}");
    assert_eq!((audit.egresses, audit.answers), (4, 1));
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("igudar.db"));
    let mut thief = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql("UPDATE balances SET spent_micro = 0; DELETE FROM egresses WHERE position = 1")
        .execute(&mut thief)
        .await
        .unwrap();
    let audit = store.audit().await.unwrap();
    assert_eq!(audit.unindexed, 1);
    let mismatch = &audit.mismatches[0];
    assert_eq!((mismatch.recorded.0.0, mismatch.balance.0.0), (1, 0));
    assert_eq!((mismatch.recorded.1.0, mismatch.balance.1.0), (20, 30));
}

#[tokio::test]
async fn a_folder_has_one_writer_and_many_readers() {
    let folder = tempfile::tempdir().unwrap();
    let (_store, journal) = started(folder.path()).await;
    journal.open(opening("demo", 1, 10, None)).await.unwrap();

    let beside = Store::open(folder.path(), &Settings::default()).await.unwrap();
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let secrets = beside.secrets(ambient.as_ref()).await.unwrap();
    let second = SqliteJournal::start(&beside, &secrets.ledger_seed, Arc::clone(&ambient)).await;
    let refusal = second.unwrap_err();
    assert!(matches!(refusal, StoreError::InUse { process: Some(_) }), "{refusal}");
    intact(&exported(&beside).await, None);

    journal.close(closing("demo", 1, Outcome::Complete, 1)).await.unwrap();
    journal.finish().await;
    SqliteJournal::start(&beside, &secrets.ledger_seed, Arc::clone(&ambient)).await.unwrap();
}

#[tokio::test]
async fn the_wrong_key_or_a_lost_key_never_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (store, journal) = started(folder.path()).await;
    journal.finish().await;
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let wrong = SqliteJournal::start(&store, &[1; 32].into(), Arc::clone(&ambient)).await;
    assert!(matches!(wrong, Err(StoreError::WrongSigningKey)));
    std::fs::remove_file(folder.path().join(store::secrets::LEDGER_KEY)).unwrap();
    let missing = store.secrets(ambient.as_ref()).await.unwrap_err();
    assert!(missing.to_string().contains("restore it from a backup"), "{missing}");
}

#[tokio::test]
async fn a_change_in_the_database_is_named() {
    use sqlx::Connection as _;
    let folder = tempfile::tempdir().unwrap();
    let (store, journal) = started(folder.path()).await;
    for number in 0..300 {
        drop(journal.open(opening("demo", number, 10, None)));
    }
    journal.finish().await;
    let saved = store.checkpoint().await.unwrap();
    let options =
        sqlx::sqlite::SqliteConnectOptions::new().filename(folder.path().join("igudar.db"));
    let mut thief = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("UPDATE entries SET body = replace(body, '\"bytes\":6', '\"bytes\":7') WHERE position = 270")
        .execute(&mut thief)
        .await
        .unwrap();
    let changed = exported(&store).await;
    assert_eq!(
        verify_export(changed.lines(), Some(&saved)),
        Verdict::Broken(Fault::EntryChanged { index: 270 })
    );
    sqlx::query("DELETE FROM entries WHERE position = 100").execute(&mut thief).await.unwrap();
    let removed = exported(&store).await;
    assert_eq!(
        verify_export(removed.lines(), Some(&saved)),
        Verdict::Broken(Fault::EntryOrder { expected: 100, found: 101 })
    );
    sqlx::query("DELETE FROM entries WHERE position = 300").execute(&mut thief).await.unwrap();
    thief.close().await.unwrap();
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let secrets = store.secrets(ambient.as_ref()).await.unwrap();
    let error = SqliteJournal::start(&store, &secrets.ledger_seed, ambient).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt(_)), "{error}");
}
