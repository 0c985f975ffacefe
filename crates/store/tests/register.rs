//! The register's versions and contests: one transaction with their statements, the gate of production keys,
//! erasing.
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

use conformance::{closing, opening, receipt};
use gateway::ports::{Ambient, Directory as _, Journal as _};
use ledger::{Outcome, ReceiptId, Statement, StatementKind, document_digest};
use projects::{ApiKey, Denied, KeyId, KeyRecord, Project, ProjectId, Stage, access};
use store::{
    AdministrationError, ContestError, ContestRecord, EntryRecord, EntryState, Settings,
    SqliteJournal, Store, SystemAmbient,
};

async fn opened(folder: &Path) -> Store {
    let store = Store::open(folder, &Settings::default()).await.unwrap();
    for id in ["demo", "other"] {
        let project = Project {
            id: ProjectId::new(id),
            name: id.to_owned(),
            created_ms: 1,
            budget: None,
            requests_per_minute: 0,
            local_only: false,
            policy: None,
        };
        store.add_project(&project).await.unwrap();
    }
    store
}

fn statement(number: u8, kind: StatementKind) -> Statement {
    Statement {
        receipt: ReceiptId::from_bytes([number; 16]),
        time_ms: 1,
        kind,
        subject: "accueil@1".to_owned(),
        digest: document_digest(&[number]),
        project: Some("demo".to_owned()),
    }
}

fn entry(version: u32, project: &str, state: EntryState) -> EntryRecord {
    EntryRecord {
        id: "accueil".to_owned(),
        version,
        project: ProjectId::new(project),
        state,
        source: format!("version {version}"),
        document: (state != EntryState::Draft).then(|| format!("{{{version}}}")),
        digest: None,
        changed_ms: i64::from(version),
        statement: None,
        reason: None,
    }
}

async fn states(store: &Store) -> Vec<(u32, EntryState)> {
    let all = store.entry_versions("accueil").await.unwrap();
    all.iter().map(|entry| (entry.version, entry.state)).collect()
}

#[tokio::test]
async fn versions_follow_each_other() {
    use EntryState::{Draft, Published, Replaced, Withdrawn};
    let folder = tempfile::tempdir().unwrap();
    let store = opened(folder.path()).await;
    let register = StatementKind::Register;
    assert_eq!(store.next_entry_version("accueil").await.unwrap(), 1);
    store.keep_draft(&entry(1, "demo", Draft)).await.unwrap();
    store.keep_draft(&entry(1, "demo", Draft)).await.unwrap();
    assert_eq!(states(&store).await, [(1, Draft)]);
    assert_eq!(store.entries(false).await.unwrap(), []);
    assert_eq!(store.entries(true).await.unwrap().len(), 1);

    store.publish_entry(&entry(1, "demo", Published), &statement(1, register)).await.unwrap();
    assert_eq!(states(&store).await, [(1, Published)]);
    let again = store.publish_entry(&entry(1, "demo", Published), &statement(2, register)).await;
    assert!(matches!(again, Err(AdministrationError::Exists("version"))), "{again:?}");
    assert_eq!(states(&store).await, [(1, Published)], "nothing of it was kept");
    let foreign = store.publish_entry(&entry(2, "other", Published), &statement(3, register)).await;
    assert!(matches!(foreign, Err(AdministrationError::Exists("entry"))), "{foreign:?}");

    assert_eq!(store.next_entry_version("accueil").await.unwrap(), 2);
    store.keep_draft(&entry(2, "demo", Draft)).await.unwrap();
    assert_eq!(states(&store).await, [(1, Published), (2, Draft)]);
    store.publish_entry(&entry(2, "demo", Published), &statement(4, register)).await.unwrap();
    assert_eq!(states(&store).await, [(1, Replaced), (2, Published)]);
    store.withdraw_entry("accueil", 9, "why", &statement(5, register)).await.unwrap();
    assert_eq!(states(&store).await, [(1, Replaced), (2, Withdrawn)]);
    let gone = store.withdraw_entry("accueil", 9, "why", &statement(6, register)).await;
    assert!(matches!(gone, Err(AdministrationError::Unknown("published entry"))), "{gone:?}");
    let newest = store.entries(false).await.unwrap();
    assert_eq!((newest.len(), newest[0].reason.as_deref()), (1, Some("why")));

    // Three statements were kept, none of what was refused.
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let secrets = store.secrets(ambient.as_ref()).await.unwrap();
    let journal = SqliteJournal::start(&store, &secrets.ledger_seed, ambient).await.unwrap();
    journal.finish().await;
    for (number, kept) in [(1, true), (2, false), (3, false), (4, true), (5, true), (6, false)] {
        let place = store.statement_place(&ReceiptId::from_bytes([number; 16])).await.unwrap();
        assert_eq!(place.is_some(), kept, "{number}");
    }
}

#[tokio::test]
async fn a_production_key_follows_the_register() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(folder.path()).await;
    let key = ApiKey::from_entropy([7; 32]);
    let record = KeyRecord {
        id: KeyId::new("key_1"),
        project: ProjectId::new("demo"),
        name: "live".to_owned(),
        hash: key.hash(),
        created_ms: 1,
        revoked_ms: None,
        expires_ms: None,
        stage: Stage::Production { registered: false },
    };
    store.add_key(&record).await.unwrap();
    let allowed = async || {
        let (record, project) = store.find_key(&key.hash()).await.unwrap().unwrap();
        access(&record, &project, 5).map(|_| ())
    };
    let register = StatementKind::Register;
    assert_eq!(allowed().await, Err(Denied::Unregistered));
    store
        .publish_entry(&entry(1, "demo", EntryState::Published), &statement(1, register))
        .await
        .unwrap();
    assert_eq!(allowed().await, Ok(()));
    store.withdraw_entry("accueil", 9, "why", &statement(2, register)).await.unwrap();
    assert_eq!(allowed().await, Err(Denied::Unregistered));
    assert_eq!(store.keys(None).await.unwrap(), [record]);
}

/// A database that was made before there were statements, stages and a register: its keys are test keys, and
/// it takes a statement.
#[tokio::test]
async fn an_older_database_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("igudar.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let mut older = sqlx::ConnectOptions::connect(&options).await.unwrap();
    let versions = [
        include_str!("../src/schema_1.sql"),
        include_str!("../src/schema_2.sql"),
        include_str!("../src/schema_3.sql"),
        "INSERT INTO projects (id, name, created_ms, requests_per_minute, local_only) VALUES ('old', 'Old', 1, 0, 0);
         INSERT INTO keys (id, project, name, hash, created_ms) VALUES ('key_0', 'old', 'first', zeroblob(32), 1)",
    ];
    for statements in versions {
        sqlx::raw_sql(statements).execute(&mut older).await.unwrap();
    }
    sqlx::Connection::close(older).await.unwrap();
    let store = Store::open(folder.path(), &Settings::default()).await.unwrap();
    let keys = store.keys(None).await.unwrap();
    assert_eq!((keys.len(), keys[0].stage), (1, Stage::Test));
    assert_eq!(store.entries(true).await.unwrap(), []);
    store.state(&statement(1, StatementKind::Study)).await.unwrap();
}

#[tokio::test]
async fn what_the_ledger_counts() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(folder.path()).await;
    let ambient: Arc<dyn Ambient> = Arc::new(SystemAmbient);
    let secrets = store.secrets(ambient.as_ref()).await.unwrap();
    let journal = SqliteJournal::start(&store, &secrets.ledger_seed, ambient).await.unwrap();
    for number in 1..=3 {
        journal.open(opening("demo", number, 1, None)).await.unwrap();
    }
    journal.open(opening("other", 9, 1, None)).await.unwrap();
    journal.close(closing("demo", 1, Outcome::Complete, 1)).await.unwrap();
    journal.finish().await;
    let counted = store.project_count(&ProjectId::new("demo")).await.unwrap();
    assert_eq!(counted.requests.values().collect::<Vec<_>>(), [&3]);
    assert_eq!(counted.findings["person"], 6);
    assert_eq!(counted.times_ms, Some((conformance::NOW_MS, conformance::NOW_MS)));
    let nothing = store.project_count(&ProjectId::new("none")).await.unwrap();
    assert_eq!(nothing, store::ProjectCount::default());
    let (project, entries) = store.request_entries(&receipt("demo", 1)).await.unwrap().unwrap();
    assert_eq!((project.as_str(), entries.len()), ("demo", 2));
    assert_eq!(store.request_entries(&ReceiptId::from_bytes([9; 16])).await.unwrap(), None);
}

fn contest(number: u8, due_ms: i64) -> ContestRecord {
    ContestRecord {
        id: format!("cst_{number}"),
        receipt: receipt("demo", 1).to_string(),
        project: ProjectId::new("demo"),
        language: "fr".to_owned(),
        received_ms: 5,
        due_ms,
        term: "{}".to_owned(),
        sealed: Some(format!("sealed text number {number}").into_bytes()),
        nonce: Some(vec![number; 32]),
        statement: ReceiptId::from_bytes([number; 16]).to_string(),
        outcome: None,
        sealed_reason: None,
        decided_ms: None,
        outcome_statement: None,
        erased_ms: None,
    }
}

fn anywhere(folder: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}

#[tokio::test]
async fn contests_wait_are_decided_once_and_can_be_erased() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(folder.path()).await;
    for (number, due_ms) in [(1, 30), (2, 20)] {
        let stated = statement(number, StatementKind::Contest);
        store.add_contest(&contest(number, due_ms), &stated, 2).await.unwrap();
    }
    let third = store.add_contest(&contest(3, 1), &statement(3, StatementKind::Contest), 2).await;
    assert!(matches!(third, Err(ContestError::TooMany)));
    let waiting: Vec<String> =
        store.contests(true).await.unwrap().into_iter().map(|contest| contest.id).collect();
    assert_eq!(waiting, ["cst_2", "cst_1"], "what is due first stands first");

    let outcome = statement(7, StatementKind::Outcome);
    let decide =
        async |id: &str| store.decide_contest(id, "upheld", b"sealed reason", 40, &outcome).await;
    decide("cst_2").await.unwrap();
    assert!(matches!(decide("cst_2").await, Err(ContestError::Decided)));
    assert!(matches!(decide("cst_9").await, Err(ContestError::Unknown)));
    assert_eq!(store.contests(true).await.unwrap().len(), 1);
    // With one decided, another may come.
    store.add_contest(&contest(3, 1), &statement(3, StatementKind::Contest), 2).await.unwrap();
    assert_eq!(store.contests_of(&receipt("demo", 1)).await.unwrap().len(), 3);

    assert!(anywhere(folder.path(), b"sealed text number 2"));
    store.erase_contest("cst_2", 50).await.unwrap();
    assert!(matches!(store.erase_contest("cst_9", 50).await, Err(ContestError::Unknown)));
    let erased = store.contest("cst_2").await.unwrap().unwrap();
    assert_eq!((erased.sealed, erased.nonce, erased.sealed_reason), (None, None, None));
    assert_eq!((erased.outcome.as_deref(), erased.erased_ms), (Some("upheld"), Some(50)));
    assert!(!anywhere(folder.path(), b"sealed text number 2"));
    assert!(!anywhere(folder.path(), b"sealed reason"));
    assert!(anywhere(folder.path(), b"sealed text number 1"));
}
