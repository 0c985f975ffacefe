//! Reading a request: where its texts stand, and what its control members say.

use std::borrow::Cow;

use crate::dialect::MemberEdits;
use crate::document::{Document, Kind, NodeId};
use crate::fields::{CHAT_REQUEST, COMPLETIONS_REQUEST, EMBEDDINGS_REQUEST, Rule, Table};
use crate::layer::Layer;
use crate::part::{ControlNumber, EscapeIn, TextEdit, TextPart, text_splices};
use crate::request_check::{check_chat, check_completions, check_embeddings};
use crate::scan::scan;
use crate::splice::{RewriteError, splice};
use crate::walk::{SchemaDemands, Side, Walk};
use crate::{Limits, RequestError, RequestErrorKind, Route};

/// A request that was read. It holds the decoded texts and byte offsets into the body, not the body.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is what a member of the body says")]
pub struct Request {
    /// The operation.
    pub route: Route,
    /// The model the client asked for.
    pub model: String,
    /// Whether the answer is to come as server-sent events.
    pub stream: bool,
    /// Whether the client asked for usage in the stream.
    pub include_usage: bool,
    /// The client's cap on the tokens of one choice.
    pub max_tokens: Option<u64>,
    /// How many choices are asked for: `n`, for each prompt.
    pub choices: u64,
    /// Whether the answer is to begin with the prompt.
    pub echo: bool,
    /// Every text, in discovery order: tools and schemas, other members, then message by message.
    pub texts: Vec<TextPart>,
    /// Long numbers that control the model.
    pub control_numbers: Vec<ControlNumber>,
    /// How values are written into the content of the answer: escaped when `response_format` asks for JSON.
    /// A whole answer tells by itself; in a stream the content cannot.
    pub content_escape: EscapeIn,
    /// Whether the input is token ids, which cannot be searched.
    pub token_ids: bool,
    /// What its JSON schemas demand of values.
    pub schema: SchemaDemands,
    pub(crate) document: Document,
    body_length: usize,
}

/// The control members of a request.
#[derive(Debug, Clone)]
pub(crate) struct Control {
    pub(crate) model: String,
    pub(crate) stream: bool,
    pub(crate) include_usage: bool,
    pub(crate) content_escape: EscapeIn,
    pub(crate) max_tokens: Option<u64>,
    pub(crate) choices: u64,
    pub(crate) echo: bool,
}

/// The text of a body, or where it stops being UTF-8 and in which member.
pub fn body_text(body: &[u8]) -> Result<&str, RequestError> {
    std::str::from_utf8(body).map_err(|error| {
        let offset = error.valid_up_to();
        // Scanning what comes before the fault ends inside the member that holds it.
        let before = body.get(..offset).and_then(|valid| std::str::from_utf8(valid).ok());
        let path = before
            .and_then(|valid| scan(valid, &Limits::default(), 0).err())
            .map(|error| error.path)
            .filter(|path| !path.is_empty());
        let place = path.as_ref().map(|path| format!(" (in `{path}`)")).unwrap_or_default();
        RequestError {
            kind: RequestErrorKind::InvalidJson,
            message: format!(
                "the body is not UTF-8: no character begins with byte {offset}{place}; send JSON in UTF-8"
            ),
            param: path,
        }
    })
}

/// Reads a body: strict JSON, the closed field table, the control members.
///
/// Members that a table names may stand only once in their object, however they are spelled; of members
/// that no table names every occurrence is searched and protected.
pub fn read_request(route: Route, body: &str, limits: &Limits) -> Result<Request, RequestError> {
    let document = scan(body, limits, usize::MAX)?;
    let root = Document::ROOT;
    if document.kind(root) != Kind::Object {
        return Err(RequestError::invalid(
            "",
            format!("the body must be a JSON object, not {}", document.kind(root).name()),
        ));
    }
    let table: &'static Table = match route {
        Route::ChatCompletions => &CHAT_REQUEST,
        Route::Completions => &COMPLETIONS_REQUEST,
        Route::Embeddings => &EMBEDDINGS_REQUEST,
    };
    let layer = Layer::body(body, &document);
    let mut walk = Walk::new(Side::Request, limits, &document);
    let mut members = top_members(&layer, table, &walk)?;
    // The stable sort keeps the client's order among equals.
    members.sort_by_key(|member| discovery_rank(&member.key));
    for member in &members {
        if member.unknown {
            walk.key(&layer, member.id, &member.key, member.ordinal);
        }
        walk.member(&layer, member.id, &member.key, member.ordinal, member.rule)?;
    }
    let control = match route {
        Route::ChatCompletions => check_chat(body, &document)?,
        Route::Completions => check_completions(body, &document)?,
        Route::Embeddings => check_embeddings(body, &document)?,
    };
    let (texts, token_ids, control_numbers) = (walk.parts, walk.token_ids, walk.control_numbers);
    Ok(Request {
        route,
        model: control.model,
        stream: control.stream,
        include_usage: control.include_usage,
        content_escape: control.content_escape,
        max_tokens: control.max_tokens,
        choices: control.choices,
        echo: control.echo,
        texts,
        control_numbers,
        token_ids,
        schema: walk.demands,
        body_length: body.len(),
        document,
    })
}

struct TopMember<'b> {
    id: NodeId,
    key: Cow<'b, str>,
    ordinal: usize,
    rule: &'static Rule,
    unknown: bool,
}

fn top_members<'b>(
    layer: &Layer<'b>,
    table: &'static Table,
    walk: &Walk<'_>,
) -> Result<Vec<TopMember<'b>>, RequestError> {
    let document = layer.document;
    let mut seen = 0u64;
    let mut members = Vec::new();
    for (ordinal, id) in document.children(Document::ROOT).enumerate() {
        let key = document.key(layer.text, id);
        let rule = walk.known(layer, id, &key, table, &mut seen)?;
        members.push(TopMember {
            id,
            key,
            ordinal,
            rule: rule.unwrap_or(&Rule::Open),
            unknown: rule.is_none(),
        });
    }
    Ok(members)
}

/// Tools and schemas first, then what stands beside the messages, then the messages: what stays the same
/// from turn to turn is numbered first, so that a growing conversation keeps its labels.
fn discovery_rank(key: &str) -> u8 {
    match key {
        "tools" => 0,
        "functions" => 1,
        "response_format" => 2,
        "messages" | "input" | "prompt" => 4,
        _ => 3,
    }
}

impl Request {
    /// The body with edited texts and members. `edits` holds one list for each of [`Request::texts`]; the
    /// bytes outside the edits are the body's.
    pub fn rewrite(
        &self,
        body: &str,
        edits: &[Vec<TextEdit>],
        members: &MemberEdits,
    ) -> Result<String, RewriteError> {
        if body.len() != self.body_length {
            return Err(RewriteError::OtherBody);
        }
        splice(body, text_splices(&self.texts, edits)?, &members.splices)
    }
}
