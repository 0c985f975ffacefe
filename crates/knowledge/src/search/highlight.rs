//! Which words of a passage made it a hit.

use std::collections::BTreeSet;

use language::analyze::{TermKind, terms};
use language::{OffsetConverter, OffsetUnit};

use crate::indexing::{self, ROOT};
use crate::ports::{StoredPassage, WeightedTerm};

/// Where words of the question stand in the passage's text, in code points, in order.
pub(super) fn spans(passage: &StoredPassage, wanted: &[WeightedTerm]) -> Vec<(usize, usize)> {
    let wanted: BTreeSet<&str> = wanted.iter().map(|term| term.text.as_str()).collect();
    let text = &passage.passage.text;
    let language = passage.facts.language.as_deref().and_then(indexing::language_of_tag);
    let mut spans: Vec<_> = terms(text, language)
        .into_iter()
        .filter(|term| match term.kind {
            TermKind::Root => wanted.contains(format!("{ROOT}{}", term.text).as_str()),
            TermKind::Stem | TermKind::Word => wanted.contains(term.text.as_str()),
        })
        .map(|term| term.span)
        .collect();
    spans.dedup();
    let mut converter = OffsetConverter::new(text, OffsetUnit::Chars);
    spans.into_iter().map(|span| converter.span(span)).collect()
}
