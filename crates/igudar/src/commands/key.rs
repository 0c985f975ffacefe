//! `igudar key`

use gateway::ports::Ambient as _;
use projects::{KeyId, KeyRecord, ProjectId, Stage};
use serde_json::json;
use store::{EntryState, SystemAmbient};

use super::{Session, dates};
use crate::arguments::{Key, KeyStage};
use crate::configuration::Time;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{Installation, new_key};

pub(crate) async fn run(session: &Session, key: Key) -> anyhow::Result<Exit> {
    match key {
        Key::Create { project, name, expires, stage } => {
            create(session, project.project.as_deref(), &name, expires.as_deref(), stage).await
        }
        Key::List { project } => list(session, project.project.as_deref()).await,
        Key::Revoke { id } => revoke(session, &id).await,
    }
}

async fn create(
    session: &Session,
    project: Option<&str>,
    name: &str,
    expires: Option<&str>,
    stage: KeyStage,
) -> anyhow::Result<Exit> {
    let life: Option<Time> = expires.map(str::parse).transpose().map_err(WrongUse)?;
    let expires_ms = life.map(|life| {
        let life = i64::try_from(life.0.as_millis()).unwrap_or(i64::MAX);
        SystemAmbient.now_ms().saturating_add(life)
    });
    let installation = Installation::open_or_begin(&session.configuration()?).await?;
    let project = installation.project(project).await?;
    if stage == KeyStage::Production && !is_registered(&installation, &project.id).await? {
        output::remark(&format!(
            "the project `{0}` has no published entry in the public register, which a key for production needs:\n  \
             igudar register init --project {0} --out entry.toml\n  \
             igudar register check entry.toml\n  \
             igudar register publish entry.toml",
            project.id
        ));
        return Ok(Exit::NotVerified);
    }
    let (mut record, key) = new_key(project.id, name, expires_ms);
    if stage == KeyStage::Production {
        record.stage = Stage::Production { registered: true };
    }
    installation.store.add_key(&record).await?;
    let value = json!({
        "id": record.id.as_str(),
        "project": record.project.as_str(),
        "name": record.name,
        "stage": record.stage.as_str(),
        "expires_ms": record.expires_ms,
        "key": key.reveal(),
    });
    output::result(session.json, &value, || {
        format!(
            "{}\n\nThis key of the project `{}` is shown only now; its id is {}.",
            key.reveal(),
            record.project,
            record.id
        )
    })?;
    Ok(Exit::Done)
}

/// Whether the public register has an entry in force of this project.
async fn is_registered(installation: &Installation, project: &ProjectId) -> anyhow::Result<bool> {
    let entries = installation.store.entries(false).await?;
    let in_force = |entry: &store::EntryRecord| entry.state == EntryState::Published;
    Ok(entries.iter().any(|entry| in_force(entry) && entry.project == *project))
}

async fn list(session: &Session, project: Option<&str>) -> anyhow::Result<Exit> {
    let installation = Installation::open_existing(&session.folder).await?;
    let project = match project {
        Some(id) => Some(installation.project(Some(id)).await?.id),
        None => None,
    };
    let keys = installation.store.keys(project.as_ref()).await?;
    let now = SystemAmbient.now_ms();
    let value = keys
        .iter()
        .map(|key| {
            json!({
                "id": key.id.as_str(),
                "project": key.project.as_str(),
                "name": key.name,
                "stage": key.stage.as_str(),
                "created_ms": key.created_ms,
                "revoked_ms": key.revoked_ms,
                "expires_ms": key.expires_ms,
                "state": state(key, now),
            })
        })
        .collect();
    output::result(session.json, &value, || {
        let rows = keys.iter().map(|key| {
            vec![
                key.id.to_string(),
                key.project.to_string(),
                key.name.clone(),
                key.stage.as_str().to_owned(),
                dates::day(key.created_ms),
                state(key, now).to_owned(),
            ]
        });
        output::table(&["id", "project", "name", "stage", "made", "state"], rows)
    })?;
    Ok(Exit::Done)
}

fn state(key: &KeyRecord, now_ms: i64) -> &'static str {
    if key.revoked_ms.is_some() {
        "revoked"
    } else if key.expires_ms.is_some_and(|expires| expires <= now_ms) {
        "expired"
    } else if key.stage == (Stage::Production { registered: false }) {
        "unregistered"
    } else {
        "valid"
    }
}

async fn revoke(session: &Session, id: &str) -> anyhow::Result<Exit> {
    let installation = Installation::open_existing(&session.folder).await?;
    installation.store.revoke_key(&KeyId::new(id), SystemAmbient.now_ms()).await?;
    let value = json!({ "id": id, "state": "revoked" });
    output::result(session.json, &value, || format!("{id} is refused from now on"))?;
    Ok(Exit::Done)
}
