//! A scanned JSON text: byte ranges of its values in document order. Holds no text of its own.

use crate::splice::Splice;
use std::borrow::Cow;

use crate::source_map::decode;

/// Which of the JSON types a value has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Object,
    List,
    String,
    Number,
    True,
    False,
    Null,
}

impl Kind {
    /// How messages call a value of this type.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::List => "a list",
            Self::String => "a string",
            Self::Number => "a number",
            Self::True | Self::False => "a boolean",
            Self::Null => "null",
        }
    }
}

/// One value. Strings and keys are given with their quotes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// The raw range of the key when the value is a member (0..0 when it is not).
    pub(crate) key_start: u32,
    pub(crate) key_end: u32,
    /// The index of the first node after this one's descendants.
    pub(crate) next: u32,
}

/// The place of a node in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(pub(crate) u32);

/// All values in document order: a node's children follow it until its `next`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Document {
    pub(crate) nodes: Vec<Node>,
    /// How much of [`Limits::max_members`](crate::Limits::max_members) it takes.
    pub(crate) counted: usize,
}

/// What [`Document::node`] gives for an identifier of another document, so that looking never fails.
const NOTHING: Node =
    Node { kind: Kind::Null, start: 0, end: 0, key_start: 0, key_end: 0, next: 0 };

impl Document {
    /// The splice that takes a member out of an object together with one comma.
    pub(crate) fn removal(&self, text: &str, object: NodeId, name: &str) -> Option<Splice> {
        let mut before: Option<Node> = None;
        let mut members = self.children(object);
        let node = loop {
            let id = members.next()?;
            if self.key(text, id) == name {
                break self.node(id);
            }
            before = Some(self.node(id));
        };
        let (start, end) = match (members.next(), before) {
            (Some(after), _) => (node.key_start, self.node(after).key_start),
            (None, Some(before)) => (before.end, node.end),
            (None, None) => (node.key_start, node.end),
        };
        Some(Splice { start: start as usize, end: end as usize, with: String::new() })
    }

    /// The whole value.
    pub(crate) const ROOT: NodeId = NodeId(0);

    pub(crate) fn node(&self, id: NodeId) -> Node {
        self.nodes.get(id.0 as usize).copied().unwrap_or(NOTHING)
    }

    pub(crate) fn kind(&self, id: NodeId) -> Kind {
        self.node(id).kind
    }

    /// The values directly inside an object or a list, in order.
    pub(crate) fn children(&self, id: NodeId) -> Children<'_> {
        let node = self.node(id);
        let inside = matches!(node.kind, Kind::Object | Kind::List);
        Children { document: self, at: id.0 + 1, end: if inside { node.next } else { 0 } }
    }

    /// The raw bytes of a value, quotes included.
    pub(crate) fn raw<'t>(&self, text: &'t str, id: NodeId) -> &'t str {
        let node = self.node(id);
        text.get(node.start as usize..node.end as usize).unwrap_or_default()
    }

    /// What stands between the quotes of a string, escapes as written.
    pub(crate) fn content<'t>(&self, text: &'t str, id: NodeId) -> &'t str {
        let node = self.node(id);
        text.get(node.start as usize + 1..(node.end as usize).saturating_sub(1)).unwrap_or_default()
    }

    /// What stands between the quotes of a member's key, escapes as written.
    pub(crate) fn raw_key<'t>(&self, text: &'t str, id: NodeId) -> &'t str {
        let node = self.node(id);
        let (start, end) = (node.key_start as usize + 1, (node.key_end as usize).saturating_sub(1));
        text.get(start..end).unwrap_or_default()
    }

    /// A member's key, decoded.
    pub(crate) fn key<'t>(&self, text: &'t str, id: NodeId) -> Cow<'t, str> {
        decoded(self.raw_key(text, id))
    }

    /// A string's text, decoded; `None` for another type.
    pub(crate) fn string<'t>(&self, text: &'t str, id: NodeId) -> Option<Cow<'t, str>> {
        (self.kind(id) == Kind::String).then(|| decoded(self.content(text, id)))
    }

    /// The member called `name`; the last one when there are several.
    pub(crate) fn member(&self, text: &str, object: NodeId, name: &str) -> Option<NodeId> {
        if self.kind(object) != Kind::Object {
            return None;
        }
        self.children(object).filter(|id| self.key(text, *id) == name).last()
    }

    /// A number that is written as a non-negative integer.
    pub(crate) fn unsigned(&self, text: &str, id: NodeId) -> Option<u64> {
        (self.kind(id) == Kind::Number).then(|| self.raw(text, id).parse().ok()).flatten()
    }
}

fn decoded(content: &str) -> Cow<'_, str> {
    if content.contains('\\') { Cow::Owned(decode(content, 0).0) } else { Cow::Borrowed(content) }
}

/// Iterates over the direct children of a node.
#[derive(Clone)]
pub(crate) struct Children<'d> {
    document: &'d Document,
    at: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        if self.at >= self.end {
            return None;
        }
        let id = NodeId(self.at);
        // A node always ends after itself, so the iteration ends whatever the document holds.
        self.at = self.document.node(id).next.max(self.at + 1);
        Some(id)
    }
}
