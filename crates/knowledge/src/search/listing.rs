//! What was found, as commands and routes give it out.

use language::identify::Language;
use serde::Serialize;

use super::{Found, Hit};
use crate::document::DocumentId;

/// One page of hits.
#[derive(Debug, Serialize)]
pub struct Listing<'f> {
    /// The hits, best first.
    pub results: Vec<Entry<'f>>,
    /// Whether there are more behind them.
    pub more: bool,
    /// The tag of the question's language, where it was told.
    pub language: Option<&'static str>,
    /// Whether meaning was looked for.
    pub by_meaning: bool,
}

/// One hit. Ranges are in code points.
#[derive(Debug, Serialize)]
pub struct Entry<'f> {
    collection: &'f str,
    document: &'f DocumentId,
    title: Option<&'f str>,
    institution: Option<&'f str>,
    commune: Option<&'f str>,
    version: Option<u32>,
    date: Option<&'f str>,
    language: Option<&'f str>,
    licence: Option<&'f str>,
    attribution: Option<&'f str>,
    in_force: bool,
    headings: &'f [String],
    page: Option<u32>,
    passage: &'f str,
    start: usize,
    end: usize,
    score: f64,
    highlights: &'f [(usize, usize)],
}

impl<'f> From<&'f Found> for Listing<'f> {
    fn from(found: &'f Found) -> Self {
        Self {
            results: found.hits.iter().map(Entry::from).collect(),
            more: found.more,
            language: found.language.map(Language::tag),
            by_meaning: found.by_meaning,
        }
    }
}

impl<'f> From<&'f Hit> for Entry<'f> {
    fn from(hit: &'f Hit) -> Self {
        let stored = &hit.passage;
        let (facts, passage) = (&stored.facts, &stored.passage);
        Self {
            collection: &stored.collection,
            document: &stored.document,
            title: facts.title.as_deref(),
            institution: facts.institution.as_deref(),
            commune: facts.commune.as_deref(),
            version: facts.version,
            date: facts.date.as_deref(),
            language: facts.language.as_deref(),
            licence: facts.licence.as_deref(),
            attribution: facts.attribution.as_deref(),
            in_force: stored.in_force,
            headings: &passage.headings,
            page: passage.page,
            passage: &passage.text,
            start: passage.start,
            end: passage.end,
            score: hit.score,
            highlights: &hit.highlights,
        }
    }
}
