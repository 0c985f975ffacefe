//! Reading a whole answer.

use crate::document::{Document, Kind, NodeId};
use crate::fields::{CHAT_ANSWER, COMPLETIONS_ANSWER, EMBEDDINGS_ANSWER, Rule};
use crate::layer::Layer;
use crate::part::{TextEdit, TextPart, text_splices};
use crate::scan::{ScanError, scan};
use crate::splice::{RewriteError, Splice, splice};
use crate::token_list::TokenList;
use crate::walk::{Side, Walk};
use crate::{Limits, RequestError, Route, Usage};

/// Why an answer, or an event of one, cannot be read. Never holds content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Not JSON as RFC 8259 defines it.
    #[error("the model's answer is not acceptable JSON: {0}")]
    NotJson(String),
    /// JSON, but no object.
    #[error("the model's answer is no JSON object")]
    NotAnObject,
}

impl From<ScanError> for AnswerError {
    fn from(error: ScanError) -> Self {
        Self::NotJson(error.to_string())
    }
}

impl From<RequestError> for AnswerError {
    fn from(error: RequestError) -> Self {
        Self::NotJson(error.message)
    }
}

/// A whole answer that was read.
#[derive(Debug, Clone)]
pub struct AnswerBody {
    /// Every text in which a label may stand.
    pub texts: Vec<TextPart>,
    /// The tokens of each choice that names them.
    pub token_lists: Vec<TokenList>,
    /// The tokens, when the answer says.
    pub usage: Option<Usage>,
    /// Whether every choice says why it ended, and none that its generation failed.
    pub finished: bool,
    body_length: usize,
}

/// Reads a whole answer. What no table names is kept and searched; nothing is refused.
pub fn read_answer(route: Route, body: &str, limits: &Limits) -> Result<AnswerBody, AnswerError> {
    let (table, depth) = match route {
        Route::ChatCompletions => (&CHAT_ANSWER, usize::MAX),
        Route::Completions => (&COMPLETIONS_ANSWER, usize::MAX),
        // The vectors themselves are only checked: recording each number would cost more than they do.
        Route::Embeddings => (&EMBEDDINGS_ANSWER, 2),
    };
    let document = scan_object(body, limits, depth)?;
    let mut walk = Walk::new(Side::Answer, limits, &document);
    walk.value(&Layer::body(body, &document), Document::ROOT, &Rule::Object(table), None)?;
    let choices = document.member(body, Document::ROOT, "choices");
    let finished = match route {
        Route::ChatCompletions | Route::Completions => choices.is_some_and(|choices| {
            document.children(choices).next().is_some()
                && document
                    .children(choices)
                    .all(|choice| finish(body, &document, choice) == Finish::Yes)
        }),
        Route::Embeddings => document.member(body, Document::ROOT, "data").is_some(),
    };
    let token_lists = match (route, choices) {
        (Route::Completions, Some(choices)) => document
            .children(choices)
            .filter_map(|choice| TokenList::read(body, &document, choice))
            .collect(),
        _ => Vec::new(),
    };
    Ok(AnswerBody {
        token_lists,
        texts: walk.parts,
        usage: usage(body, &document),
        finished,
        body_length: body.len(),
    })
}

impl AnswerBody {
    /// The answer with edited texts; the bytes outside the edits are the answer's.
    pub fn rewrite(&self, body: &str, edits: &[Vec<TextEdit>]) -> Result<String, RewriteError> {
        self.rewrite_with_tokens(body, edits, &[])
    }

    /// The same with other texts for the tokens of [`AnswerBody::token_lists`], in their order.
    pub fn rewrite_with_tokens(
        &self,
        body: &str,
        edits: &[Vec<TextEdit>],
        tokens: &[Vec<String>],
    ) -> Result<String, RewriteError> {
        if body.len() != self.body_length {
            return Err(RewriteError::OtherBody);
        }
        let lists = self.token_lists.iter().zip(tokens);
        let tokens: Vec<Splice> = lists.flat_map(|(list, tokens)| list.splices(tokens)).collect();
        splice(body, text_splices(&self.texts, edits)?, &tokens)
    }
}

pub(crate) fn scan_object(
    body: &str,
    limits: &Limits,
    record_depth: usize,
) -> Result<Document, AnswerError> {
    let document = scan(body, limits, record_depth)?;
    if document.kind(Document::ROOT) != Kind::Object {
        return Err(AnswerError::NotAnObject);
    }
    Ok(document)
}

/// Why a choice ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finish {
    /// It goes on.
    No,
    /// It ended: stop, length, tool calls, …
    Yes,
    /// Mistral's `error`: the generation failed.
    Failed,
}

/// What a choice says about its end.
pub(crate) fn finish(body: &str, document: &Document, choice: NodeId) -> Finish {
    match document.member(body, choice, "finish_reason") {
        Some(reason) if document.kind(reason) != Kind::Null => {
            let failed = document.string(body, reason).is_some_and(|reason| reason == "error");
            if failed { Finish::Failed } else { Finish::Yes }
        }
        _ => Finish::No,
    }
}

/// The top-level `usage`, when it counts tokens.
pub(crate) fn usage(body: &str, document: &Document) -> Option<Usage> {
    let usage = document.member(body, Document::ROOT, "usage")?;
    let tokens = |name| document.unsigned(body, document.member(body, usage, name)?);
    let prompt_tokens = tokens("prompt_tokens")?;
    Some(Usage { prompt_tokens, completion_tokens: tokens("completion_tokens").unwrap_or(0) })
}
