//! A JSON text and how it lies in the body.

use crate::document::Document;
use crate::source_map::{SourceMap, decode};

/// A scanned JSON text: the body itself, or a decoded string of it.
#[derive(Clone, Copy)]
pub(crate) struct Layer<'t> {
    pub(crate) text: &'t str,
    pub(crate) document: &'t Document,
    /// `None` for the body itself.
    map: Option<&'t SourceMap>,
    /// How many JSON strings lie around it.
    pub(crate) levels: u8,
}

impl<'t> Layer<'t> {
    pub(crate) fn body(text: &'t str, document: &'t Document) -> Self {
        Self { text, document, map: None, levels: 0 }
    }

    /// The text of a string of this layer, scanned in turn.
    pub(crate) fn inside(&self, text: &'t str, document: &'t Document, map: &'t SourceMap) -> Self {
        Self { text, document, map: Some(map), levels: self.levels + 1 }
    }

    /// A map to this text, made a map to the body.
    pub(crate) fn place(&self, map: SourceMap) -> SourceMap {
        match self.map {
            Some(outer) => map.within(outer),
            None => map,
        }
    }

    /// The decoded text and the map of what stands between two quotes, `start` being the opening one.
    pub(crate) fn string(&self, content: &str, start: u32) -> (String, SourceMap) {
        let (text, map) = decode(content, start as usize + 1);
        (text, self.place(map))
    }
}
