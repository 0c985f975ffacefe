//! `igudar key`

use gateway::ports::Ambient as _;
use projects::{KeyId, KeyRecord};
use serde_json::json;
use store::SystemAmbient;

use super::{Session, dates};
use crate::arguments::Key;
use crate::configuration::Time;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{Installation, new_key};

pub(crate) async fn run(session: &Session, key: Key) -> anyhow::Result<Exit> {
    match key {
        Key::Create { project, name, expires } => {
            create(session, project.project.as_deref(), &name, expires.as_deref()).await
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
) -> anyhow::Result<Exit> {
    let life: Option<Time> = expires.map(str::parse).transpose().map_err(WrongUse)?;
    let expires_ms = life.map(|life| {
        let life = i64::try_from(life.0.as_millis()).unwrap_or(i64::MAX);
        SystemAmbient.now_ms().saturating_add(life)
    });
    let installation = Installation::open_or_begin(&session.configuration()?).await?;
    let project = installation.project(project).await?;
    let (record, key) = new_key(project.id, name, expires_ms);
    installation.store.add_key(&record).await?;
    let value = json!({
        "id": record.id.as_str(),
        "project": record.project.as_str(),
        "name": record.name,
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
                dates::day(key.created_ms),
                state(key, now).to_owned(),
            ]
        });
        output::table(&["id", "project", "name", "made", "state"], rows)
    })?;
    Ok(Exit::Done)
}

fn state(key: &KeyRecord, now_ms: i64) -> &'static str {
    if key.revoked_ms.is_some() {
        "revoked"
    } else if key.expires_ms.is_some_and(|expires| expires <= now_ms) {
        "expired"
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
