//! The tokens of an answer, where it names them one by one (`logprobs` of `POST /v1/completions`).
//!
//! A label may lie across several tokens, so a restored text would no longer be the tokens put together.
//! Whoever restores the text restores the tokens too, and the offsets follow.

use crate::document::{Document, Kind, NodeId};
use crate::source_map::quoted;
use crate::splice::Splice;

/// The tokens of one choice, decoded. Put together they are its text.
#[derive(Clone)]
pub struct TokenList {
    /// Their texts, in order.
    pub tokens: Vec<String>,
    nodes: Vec<(usize, usize)>,
    offsets: Vec<(usize, usize)>,
}

impl std::fmt::Debug for TokenList {
    /// The tokens are left out: they are the answer's text.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "TokenList({} tokens)", self.tokens.len())
    }
}

impl TokenList {
    /// The tokens of a choice; `None` where it does not name them, or not as strings.
    pub(crate) fn read(body: &str, document: &Document, choice: NodeId) -> Option<Self> {
        let logprobs = document.member(body, choice, "logprobs")?;
        let range = |id: NodeId| {
            let node = document.node(id);
            (node.start as usize, node.end as usize)
        };
        let tokens = document.member(body, logprobs, "tokens")?;
        let texts: Option<Vec<String>> = document
            .children(tokens)
            .map(|id| document.string(body, id).map(std::borrow::Cow::into_owned))
            .collect();
        let offsets = document.member(body, logprobs, "text_offset");
        let offsets = offsets.filter(|id| document.kind(*id) == Kind::List);
        Some(Self {
            tokens: texts.filter(|texts| !texts.is_empty())?,
            nodes: document.children(tokens).map(range).collect(),
            offsets: offsets
                .map(|offsets| document.children(offsets).map(range).collect())
                .unwrap_or_default(),
        })
    }

    /// The splices that put other texts in the place of the tokens. Offsets count code points from the
    /// beginning of the text that is given back.
    pub(crate) fn splices(&self, tokens: &[String]) -> Vec<Splice> {
        let mut splices = Vec::with_capacity(self.nodes.len() + self.offsets.len());
        let mut offset = 0;
        for (place, token) in tokens.iter().enumerate() {
            if let Some(&(start, end)) = self.nodes.get(place) {
                splices.push(Splice { start, end, with: quoted(token) });
            }
            if let Some(&(start, end)) = self.offsets.get(place) {
                splices.push(Splice { start, end, with: offset.to_string() });
            }
            offset += token.chars().count();
        }
        splices
    }
}
