//! Applications: decided once, erased when asked and when old.

use projects::{ApiKey, KeyId, ProjectId};

use super::*;
use crate::store::Settings;

fn application(id: &str, submitted_ms: i64) -> ApplicationRecord {
    ApplicationRecord {
        id: id.to_owned(),
        organisation: "Exemple".to_owned(),
        contact: "bureau@exemple.invalid".to_owned(),
        kind: ProjectKind::Startup,
        region: Some("MA-08".to_owned()),
        language: "fr".to_owned(),
        need: "Répondre aux clients.".to_owned(),
        solution: None,
        credits: Micro::from_units(100),
        state: ApplicationState::Pending,
        submitted_ms,
        decided_ms: None,
        reason: None,
        project: None,
        milestones: vec![MilestoneRecord {
            title: "Essai".to_owned(),
            due: "2027-01-01".to_owned(),
            state: MilestoneState::Open,
            outcome: None,
        }],
    }
}

fn project(id: &str) -> (Project, KeyRecord) {
    let project = Project {
        id: ProjectId::new(id),
        name: id.to_owned(),
        created_ms: 0,
        budget: None,
        requests_per_minute: 60,
        local_only: false,
        policy: None,
    };
    let key = KeyRecord {
        id: KeyId::new(&format!("key-of-{id}")),
        project: project.id.clone(),
        name: "first".to_owned(),
        hash: ApiKey::from_entropy([u8::try_from(id.len()).unwrap(); 32]).hash(),
        created_ms: 0,
        revoked_ms: None,
        expires_ms: None,
        stage: projects::Stage::Test,
    };
    (project, key)
}

#[tokio::test]
async fn an_application_is_decided_once_and_whole() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &Settings::default()).await.unwrap();
    let made = application("one", 5);
    store.add_application(&made).await.unwrap();
    assert!(store.application("one").await.unwrap() == Some(made));
    assert_eq!(store.pending_applications().await.unwrap(), 1);

    let (record, key) = project("taken");
    store.add_project(&record).await.unwrap();
    let error = store.admit_application("one", &record, &key, 7).await.unwrap_err();
    assert!(matches!(error, AdministrationError::Exists("project")));
    let (record, key) = project("new");
    store.admit_application("one", &record, &key, 7).await.unwrap();
    let (other, other_key) = project("another");
    let twice = store.admit_application("one", &other, &other_key, 8).await.unwrap_err();
    assert!(matches!(twice, AdministrationError::Unknown("pending application")));
    assert_eq!(store.project(&other.id).await.unwrap(), None, "nothing of it stays");
    assert!(store.refuse_application("one", "late", 8).await.is_err());
    assert_eq!(store.keys(Some(&record.id)).await.unwrap(), [key]);

    store.close_milestone("one", 1, MilestoneState::Reached, "12 clients", 9).await.unwrap();
    assert!(store.close_milestone("one", 2, MilestoneState::Missed, "", 9).await.is_err());
    store.erase_application("one").await.unwrap();
    let left = store.application("one").await.unwrap().unwrap();
    assert_eq!((left.contact.as_str(), left.need.as_str()), ("", ""));
    assert_eq!(left.project.as_deref(), Some("new"));
    assert_eq!(left.milestones[0].outcome.as_deref(), Some("12 clients"));
    assert!(!format!("{left:?}").contains("Exemple"));
}

#[tokio::test]
async fn what_is_old_is_erased_with_its_milestones() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &Settings::default()).await.unwrap();
    for (id, submitted_ms) in [("old", 1), ("refused", 2), ("fresh", 50)] {
        store.add_application(&application(id, submitted_ms)).await.unwrap();
    }
    store.refuse_application("refused", "no", 10).await.unwrap();
    let before = ErasedBefore { refused_ms: 11, pending_ms: 2 };
    assert_eq!(store.erase_old_applications(before).await.unwrap(), 2);
    let left = store.applications().await.unwrap();
    assert_eq!(left.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["fresh"]);
    store.erase_application("fresh").await.unwrap();
    let unknown = store.erase_application("fresh").await.unwrap_err();
    assert!(matches!(unknown, AdministrationError::Unknown("application")));
    let milestones: i64 =
        sqlx::query_scalar("SELECT count(*) FROM milestones").fetch_one(&store.pool).await.unwrap();
    assert_eq!(milestones, 0);
}
