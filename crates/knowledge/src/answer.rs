//! Answers: quotes from official documents with their source, in the language of the question, or an honest
//! refusal.
//!
//! Owns the choice of what is quoted, the check that every quote stands in what it is cited from, the
//! decision to refuse, and what is said around the quotes. Never says anything about the matter itself:
//! that is the documents' part.

mod choice;
mod citation;
mod commune;
mod differences;
mod extractive;
mod generated;
mod kind;
mod phrases;
mod question;
mod rarity;
mod signs;
mod unit;
mod verify;
mod voice;

use model::Embedder;

pub use citation::{Answer, Citation, Mode, Sentence};
pub use generated::Grounds;
pub use phrases::{Phrases, PhrasesError};
pub use voice::Voice;

use crate::concepts::Vocabulary;
use crate::document::Collection;
use crate::ports::{Filter, Shelf, StoredPassage};
use crate::search::{Query, SearchError, search};
use crate::telling::{ROOT, telling_words};
use choice::{Candidate, candidates};
use extractive::Writing;
use generated::MOST_EXTRACTS;
use question::Question;
use signs::Signs;

/// The file of a country pack with the phrases.
pub const PHRASES_FILE: &str = "answers.tsv";
/// So many passages are found before some are chosen.
const FOUND: usize = 40;

/// What answers are made from.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "ports have none")]
pub struct Sources<'s> {
    /// The documents.
    pub shelf: &'s dyn Shelf,
    /// Meaning, where it is at hand.
    pub embedder: Option<&'s dyn Embedder>,
    /// Concepts.
    pub vocabulary: &'s Vocabulary,
    /// What is said around quotes.
    pub phrases: &'s Phrases,
    /// The collections that are asked, for their licences.
    pub collections: &'s [Collection],
}

/// Answers a question with quotes, or refuses; and gives the extracts from which a model may answer it.
pub fn grounds(
    sources: &Sources<'_>,
    question: &str,
    filter: &Filter,
) -> Result<Grounds, SearchError> {
    let query =
        Query { text: question.to_owned(), filter: filter.clone(), limit: FOUND, offset: 0 };
    let found = search(sources.shelf, sources.embedder, sources.vocabulary, &query)?;
    let asked =
        Question::of(sources.shelf, sources.vocabulary, sources.phrases, question, filter, &found)?;
    let mut candidates = candidates(&asked, sources.phrases, &found.hits);
    differences::newest_first(&mut candidates);
    let signs = Signs::of(&asked, &found, &candidates);
    let confidence = signs.map_or(0.0, Signs::confidence);
    let writing = Writing {
        phrases: sources.phrases,
        collections: sources.collections,
        voice: Voice::of(question, found.language),
    };
    let likely = confidence >= signs::THRESHOLD;
    let answered = (likely && speaks_of(question, sources.vocabulary, candidates.first()))
        .then(|| writing.extractive(&asked, &candidates, confidence))
        .flatten();
    let nearest = candidates.first().map(|candidate| &candidate.hit.passage);
    let extractive = answered.unwrap_or_else(|| writing.refusal(nearest, confidence));
    // What answers best in its own words, then what was found best.
    let mut extracts: Vec<StoredPassage> = Vec::new();
    let best = candidates.iter().map(|candidate| candidate.hit);
    for hit in best.chain(&found.hits) {
        let known = extracts.iter().any(|other| other.number == hit.passage.number);
        if !known && extracts.len() < MOST_EXTRACTS {
            extracts.push(hit.passage.clone());
        }
    }
    let (collections, voice) = (sources.collections.to_vec(), writing.voice);
    Ok(Grounds { extractive, extracts, collections, voice })
}

/// Whether the passage that answers best, its headings or its title have a telling word or a concept of the
/// question: one that shares none was only the least far.
fn speaks_of(question: &str, vocabulary: &Vocabulary, best: Option<&Candidate<'_>>) -> bool {
    let Some(best) = best else { return false };
    let (facts, passage) = (&best.hit.passage.facts, &best.hit.passage.passage);
    let title = facts.title.as_deref().unwrap_or_default();
    let headings = passage.headings.iter().map(String::as_str);
    let parts = std::iter::once(title).chain(headings).chain([passage.text.as_str()]);
    let whole = parts.collect::<Vec<_>>().join("\n");
    let asked = telling_words(question, None, vocabulary);
    let told = telling_words(&whole, facts.language.as_deref(), vocabulary);
    let (sounds, said): (Vec<&String>, Vec<&String>) =
        asked.intersection(&told).partition(|word| word.starts_with(ROOT));
    // One word that sounds alike is chance.
    !said.is_empty() || sounds.len() >= 2
}
