//! Reading one event of a streamed answer.

use std::fmt::Write;

use crate::answer::{AnswerError, Finish, finish, scan_object, usage};
use crate::document::{Document, Kind, NodeId};
use crate::fields::{
    ANSWER_MESSAGE, ANSWER_TOOL_CALL, CHAT_ANSWER, CHOICE, COMPLETION_CHOICE, Rule,
};
use crate::layer::Layer;
use crate::part::{Channel, TextEdit, TextPart, text_splices};
use crate::path::Step;
use crate::source_map::quoted;
use crate::splice::{RewriteError, Splice, splice};
use crate::walk::{Side, Walk};
use crate::{Limits, Route, Usage};

/// One event of a streamed answer that was read.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// Every text in which a label, or a piece of one, may stand.
    pub texts: Vec<TextPart>,
    /// The tokens, when the event says.
    pub usage: Option<Usage>,
    /// Whether the event holds nothing but usage: it comes only to those who asked.
    pub usage_only: bool,
    /// The indexes of the choices that finish here.
    pub finished: Vec<u64>,
    /// Whether the event reports that the generation failed: an error body, or Mistral's finish reason `error`.
    pub error: bool,
    route: Route,
    document: Document,
    data_length: usize,
    /// What is left out of the event when it is passed on.
    hidden: Vec<Splice>,
}

/// Reads the data of one event. What no table names is kept and searched; nothing is refused.
pub fn read_chunk(route: Route, data: &str, limits: &Limits) -> Result<Chunk, AnswerError> {
    let document = scan_object(data, limits, usize::MAX)?;
    let root = Document::ROOT;
    let layer = Layer::body(data, &document);
    let mut walk = Walk::new(Side::Answer, limits, &document);
    let mut finished = Vec::new();
    let mut choice_count = None;
    let mut error = false;
    for (ordinal, member) in document.children(root).enumerate() {
        let key = document.key(data, member);
        if key == "choices" && document.kind(member) == Kind::List {
            let mut count = 0;
            for (position, choice) in document.children(member).enumerate() {
                count += 1;
                walk.below(Step::member(&key, ordinal), |walk| {
                    walk.below(Step::element(position), |walk| {
                        read_choice(walk, &layer, choice, position, route)
                    })
                })?;
                let end = finish(data, &document, choice);
                error |= end == Finish::Failed;
                if end != Finish::No {
                    finished.push(index_of(&layer, choice, position));
                }
            }
            choice_count = Some(count);
            continue;
        }
        error |= key == "error" && document.kind(member) != Kind::Null;
        error |=
            key == "object" && document.string(data, member).is_some_and(|name| name == "error");
        let rule = CHAT_ANSWER.find(&key).map_or(&Rule::Open, |(_, rule)| rule);
        walk.member(&layer, member, &key, ordinal, rule)?;
    }
    let usage = usage(data, &document);
    Ok(Chunk {
        texts: walk.parts,
        usage,
        usage_only: choice_count == Some(0) && usage.is_some(),
        finished,
        error,
        route,
        document,
        data_length: data.len(),
        hidden: Vec::new(),
    })
}

fn read_choice(
    walk: &mut Walk<'_>,
    layer: &Layer<'_>,
    choice: NodeId,
    position: usize,
    route: Route,
) -> Result<(), AnswerError> {
    let (text, document) = (layer.text, layer.document);
    let index = index_of(layer, choice, position);
    for (ordinal, member) in document.children(choice).enumerate() {
        let key = document.key(text, member);
        if key == "delta" && document.kind(member) == Kind::Object {
            walk.below(Step::member(&key, ordinal), |walk| read_delta(walk, layer, member, index))?;
            continue;
        }
        if route == Route::Completions {
            let rule = COMPLETION_CHOICE.find(&key).map_or(&Rule::Open, |(_, rule)| rule);
            walk.channel =
                (key == "text").then(|| Channel { choice: index, field: key.to_string() });
            walk.member(layer, member, &key, ordinal, rule)?;
            walk.channel = None;
            continue;
        }
        let rule = CHOICE.find(&key).map_or(&Rule::Open, |(_, rule)| rule);
        walk.member(layer, member, &key, ordinal, rule)?;
    }
    Ok(())
}

fn read_delta(
    walk: &mut Walk<'_>,
    layer: &Layer<'_>,
    delta: NodeId,
    choice: u64,
) -> Result<(), AnswerError> {
    let (text, document) = (layer.text, layer.document);
    for (ordinal, member) in document.children(delta).enumerate() {
        let key = document.key(text, member);
        if key == "tool_calls" && document.kind(member) == Kind::List {
            for (position, call) in document.children(member).enumerate() {
                let index = index_of(layer, call, position);
                walk.channel = Some(Channel { choice, field: format!("tool_calls[{index}]") });
                walk.below(Step::member(&key, ordinal), |walk| {
                    walk.below(Step::element(position), |walk| {
                        walk.value(layer, call, &Rule::Object(&ANSWER_TOOL_CALL), None)
                    })
                })?;
            }
        } else {
            let known = ANSWER_MESSAGE.find(&key).map(|(_, rule)| rule);
            // A string that no table knows may be running text too (a server's own kind of reasoning).
            let rule = match known {
                None if document.kind(member) == Kind::String => &Rule::Text,
                None => &Rule::Open,
                Some(rule) => rule,
            };
            let field =
                if key == "audio" { "audio.transcript".to_owned() } else { key.to_string() };
            walk.channel = Some(Channel { choice, field });
            walk.member(layer, member, &key, ordinal, rule)?;
        }
        walk.channel = None;
    }
    Ok(())
}

fn index_of(layer: &Layer<'_>, object: NodeId, position: usize) -> u64 {
    layer
        .document
        .member(layer.text, object, "index")
        .and_then(|index| layer.document.unsigned(layer.text, index))
        .unwrap_or(position as u64)
}

impl Chunk {
    /// The data with edited texts; the bytes outside the edits are the event's.
    pub fn rewrite(&self, data: &str, edits: &[Vec<TextEdit>]) -> Result<String, RewriteError> {
        if data.len() != self.data_length {
            return Err(RewriteError::OtherBody);
        }
        splice(data, text_splices(&self.texts, edits)?, &self.hidden)
    }

    /// Leaves the usage out of the event: the client did not ask for it. Whether the event changes.
    pub fn hide_usage(&mut self, data: &str) -> bool {
        self.hidden = self.document.removal(data, Document::ROOT, "usage").into_iter().collect();
        !self.hidden.is_empty()
    }

    /// The data of an event like this one (same id, model, time) that carries only `text` on `channel`:
    /// for text that was held back. `None` when the event is no piece of an answer.
    pub fn with_only(&self, data: &str, channel: &Channel, text: &str) -> Option<String> {
        let root = Document::ROOT;
        self.document.member(data, root, "choices")?;
        let mut out = String::from("{");
        for name in ["id", "object", "created", "model", "system_fingerprint"] {
            if let Some(member) = self.document.member(data, root, name) {
                write!(out, "\"{name}\":{},", self.document.raw(data, member)).ok()?;
            }
        }
        if self.route == Route::Completions {
            write!(
                out,
                "\"choices\":[{{\"index\":{},\"text\":{},\"logprobs\":null,\"finish_reason\":null}}]}}",
                channel.choice,
                quoted(text)
            )
            .ok()?;
            return Some(out);
        }
        write!(
            out,
            "\"choices\":[{{\"index\":{},\"delta\":{},\"finish_reason\":null}}]}}",
            channel.choice,
            delta_with(&channel.field, &quoted(text))
        )
        .ok()?;
        Some(out)
    }
}

/// A delta that carries one text, given as a JSON string.
fn delta_with(field: &str, text: &str) -> String {
    let call = field.strip_prefix("tool_calls[").and_then(|rest| rest.strip_suffix("].arguments"));
    match (field, call) {
        (_, Some(index)) => {
            format!(
                "{{\"tool_calls\":[{{\"index\":{index},\"function\":{{\"arguments\":{text}}}}}]}}"
            )
        }
        ("function_call.arguments", _) => format!("{{\"function_call\":{{\"arguments\":{text}}}}}"),
        ("audio.transcript", _) => format!("{{\"audio\":{{\"transcript\":{text}}}}}"),
        ("thinking", _) => format!(
            "{{\"content\":[{{\"type\":\"thinking\",\"thinking\":[{{\"type\":\"text\",\"text\":{text}}}]}}]}}"
        ),
        (field, _) => format!("{{{}:{text}}}", quoted(field)),
    }
}
