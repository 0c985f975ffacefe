//! The library: the shelf, what search needs beside it, and how a file comes onto it.

mod personal;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use extraction::{Format, Limits, ReadError};
use gateway::ports::Ambient as _;
use inference::sentence_encoder::SentenceEncoder;
use knowledge::Collection;
use knowledge::answer::{Answer, Grounds, PHRASES_FILE, Phrases, Sources};
use knowledge::concepts::Vocabulary;
use knowledge::document::{PersonalData, Sharing};
use knowledge::ingest::{Prepared, prepare, text_to_embed};
use knowledge::ports::Filter;
use knowledge::reading::{Reading, Remark};
use knowledge::search::{Found, Query, SearchError};
use knowledge::vectors::quantised;
use model::Embedder;
use projects::{ProjectId, Window, window_key};
use protection::Finder;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use store::shelf::{Analysis, CollectionError, KeptPassage, NewDocument, Put, SqliteShelf};
use store::{Settings, StoreError, SystemAmbient};
use tempfile::TempDir;

use super::OwnFiles;
use super::knowledge::{knowledge, pack_files};
use crate::configuration::{Configuration, assemble, read};

/// Counts up whenever the same file would be kept otherwise: files are then read again.
const READING_VERSION: &str = "1";
/// Counts up whenever the same passage would get other index terms.
const ANALYSIS_VERSION: &str = "1";

/// The library of one installation.
#[derive(Clone)]
pub(crate) struct Library {
    pub(crate) shelf: Arc<SqliteShelf>,
    vocabulary: Arc<Vocabulary>,
    phrases: Arc<Phrases>,
    embedder: Option<Arc<dyn Embedder>>,
    finder: Arc<FinderInForce>,
    /// What tells one pack from another, and the folder of the installation's own words.
    pack: String,
    folder: PathBuf,
}

/// What became of one file.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Ingested {
    /// Its document.
    pub(crate) document: String,
    pub(crate) put: Put,
    pub(crate) passages: usize,
    pub(crate) remarks: Vec<Remark>,
    /// How many personal values of each type were found.
    pub(crate) personal_data: BTreeMap<String, u64>,
}

/// What a project may look in.
pub(super) struct Open {
    pub(super) filter: Filter,
    /// The collections that are open to it and not its own.
    pub(super) foreign: BTreeSet<String>,
}

/// Gives the finder that is in force.
pub(crate) type FinderInForce = dyn Fn() -> Arc<Finder> + Send + Sync;

/// A file, read.
struct Read {
    prepared: Prepared,
    personal_data: BTreeMap<String, u64>,
    passages: Vec<KeptPassage>,
}

/// Why a file is not kept. Names no content.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IngestFault {
    #[error(transparent)]
    Read(#[from] extraction::ReadError),
    #[error("it holds personal data ({0}), and the collection refuses such documents")]
    PersonalData(String),
    #[error(transparent)]
    Embed(#[from] model::EmbedError),
    #[error(transparent)]
    Shelf(#[from] CollectionError),
}

impl Library {
    /// Opens the library of a data folder; makes it where it is missing.
    pub(crate) async fn open(configuration: &Configuration) -> anyhow::Result<Self> {
        let finder = knowledge(configuration)?.finder;
        Self::open_with(configuration, Arc::new(move || Arc::clone(&finder))).await
    }

    /// A library in a folder of its own, which goes away with it, of some texts by their names; none where there
    /// are no texts. `models` is the folder whose encoder it uses.
    pub(super) async fn of_texts(
        collection: &str,
        texts: impl Iterator<Item = (&str, &str)>,
        models: Option<&Path>,
    ) -> anyhow::Result<Option<(Self, TempDir)>> {
        let mut texts = texts.peekable();
        if texts.peek().is_none() {
            return Ok(None);
        }
        let place = tempfile::tempdir()?;
        if let Some(models) = models.filter(|models| models.is_dir()) {
            // Only read; a model file is too large to be copied.
            let models = std::fs::canonicalize(models)?;
            std::os::unix::fs::symlink(models, place.path().join("models"))?;
        }
        let configuration = assemble(place.path(), read("", "its own")?, |_| None)?;
        let library = Self::open(&configuration).await?;
        let collection = Collection {
            name: collection.to_owned(),
            project: collection.to_owned(),
            sharing: Sharing::Private,
            personal_data: PersonalData::Keep,
            licence: None,
            attribution: None,
        };
        library.shelf.add_collection(&collection, 0).await?;
        for (name, content) in texts {
            library.ingest(name, content.as_bytes().to_vec(), &collection).await?;
        }
        library.shelf.flush().await?;
        Ok(Some((library, place)))
    }

    /// The same with a finder that may be exchanged meanwhile.
    pub(super) async fn open_with(
        configuration: &Configuration,
        finder: Arc<FinderInForce>,
    ) -> anyhow::Result<Self> {
        let files = pack_files(configuration)?;
        let tables = files.iter().filter(|(name, _)| name.starts_with("vocabulary/"));
        let tables: Vec<(&str, &str)> =
            tables.map(|(name, content)| (name.as_str(), content.as_str())).collect();
        let mut hasher = Sha256::new();
        hasher.update(ANALYSIS_VERSION);
        for (name, content) in &tables {
            hasher.update(name);
            hasher.update(content);
        }
        let vocabulary = Arc::new(Vocabulary::read(tables)?);
        // A pack that says nothing around quotes takes the phrases of the one inside the program.
        let built_in = packs::morocco();
        let phrases = files.get(PHRASES_FILE).or_else(|| built_in.get(PHRASES_FILE));
        let phrases = phrases.map_or("", String::as_str);
        let phrases = Arc::new(Phrases::read(PHRASES_FILE, phrases)?);
        let terms_by = Arc::clone(&vocabulary);
        let analysis = Analysis {
            name: hex::encode(hasher.finalize()),
            terms: Arc::new(move |facts, passage| {
                knowledge::indexing::terms(facts, passage, &terms_by)
            }),
        };
        let shelf =
            SqliteShelf::open(&configuration.folder, &Settings::default(), analysis).await?;
        let models = configuration.folder.join("models");
        let embedder: Option<Arc<dyn Embedder>> = if SentenceEncoder::is_in(&models) {
            Some(Arc::new(SentenceEncoder::load(&models)?))
        } else {
            None
        };
        let mut pack = Sha256::new();
        for (name, content) in &files {
            pack.update(name);
            pack.update(content);
        }
        Ok(Self {
            shelf: Arc::new(shelf),
            vocabulary,
            phrases,
            embedder,
            finder,
            pack: hex::encode(pack.finalize()),
            folder: configuration.folder.clone(),
        })
    }

    /// Searches. Works on a thread where blocking is allowed.
    pub(crate) async fn search(&self, query: Query) -> anyhow::Result<Found> {
        self.shelf.refresh().await?;
        let library = self.clone();
        let found: Result<Found, SearchError> = tokio::task::spawn_blocking(move || {
            let embedder = library.embedder.as_deref();
            knowledge::search::search(&*library.shelf, embedder, &library.vocabulary, &query)
        })
        .await?;
        Ok(found?)
    }

    /// Answers with quotes, or refuses.
    pub(crate) async fn answer(&self, question: String, filter: Filter) -> anyhow::Result<Answer> {
        Ok(self.grounds(question, filter).await?.extractive)
    }

    /// The same, with the extracts from which a model may answer. Works on a thread where blocking is allowed.
    pub(crate) async fn grounds(
        &self,
        question: String,
        filter: Filter,
    ) -> anyhow::Result<Grounds> {
        self.shelf.refresh().await?;
        let collections = self.shelf.collections().await?;
        let library = self.clone();
        let answered: Result<Grounds, SearchError> = tokio::task::spawn_blocking(move || {
            let sources = Sources {
                shelf: &*library.shelf,
                embedder: library.embedder.as_deref(),
                vocabulary: &library.vocabulary,
                phrases: &library.phrases,
                collections: &collections,
            };
            knowledge::answer::grounds(&sources, &question, &filter)
        })
        .await?;
        Ok(answered?)
    }

    /// The filter with the collections that it names, or all, as far as they are open to a project; `None` where
    /// one of them is not, or is not there: the two are not told apart.
    pub(super) async fn open_to(
        &self,
        project: &ProjectId,
        filter: Filter,
    ) -> Result<Option<Open>, StoreError> {
        let mut open = self.shelf.collections().await?;
        open.retain(|collection| collection.is_open_to(project.as_str()));
        let names: Vec<String> = open.iter().map(|one| one.name.clone()).collect();
        let collections = if filter.collections.is_empty() {
            names
        } else if filter.collections.iter().all(|name| names.contains(name)) {
            filter.collections
        } else {
            return Ok(None);
        };
        open.retain(|collection| collection.project != project.as_str());
        let foreign = open.into_iter().map(|collection| collection.name).collect();
        Ok(Some(Open { filter: Filter { collections, ..filter }, foreign }))
    }

    /// Counts for their publishers that a project used collections which are not its own. An answer that is
    /// there is given, whatever becomes of the count.
    pub(super) async fn count_use(
        &self,
        project: &ProjectId,
        foreign: &BTreeSet<String>,
        used: impl Iterator<Item = &str>,
        answered: bool,
    ) {
        let used: BTreeSet<&str> = used.filter(|name| foreign.contains(*name)).collect();
        if used.is_empty() {
            return;
        }
        let used: Vec<String> = used.into_iter().map(str::to_owned).collect();
        let month = window_key(Window::Month, SystemAmbient.now_ms());
        let counted = self.shelf.count_reuse(&used, project.as_str(), &month, answered).await;
        if let Err(error) = counted {
            tracing::warn!(%error, "a use of a collection is not counted");
        }
    }

    /// Whether meaning is looked for: an embedder is there.
    pub(crate) fn embedder(&self) -> Option<&str> {
        self.embedder.as_deref().map(Embedder::name)
    }

    /// Brings one file onto the shelf. Durable when it returns; found after `shelf.flush()`.
    pub(crate) async fn ingest(
        &self,
        name: &str,
        bytes: Vec<u8>,
        collection: &Collection,
    ) -> Result<Ingested, IngestFault> {
        let digest = self.digest(name, &bytes, collection);
        if let Some(document) =
            self.shelf.by_digest(&collection.name, &digest).await.map_err(CollectionError::Store)?
        {
            let (put, personal_data) = (Put::Unchanged, BTreeMap::new());
            return Ok(Ingested { document, put, passages: 0, remarks: Vec::new(), personal_data });
        }
        let (library, owned_name, owned) = (self.clone(), name.to_owned(), collection.clone());
        let worked = tokio::task::spawn_blocking(move || library.read(&owned_name, &bytes, &owned));
        let Ok(worked) = worked.await else {
            let damaged = "reading it failed in a way that is a fault of Igudar".to_owned();
            return Err(extraction::ReadError::Damaged(damaged).into());
        };
        let Read { prepared, personal_data, passages } = worked?;
        let document = NewDocument {
            collection: collection.clone(),
            id: prepared.id.clone(),
            digest,
            facts: prepared.facts,
            remarks: prepared.remarks.clone(),
            personal_data: personal_data.clone(),
            passages,
            ingested_ms: SystemAmbient.now_ms(),
        };
        let put = self.shelf.put(&document).await?;
        Ok(Ingested {
            document: prepared.id.to_string(),
            put,
            passages: document.passages.len(),
            remarks: prepared.remarks,
            personal_data,
        })
    }

    fn read(&self, name: &str, bytes: &[u8], collection: &Collection) -> Result<Read, IngestFault> {
        let mut reading = reading_of(name, bytes)?;
        let mask = collection.personal_data == PersonalData::Mask;
        let counts = personal::found(&(self.finder)(), name, &mut reading, mask);
        if collection.personal_data == PersonalData::Refuse && !counts.is_empty() {
            let kinds: Vec<String> =
                counts.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
            return Err(IngestFault::PersonalData(kinds.join(", ")));
        }
        let mut prepared = prepare(reading, name, collection);
        let passages = std::mem::take(&mut prepared.passages);
        let mut kept: Vec<KeptPassage> = passages
            .into_iter()
            .map(|passage| KeptPassage { passage, vectors: Vec::new() })
            .collect();
        if let Some(embedder) = &self.embedder {
            let texts: Vec<String> =
                kept.iter().map(|kept| text_to_embed(&prepared.facts, &kept.passage)).collect();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            for (kept, vector) in kept.iter_mut().zip(embedder.embed(&texts)?) {
                kept.vectors.push((embedder.name().to_owned(), quantised(&vector)));
            }
        }
        Ok(Read { prepared, personal_data: counts, passages: kept })
    }

    /// What decides whether a file is kept as it was kept before.
    fn digest(&self, name: &str, bytes: &[u8], collection: &Collection) -> String {
        // Who may read a collection changes nothing about how a file is kept.
        let Collection { personal_data, licence, attribution, .. } = collection;
        let rules = format!("{personal_data:?} {licence:?} {attribution:?}");
        // What is masked or refused depends on what is known to be personal.
        let known = match personal_data {
            PersonalData::Keep => String::new(),
            _ => format!("{} {:?}", self.pack, OwnFiles::stamp(&self.folder)),
        };
        let mut hasher = Sha256::new();
        for part in [READING_VERSION, name, self.embedder().unwrap_or_default(), &rules, &known] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        hasher.update(bytes);
        hex::encode(hasher.finalize())
    }
}

/// What a file says; formats with large readers are read in a process of their own.
fn reading_of(name: &str, bytes: &[u8]) -> Result<Reading, ReadError> {
    let limits = Limits::default();
    if extraction::format_of(name, bytes).is_plain() {
        return extraction::read_text(name, bytes, &limits);
    }
    let program = std::env::current_exe()
        .map_err(|error| ReadError::Process(format!("its program is not found ({error})")))?;
    let readings = extraction::read_in_child(&program, name, bytes, &limits)?;
    // An archive is one document, with each of its files under a heading; what could not be read is remarked.
    if extraction::format_of(name, bytes) == Format::Zip {
        return extraction::joined(readings);
    }
    readings.into_iter().next().map_or(Err(ReadError::NoText), |(_, reading)| reading)
}
