//! A server over a journal in memory, a few keys, the echo, and models that misbehave.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use bytes::Bytes;
use futures_core::future::BoxFuture;
use futures_util::StreamExt as _;
use gateway::ports::{
    Ambient, Closing, Directory, Journal, JournalError, Opening, Receipts, SealingSalt,
    SealingSalts,
};
use gateway::{Destination, Embedding, Gateway, GatewayParts, ServedModel};
use http::{HeaderMap, Request, StatusCode};
use ledger::{Receipt, ReceiptId};
use model::dialect::Dialect;
use model::echo::Echo;
use model::{Answer, Ask, AskError, Limits, Model};
use projects::{ApiKey, KeyHash, KeyId, KeyRecord, Micro, Price, Project, ProjectId, Stage};
use protection::{Class, Finder, Pack, Policy};
use serde_json::Value;
use server::{Accounts, BodyLimits, MasterKey, Metrics, Part, Parts, Settings, UsageReport};
use server::{CollectionAccess, CollectionRules, Incoming, LibraryError, Shelves, Shown};
use tower::ServiceExt as _;

/// The time of every test.
pub(crate) const NOW_MS: i64 = 1_760_000_000_000;

/// What the tests' server is made of besides the usual.
pub(crate) struct House {
    pub(crate) router: Router,
    pub(crate) key: String,
    pub(crate) revoked: String,
    pub(crate) expired: String,
    pub(crate) other_project: String,
    pub(crate) production: String,
    pub(crate) unregistered: String,
    pub(crate) journal: Arc<Memory>,
    pub(crate) hanging: Arc<Hanging>,
}

pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.bytes.to_vec()).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and public code of an error.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let error = self.json()["error"].clone();
        assert!(error["message"].is_string() && error["type"].is_string(), "{error}");
        assert!(error.get("param").is_some(), "{error}");
        (self.status.as_u16(), error["code"].as_str().unwrap().to_owned())
    }
}

/// Documents of which none is found: `p1` may read the collection `open`, nobody any other.
struct OneCollection;

impl server::Searches for OneCollection {
    fn search(
        &self,
        project: &ProjectId,
        query: knowledge::search::Query,
    ) -> BoxFuture<'_, Result<knowledge::search::Found, server::SearchFault>> {
        let open = project.as_str() == "p1";
        let named = &query.filter.collections;
        let allowed = named.is_empty() || (open && named.iter().all(|name| name == "open"));
        let found = if allowed {
            Ok(knowledge::search::Found::default())
        } else {
            Err(server::SearchFault::NoCollection)
        };
        Box::pin(std::future::ready(found))
    }
}

/// The usual settings, with short times.
pub(crate) fn settings() -> Settings {
    Settings {
        body: BodyLimits {
            raw: 256 << 10,
            decoded: 512 << 10,
            together: 16 << 20,
            total_time: Duration::from_millis(400),
            idle_time: Duration::from_millis(200),
        },
        in_flight: 8,
        ..Settings::default()
    }
}

impl House {
    pub(crate) fn new() -> Self {
        Self::with(settings(), 0)
    }

    pub(crate) fn with(settings: Settings, requests_per_minute: u32) -> Self {
        Self::and_models(settings, requests_per_minute, &[])
    }

    /// The same with more models, each a destination of its name.
    pub(crate) fn and_models(
        settings: Settings,
        requests_per_minute: u32,
        more: &[(&str, Arc<dyn Model>)],
    ) -> Self {
        let journal = Arc::new(Memory::default());
        let hanging = Arc::new(Hanging::default());
        let mut keys = Keys::default();
        let key = keys.add("p1", requests_per_minute, None, None, Stage::Test);
        let revoked = keys.add("p1", 0, Some(NOW_MS - 1), None, Stage::Test);
        let expired = keys.add("p1", 0, None, Some(NOW_MS - 1), Stage::Test);
        let other_project = keys.add("p2", 0, None, None, Stage::Test);
        let registered = Stage::Production { registered: true };
        let production = keys.add("p1", 0, None, None, registered);
        let unregistered = Stage::Production { registered: false };
        let unregistered = keys.add("p2", 0, None, None, unregistered);
        let ambient = Arc::new(Still::default());
        let metrics = Arc::new(Metrics::default());
        let hanging_model: Arc<dyn Model> = Arc::<Hanging>::clone(&hanging);
        let mut destinations = vec![
            destination("echo", "echo-no-model", Arc::new(Echo)),
            destination("slow", "hanging", hanging_model),
            destination("wild", "panicking", Arc::new(Panicking)),
            destination("down", "broken", Arc::new(Broken)),
        ];
        destinations
            .extend(more.iter().map(|(name, model)| destination(name, name, Arc::clone(model))));
        let gateway = Gateway::new(GatewayParts {
            finder: Arc::new(Finder::new(&Pack::read(&packs::morocco()).unwrap())),
            destinations,
            journal: Arc::<Memory>::clone(&journal),
            ambient: Arc::<Still>::clone(&ambient),
            observer: Arc::<Metrics>::clone(&metrics),
            limits: Limits::default(),
            id_key: [7; 32],
        });
        let router = server::router(Parts {
            gateway: Arc::new(gateway),
            directory: Arc::new(keys),
            receipts: Arc::new(NoReceipts),
            salts: Arc::new(OneSalt),
            ambient,
            accounts: Arc::new(Books),
            search: Arc::new(OneCollection),
            shelves: Arc::new(NoShelves),
            answers: Arc::new(NoDocuments),
            doors: crate::visitors::doors(),
            master_key: MasterKey([7; 32]),
            policy: Policy::label_all("test"),
            metrics,
            settings,
        });
        Self {
            router,
            key,
            revoked,
            expired,
            other_project,
            production,
            unregistered,
            journal,
            hanging,
        }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 64 << 20).await.unwrap();
        Reply { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.key))
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &str) -> Reply {
        let request = self.request("POST", path).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }
}

fn destination(name: &str, model_name: &str, model: Arc<dyn Model>) -> Destination {
    Destination {
        name: name.to_owned(),
        operator: "tests".to_owned(),
        place: "here".to_owned(),
        law: "none".to_owned(),
        local: true,
        abroad: false,
        authorisation: None,
        dialect: Dialect::Local,
        policy: Policy::label_all("test"),
        embedding: Embedding::Clear,
        highest_class: Class::Sensitive,
        models: vec![ServedModel {
            name: model_name.to_owned(),
            upstream_name: model_name.to_owned(),
            price: Price { input_per_million: Micro(0), output_per_million: Micro(0) },
            output_cap: 4096,
        }],
        model,
    }
}

#[derive(Default)]
struct Keys(BTreeMap<KeyHash, (KeyRecord, Project)>);

impl Keys {
    fn add(
        &mut self,
        project: &str,
        requests_per_minute: u32,
        revoked_ms: Option<i64>,
        expires_ms: Option<i64>,
        stage: Stage,
    ) -> String {
        let number = u8::try_from(self.0.len()).unwrap();
        let key = ApiKey::from_entropy([number + 1; 32]);
        let project = Project {
            id: ProjectId::new(project),
            name: project.to_owned(),
            created_ms: 0,
            budget: None,
            requests_per_minute,
            local_only: false,
            policy: None,
        };
        let record = KeyRecord {
            id: KeyId::from_bytes([number; 6]),
            project: project.id.clone(),
            name: "test".to_owned(),
            hash: key.hash(),
            created_ms: 0,
            revoked_ms,
            expires_ms,
            stage,
        };
        self.0.insert(key.hash(), (record, project));
        key.reveal().to_owned()
    }
}

type Found<T> = BoxFuture<'static, Result<T, JournalError>>;

fn ready<T: Send + 'static>(value: T) -> Found<T> {
    Box::pin(std::future::ready(Ok(value)))
}

impl Directory for Keys {
    fn find_key(&self, hash: &KeyHash) -> Found<Option<(KeyRecord, Project)>> {
        ready(self.0.get(hash).cloned())
    }
}

/// A journal in memory that can be told to refuse.
#[derive(Default)]
pub(crate) struct Memory {
    pub(crate) refuse: Mutex<Option<JournalError>>,
    pub(crate) opened: AtomicUsize,
    pub(crate) closed: AtomicUsize,
}

impl Journal for Memory {
    fn open(&self, _: Opening) -> BoxFuture<'_, Result<(), JournalError>> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        let refused = self.refuse.lock().unwrap().clone();
        Box::pin(std::future::ready(refused.map_or(Ok(()), Err)))
    }

    fn close(&self, _: Closing) -> BoxFuture<'_, Result<(), JournalError>> {
        self.closed.fetch_add(1, Ordering::SeqCst);
        ready(())
    }

    fn close_detached(&self, _: Closing) {
        self.closed.fetch_add(1, Ordering::SeqCst);
    }
}

struct NoReceipts;

impl Receipts for NoReceipts {
    fn receipt(&self, _: &ProjectId, _: &ReceiptId) -> Found<Option<Receipt>> {
        ready(None)
    }

    fn checkpoint(&self) -> Found<String> {
        ready("igudar/test\n1\nAAAA\n\n— igudar/test AAAA\n".to_owned())
    }
}

struct OneSalt;

impl SealingSalts for OneSalt {
    fn newest(&self, _: &ProjectId) -> Found<SealingSalt> {
        ready(SealingSalt { key_id: "s1".to_owned(), salt: vec![1; 32] })
    }

    fn named(&self, _: &ProjectId, key_id: &str) -> Found<Option<SealingSalt>> {
        let known = key_id == "s1";
        ready(known.then(|| SealingSalt { key_id: "s1".to_owned(), salt: vec![1; 32] }))
    }
}

struct Books;

impl Accounts for Books {
    fn usage(&self, project: &ProjectId) -> Found<UsageReport> {
        ready(UsageReport { project: project.to_string(), ..UsageReport::default() })
    }

    fn parts(&self) -> BoxFuture<'_, Vec<Part>> {
        Box::pin(std::future::ready(vec![Part { name: "ledger", ready: true }]))
    }
}

#[derive(Default)]
struct Still(AtomicU64);

impl Ambient for Still {
    fn now_ms(&self) -> i64 {
        NOW_MS
    }

    fn random(&self, bytes: &mut [u8]) {
        let number = self.0.fetch_add(1, Ordering::SeqCst).to_le_bytes();
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = number[place % 8];
        }
    }
}

/// Streams one event and then nothing; knows how many of its streams live.
#[derive(Default)]
pub(crate) struct Hanging {
    pub(crate) living: Arc<AtomicUsize>,
}

struct Life(Arc<AtomicUsize>);

impl Drop for Life {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Model for Hanging {
    fn ask(&self, _: Ask) -> BoxFuture<'_, Result<Answer, AskError>> {
        self.living.fetch_add(1, Ordering::SeqCst);
        let life = Life(Arc::clone(&self.living));
        let event = concat!(
            "data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",",
            "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a \"},\"finish_reason\":null}]}\n\n"
        );
        let first = futures_util::stream::iter([Ok(Bytes::from_static(event.as_bytes()))]);
        let never = futures_util::stream::pending().map(move |item: Result<Bytes, AskError>| {
            let _kept = &life;
            item
        });
        let answer = Answer::Stream(first.chain(never).boxed());
        Box::pin(std::future::ready(Ok(answer)))
    }
}

struct Panicking;

impl Model for Panicking {
    #[expect(clippy::panic, reason = "a fault of ours must not end the server")]
    fn ask(&self, _: Ask) -> BoxFuture<'_, Result<Answer, AskError>> {
        Box::pin(async { panic!("the text of a panic can hold DA48213") })
    }
}

struct Broken;

impl Model for Broken {
    fn ask(&self, _: Ask) -> BoxFuture<'_, Result<Answer, AskError>> {
        Box::pin(std::future::ready(Err(AskError::Connect)))
    }
}

/// An installation without documents.
struct NoShelves;

fn none<'a, T: 'a>() -> BoxFuture<'a, Result<T, LibraryError>> {
    Box::pin(async { Err(LibraryError::Unknown) })
}

impl Shelves for NoShelves {
    fn collections(&self, _: &ProjectId) -> Shown<'_> {
        none()
    }

    fn collection(&self, _: &ProjectId, _: &str) -> Shown<'_> {
        none()
    }

    fn create(&self, _: &ProjectId, _: &str, _: CollectionRules) -> Shown<'_> {
        Box::pin(async { Err(LibraryError::NameTaken) })
    }

    fn open_to(&self, _: &ProjectId, _: &str, _: CollectionAccess) -> Shown<'_> {
        Box::pin(async { Err(LibraryError::Missing("the licence is missing".to_owned())) })
    }

    fn delete_collection(&self, _: &ProjectId, _: &str) -> Shown<'_> {
        Box::pin(async { Err(LibraryError::NotOwned) })
    }

    fn documents(&self, _: &ProjectId, _: &str, _: u32, _: u32) -> Shown<'_> {
        none()
    }

    fn document(&self, _: &ProjectId, _: &str, _: &str) -> Shown<'_> {
        none()
    }

    fn delete_document(&self, _: &ProjectId, _: &str, _: &str) -> Shown<'_> {
        none()
    }

    fn begin_upload(
        &self,
        _: &ProjectId,
        _: &str,
    ) -> BoxFuture<'_, Result<Box<dyn Incoming>, LibraryError>> {
        none()
    }

    fn job(&self, _: &ProjectId, _: &str) -> Shown<'_> {
        none()
    }
}

/// No collection is open to anyone.
struct NoDocuments;

impl server::Answers for NoDocuments {
    fn grounds(
        &self,
        _: &projects::ProjectId,
        _: String,
        _: knowledge::ports::Filter,
    ) -> futures_core::future::BoxFuture<'_, Result<knowledge::answer::Grounds, server::AnswerFault>>
    {
        Box::pin(async { Err(server::AnswerFault::NoCollection) })
    }
}
