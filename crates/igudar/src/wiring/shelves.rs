//! The server's questions about collections and documents, answered from the library. The walls between
//! projects stand here: what a project may not read does not exist for it.

use std::sync::Arc;

use bytes::Bytes;
use futures_core::future::BoxFuture;
use gateway::ports::Ambient as _;
use knowledge::Sharing;
use knowledge::document::{Collection, DocumentId, PersonalData};
use projects::ProjectId;
use serde_json::{Value, json};
use server::{CollectionAccess, CollectionRules, Incoming, LibraryError, Shown};
use store::shelf::{CollectionError, DocumentRecord, Job, JobState, Upload};
use store::{StoreError, SystemAmbient};
use tokio::sync::Semaphore;

use super::Library;
use super::library::{IngestFault, Ingested};

/// The library as the server uses it.
#[derive(Clone)]
pub(crate) struct Shelves {
    library: Library,
    /// Files are read one after the other: reading is work for the processor.
    reading: Arc<Semaphore>,
}

fn unavailable(error: impl std::fmt::Display) -> LibraryError {
    LibraryError::Unavailable(error.to_string())
}

fn refused(error: CollectionError) -> LibraryError {
    match error {
        CollectionError::Exists => LibraryError::NameTaken,
        CollectionError::Unknown => LibraryError::Unknown,
        CollectionError::Store(error) => unavailable(error),
    }
}

fn shown(collection: &Collection, project: &ProjectId) -> Value {
    let own = collection.project == project.as_str();
    let mut value = json!({
        "name": collection.name,
        "own": own,
        "public": collection.sharing == Sharing::Public,
        "personal_data": collection.personal_data,
        "licence": collection.licence,
        "attribution": collection.attribution,
    });
    // With whom else it is shared is its owner's business.
    if own
        && let (Some(fields), Sharing::Projects(names)) =
            (value.as_object_mut(), &collection.sharing)
    {
        fields.insert("shared_with".to_owned(), json!(names));
    }
    value
}

/// A document; how it was read and what was found in it is its owner's business.
fn shown_document(
    document: &DocumentRecord,
    collection: &Collection,
    project: &ProjectId,
) -> Value {
    let mut value = json!(document);
    if collection.project != project.as_str()
        && let Some(fields) = value.as_object_mut()
    {
        for owners in ["remarks", "personal_data"] {
            fields.remove(owners);
        }
    }
    value
}

fn shown_job(job: &Job) -> Value {
    json!({
        "id": job.id,
        "collection": job.collection,
        "file": job.name,
        "state": job.state,
        "report": serde_json::from_str::<Value>(&job.report).unwrap_or_default(),
        "status_url": format!("/v1/documents/jobs/{}", job.id),
    })
}

impl Shelves {
    /// The library, and what an earlier process left to be read.
    pub(crate) async fn begin(library: Library) -> Result<Self, StoreError> {
        let shelves = Self { library, reading: Arc::new(Semaphore::new(1)) };
        for job in shelves.library.shelf.waiting_jobs().await? {
            shelves.read_later(job);
        }
        Ok(shelves)
    }

    async fn readable(&self, project: &ProjectId, name: &str) -> Result<Collection, LibraryError> {
        let known = self.library.shelf.collection(name).await.map_err(unavailable)?;
        known
            .filter(|collection| collection.is_open_to(project.as_str()))
            .ok_or(LibraryError::Unknown)
    }

    async fn own(&self, project: &ProjectId, name: &str) -> Result<Collection, LibraryError> {
        let collection = self.readable(project, name).await?;
        if collection.project == project.as_str() {
            Ok(collection)
        } else {
            Err(LibraryError::NotOwned)
        }
    }

    /// Reads a file that was taken, after those before it.
    fn read_later(&self, job: Job) {
        let shelves = self.clone();
        tokio::spawn(async move {
            let Ok(_turn) = shelves.reading.acquire().await else { return };
            let (state, report) = shelves.read(&job).await;
            let report = report.to_string();
            if let Err(error) = shelves.library.shelf.end_job(&job.id, state, &report).await {
                tracing::error!(%error, "a file's report cannot be kept");
            }
        });
    }

    async fn read(&self, job: &Job) -> (JobState, Value) {
        match self.kept(job).await {
            Ok(kept) => (JobState::Done, json!(kept)),
            // What the disk says names places of this machine: the owner of a key gets the rest.
            Err(IngestFault::Shelf(CollectionError::Store(error))) => {
                tracing::error!(%error, "a file cannot be kept");
                (
                    JobState::Failed,
                    json!({ "why": "it cannot be kept at the moment; send it again" }),
                )
            }
            Err(fault) => (JobState::Failed, json!({ "why": fault.to_string() })),
        }
    }

    async fn kept(&self, job: &Job) -> Result<Ingested, IngestFault> {
        let shelf = &self.library.shelf;
        // A job goes with its collection, though another may have taken the name.
        let job = shelf.job(&job.id).await.map_err(CollectionError::Store)?;
        let job = &job.ok_or(CollectionError::Unknown)?;
        let known = shelf.collection(&job.collection).await.map_err(CollectionError::Store)?;
        let collection = known.ok_or(CollectionError::Unknown)?;
        let bytes = shelf.uploaded(job).await.map_err(CollectionError::Store)?;
        let kept = self.library.ingest(&job.name, bytes, &collection).await;
        // Whatever became of it: others may have the index's writer.
        shelf.flush().await.map_err(CollectionError::Store)?;
        kept
    }
}

fn with_rules(collection: &mut Collection, rules: CollectionRules) {
    let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
    collection.personal_data = rules.personal_data.unwrap_or(collection.personal_data);
    collection.licence = given(rules.licence).or(collection.licence.take());
    collection.attribution = given(rules.attribution).or(collection.attribution.take());
}

impl server::Shelves for Shelves {
    fn collections(&self, project: &ProjectId) -> Shown<'_> {
        let project = project.clone();
        Box::pin(async move {
            let all = self.library.shelf.collections().await.map_err(unavailable)?;
            let open = all.iter().filter(|one| one.is_open_to(project.as_str()));
            let open: Vec<Value> = open.map(|one| shown(one, &project)).collect();
            Ok(json!({ "object": "list", "data": open }))
        })
    }

    fn collection(&self, project: &ProjectId, name: &str) -> Shown<'_> {
        let (project, name) = (project.clone(), name.to_owned());
        Box::pin(async move {
            let collection = self.readable(&project, &name).await?;
            let mut value = shown(&collection, &project);
            if collection.project == project.as_str() {
                let reuses = self.library.shelf.reuses(&name).await.map_err(unavailable)?;
                if let Some(fields) = value.as_object_mut() {
                    fields.insert("reuses".to_owned(), json!(reuses));
                }
            }
            Ok(value)
        })
    }

    fn create(&self, project: &ProjectId, name: &str, rules: CollectionRules) -> Shown<'_> {
        let (project, name) = (project.clone(), name.to_owned());
        Box::pin(async move {
            ProjectId::parse(&name).map_err(|_| {
                let rule = "a collection's name has 1 to 64 lower-case letters, digits and hyphens, a letter or digit first";
                LibraryError::Wrong(rule.to_owned())
            })?;
            let mut collection = Collection {
                name,
                project: project.as_str().to_owned(),
                sharing: Sharing::Private,
                personal_data: PersonalData::Keep,
                licence: None,
                attribution: None,
            };
            with_rules(&mut collection, rules);
            let now = SystemAmbient.now_ms();
            self.library.shelf.add_collection(&collection, now).await.map_err(refused)?;
            Ok(shown(&collection, &project))
        })
    }

    fn open_to(&self, project: &ProjectId, name: &str, access: CollectionAccess) -> Shown<'_> {
        let (project, name) = (project.clone(), name.to_owned());
        Box::pin(async move {
            let mut collection = self.own(&project, &name).await?;
            match access {
                CollectionAccess::Projects(names) if names.is_empty() => {
                    collection.sharing = Sharing::Private;
                }
                // Whether such projects exist is not told.
                CollectionAccess::Projects(names) => collection.sharing = Sharing::Projects(names),
                CollectionAccess::Public(rules) => {
                    with_rules(&mut collection, rules);
                    collection
                        .publish()
                        .map_err(|missing| LibraryError::Missing(missing.to_string()))?;
                }
            }
            self.library.shelf.change_collection(&collection).await.map_err(refused)?;
            Ok(shown(&collection, &project))
        })
    }

    fn delete_collection(&self, project: &ProjectId, name: &str) -> Shown<'_> {
        let (project, name) = (project.clone(), name.to_owned());
        Box::pin(async move {
            self.own(&project, &name).await?;
            let (shelf, deleted) = (Arc::clone(&self.library.shelf), name.clone());
            // A task of its own: a caller who goes away must not stop it halfway.
            let done = tokio::spawn(async move { shelf.delete_collection(&deleted).await }).await;
            done.map_err(unavailable)?.map_err(unavailable)?;
            Ok(json!({ "deleted": name }))
        })
    }

    fn documents(
        &self,
        project: &ProjectId,
        collection: &str,
        offset: u32,
        limit: u32,
    ) -> Shown<'_> {
        let (project, name) = (project.clone(), collection.to_owned());
        Box::pin(async move {
            let collection = self.readable(&project, &name).await?;
            let shelf = &self.library.shelf;
            let page = shelf.documents(&name, offset, limit).await.map_err(unavailable)?;
            let full = u32::try_from(page.len()) == Ok(limit);
            let next = full.then(|| offset.saturating_add(limit));
            let page: Vec<Value> =
                page.iter().map(|one| shown_document(one, &collection, &project)).collect();
            Ok(json!({ "object": "list", "data": page, "next_offset": next }))
        })
    }

    fn document(&self, project: &ProjectId, collection: &str, id: &str) -> Shown<'_> {
        let (project, name, id) = (project.clone(), collection.to_owned(), id.to_owned());
        Box::pin(async move {
            let collection = self.readable(&project, &name).await?;
            let id = DocumentId::new(&id).map_err(|_| LibraryError::Unknown)?;
            let shelf = &self.library.shelf;
            let record = shelf.document(&name, &id).await.map_err(unavailable)?;
            let record = record.ok_or(LibraryError::Unknown)?;
            let passages = shelf.document_passages(&name, &id).await.map_err(unavailable)?;
            let passages: Vec<Value> = passages
                .iter()
                .map(|kept| json!({ "number": kept.number, "passage": kept.passage }))
                .collect();
            let document = shown_document(&record, &collection, &project);
            Ok(json!({ "document": document, "passages": passages }))
        })
    }

    fn delete_document(&self, project: &ProjectId, collection: &str, id: &str) -> Shown<'_> {
        let (project, name, id) = (project.clone(), collection.to_owned(), id.to_owned());
        Box::pin(async move {
            self.own(&project, &name).await?;
            let id = DocumentId::new(&id).map_err(|_| LibraryError::Unknown)?;
            let (shelf, deleted) = (Arc::clone(&self.library.shelf), id.clone());
            let done =
                tokio::spawn(async move { shelf.delete_document(&name, &deleted).await }).await;
            if done.map_err(unavailable)?.map_err(unavailable)? {
                Ok(json!({ "deleted": id }))
            } else {
                Err(LibraryError::Unknown)
            }
        })
    }

    fn begin_upload(
        &self,
        project: &ProjectId,
        collection: &str,
    ) -> BoxFuture<'_, Result<Box<dyn Incoming>, LibraryError>> {
        let (project, name) = (project.clone(), collection.to_owned());
        Box::pin(async move {
            self.own(&project, &name).await?;
            let mut id = [0; 16];
            SystemAmbient.random(&mut id);
            let id = format!("job_{}", hex::encode(id));
            let upload = self.library.shelf.begin_upload(id).map_err(unavailable)?;
            let arriving = Arriving { shelves: self.clone(), project, collection: name, upload };
            Ok(Box::new(arriving) as Box<dyn Incoming>)
        })
    }

    fn job(&self, project: &ProjectId, id: &str) -> Shown<'_> {
        let (project, id) = (project.clone(), id.to_owned());
        Box::pin(async move {
            let job = self.library.shelf.job(&id).await.map_err(unavailable)?;
            let job = job.ok_or(LibraryError::Unknown)?;
            // Whoever may only read a collection does not see what its owner sends.
            match self.own(&project, &job.collection).await {
                Ok(_) => Ok(shown_job(&job)),
                Err(LibraryError::NotOwned) => Err(LibraryError::Unknown),
                Err(error) => Err(error),
            }
        })
    }
}

struct Arriving {
    shelves: Shelves,
    project: ProjectId,
    collection: String,
    upload: Upload,
}

impl Incoming for Arriving {
    fn write(&mut self, piece: Bytes) -> BoxFuture<'_, Result<(), LibraryError>> {
        Box::pin(async move { self.upload.write(&piece).await.map_err(unavailable) })
    }

    fn finish(self: Box<Self>, name: String) -> Shown<'static> {
        Box::pin(async move {
            let Self { shelves, project, collection, upload } = *self;
            let (owned, now) = ((project.as_str(), &*collection), SystemAmbient.now_ms());
            let taken = shelves.library.shelf.take_upload(upload, owned, &name, now).await;
            let job = taken.map_err(refused)?;
            let shown = shown_job(&job);
            shelves.read_later(job);
            Ok(shown)
        })
    }
}
