//! The leaves of the walk: strings, keys, numbers, JSON inside of strings, what no table knows.

use crate::document::{Document, Kind, NodeId};
use crate::layer::Layer;
use crate::part::{Channel, EscapeIn, TextPart, TextPlace};
use crate::path::{push_index, push_member, push_shown, shown};
use crate::scan::scan;
use crate::source_map::SourceMap;
use crate::{Limits, RequestError};

use super::{Side, Walk};

/// JSON inside of strings is read to this many strings deep; below, a string is one text.
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
            let place = TextPlace::Value { key: key.unwrap_or_default().to_owned() };
            self.text(layer, id, place);
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
            if layer.document.kind(member) != Kind::Number {
                self.below(
                    |path| push_member(path, &key, ordinal),
                    |walk| walk.open(layer, member, None, 0),
                )?;
            }
        }
        Ok(())
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
        let path = self.path.clone();
        self.parts.push(TextPart {
            path,
            text,
            place,
            escape: EscapeIn::Plain,
            channel,
            map,
            levels,
        });
    }

    /// Adds a member's key, unless the published APIs have it.
    pub(crate) fn key(&mut self, layer: &Layer<'_>, member: NodeId, key: &str, ordinal: usize) {
        if shown(key).is_some() {
            return;
        }
        let start = layer.document.node(member).key_start;
        let (text, map) = layer.string(layer.document.raw_key(layer.text, member), start);
        self.below(
            |path| push_member(path, key, ordinal),
            |walk| {
                let place = if walk.textual { TextPlace::Text } else { TextPlace::Key };
                walk.push(text, map, layer.levels + 1, place, None);
            },
        );
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
        // All layers together stay within the limit, since the walk is recursive.
        let max_depth = self.limits.depth().saturating_sub(self.depth);
        let limits = Limits { max_depth, ..*self.limits };
        let Ok(document) = scan(text, &limits, usize::MAX) else { return Ok(false) };
        let inner = layer.inside(text, &document, map);
        self.open(&inner, Document::ROOT, None, depth)?;
        Ok(true)
    }

    /// Adds running text. Text that is wholly JSON is read as such where its escapes matter: programs often
    /// send tool results with every Arabic letter as `\u0645`, which as text says nothing to a finder but
    /// much to a model; and a value that is put back into an answer in JSON must be escaped there.
    pub(super) fn running_text(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
    ) -> Result<(), RequestError> {
        let content = layer.document.content(layer.text, id);
        // Most texts begin with a letter, which decides it.
        let may_be_json =
            matches!(content.trim_start().as_bytes().first(), Some(b'{' | b'[' | b'\\'));
        if may_be_json && self.channel.is_none() {
            let (text, map) = layer.string(content, layer.document.node(id).start);
            if self.side == Side::Answer || text.contains('\\') {
                self.textual = true;
                let read = self.json_text(layer, &text, &map, 1);
                self.textual = false;
                if read? {
                    return Ok(());
                }
            }
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
        let result = self.open(layer, id, key, 0);
        self.channel = channel;
        result
    }

    /// Reads a value that no table knows. `json_depth` counts the JSON strings around it; 0 means that
    /// strings are not read as JSON here.
    pub(super) fn open(
        &mut self,
        layer: &Layer<'_>,
        id: NodeId,
        key: Option<&str>,
        json_depth: u8,
    ) -> Result<(), RequestError> {
        let document = layer.document;
        match document.kind(id) {
            Kind::String => self.open_string(layer, id, key, json_depth)?,
            Kind::Number => {
                let raw = document.raw(layer.text, id);
                if raw.bytes().filter(u8::is_ascii_digit).count() >= SEARCHED_DIGITS {
                    let start = document.node(id).start as usize;
                    let map = layer.place(SourceMap::straight(start, raw.len()));
                    let key = key.map(str::to_owned);
                    let place = match key {
                        // In running text a label may stand where a number stood.
                        Some(key) if self.textual => TextPlace::Value { key },
                        None if self.textual => TextPlace::Text,
                        key => TextPlace::Number { key },
                    };
                    self.push(raw.to_owned(), map, layer.levels, place, None);
                }
            }
            Kind::List => {
                for (index, element) in document.children(id).enumerate() {
                    self.below(
                        |path| push_index(path, index),
                        |walk| walk.open(layer, element, key, json_depth),
                    )?;
                }
            }
            Kind::Object => {
                for (ordinal, member) in document.children(id).enumerate() {
                    let name = document.key(layer.text, member);
                    let shown = shown(&name);
                    if shown.is_none() {
                        self.key(layer, member, &name, ordinal);
                    }
                    // In a schema the name of the property says what its example values are.
                    let context = key.filter(|_| says_nothing(&name)).unwrap_or(&name);
                    self.below(
                        |path| push_shown(path, shown, ordinal),
                        |walk| walk.open(layer, member, Some(context), json_depth),
                    )?;
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
        key: Option<&str>,
        json_depth: u8,
    ) -> Result<(), RequestError> {
        let deeper = json_depth > 0 && json_depth < DEEPEST_JSON_STRING;
        if deeper && self.json_string(layer, id, json_depth + 1)? {
            return Ok(());
        }
        let content = layer.document.content(layer.text, id);
        if key == Some("type") && SCHEMA_TYPES.contains(&content) {
            return Ok(());
        }
        if self.side == Side::Request && !self.textual && is_data_uri(content) {
            return Err(RequestError::unreadable(
                self.path.clone(),
                "a data: URI cannot be searched for personal data; send the text it holds",
            ));
        }
        let place = match key {
            Some(key) => TextPlace::Value { key: key.to_owned() },
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
