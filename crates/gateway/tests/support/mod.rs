//! A journal in memory, a model that answers as told, and a gateway over both.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use bytes::Bytes;
use futures_core::future::BoxFuture;
use futures_util::FutureExt;
use futures_util::StreamExt;
use futures_util::stream;
use gateway::ports::{Ambient, Closing, Journal, JournalError, Observer, Opening};
use gateway::{Destination, Embedding, Gateway, GatewayParts, Incoming, ReplyBody, ServedModel};
use ledger::{Answer as AnswerEntry, Egress};
use model::dialect::Dialect;
use model::{Answer, Ask, AskError, Limits, Model, Route};
use projects::{Access, Micro, Price};
use protection::{Class, Finder, Pack, PolicyFile};

/// What happened, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Happened {
    Opened(Box<Egress>),
    Asked(String),
    Closed(AnswerEntry),
    ClosedDetached(AnswerEntry),
}

/// The journal, the clock and the observer of a test, writing into one list.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    pub(crate) events: Mutex<Vec<Happened>>,
    pub(crate) refuse: Mutex<Option<JournalError>>,
    counter: Mutex<u8>,
}

impl Witness {
    pub(crate) fn note(&self, happened: Happened) {
        self.events.lock().unwrap().push(happened);
    }

    pub(crate) fn seen(&self) -> Vec<Happened> {
        self.events.lock().unwrap().clone()
    }

    pub(crate) fn closings(&self) -> Vec<AnswerEntry> {
        self.seen()
            .into_iter()
            .filter_map(|event| match event {
                Happened::Closed(entry) | Happened::ClosedDetached(entry) => Some(entry),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn asked(&self) -> Vec<String> {
        self.seen()
            .into_iter()
            .filter_map(|event| match event {
                Happened::Asked(body) => Some(body),
                _ => None,
            })
            .collect()
    }
}

impl Journal for Witness {
    fn open(&self, opening: Opening) -> BoxFuture<'_, Result<(), JournalError>> {
        let refused = self.refuse.lock().unwrap().clone();
        if refused.is_none() {
            self.note(Happened::Opened(Box::new(opening.entry)));
        }
        std::future::ready(refused.map_or(Ok(()), Err)).boxed()
    }

    fn close(&self, closing: Closing) -> BoxFuture<'_, Result<(), JournalError>> {
        self.note(Happened::Closed(closing.entry));
        std::future::ready(Ok(())).boxed()
    }

    fn close_detached(&self, closing: Closing) {
        self.note(Happened::ClosedDetached(closing.entry));
    }
}

impl Ambient for Witness {
    fn now_ms(&self) -> i64 {
        1_760_000_000_000
    }

    fn random(&self, bytes: &mut [u8]) {
        let mut counter = self.counter.lock().unwrap();
        *counter = counter.wrapping_add(1);
        bytes.fill(*counter);
    }
}

impl Observer for Witness {
    fn ended(&self, _egress: &Egress, _answer: &AnswerEntry) {}
}

/// What a scripted model answers, given the body it received.
type Script = Box<dyn Fn(&str) -> Result<Reply, AskError> + Send + Sync>;

pub(crate) enum Reply {
    Whole(String),
    /// Pieces of an event stream; `Err` ends it.
    Pieces(Vec<Result<Bytes, AskError>>),
    /// Pieces, then silence for ever.
    Hanging(Vec<Bytes>),
}

pub(crate) struct Scripted {
    pub(crate) witness: Arc<Witness>,
    pub(crate) script: Script,
}

impl Model for Scripted {
    fn ask(&self, ask: Ask) -> BoxFuture<'_, Result<Answer, AskError>> {
        let body = String::from_utf8(ask.body.to_vec()).unwrap();
        self.witness.note(Happened::Asked(body.clone()));
        let answer = (self.script)(&body).map(|reply| match reply {
            Reply::Whole(body) => Answer::Whole(Bytes::from(body)),
            Reply::Pieces(pieces) => Answer::Stream(stream::iter(pieces).boxed()),
            Reply::Hanging(pieces) => Answer::Stream(
                stream::iter(pieces.into_iter().map(Ok)).chain(stream::pending()).boxed(),
            ),
        });
        std::future::ready(answer).boxed()
    }
}

/// A finder over the Moroccan pack of this repository, built once.
static FINDER: LazyLock<Arc<Finder>> =
    LazyLock::new(|| Arc::new(Finder::new(&Pack::read(&packs::morocco()).unwrap())));

pub(crate) struct House {
    pub(crate) gateway: Gateway,
    pub(crate) witness: Arc<Witness>,
}

impl House {
    /// A gateway with one remote OpenAI-like destination that serves `remote-model`, one Mistral that
    /// serves `mistral-model`, and one on this machine that serves `local-model`.
    pub(crate) fn new(
        script: impl Fn(&str) -> Result<Reply, AskError> + Send + Sync + 'static,
    ) -> Self {
        Self::with_policy("name = \"default\"", script)
    }

    /// The same, with this policy for every destination.
    pub(crate) fn with_policy(
        policy: &str,
        script: impl Fn(&str) -> Result<Reply, AskError> + Send + Sync + 'static,
    ) -> Self {
        Self::changed(policy, |_| {}, script)
    }

    /// The same, with each destination changed.
    pub(crate) fn changed(
        policy: &str,
        change: impl Fn(&mut Destination),
        script: impl Fn(&str) -> Result<Reply, AskError> + Send + Sync + 'static,
    ) -> Self {
        let words = FINDER.label_words();
        let file = PolicyFile::read("policy.toml", policy, words, None).unwrap();
        let policy = file.settled(None, &[], words);
        let witness = Arc::new(Witness::default());
        let model: Arc<dyn Model> =
            Arc::new(Scripted { witness: Arc::clone(&witness), script: Box::new(script) });
        let destination = |name: &str, local, dialect| Destination {
            name: name.to_owned(),
            operator: "test".to_owned(),
            place: if local { "here" } else { "FR" }.to_owned(),
            law: "none".to_owned(),
            local,
            abroad: !local,
            authorisation: None,
            dialect,
            policy: policy.clone(),
            embedding: if local { Embedding::Clear } else { Embedding::ConstantLabel },
            highest_class: Class::Sensitive,
            models: vec![ServedModel {
                name: format!("{name}-model"),
                upstream_name: format!("{name}-upstream"),
                price: Price {
                    input_per_million: Micro(2_000_000),
                    output_per_million: Micro(6_000_000),
                },
                output_cap: 512,
            }],
            model: Arc::clone(&model),
        };
        let mut destinations = vec![
            destination("remote", false, Dialect::OpenAi),
            destination("mistral", false, Dialect::Mistral),
            destination("local", true, Dialect::Local),
        ];
        destinations.iter_mut().for_each(change);
        let gateway = Gateway::new(GatewayParts {
            finder: Arc::clone(&FINDER),
            destinations,
            journal: Arc::clone(&witness) as Arc<dyn Journal>,
            ambient: Arc::clone(&witness) as Arc<dyn Ambient>,
            observer: Arc::clone(&witness) as Arc<dyn Observer>,
            limits: Limits::default(),
            id_key: [7; 32],
        });
        Self { gateway, witness }
    }

    /// The finder of a pack that holds these labels alone.
    pub(crate) fn finder_with(labels: &str) -> Arc<Finder> {
        let files = BTreeMap::from([("labels.toml".to_owned(), labels.to_owned())]);
        Arc::new(Finder::new(&Pack::read(&files).unwrap()))
    }

    pub(crate) fn access(local_only: bool) -> Access {
        Self::access_under(local_only, None)
    }

    /// Access of a project with this policy of its own.
    pub(crate) fn access_under(local_only: bool, policy: Option<&str>) -> Access {
        let project = projects::Project {
            id: projects::ProjectId::new("prj_test"),
            name: "test".to_owned(),
            created_ms: 0,
            budget: None,
            requests_per_minute: 1000,
            local_only,
            policy: policy.map(Into::into),
        };
        let record = projects::KeyRecord {
            id: projects::KeyId::new("key_test"),
            project: project.id.clone(),
            name: "test".to_owned(),
            hash: projects::KeyHash::of("igd_test"),
            created_ms: 0,
            revoked_ms: None,
            expires_ms: None,
            stage: projects::Stage::Test,
        };
        projects::access(&record, &project, 1).unwrap()
    }

    pub(crate) fn ask(&self, body: &str) -> Result<String, gateway::GatewayError> {
        self.ask_as(&Self::access(false), Route::ChatCompletions, body)
    }

    pub(crate) fn ask_as(
        &self,
        access: &Access,
        route: Route,
        body: &str,
    ) -> Result<String, gateway::GatewayError> {
        let incoming = Incoming { route, body: Bytes::copy_from_slice(body.as_bytes()) };
        let prepared = self.gateway.prepare(access, &incoming)?;
        futures_executor::block_on(async {
            let reply = self.gateway.send(prepared).await?;
            Ok(match reply.body {
                ReplyBody::Whole(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
                ReplyBody::Events(events) => {
                    let pieces: Vec<Bytes> = events.collect().await;
                    String::from_utf8(pieces.concat()).unwrap()
                }
            })
        })
    }
}
