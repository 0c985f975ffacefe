//! `igudar protect` and `igudar restore`

use anyhow::Context as _;
use gateway::ports::{Ambient as _, SealingSalts};
use protection::seal::{self, SealHeader, SealingKey};
use serde_json::json;
use store::SystemAmbient;
use store::files::{self, Readers};

use super::{Session, read_input, write_text};
use crate::arguments::{Protect, Restore};
use crate::configuration::Time;
use crate::exit::{Exit, WrongUse};
use crate::output;
use crate::wiring::{Installation, general_policy, knowledge, policies};

pub(crate) async fn protect(session: &Session, arguments: Protect) -> anyhow::Result<Exit> {
    let configuration = session.configuration()?;
    let knowledge = knowledge(&configuration)?;
    let mut policy = general_policy(&configuration, &knowledge)?;
    let named = arguments.project.project.as_deref();
    if let Some(project) = super::policy::named_project(session, named).await? {
        let policies = policies(&configuration, &knowledge)?;
        policy = policies.of_project(&policy, &project, None)?;
    }
    let life = match arguments.expires.as_deref() {
        Some(text) => text.parse::<Time>().map_err(WrongUse)?.0,
        None => configuration.settings.seal.usual_time.0,
    };
    let longest = configuration.settings.seal.longest_time;
    if life > longest.0 {
        return Err(
            WrongUse(format!("--expires is longer than {longest} (seal.longest_time)")).into()
        );
    }
    let text = read_input(arguments.file.as_deref())?;
    let mut protected = gateway::texts::protect(&knowledge.finder, &policy, &[text])?;
    let text = protected.texts.pop().unwrap_or_default();
    if let Some(path) = &arguments.map {
        let installation = Installation::open_or_begin(&configuration).await?;
        let project = installation.project(arguments.project.project.as_deref()).await?.id;
        let salts: &dyn SealingSalts = &installation.store;
        let salt = salts.newest(&project).await?;
        let master = installation.secrets.sealing_master.reveal();
        let key = SealingKey::derive(master, project.as_str(), &salt.key_id, &salt.salt);
        let header = SealHeader {
            project: project.as_str().to_owned(),
            key_id: salt.key_id,
            expires_unix_s: now_s().saturating_add_unsigned(life.as_secs()),
        };
        let mut nonce = [0; 12];
        SystemAmbient.random(&mut nonce);
        let sealed = seal::seal(&protected.vault, &key, header, nonce);
        files::replace(path, format!("{sealed}\n").as_bytes(), Readers::Owner)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if session.json.0 {
        let counts: serde_json::Map<String, serde_json::Value> =
            protected.counts.iter().map(|(kind, count)| (kind.to_string(), json!(count))).collect();
        output::line(&json!({ "text": text, "counts": counts }).to_string())?;
    } else {
        write_text(&text)?;
    }
    Ok(Exit::Done)
}

pub(crate) async fn restore(session: &Session, arguments: Restore) -> anyhow::Result<Exit> {
    let sealed = std::fs::read_to_string(&arguments.map)
        .with_context(|| format!("{} cannot be read", arguments.map.display()))?;
    let sealed = sealed.trim();
    let header = seal::peek(sealed)?;
    let installation = Installation::open_existing(&session.folder).await?;
    let project = installation
        .project(Some(&header.project))
        .await
        .context("the map belongs to a project that is not in this data folder")?
        .id;
    let salts: &dyn SealingSalts = &installation.store;
    let salt = salts
        .named(&project, &header.key_id)
        .await?
        .context("the key of this map was deleted, so nobody can open it any more")?;
    let master = installation.secrets.sealing_master.reveal();
    let key = SealingKey::derive(master, project.as_str(), &salt.key_id, &salt.salt);
    let vault = seal::open(sealed, &key, now_s())?;
    let text = read_input(arguments.file.as_deref())?;
    let restored = vault.restore(&text, protection::Escape::Plain);
    if session.json.0 {
        output::line(&json!({ "text": restored }).to_string())?;
    } else {
        write_text(&restored)?;
    }
    Ok(Exit::Done)
}

fn now_s() -> i64 {
    SystemAmbient.now_ms().div_euclid(1000)
}
