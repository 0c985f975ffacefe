//! Sealing and opening maps with the installation's keys.

use std::time::Duration;

use anyhow::Context as _;
use gateway::ports::{Ambient as _, SealingSalts};
use protection::Vault;
use protection::seal::{self, SealHeader, SealingKey};
use store::SystemAmbient;

use crate::configuration::{Configuration, Time};
use crate::exit::WrongUse;
use crate::wiring::Installation;

/// Seals maps for one project until one time.
pub(super) struct Sealer {
    key: SealingKey,
    header: SealHeader,
}

impl Sealer {
    /// The sealer for a project; the data folder is begun where it is missing.
    pub(super) async fn new(
        configuration: &Configuration,
        project: Option<&str>,
        life: Duration,
    ) -> anyhow::Result<Self> {
        let installation = Installation::open_or_begin(configuration).await?;
        let project = installation.project(project).await?.id;
        let salts: &dyn SealingSalts = &installation.store;
        let salt = salts.newest(&project).await?;
        let master = installation.secrets.sealing_master.reveal();
        let key = SealingKey::derive(master, project.as_str(), &salt.key_id, &salt.salt);
        let header = SealHeader {
            project: project.as_str().to_owned(),
            key_id: salt.key_id,
            expires_unix_s: now_s().saturating_add_unsigned(life.as_secs()),
        };
        Ok(Self { key, header })
    }

    pub(super) fn seal(&self, vault: &Vault) -> String {
        let mut nonce = [0; 12];
        SystemAmbient.random(&mut nonce);
        seal::seal(vault, &self.key, self.header.clone(), nonce)
    }
}

/// How long a map shall live: what was asked for, within what the configuration allows.
pub(super) fn life(configuration: &Configuration, asked: Option<&str>) -> anyhow::Result<Duration> {
    let life = match asked {
        Some(text) => text.parse::<Time>().map_err(WrongUse)?.0,
        None => configuration.settings.seal.usual_time.0,
    };
    let longest = configuration.settings.seal.longest_time;
    if life > longest.0 {
        let message = format!("--expires is longer than {longest} (seal.longest_time)");
        return Err(WrongUse(message).into());
    }
    Ok(life)
}

/// Opens a sealed map with the key that it names.
pub(crate) async fn open(installation: &Installation, sealed: &str) -> anyhow::Result<Vault> {
    let header = seal::peek(sealed)?;
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
    Ok(seal::open(sealed, &key, now_s())?)
}

fn now_s() -> i64 {
    SystemAmbient.now_ms().div_euclid(1000)
}
