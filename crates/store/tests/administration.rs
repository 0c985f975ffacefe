//! Projects, keys, salts.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "helpers of tests")]

use std::path::Path;
use std::time::{Duration, Instant};

use gateway::ports::{Directory, SealingSalts};
use projects::{
    ApiKey, Budget, Denied, KeyHash, KeyId, KeyRecord, Micro, Project, ProjectId, Window, access,
};
use store::{AdministrationError, Settings, Store};

async fn opened(folder: &Path) -> Store {
    Store::open(folder, &Settings::default()).await.unwrap()
}

fn project(id: &str) -> Project {
    Project {
        id: ProjectId::new(id),
        name: "Santé \"régionale\"".to_owned(),
        created_ms: 5,
        budget: Some(Budget { limit: Micro(7), window: Window::Day }),
        requests_per_minute: 60,
        local_only: true,
        policy: Some("[types]\nsecret = \"block\"\n".into()),
    }
}

fn key(id: &str, project: &str, key: &ApiKey) -> KeyRecord {
    KeyRecord {
        id: KeyId::new(id),
        project: ProjectId::new(project),
        name: "first".to_owned(),
        hash: key.hash(),
        created_ms: 6,
        revoked_ms: None,
        expires_ms: Some(9_000),
        stage: projects::Stage::Test,
    }
}

/// Whether any file of the folder holds these bytes.
fn anywhere(folder: &Path, needle: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|file| {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        bytes.windows(needle.len()).any(|window| window == needle)
    })
}

#[tokio::test]
async fn projects_are_kept_as_given() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(folder.path()).await;
    store.add_project(&project("b")).await.unwrap();
    store.add_project(&project("a")).await.unwrap();
    let taken = store.add_project(&project("a")).await;
    assert!(matches!(taken, Err(AdministrationError::Exists("project"))));
    assert_eq!(store.projects().await.unwrap(), [project("a"), project("b")]);
    let changed = Project { budget: None, policy: None, requests_per_minute: 0, ..project("a") };
    store.change_project(&changed).await.unwrap();
    assert_eq!(store.project(&changed.id).await.unwrap(), Some(changed));
    assert_eq!(store.project(&ProjectId::new("c")).await.unwrap(), None);
    let unknown = store.change_project(&project("c")).await;
    assert!(matches!(unknown, Err(AdministrationError::Unknown("project"))));
    let usage = store.usage(&ProjectId::new("a")).await.unwrap();
    assert_eq!((usage.windows.len(), usage.running), (0, 0));
}

#[tokio::test]
async fn keys_are_found_by_hash_and_kept_as_hash() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(folder.path()).await;
    let secret = ApiKey::from_entropy([9; 32]);
    let orphan = store.add_key(&key("key_1", "demo", &secret)).await;
    assert!(matches!(orphan, Err(AdministrationError::Unknown("project"))));
    store.add_project(&project("demo")).await.unwrap();
    let record = key("key_1", "demo", &secret);
    store.add_key(&record).await.unwrap();
    let again = store.add_key(&record).await;
    assert!(matches!(again, Err(AdministrationError::Exists("key"))));

    let found = store.find_key(&KeyHash::of(secret.reveal())).await.unwrap().unwrap();
    assert_eq!(found, (record.clone(), project("demo")));
    assert_eq!(store.find_key(&KeyHash::of("igd_other")).await.unwrap(), None);
    assert_eq!(store.keys(None).await.unwrap(), [record]);
    assert_eq!(store.keys(Some(&ProjectId::new("demo"))).await.unwrap().len(), 1);
    assert_eq!(store.keys(Some(&ProjectId::new("other"))).await.unwrap(), []);
    assert!(!anywhere(folder.path(), secret.reveal().as_bytes()));
}

#[tokio::test]
async fn a_key_revoked_by_another_process_is_refused_within_a_second() {
    let folder = tempfile::tempdir().unwrap();
    let (server, command) = (opened(folder.path()).await, opened(folder.path()).await);
    let secret = ApiKey::from_entropy([9; 32]);
    server.add_project(&project("demo")).await.unwrap();
    server.add_key(&key("key_1", "demo", &secret)).await.unwrap();
    let allowed = || async {
        let (record, project) = server.find_key(&secret.hash()).await.unwrap().unwrap();
        access(&record, &project, 1_000)
    };
    assert!(allowed().await.is_ok());
    let unknown = command.revoke_key(&KeyId::new("key_2"), 1_000).await;
    assert!(matches!(unknown, Err(AdministrationError::Unknown("key"))));
    command.revoke_key(&KeyId::new("key_1"), 1_000).await.unwrap();
    let revoked = Instant::now();
    while allowed().await != Err(Denied::Revoked) {
        assert!(revoked.elapsed() < Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    command.revoke_key(&KeyId::new("key_1"), 2_000).await.unwrap();
    assert_eq!(command.keys(None).await.unwrap().first().unwrap().revoked_ms, Some(1_000));
}

#[tokio::test]
async fn shredded_salts_are_gone_from_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(folder.path()).await;
    let (demo, other) = (ProjectId::new("demo"), ProjectId::new("other"));
    let first = store.newest(&demo).await.unwrap();
    assert_eq!(store.newest(&demo).await.unwrap(), first);
    let second = store.new_sealing_salt(&demo).await.unwrap();
    assert_eq!(store.newest(&demo).await.unwrap(), second);
    assert_eq!(store.named(&demo, &first.key_id).await.unwrap(), Some(first.clone()));
    assert_eq!(store.named(&other, &first.key_id).await.unwrap(), None);
    assert_eq!(
        store.sealing_keys(&demo).await.unwrap(),
        [second.key_id.clone(), first.key_id.clone()]
    );
    assert!(anywhere(folder.path(), &first.salt));

    assert_eq!(store.shred_sealing_keys(&other, None).await.unwrap(), 0);
    assert_eq!(store.shred_sealing_keys(&demo, Some(&first.key_id)).await.unwrap(), 1);
    assert_eq!(store.named(&demo, &first.key_id).await.unwrap(), None);
    assert!(!anywhere(folder.path(), &first.salt));
    assert!(anywhere(folder.path(), &second.salt));
    assert_eq!(store.shred_sealing_keys(&demo, None).await.unwrap(), 1);
    assert!(!anywhere(folder.path(), &second.salt));
}
