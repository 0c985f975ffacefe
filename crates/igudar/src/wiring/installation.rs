//! The data folder: opened, or begun with everything that a first start needs.

use std::path::Path;

use anyhow::Context as _;
use gateway::ports::Ambient as _;
use projects::{ApiKey, KeyId, KeyRecord, Project, ProjectId, Stage};
use store::files::{self, Readers};
use store::{Secrets, Store, SystemAmbient};

use crate::configuration::{Configuration, FILE_NAME, first_file};

/// The first project's id.
const FIRST_PROJECT: &str = "first";
/// The file that shows that a folder is a data folder.
const DATABASE: &str = "igudar.db";

/// An open data folder.
pub(crate) struct Installation {
    pub(crate) store: Store,
    pub(crate) secrets: Secrets,
}

/// The key that a first start makes.
pub(crate) struct FirstKey {
    pub(crate) project: ProjectId,
    pub(crate) key: ApiKey,
}

impl Installation {
    /// Opens the data folder; begins it where it is missing: configuration, keys, database, a project.
    pub(crate) async fn open_or_begin(configuration: &Configuration) -> anyhow::Result<Self> {
        let folder = &configuration.folder;
        let failed = || format!("the data folder {} cannot be used", folder.display());
        files::create_folder(folder).with_context(failed)?;
        files::create(&folder.join(FILE_NAME), first_file().as_bytes(), Readers::Owner)
            .with_context(failed)?;
        let installation = Self::open(folder).await?;
        if installation.store.projects().await?.is_empty() {
            let project = Project {
                id: ProjectId::new(FIRST_PROJECT),
                name: "The first project".to_owned(),
                created_ms: SystemAmbient.now_ms(),
                budget: None,
                requests_per_minute: configuration.settings.projects.requests_per_minute,
                local_only: false,
                policy: None,
            };
            installation.store.add_project(&project).await?;
        }
        Ok(installation)
    }

    /// Whether a folder was begun before.
    pub(crate) fn exists(folder: &Path) -> bool {
        folder.join(DATABASE).exists()
    }

    /// Opens a data folder that was begun before.
    pub(crate) async fn open_existing(folder: &Path) -> anyhow::Result<Self> {
        if !Self::exists(folder) {
            anyhow::bail!(
                "there is no data in {}; `igudar serve` begins it, --data names another folder",
                folder.display()
            );
        }
        Self::open(folder).await
    }

    async fn open(folder: &Path) -> anyhow::Result<Self> {
        let failed = || format!("the data folder {} cannot be used", folder.display());
        let settings = store::Settings::default();
        let store = Store::open(folder, &settings).await.with_context(failed)?;
        let secrets = store.secrets(&SystemAmbient).await.with_context(failed)?;
        Ok(Self { store, secrets })
    }

    /// The first key, when no key was ever made.
    pub(crate) async fn first_key(&self) -> anyhow::Result<Option<FirstKey>> {
        if !self.store.keys(None).await?.is_empty() {
            return Ok(None);
        }
        let project = self.project(None).await?.id;
        let (record, key) = new_key(project.clone(), "first", None);
        self.store.add_key(&record).await?;
        Ok(Some(FirstKey { project, key }))
    }

    /// The project of this id; the first one where none is named.
    pub(crate) async fn project(&self, id: Option<&str>) -> anyhow::Result<Project> {
        if let Some(id) = id {
            let found = self.store.project(&ProjectId::parse(id)?).await?;
            return found
                .with_context(|| format!("there is no project `{id}`: igudar project list"));
        }
        let mut projects = self.store.projects().await?;
        anyhow::ensure!(!projects.is_empty(), "there is no project: igudar project create NAME");
        let first = projects.iter().position(|project| project.id.as_str() == FIRST_PROJECT);
        Ok(projects.swap_remove(first.unwrap_or(0)))
    }
}

/// A key out of the system's randomness, and its record: a key for tests.
pub(crate) fn new_key(
    project: ProjectId,
    name: &str,
    expires_ms: Option<i64>,
) -> (KeyRecord, ApiKey) {
    let mut entropy = [0; 32];
    SystemAmbient.random(&mut entropy);
    let key = ApiKey::from_entropy(entropy);
    let mut id = [0; 6];
    SystemAmbient.random(&mut id);
    let record = KeyRecord {
        id: KeyId::from_bytes(id),
        project,
        name: name.to_owned(),
        hash: key.hash(),
        created_ms: SystemAmbient.now_ms(),
        revoked_ms: None,
        expires_ms,
        stage: Stage::Test,
    };
    (record, key)
}
