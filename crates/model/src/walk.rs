//! Walks a scanned body along the field table and collects its texts.

mod schema;
mod texts;

use crate::document::{Document, Kind, NodeId};
use crate::fields::{CHUNK, Rule, Table};
use crate::layer::Layer;
use crate::part::{Channel, ControlNumber, TextPart, TextPlace};
use crate::path::Step;
use crate::text_path::PathStack;
use crate::{Limits, RequestError};
pub use schema::SchemaDemands;
use texts::context;

/// What is read: a request is held to the table's types, an answer is taken as it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Request,
    Answer,
}

/// Collects the texts of a body.
pub(crate) struct Walk<'l> {
    side: Side,
    limits: &'l Limits,
    path: PathStack,
    /// Values and names of the body, those of JSON inside of strings included.
    members: usize,
    pub(crate) parts: Vec<TextPart>,
    /// The running text that strings belong to now, when a stream is read.
    pub(crate) channel: Option<Channel>,
    /// Numbers that control the model and are long enough to be a personal value.
    pub(crate) control_numbers: Vec<ControlNumber>,
    /// Numbers seen where texts were possible: input as token ids.
    pub(crate) token_ids: bool,
    /// What the schemas of a request demand.
    pub(crate) demands: SchemaDemands,
    in_schema: bool,
    /// Whether what is read now must keep a form that a schema demands.
    label_breaks: bool,
}

impl<'l> Walk<'l> {
    /// A walk through `document`.
    pub(crate) fn new(side: Side, limits: &'l Limits, document: &Document) -> Self {
        Self {
            side,
            limits,
            path: PathStack::default(),
            members: document.counted,
            parts: Vec::new(),
            channel: None,
            control_numbers: Vec::new(),
            token_ids: false,
            demands: SchemaDemands::default(),
            in_schema: false,
            label_breaks: false,
        }
    }

    /// Runs `read` with the path one step longer.
    pub(crate) fn below<T>(&mut self, step: Step, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let result = read(self);
        self.path.pop();
        result
    }

    /// Reads a member of an object; `key` is its decoded name, `ordinal` its place in the object.
    pub(crate) fn member(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
        key: &str,
        ordinal: usize,
        rule: &Rule,
    ) -> Result<(), RequestError> {
        self.below(Step::member(key, ordinal), |walk| walk.value(layer, id, rule, Some(key)))
    }

    /// Reads a value by its rule.
    pub(crate) fn value(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
        rule: &Rule,
        key: Option<&str>,
    ) -> Result<(), RequestError> {
        let kind = layer.document.kind(id);
        // A member that is null is as good as absent everywhere in both APIs.
        if kind == Kind::Null {
            return Ok(());
        }
        match (rule, kind) {
            (Rule::Nothing, _) => Ok(()),
            (Rule::Open, _) => self.unknown(layer, id, key),
            (Rule::Schema, _) => self.schema(layer, id, key),
            (Rule::Boolean, Kind::True | Kind::False) => Ok(()),
            (Rule::Number, Kind::Number) => {
                self.control_number(layer, id);
                Ok(())
            }
            (Rule::Model, Kind::String) => Ok(()),
            (Rule::Tokens, Kind::Object) => self.token_biases(layer, id),
            (Rule::Words(words), Kind::String) => {
                self.word(layer, id, words, key);
                Ok(())
            }
            (Rule::WordsOr(words, _), Kind::String) => {
                self.word(layer, id, words, key);
                Ok(())
            }
            (Rule::WordsOr(_, table) | Rule::Object(table), Kind::Object) => {
                self.object(layer, id, table)
            }
            (Rule::List(rule), Kind::List) => self.list(layer, id, rule, key),
            (
                Rule::Text | Rule::TextOrChunks | Rule::TextOrTexts | Rule::TextsOrTokens,
                Kind::String,
            ) => self.running_text(layer, id),
            (Rule::TextOrChunks, Kind::List) => self.chunks(layer, id),
            (Rule::TextOrTexts, Kind::List) => self.list(layer, id, &Rule::Text, key),
            (Rule::TextsOrTokens, Kind::List) => self.texts_or_tokens(layer, id),
            (Rule::Name, Kind::String) => {
                self.text(layer, id, TextPlace::Key);
                Ok(())
            }
            (Rule::AuthorName, Kind::String) => {
                let place = TextPlace::Value { key: context(key.unwrap_or_default()) };
                self.text(layer, id, place);
                Ok(())
            }
            (Rule::Id, Kind::String) => {
                self.text(layer, id, TextPlace::Id);
                Ok(())
            }
            (Rule::Arguments, Kind::String) => self.arguments(layer, id),
            (Rule::Arguments, Kind::Object) => {
                // It comes whole, so its strings are no pieces of a running text.
                let channel = self.channel.take();
                let key = key.map(context);
                let result = self.open(layer, id, key.as_ref(), 1);
                self.channel = channel;
                result
            }
            (Rule::Refused(reason), _) if self.side == Side::Request => {
                Err(RequestError::unreadable(self.path.shown(), reason))
            }
            _ if self.side == Side::Answer => self.unknown(layer, id, key),
            _ => Err(self.wrong_type(rule, kind)),
        }
    }

    fn wrong_type(&self, rule: &Rule, kind: Kind) -> RequestError {
        let expected = match rule {
            Rule::Boolean => "true or false",
            Rule::Number => "a number",
            Rule::Tokens | Rule::Object(_) => "an object",
            Rule::List(_) => "a list",
            Rule::TextOrChunks => "a string or a list of content chunks",
            Rule::TextOrTexts => "a string or a list of strings",
            Rule::TextsOrTokens => "a string or a list",
            Rule::WordsOr(..) => "a word or an object",
            Rule::Arguments => "a string that holds JSON",
            _ => "a string",
        };
        let path = self.path.shown();
        let message = format!("`{path}` must be {expected}, not {}", kind.name());
        RequestError::invalid(path, message)
    }

    fn object(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
        table: &'static Table,
    ) -> Result<(), RequestError> {
        let mut seen = 0u64;
        for (ordinal, member) in layer.document.children(id).enumerate() {
            let key = layer.document.key(layer.text, member);
            match self.known(layer, member, &key, table, &mut seen)? {
                Some(Rule::AuthorName) if is_tool_result(layer, id) => {
                    self.member(layer, member, &key, ordinal, &Rule::Name)?;
                }
                Some(rule) => self
                    .in_channel_of(&key, |walk| walk.member(layer, member, &key, ordinal, rule))?,
                None => {
                    self.key(layer, member, &key, ordinal);
                    self.member(layer, member, &key, ordinal, &Rule::Open)?;
                }
            }
        }
        Ok(())
    }

    /// Thinking chunks are a running text of their own.
    fn in_channel_of<T>(&mut self, key: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = match (&mut self.channel, key) {
            (Some(channel), "thinking" | "refusal") if channel.field == "content" => {
                Some(std::mem::replace(&mut channel.field, key.to_owned()))
            }
            _ => None,
        };
        let result = read(self);
        if let (Some(channel), Some(field)) = (&mut self.channel, outer) {
            channel.field = field;
        }
        result
    }

    /// The rule of a member of a request's object; `seen` has one bit for each member of the table. What
    /// two readers could read differently is refused: a known member that stands twice, however it is
    /// spelled, and one that only readers which ignore letter case would know.
    pub(crate) fn known(
        &self,
        layer: &Layer<'_>,
        member: NodeId,
        key: &str,
        table: &'static Table,
        seen: &mut u64,
    ) -> Result<Option<&'static Rule>, RequestError> {
        let found = table.find(key);
        if self.side == Side::Answer {
            return Ok(found.map(|(_, rule)| rule));
        }
        let offset = layer.document.node(member).key_start;
        let Some((index, rule)) = found else {
            // A reader that ends names at a zero byte would know it.
            if key.chars().any(char::is_control) {
                return Err(RequestError::invalid(
                    self.path.shown(),
                    format!(
                        "the name of a member holds a control character (byte {offset}); send names as the API \
                         publishes them"
                    ),
                ));
            }
            return match table.differs_in_case(key) {
                None => Ok(None),
                Some(known) => Err(self.about_member(known, |path| {
                    format!(
                        "a member is spelled like `{path}` but with other letters (byte {offset}); some \
                         servers would read it as that, so spell it exactly"
                    )
                })),
            };
        };
        let bit = 1u64 << (index & 63);
        if *seen & bit != 0 {
            return Err(self.about_member(key, |path| {
                format!(
                    "`{path}` stands twice (again at byte {offset}); two readers could read different \
                     ones, so send it once"
                )
            }));
        }
        *seen |= bit;
        Ok(Some(rule))
    }

    /// An error about a published member of the current object.
    fn about_member(&self, name: &str, message: impl FnOnce(&str) -> String) -> RequestError {
        let path = self.path.shown_with(Step::member(name, 0));
        let message = message(&path);
        RequestError::invalid(path, message)
    }

    fn list(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
        rule: &Rule,
        key: Option<&str>,
    ) -> Result<(), RequestError> {
        for (index, element) in layer.document.children(id).enumerate() {
            self.below(Step::element(index), |walk| {
                let kind = layer.document.kind(element);
                if kind == Kind::Null && walk.side == Side::Request {
                    return Err(walk.wrong_type(rule, kind));
                }
                walk.value(layer, element, rule, key)
            })?;
        }
        Ok(())
    }

    fn chunks(&mut self, layer: &Layer<'_>, id: NodeId) -> Result<(), RequestError> {
        for (index, element) in layer.document.children(id).enumerate() {
            self.below(Step::element(index), |walk| match layer.document.kind(element) {
                // Some servers take plain strings among the chunks.
                Kind::String => walk.value(layer, element, &Rule::Text, None),
                kind if kind != Kind::Object && walk.side == Side::Request => {
                    Err(walk.wrong_type(&Rule::Object(&CHUNK), kind))
                }
                _ => walk.value(layer, element, &Rule::Object(&CHUNK), None),
            })?;
        }
        Ok(())
    }

    fn texts_or_tokens(&mut self, layer: &Layer<'_>, id: NodeId) -> Result<(), RequestError> {
        let document = layer.document;
        let mut texts = false;
        let mut numbers = false;
        for (index, element) in document.children(id).enumerate() {
            let kind = document.kind(element);
            let ids = kind == Kind::List
                && document.children(element).all(|id| document.kind(id) == Kind::Number);
            self.below(Step::element(index), |walk| match kind {
                Kind::String => {
                    texts = true;
                    walk.running_text(layer, element)
                }
                Kind::Number => {
                    numbers = true;
                    Ok(())
                }
                Kind::List if ids => {
                    numbers = true;
                    Ok(())
                }
                Kind::Object => Err(RequestError::unreadable(
                    walk.path.shown(),
                    "input that is not text cannot be searched for personal data; send strings",
                )),
                kind => Err(walk.wrong_type(&Rule::Text, kind)),
            })?;
        }
        if texts && numbers {
            let path = self.path.shown();
            let message = format!("`{path}` mixes strings and token ids; send one kind");
            return Err(RequestError::invalid(path, message));
        }
        self.token_ids |= numbers;
        Ok(())
    }
}

fn is_tool_result(layer: &Layer<'_>, message: NodeId) -> bool {
    layer
        .document
        .member(layer.text, message, "role")
        .and_then(|role| layer.document.string(layer.text, role))
        .is_some_and(|role| role == "tool" || role == "function")
}
