//! The leaves of the walk: strings, keys, numbers, JSON inside of strings, what no table knows.

use std::borrow::Cow;
use std::sync::Arc;

use crate::document::{Document, Kind, NodeId};
use crate::layer::Layer;
use crate::number::plain;
use crate::part::{Channel, ControlNumber, EscapeIn, TextPart, TextPlace};
use crate::path::Step;
use crate::scan::scan;
use crate::source_map::{SourceMap, decode};
use crate::{Limits, RequestError};

use super::{Side, Walk};

/// JSON inside of strings is read to this many strings deep. Deeper, it is refused in a request; in an
/// answer a string is one text.
const DEEPEST_JSON_STRING: u8 = 3;

/// Numbers with fewer digits identify nobody and are not searched.
const SEARCHED_DIGITS: usize = 5;

/// The types of JSON Schema, which pass under the name `type`.
const SCHEMA_TYPES: [&str; 7] =
    ["string", "object", "array", "number", "integer", "boolean", "null"];

/// Token ids have at most this many digits; vocabularies are far smaller.
const TOKEN_ID_DIGITS: usize = 7;

impl Walk<'_> {
    pub(super) fn word(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
        words: &[&str],
        key: Option<&str>,
    ) {
        let known = layer
            .document
            .string(layer.text, id)
            .is_some_and(|word| words.contains(&word.as_ref()));
        if !known {
            let place = TextPlace::Value { key: context(key.unwrap_or_default()) };
            // A word of an answer that no list has is no piece of a running text.
            let channel = self.channel.take();
            self.text(layer, id, place);
            self.channel = channel;
        }
    }

    /// Keys of token biases are token ids: short digits pass, anything else is a key like any other.
    pub(super) fn token_biases(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
    ) -> Result<(), RequestError> {
        for (ordinal, member) in layer.document.children(id).enumerate() {
            let key = layer.document.key(layer.text, member);
            if key.len() > TOKEN_ID_DIGITS || !key.bytes().all(|byte| byte.is_ascii_digit()) {
                self.key(layer, member, &key, ordinal);
            }
            self.below(Step::member(&key, ordinal), |walk| match layer.document.kind(member) {
                Kind::Number => {
                    walk.control_number(layer, member);
                    Ok(())
                }
                _ => walk.open(layer, member, None, 0),
            })?;
        }
        Ok(())
    }

    /// Remembers a number that controls the model, when it is long enough to be a personal value.
    pub(super) fn control_number(&mut self, layer: &Layer<'_>, id: NodeId) {
        let raw = layer.document.raw(layer.text, id);
        let number = plain(raw);
        if self.side == Side::Request && digits_of(&number).count() >= SEARCHED_DIGITS {
            let digits = digits_of(&number).collect();
            self.control_numbers.push(ControlNumber { path: self.path.path(), digits });
        }
    }

    /// Adds a string value.
    pub(super) fn text(&mut self, layer: &Layer<'_>, id: NodeId, place: TextPlace) {
        let start = layer.document.node(id).start;
        let (text, map) = layer.string(layer.document.content(layer.text, id), start);
        let channel = if place == TextPlace::Key { None } else { self.channel.clone() };
        self.push(text, map, layer.levels + 1, place, channel);
    }

    fn push(
        &mut self,
        text: String,
        map: SourceMap,
        levels: u8,
        place: TextPlace,
        channel: Option<Channel>,
    ) {
        if text.is_empty() {
            return;
        }
        let path = self.path.path();
        self.parts.push(TextPart {
            path,
            text,
            place,
            escape: EscapeIn::Plain,
            channel,
            map,
            levels,
            label_breaks: self.label_breaks,
        });
    }

    /// Adds a member's key, unless the published APIs have it.
    pub(crate) fn key(&mut self, layer: &Layer<'_>, member: NodeId, key: &str, ordinal: usize) {
        let step = Step::member(key, ordinal);
        if step.is_published() {
            return;
        }
        let start = layer.document.node(member).key_start;
        let (text, map) = layer.string(layer.document.raw_key(layer.text, member), start);
        self.below(step, |walk| walk.push(text, map, layer.levels + 1, TextPlace::Key, None));
    }

    /// Tool arguments: JSON in a string. In a stream, where the JSON comes in pieces, and where it is not
    /// JSON, the string is one text that is JSON source.
    pub(super) fn arguments(&mut self, layer: &Layer<'_>, id: NodeId) -> Result<(), RequestError> {
        if self.channel.is_none() && self.json_string(layer, id, 1)? {
            return Ok(());
        }
        let before = self.parts.len();
        self.text(layer, id, TextPlace::Text);
        if let Some(part) = self.parts.get_mut(before) {
            part.escape = EscapeIn::Json;
            if let Some(channel) = &mut part.channel {
                channel.field.push_str(".arguments");
            }
        }
        Ok(())
    }

    /// Reads a string as JSON; false when it is none (or only a scalar).
    fn json_string(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
        depth: u8,
    ) -> Result<bool, RequestError> {
        let content = layer.document.content(layer.text, id);
        let (text, map) = layer.string(content, layer.document.node(id).start);
        self.json_text(layer, &text, &map, depth)
    }

    fn json_text(
        &mut self,
        layer: &Layer<'_>,
        text: &str,
        map: &SourceMap,
        depth: u8,
    ) -> Result<bool, RequestError> {
        let first = text.bytes().find(|byte| !byte.is_ascii_whitespace());
        if !matches!(first, Some(b'{' | b'[')) {
            return Ok(false);
        }
        // All layers together stay within the limits, since the walk is recursive and its texts add up.
        let max_depth = self.limits.depth().saturating_sub(self.path.depth());
        let max_members = self.limits.max_members.saturating_sub(self.members);
        let limits = Limits { max_depth, max_members, ..*self.limits };
        let document = match scan(text, &limits, usize::MAX) {
            Ok(document) => document,
            Err(error) if self.side == Side::Request && error.is_a_limit() => {
                return Err(RequestError::invalid(
                    self.path.shown(),
                    "the JSON in this string is nested too deeply or has too many values; send less of it",
                ));
            }
            Err(_) => return Ok(false),
        };
        self.members += document.counted;
        let inner = layer.inside(text, &document, map);
        self.open(&inner, Document::ROOT, None, depth)?;
        Ok(true)
    }

    /// Whether a string is JSON in which strings hold escapes: what they say is not what is written.
    fn holds_escaped_json(&self, layer: &Layer<'_>, id: NodeId) -> bool {
        let content = layer.document.content(layer.text, id);
        if !content.contains('\\') {
            return false;
        }
        let (text, _) = decode(content, 0);
        let first = text.bytes().find(|byte| !byte.is_ascii_whitespace());
        matches!(first, Some(b'{' | b'['))
            && text.contains('\\')
            && scan(&text, self.limits, 0).err().is_none_or(|error| error.is_a_limit())
    }

    /// Adds running text. In an answer, text that is wholly JSON is read as such: a value that is put back
    /// into it must be escaped there.
    pub(super) fn running_text(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
    ) -> Result<(), RequestError> {
        if self.side == Side::Answer && self.channel.is_none() && self.json_string(layer, id, 1)? {
            return Ok(());
        }
        self.text(layer, id, TextPlace::Text);
        Ok(())
    }

    /// Reads a value that no table knows; its texts are no pieces of a running text.
    pub(super) fn unknown(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
        key: Option<&str>,
    ) -> Result<(), RequestError> {
        let channel = self.channel.take();
        let key = key.map(context);
        let result = self.open(layer, id, key.as_ref(), 0);
        self.channel = channel;
        result
    }

    /// Reads a value that no table knows. `json_depth` counts the JSON strings around it; 0 means that
    /// strings are not read as JSON here.
    pub(super) fn open(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
        key: Option<&Arc<str>>,
        json_depth: u8,
    ) -> Result<(), RequestError> {
        let document = layer.document;
        match document.kind(id) {
            Kind::String => self.open_string(layer, id, key, json_depth)?,
            Kind::Number => {
                let raw = document.raw(layer.text, id);
                let number = plain(raw);
                if digits_of(&number).count() >= SEARCHED_DIGITS {
                    let start = document.node(id).start as usize;
                    let map = match &number {
                        Cow::Borrowed(_) => SourceMap::straight(start, raw.len()),
                        Cow::Owned(number) => SourceMap::whole(start, number.len(), raw.len()),
                    };
                    let place = TextPlace::Number { key: key.cloned() };
                    self.push(number.into_owned(), layer.place(map), layer.levels, place, None);
                }
            }
            Kind::List => {
                for (index, element) in document.children(id).enumerate() {
                    self.below(Step::element(index), |walk| {
                        walk.open(layer, element, key, json_depth)
                    })?;
                }
            }
            Kind::Object => {
                let demanding = self.demanding(layer, id);
                let outer = self.label_breaks;
                for (ordinal, member) in document.children(id).enumerate() {
                    let name = document.key(layer.text, member);
                    let step = Step::member(&name, ordinal);
                    if !step.is_published() {
                        self.key(layer, member, &name, ordinal);
                    }
                    // In a schema the name of the property says what its example values are.
                    let own = context(&name);
                    let context = key.filter(|_| says_nothing(&name)).unwrap_or(&own);
                    self.label_breaks =
                        outer || demanding.is_some_and(|demanding| demanding.of(&name));
                    self.below(step, |walk| walk.open(layer, member, Some(context), json_depth))?;
                    self.label_breaks = outer;
                }
            }
            Kind::True | Kind::False | Kind::Null => {}
        }
        Ok(())
    }

    fn open_string(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
        key: Option<&Arc<str>>,
        json_depth: u8,
    ) -> Result<(), RequestError> {
        if (1..DEEPEST_JSON_STRING).contains(&json_depth)
            && self.json_string(layer, id, json_depth + 1)?
        {
            return Ok(());
        }
        if json_depth == DEEPEST_JSON_STRING
            && self.side == Side::Request
            && self.holds_escaped_json(layer, id)
        {
            return Err(RequestError::invalid(
                self.path.shown(),
                format!(
                    "JSON in more than {DEEPEST_JSON_STRING} strings inside one another is not read; send \
                     it as JSON"
                ),
            ));
        }
        let content = layer.document.content(layer.text, id);
        if key.is_some_and(|key| &**key == "type") && SCHEMA_TYPES.contains(&content) {
            return Ok(());
        }
        if self.side == Side::Request && is_data_uri(content) {
            return Err(RequestError::unreadable(
                self.path.shown(),
                "a data: URI cannot be searched for personal data; send the text it holds",
            ));
        }
        let place = match key {
            Some(key) => TextPlace::Value { key: Arc::clone(key) },
            None => TextPlace::Text,
        };
        self.text(layer, id, place);
        Ok(())
    }
}

/// Member names that say nothing about their value: the name around them does.
fn says_nothing(name: &str) -> bool {
    matches!(name, "default" | "const" | "enum" | "example" | "examples" | "value")
}

/// Whether a string holds a file in base64 (RFC 2397).
fn is_data_uri(content: &str) -> bool {
    let head = content.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"));
    head && content.bytes().take(200).any(|byte| byte == b';') && content.contains(";base64,")
}

/// The most characters of a member's name that says something about its values.
const LONGEST_CONTEXT: usize = 128;

/// A member's name as context of its values; empty where it is too long to be one.
pub(super) fn context(name: &str) -> Arc<str> {
    let short = name.chars().nth(LONGEST_CONTEXT).is_none();
    Arc::from(if short { name } else { "" })
}

/// The digits of a number, without the zeros that only place its point.
fn digits_of(number: &str) -> impl Iterator<Item = char> {
    number.chars().filter(char::is_ascii_digit).skip_while(|digit| *digit == '0')
}
