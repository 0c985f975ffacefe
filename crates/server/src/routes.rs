//! The one route table, and what handlers share.

mod answers;
mod applications;
mod collections;
mod courses;
mod documents;
mod grounded;
mod languages;
mod models;
mod operator;
mod programme;
mod record;
mod recourse;
mod register;
mod search;
mod solutions;
mod speak;
mod texts;
mod tokenizer;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::routing::{MethodRouter, delete, get, post};
use bytes::Bytes;
use http::HeaderName;

use crate::app::Shared;
use crate::errors::{Code, PublicError};
use crate::limits::{BodyLimits, Share, read_body};

/// The receipt of a request that was recorded.
pub(crate) const RECEIPT: HeaderName = HeaderName::from_static("x-igudar-receipt");

/// Bodies up to this size are worked on where they arrive; larger ones where blocking is allowed, so that
/// they do not hold up other requests.
const INLINE: usize = 8 << 10;

/// Whether a route needs a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// Everyone who reaches the port.
    Open,
    /// Everyone who reaches the port, so often a minute.
    Visitor,
    /// A valid key.
    Key,
}

/// One line of the route table.
pub(crate) struct RouteLine {
    /// `get`, `post` or `delete`.
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) door: Door,
    pub(crate) about: &'static str,
    /// The media type of the answer.
    pub(crate) answer: &'static str,
    pub(crate) methods: fn() -> MethodRouter<Shared>,
}

macro_rules! routes {
    ($($method:ident $path:literal $door:ident $answer:literal $handler:path, $about:literal;)+) => {
        /// Every path of the server.
        pub(crate) const ROUTES: &[RouteLine] = &[$(RouteLine {
            method: stringify!($method),
            path: $path,
            door: Door::$door,
            about: $about,
            answer: $answer,
            methods: || $method($handler),
        },)+];
    };
}

routes! {
    post "/v1/chat/completions" Key "application/json" speak::chat_completions,
        "A protected chat completion, whole or as server-sent events (OpenAI's and Mistral's shape). `knowledge`: {\"collections\": [\"…\"]} answers from documents, with citations.";
    post "/v1/completions" Key "application/json" speak::completions,
        "A protected continuation of plain text (OpenAI's older shape). Models on this machine also take token ids and `echo` with `logprobs`: the probability of each token of the prompt.";
    post "/v1/embeddings" Key "application/json" speak::embeddings,
        "Protected embeddings (OpenAI's and Mistral's shape).";
    get "/v1/models" Key "application/json" models::list,
        "The models this key may ask for.";
    get "/v1/models/{*name}" Key "application/json" models::one,
        "One model by its name, or by destination/name.";
    post "/v1/detect" Key "application/json" texts::detect,
        "What a text holds: type, start, end, score. `offsets`: chars (default), bytes, utf16; `why`: the reason of each.";
    post "/v1/protect" Key "application/json" texts::protect,
        "Texts with their values replaced as the policy says, and the sealed map that puts them back.";
    post "/v1/restore" Key "application/json" texts::restore,
        "Texts with the values of a sealed map put back.";
    post "/v1/languages/identify" Key "application/json" languages::identify,
        "The language of texts and of their parts. `among`: only these tags; `offsets`: chars (default), bytes, utf16.";
    post "/v1/languages/transliterate" Key "application/json" languages::transliterate,
        "Texts in another script: `from` and `to` are tags such as ary-Latn, ary-Arab, zgh-Tfng, zgh-Latn.";
    post "/v1/languages/normalize" Key "application/json" languages::normalize,
        "Texts in the normal form of a `profile`: search, match, display; with the way back on request.";
    post "/v1/search" Key "application/json" search::search,
        "Passages of the documents that this key may read, for a question in any language and script.";
    get "/v1/collections" Key "application/json" collections::list,
        "The collections that this key's project may read: its own, those shared with it, public ones.";
    post "/v1/collections" Key "application/json" collections::create,
        "A collection of this key's project. `personal_data`: keep, mask or refuse what is found in documents.";
    get "/v1/collections/{name}" Key "application/json" collections::one,
        "One collection; its own project sees how often others used it.";
    delete "/v1/collections/{name}" Key "application/json" collections::delete,
        "The collection is deleted with all its documents.";
    post "/v1/collections/{name}/share" Key "application/json" collections::share,
        "The projects that may read it, `projects`; an empty list makes it private again.";
    post "/v1/collections/{name}/publish" Key "application/json" collections::publish,
        "Every project may read it. Needs `licence` and `attribution`.";
    post "/v1/documents" Key "application/json" documents::take,
        "A file for a collection (multipart/form-data: `collection`, then `file`). 202 with a job to ask after.";
    get "/v1/documents" Key "application/json" documents::list,
        "A page of a collection's documents: `collection`, `offset`, `limit` (at most 200) in the query.";
    get "/v1/documents/jobs/{id}" Key "application/json" documents::job,
        "What became of a file: queued, done with its document, or failed with the reason.";
    get "/v1/documents/{id}" Key "application/json" documents::one,
        "One document with its passages; `collection` in the query.";
    delete "/v1/documents/{id}" Key "application/json" documents::delete,
        "The document is deleted everywhere; `collection` in the query.";
    post "/v1/answers" Key "application/json" answers::answer,
        "An answer with quotes from documents that this key may read, or a refusal that says whom to ask. `stream`: each sentence with its citations as server-sent events.";
    get "/v1/courses" Visitor "application/json" courses::list,
        "The courses: title, licence, lessons, exercises.";
    get "/v1/courses/{id}" Visitor "application/json" courses::one,
        "A course: its lessons in each language, its exercises and the cases that everyone may see.";
    post "/v1/courses/{id}/exercises/{exercise}/attempts" Key "application/json" courses::attempt,
        "Hand in a `submission`; it runs for real and is graded. Kept for `learner` where one is named.";
    post "/v1/learners" Key "application/json" courses::join,
        "A learner of this key's project: a random id with `region`, `cohort`, `language`.";
    get "/v1/learners/{id}" Key "application/json" courses::progress,
        "What a learner of this key's project has passed, what comes next, and the badges.";
    delete "/v1/learners/{id}" Key "application/json" courses::forget,
        "The learner is forgotten, with attempts and badges.";
    post "/v1/badges" Key "application/json" courses::issue,
        "The signed badge of a `course` that a `learner` of this key's project has passed. Asking again gives the same.";
    post "/v1/badges/verify" Visitor "application/json" courses::verify,
        "Whether a badge of this installation holds and was not taken back.";
    get "/v1/badges/revocations" Visitor "application/json" courses::revocations,
        "The badges taken back, a 1EdTech revocation list.";
    get "/v1/badges/key" Visitor "application/json" courses::issuer_key,
        "The public key that checks badges, a JSON Web Key.";
    get "/v1/badges/{id}" Visitor "application/json" courses::badge,
        "A badge by its id: an Open Badges 3.0 credential as a JSON Web Token.";
    post "/v1/applications" Visitor "application/json" applications::submit,
        "Ask for a project: `organisation`, `contact`, `kind`, `need`, `credits`, `milestones`. 202 with the id by which to ask after it.";
    get "/v1/applications" Key "application/json" applications::list,
        "The application that this key's project comes from, with its milestones and their outcome.";
    get "/v1/applications/{id}" Visitor "application/json" applications::one,
        "How an application stands, for whoever knows its id.";
    get "/v1/programme" Visitor "application/json" programme::programme,
        "The installation's programme: objectives, partners, projects, and how far each objective is.";
    get "/v1/programme/indicators" Visitor "application/json" programme::indicators,
        "What was done, counted from what was recorded. `?format=csv` for CSV.";
    get "/v1/solutions" Visitor "application/json" solutions::list,
        "The catalogue; with `?need=` the solutions that answer a need told in any language, the best first.";
    get "/v1/solutions/{name}" Visitor "application/json" solutions::one,
        "One solution: need, licence, attribution, data sheet, lesson, the names of its files.";
    post "/v1/solutions" Key "application/json" solutions::publish,
        "Publish a folder as `files`, a map from path to text with `solution.toml` in it; again for a newer state.";
    delete "/v1/solutions/{name}" Key "application/json" solutions::withdraw,
        "A solution of this key's project leaves the catalogue. Copies stay.";
    post "/v1/solutions/{name}/reuse" Key "application/json" solutions::reuse,
        "The files of a solution, to start from. Its publisher sees how often. The body is `{}`.";
    get "/v1/solutions/{name}/reuses" Key "application/json" solutions::reuses,
        "How often other projects took a solution of this key's project.";
    post "/v1/preview" Key "application/json" speak::preview,
        "What each destination would receive for this request; nothing is sent. `?route=completions` and `?route=embeddings` for the other routes; `?offsets=`: chars (default), bytes, utf16.";
    get "/v1/receipts/{id}" Key "application/json" record::receipt,
        "The proof that a request of this key's project stands in the ledger.";
    get "/v1/ledger/checkpoint" Key "text/plain" record::checkpoint,
        "The newest signed state of the ledger, a C2SP signed note. Keep it: it proves later changes.";
    get "/v1/usage" Key "application/json" record::usage,
        "What this key's project has spent, holds and has left.";
    get "/v1/destinations" Key "application/json" models::destinations,
        "Where requests may go: who runs it, where, under which law, what happens to each type.";
    post "/tokenize" Key "application/json" tokenizer::tokenize,
        "The tokens of a text, as a model on this machine cuts it. `add_special_tokens`: true by default; `return_token_strs`: their texts too.";
    post "/detokenize" Key "application/json" tokenizer::detokenize,
        "The text of tokens of a model on this machine.";
    get "/tokenizer_info" Key "application/json" tokenizer::describe,
        "The marks, the length and the chat template of a model on this machine; `?model=` where there are several.";
    get "/v1/register" Visitor "application/json" register::list,
        "The public register of AI systems; no key. `format=nl-1.0`: flat records of the Dutch standard 1.0, `format=nl-1.0-csv`: the same as CSV.";
    get "/v1/register/{id}" Visitor "application/json" register::one,
        "One entry; no key. `format=document`: the bytes whose SHA-256 stands in the ledger; `format=nl-1.0`: flat records.";
    get "/v1/recourse/{receipt}" Visitor "application/json" recourse::told,
        "For whoever holds a receipt; no key: what was asked of which system, what left and where to, who answers for it, how to contest. `language`: fr, ar, zgh, en; all where it is left out.";
    post "/v1/recourse/{receipt}/contests" Visitor "application/json" recourse::contest,
        "Contests what the request led to; no key. A person answers within the term that is told.";
    get "/v1/recourse/{receipt}/contests/{contest}" Visitor "application/json" recourse::contested,
        "What became of a contest, for whoever holds its id; no key.";
    get "/livez" Open "application/json" operator::livez,
        "The process runs.";
    get "/readyz" Open "application/json" operator::readyz,
        "The parts that every request needs work.";
    get "/metrics" Open "text/plain" operator::metrics,
        "Counters for Prometheus; by default for this machine alone.";
    get "/openapi.json" Open "application/json" operator::openapi,
        "This list.";
}

/// A JSON body within the limits, decoded, as UTF-8, not yet parsed; and the memory it holds, given back
/// when the handler is done.
pub(crate) struct TextBody(pub(crate) Bytes, Share);

impl FromRequest<Shared> for TextBody {
    type Rejection = PublicError;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, PublicError> {
        let (parts, body): (_, Body) = request.into_parts();
        let mut share = app.memory.share();
        let limits = &app.parts.settings.body;
        let bytes = read_body(&parts.headers, body, limits, &mut share).await?;
        Ok(Self(bytes, share))
    }
}

/// What somebody without a key sends may have so many bytes.
const VISITOR_BODY: usize = 64 << 10;
/// From the first byte of a visitor's body to its last.
const VISITOR_TIME: std::time::Duration = std::time::Duration::from_secs(10);

/// The same for somebody without a key, with a limit of its own.
pub(crate) struct VisitorBody(pub(crate) Bytes, Share);

impl FromRequest<Shared> for VisitorBody {
    type Rejection = PublicError;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, PublicError> {
        let (parts, body): (_, Body) = request.into_parts();
        let mut share = app.memory.share();
        let usual = app.parts.settings.body;
        let limits = BodyLimits {
            raw: usual.raw.min(VISITOR_BODY),
            decoded: usual.decoded.min(VISITOR_BODY),
            total_time: usual.total_time.min(VISITOR_TIME),
            ..usual
        };
        let bytes = read_body(&parts.headers, body, &limits, &mut share).await?;
        Ok(Self(bytes, share))
    }
}

/// Runs `work` here for a small body, else on a thread of its own.
pub(crate) async fn worked<T: Send + 'static>(
    app: &Shared,
    size: usize,
    work: impl FnOnce(&crate::app::App) -> T + Send + 'static,
) -> Result<T, PublicError> {
    if size <= INLINE {
        return Ok(work(app));
    }
    let app = Arc::clone(app);
    // The task can only end early by a panic, whose text must not reach anyone.
    tokio::task::spawn_blocking(move || work(&app)).await.map_err(|_| crate::errors::internal())
}

/// Reads the body of one of Igudar's own routes. The text of the parser's error is not passed on, since
/// it may quote the body.
pub(crate) fn parse<'b, T: serde::Deserialize<'b>>(
    bytes: &'b [u8],
    shape: &str,
) -> Result<T, PublicError> {
    // Serde would take a list for a record as well.
    if bytes.trim_ascii_start().first().is_some_and(|first| *first == b'[') {
        let text = format!("the body is a list; it has the form {shape}");
        return Err(PublicError::new(Code::InvalidRequest, text));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Data => {
                "holds a member that this route does not take, or lacks one, or has one of the wrong type"
            }
            _ => "is not JSON",
        };
        PublicError::new(
            Code::InvalidRequest,
            format!(
                "the body {what} (line {}, column {}); it has the form {shape}",
                error.line(),
                error.column()
            ),
        )
    })
}
