//! Full disks, locks, damage: a clear error, nothing half-written, and work goes on afterwards.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::disallowed_methods,
    reason = "helpers of tests: a failure shall stop the test"
)]

mod conformance;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use conformance::{closing, opening};
use gateway::ports::{Ambient, Journal, JournalError};
use ledger::{Outcome, Verdict, verify_export};
use projects::ProjectId;
use sqlx::{Connection as _, SqliteConnection};
use store::{Settings, SqliteJournal, Store, StoreError, SystemAmbient};

async fn started(folder: &Path, settings: &Settings) -> (Store, SqliteJournal) {
    let store = Store::open(folder, settings).await.unwrap();
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let secrets = store.secrets(ambient.as_ref()).await.unwrap();
    let journal = SqliteJournal::start(&store, &secrets.ledger_seed, ambient).await.unwrap();
    (store, journal)
}

async fn other_process(folder: &Path) -> SqliteConnection {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(folder.join("igudar.db"));
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn run(connection: &mut SqliteConnection, statement: &'static str) {
    sqlx::raw_sql(statement).execute(connection).await.unwrap();
}

async fn entries_of_an_intact_ledger(store: &Store) -> u64 {
    let mut export = store.export().await.unwrap();
    let mut text = String::new();
    while let Some(page) = export.next_page().await.unwrap() {
        text.push_str(&page);
    }
    let verdict = verify_export(text.lines(), None);
    let Verdict::Intact { checkpoint, .. } = verdict else { unreachable!("{verdict:?}") };
    checkpoint.size
}

fn reason(result: Result<(), JournalError>) -> String {
    let error = result.unwrap_err();
    assert!(matches!(error, JournalError::Unavailable(_)), "{error}");
    error.to_string()
}

#[tokio::test]
async fn a_full_disk_refuses_and_owes_the_answers() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { most_pages: Some(500), ..Settings::default() };
    let (store, journal) = started(folder.path(), &settings).await;
    let project = ProjectId::new("demo");
    journal.open(opening("demo", 1, 10, None)).await.unwrap();
    journal.open(opening("demo", 2, 10, None)).await.unwrap();

    let mut other = other_process(folder.path()).await;
    run(&mut other, "CREATE TABLE ballast (x); INSERT INTO ballast VALUES (zeroblob(4096 * 600))")
        .await;
    let mut opened = 2;
    let refusal = loop {
        match journal.open(opening("demo", opened + 1, 10, None)).await {
            Ok(()) => opened += 1,
            refused => break reason(refused),
        }
        assert!(opened < 1_000);
    };
    assert!(refusal.contains("disk is full"), "{refusal}");
    // Pages that are there already still have room for some bytes; a larger group has none.
    let many = (5_000..5_100).map(|number| journal.open(opening("demo", number, 10, None)));
    for refused in futures_util::future::join_all(many).await {
        assert!(reason(refused).contains("disk is full"));
    }
    assert!(!journal.is_writing());
    let before = entries_of_an_intact_ledger(&store).await;
    assert_eq!(before, 1 + u64::from(opened), "what was refused left nothing behind");

    // These answers come while there is no room. They hold money until they are written.
    journal.close_detached(closing("demo", 1, Outcome::Cancelled, 3));
    for number in 2..=opened {
        // Small groups may still find room in a page; whoever is refused is not asked again.
        drop(journal.close(closing("demo", number, Outcome::Complete, 3)).await);
    }
    run(&mut other, "DROP TABLE ballast").await;
    journal.open(opening("demo", 9_000, 10, None)).await.unwrap();
    assert!(journal.is_writing());
    let usage = store.usage(&project).await.unwrap();
    let (spent, reserved) = usage.window("total");
    assert_eq!((spent.0, reserved.0, usage.running), (i64::from(opened) * 3, 10, 1));
    journal.finish().await;
    assert_eq!(entries_of_an_intact_ledger(&store).await, 2 + 2 * u64::from(opened));
    assert!(store.audit().await.unwrap().agrees());
}

#[tokio::test]
async fn a_locked_database_refuses_until_it_is_free() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { patience: Duration::from_millis(20), ..Settings::default() };
    let (store, journal) = started(folder.path(), &settings).await;
    journal.open(opening("demo", 1, 10, None)).await.unwrap();
    let mut other = other_process(folder.path()).await;
    run(&mut other, "BEGIN IMMEDIATE").await;
    let refusal = reason(journal.open(opening("demo", 2, 10, None)).await);
    assert!(refusal.contains("locked by another process"), "{refusal}");
    let refusal = reason(journal.close(closing("demo", 1, Outcome::Complete, 3)).await);
    assert!(refusal.contains("locked by another process"), "{refusal}");
    run(&mut other, "ROLLBACK").await;
    journal.open(opening("demo", 2, 10, None)).await.unwrap();
    let (spent, reserved) = store.usage(&ProjectId::new("demo")).await.unwrap().window("total");
    assert_eq!((spent.0, reserved.0), (3, 10), "the answer that was refused is written");
}

#[tokio::test]
async fn administration_goes_beside_a_busy_writer() {
    let folder = tempfile::tempdir().unwrap();
    let (_store, journal) = started(folder.path(), &Settings::default()).await;
    let beside = Store::open(folder.path(), &Settings::default()).await.unwrap();
    let openings = (0..200).map(|number| journal.open(opening("demo", number, 10, None)));
    let projects = async {
        for number in 0..20 {
            let project = projects::Project {
                id: ProjectId::new(&format!("p{number}")),
                name: "P".to_owned(),
                created_ms: 1,
                budget: None,
                requests_per_minute: 0,
                local_only: false,
                policy: None,
            };
            beside.add_project(&project).await.unwrap();
        }
    };
    let (opened, ()) = tokio::join!(futures_util::future::join_all(openings), projects);
    assert!(opened.iter().all(Result::is_ok));
    assert_eq!(beside.projects().await.unwrap().len(), 20);
}

#[tokio::test]
async fn a_damaged_database_is_said_to_be_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let (store, journal) = started(folder.path(), &Settings::default()).await;
    for number in 0..300 {
        drop(journal.open(opening("demo", number, 10, None)));
    }
    journal.finish().await;
    store.examine().await.unwrap();
    store.close().await;
    let path = folder.path().join("igudar.db");
    let good = std::fs::read(&path).unwrap();

    // Every page but the first, which holds the tables' definitions, is overwritten.
    let mut pages = good.clone();
    pages[4096..].fill(0xa5);
    std::fs::write(&path, &pages).unwrap();
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let failure = match Store::open(folder.path(), &Settings::default()).await {
        Ok(store) => {
            let seed = [0; 32].into();
            SqliteJournal::start(&store, &seed, ambient).await.unwrap_err()
        }
        Err(error) => error,
    };
    assert!(matches!(failure, StoreError::Corrupt(_)), "{failure}");

    std::fs::write(&path, b"this is a text file, and a long enough one to have a header of a hundred bytes, as a database has").unwrap();
    let failure = Store::open(folder.path(), &Settings::default()).await.unwrap_err();
    assert!(matches!(failure, StoreError::Corrupt(_)), "{failure}");

    std::fs::write(&path, &good).unwrap();
    let store = Store::open(folder.path(), &Settings::default()).await.unwrap();
    assert_eq!(entries_of_an_intact_ledger(&store).await, 301);
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    Store::open(folder.path(), &Settings::default()).await.unwrap().close().await;
    let mut other = other_process(folder.path()).await;
    run(&mut other, "PRAGMA user_version = 99").await;
    let failure = Store::open(folder.path(), &Settings::default()).await.unwrap_err();
    assert!(matches!(failure, StoreError::NewerSchema { found: 99, .. }), "{failure}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let failure = Store::open(&file.join("inner"), &Settings::default()).await.unwrap_err();
    assert!(matches!(failure, StoreError::File { .. }), "{failure}");

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let closed = folder.path().join("closed");
        std::fs::create_dir(&closed).unwrap();
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o500)).unwrap();
        // The superuser may write anywhere; everybody else learns why not.
        if std::fs::write(closed.join("probe"), "").is_err() {
            let failure = Store::open(&closed, &Settings::default()).await.unwrap_err();
            assert!(matches!(failure, StoreError::ReadOnly), "{failure}");
        }
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
}

#[tokio::test]
async fn before_the_first_start_there_is_no_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Store::open_existing(folder.path(), &Settings::default()).await;
    assert!(matches!(missing, Err(StoreError::NoData(_))));
    let store = Store::open(folder.path(), &Settings::default()).await.unwrap();
    assert!(matches!(store.export().await, Err(StoreError::NoLedger)));
    assert!(matches!(store.public_key().await, Err(StoreError::NoLedger)));
}
