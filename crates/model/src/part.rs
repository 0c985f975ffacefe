//! The texts of a body: what stands where, and how it gets back there.

use std::sync::Arc;

use crate::source_map::{SourceMap, escape_into};
use crate::splice::{RewriteError, Splice};
use crate::text_path::TextPath;

/// One text of a body, decoded, that may hold personal data (request) or labels (answer).
#[derive(Clone)]
pub struct TextPart {
    /// Where it stands, for messages.
    pub path: TextPath,
    /// The text, decoded. Of a number, its digits without an exponent.
    pub text: String,
    /// What kind of place it is.
    pub place: TextPlace,
    /// How a value must be written inside it.
    pub escape: EscapeIn,
    /// In a stream: which running text this is a piece of.
    pub channel: Option<Channel>,
    /// Whether a JSON schema demands a form here that a label does not have.
    pub label_breaks: bool,
    pub(crate) map: SourceMap,
    /// How many JSON strings lie around the text: 0 for a number, 1 for a string, more inside of strings.
    pub(crate) levels: u8,
}

impl std::fmt::Debug for TextPart {
    /// The text is left out: it is what Igudar protects.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("TextPart")
            .field("path", &self.path)
            .field("bytes", &self.text.len())
            .field("escape", &self.escape)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

/// A number that controls the model (a seed, a bias). It goes through as it is, unless its digits are those
/// of a value that was found.
#[derive(Clone)]
pub struct ControlNumber {
    /// Where it stands, for messages.
    pub path: TextPath,
    /// Its digits, as its spelling without an exponent has them, from the first that is not 0.
    pub digits: String,
}

impl std::fmt::Debug for ControlNumber {
    /// The digits are left out: they could be a personal value.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "ControlNumber({})", self.path)
    }
}

/// What kind of place a text stands in, which decides what may happen to it.
#[derive(Clone, PartialEq, Eq)]
pub enum TextPlace {
    /// Running text.
    Text,
    /// The value of a member whose name may say what it is.
    Value {
        /// The member's name, shared by all its values.
        key: Arc<str>,
    },
    /// A name: an object's key, a function's name. Replacing it would break what refers to it.
    Key,
    /// A number. A label has no room there.
    Number {
        /// The member's name, when it is one.
        key: Option<Arc<str>>,
    },
    /// The identifier of a tool call: may be exchanged, but everywhere alike (see
    /// [`opaque_id`](crate::dialect::opaque_id)).
    Id,
}

impl std::fmt::Debug for TextPlace {
    /// Member names are left out: a client may have put personal data there.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Text => "Text",
            Self::Value { .. } => "Value",
            Self::Key => "Key",
            Self::Number { .. } => "Number",
            Self::Id => "Id",
        })
    }
}

/// How a value must be written when it is put into a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EscapeIn {
    /// As it is.
    Plain,
    /// As the content of a JSON string: the text is (a piece of) JSON source itself.
    Json,
}

/// A running text of a streamed answer; the client concatenates its pieces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Channel {
    /// The index of the choice.
    pub choice: u64,
    /// `content`, `reasoning_content`, `tool_calls[0].arguments`, …
    pub field: String,
}

/// A change of one text: the bytes `start..end` of [`TextPart::text`] become `with`.
#[derive(Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// First byte of what is replaced.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
    /// What stands there afterwards, decoded (for [`EscapeIn::Json`] texts: as JSON source).
    pub with: String,
}

impl std::fmt::Debug for TextEdit {
    /// The new text is left out: in an answer it is a personal value.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "TextEdit({}..{})", self.start, self.end)
    }
}

/// The edits of all parts as splices of the body.
pub(crate) fn text_splices(
    parts: &[TextPart],
    edits: &[Vec<TextEdit>],
) -> Result<Vec<Splice>, RewriteError> {
    if parts.len() != edits.len() {
        return Err(RewriteError::Count { texts: parts.len(), edits: edits.len() });
    }
    let mut splices = Vec::with_capacity(edits.iter().map(Vec::len).sum());
    for (part, edits) in parts.iter().zip(edits) {
        for edit in edits {
            let on_boundaries = part.text.get(edit.start..edit.end).is_some();
            let range = part.map.raw(edit.start).zip(part.map.raw(edit.end));
            let (start, end) = range
                .filter(|_| on_boundaries)
                .ok_or_else(|| RewriteError::Range { path: part.path.to_string() })?;
            let mut with = edit.with.clone();
            for _ in 0..part.levels {
                let mut escaped = String::with_capacity(with.len() + 8);
                escape_into(&with, &mut escaped);
                with = escaped;
            }
            splices.push(Splice { start, end, with });
        }
    }
    Ok(splices)
}
