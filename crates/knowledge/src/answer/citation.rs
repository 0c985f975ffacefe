//! What an answer is made of: sentences, and the citations that each of them carries.

use serde::Serialize;

use super::unit::Unit;
use super::verify::occurs;
use crate::document::{Collection, DocumentId};
use crate::ports::StoredPassage;

/// Where a sentence comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// The number by which sentences name it, from 1.
    pub number: usize,
    /// The document.
    pub document: DocumentId,
    /// Its version.
    pub version: Option<u32>,
    /// Its title.
    pub title: Option<String>,
    /// Who issued it.
    pub institution: Option<String>,
    /// The page.
    pub page: Option<u32>,
    /// The headings above the quote, the highest first.
    pub section: Vec<String>,
    /// Where the quote begins in the document's text, in code points.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What the document says there, letter by letter.
    pub quote: String,
    /// The collection.
    pub collection: String,
    /// Whether no newer version is in the collection.
    pub in_force: bool,
    /// The licence.
    pub licence: Option<String>,
    /// Whom to name.
    pub attribution: Option<String>,
}

impl Citation {
    /// A piece of a passage, cited; `None` where it does not stand there.
    pub(super) fn of(
        number: usize,
        passage: &StoredPassage,
        unit: Unit<'_>,
        collections: &[Collection],
    ) -> Option<Self> {
        if !occurs(unit.text, &passage.passage.text) {
            return None;
        }
        let facts = &passage.facts;
        let collection = collections.iter().find(|other| other.name == passage.collection);
        let licence = collection.and_then(|collection| collection.licence.clone());
        let attribution = collection.and_then(|collection| collection.attribution.clone());
        Some(Self {
            number,
            document: passage.document.clone(),
            version: facts.version,
            title: facts.title.clone(),
            institution: facts.institution.clone(),
            page: passage.passage.page,
            section: passage.passage.headings.clone(),
            start: unit.start,
            end: unit.end,
            quote: unit.text.to_owned(),
            collection: passage.collection.clone(),
            in_force: passage.in_force,
            licence: facts.licence.clone().or(licence),
            attribution: facts.attribution.clone().or(attribution),
        })
    }
}

/// A sentence of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// Its text.
    pub text: String,
    /// The numbers of its citations; none in a refusal.
    pub citations: Vec<usize>,
}

impl Sentence {
    /// The sentence with the numbers of its citations.
    pub fn marked(&self) -> String {
        let marks: Vec<String> =
            self.citations.iter().map(|number| format!("[{number}]")).collect();
        format!("{} {}", self.text, marks.concat()).trim_end().to_owned()
    }
}

/// Who wrote the sentences of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The documents: quotes, with a lead sentence.
    Extractive,
    /// A language model; each sentence carries quotes that were checked.
    Generated,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// Who wrote it.
    pub mode: Mode,
    /// The language and script it speaks, a BCP 47 tag.
    pub language: &'static str,
    /// Whether the documents do not answer.
    pub refused: bool,
    /// How likely the documents answer, from 0 to 1, as it was measured on other questions.
    pub confidence: f64,
    /// Whether documents say different things: communes, or versions.
    pub differs: bool,
    /// Its sentences.
    pub sentences: Vec<Sentence>,
    /// How many sentences of a model were dropped, since no extract bears them out.
    pub dropped: usize,
    /// What they cite.
    pub citations: Vec<Citation>,
}

impl Answer {
    /// The whole text, each sentence with the numbers of its citations.
    pub fn text(&self) -> String {
        self.sentences.iter().map(Sentence::marked).collect::<Vec<_>>().join("\n")
    }
}
