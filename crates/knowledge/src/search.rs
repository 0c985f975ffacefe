//! Search: a question in any language and script, passages in theirs.
//!
//! Three ways of looking answer each on its own: words, concepts and, where an embedder is there, meaning.
//! Each passage's score is the weighted sum of how far it stands out in each, in standard deviations over
//! all passages that the filter lets through; so no way counts more because its numbers are larger.

mod highlight;
mod listing;
mod meaning;

use std::collections::BTreeMap;

use language::identify::Language;
use model::{EmbedError, Embedder};

use crate::concepts::Vocabulary;
use crate::indexing::{self, ROOT};
use crate::ports::{Field, Filter, Scores, Shelf, ShelfError, StoredPassage, WeightedTerm};

pub use listing::{Entry, Listing};

/// How much each way of looking counts.
const WORDS: f64 = 0.5;
const CONCEPTS: f64 = 1.0;
const MEANING: f64 = 1.5;
/// How much the consonants of a word count beside its stem.
const SOUND: f32 = 0.3;
/// Below this weight a concept of the question only sounds like one of its words.
const FAINT: f32 = 0.5;
/// So many passages of each way are fused.
const CANDIDATES: usize = 200;
/// Questions are cut behind so many characters.
pub const LONGEST_QUERY: usize = 2_000;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The question or the words, in any language.
    pub text: String,
    /// Where to look.
    pub filter: Filter,
    /// How many hits a page has.
    pub limit: usize,
    /// How many hits to pass over.
    pub offset: usize,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// The hits of this page, best first.
    pub hits: Vec<Hit>,
    /// Whether there are more behind them.
    pub more: bool,
    /// The language of the question, where it was told.
    pub language: Option<Language>,
    /// The concepts of the question.
    pub concepts: Vec<String>,
    /// Whether meaning was looked for.
    pub by_meaning: bool,
}

/// One passage that answers.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The passage.
    pub passage: StoredPassage,
    /// How far it stands out: 0 for a passage like any other.
    pub score: f64,
    /// What each way of looking gave: words, concepts, meaning.
    pub parts: [f64; 3],
    /// Where words of the question stand in the passage's text, in code points.
    pub highlights: Vec<(usize, usize)>,
}

/// Why a search fails. Never quotes the question.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// There is nothing to look for.
    #[error("the query is empty; give a question or some words")]
    Empty,
    /// The query is too long.
    #[error("the query has more than {LONGEST_QUERY} characters")]
    TooLong,
    /// The documents.
    #[error(transparent)]
    Shelf(#[from] ShelfError),
    /// The embedder.
    #[error(transparent)]
    Embed(#[from] EmbedError),
}

/// Searches.
pub fn search(
    shelf: &dyn Shelf,
    embedder: Option<&dyn Embedder>,
    vocabulary: &Vocabulary,
    query: &Query,
) -> Result<Found, SearchError> {
    let text = query.text.trim();
    if text.is_empty() {
        return Err(SearchError::Empty);
    }
    if text.chars().nth(LONGEST_QUERY).is_some() {
        return Err(SearchError::TooLong);
    }
    let language = indexing::language_of_text(text);
    let words = weighted_words(text, language);
    let mut concepts = vocabulary.concepts(text, language);
    // Two consonants alike say too little to look for.
    concepts.retain(|mention| mention.weight >= FAINT);
    let concept_terms: Vec<WeightedTerm> = concepts
        .iter()
        .map(|mention| WeightedTerm { text: mention.concept.to_owned(), weight: mention.weight })
        .collect();
    let filter = &query.filter;
    let by_words = shelf.by_terms(Field::Words, &words, filter, CANDIDATES)?;
    let by_concepts = shelf.by_terms(Field::Concepts, &concept_terms, filter, CANDIDATES)?;
    let by_meaning = match embedder {
        Some(embedder) => {
            let vector = meaning::vector(embedder, vocabulary, text, language, &concepts)?;
            shelf.by_vector(embedder.name(), &vector, filter, CANDIDATES)?
        }
        None => Scores::default(),
    };
    let ways = [(WORDS, by_words), (CONCEPTS, by_concepts), (MEANING, by_meaning)];
    let ranked = fused(&ways);
    let page: Vec<u64> =
        ranked.iter().skip(query.offset).take(query.limit).map(|(number, _)| *number).collect();
    let parts: BTreeMap<u64, [f64; 3]> = ranked.iter().copied().collect();
    let hits: Vec<Hit> = shelf
        .passages(&page)?
        .into_iter()
        .map(|passage| {
            let parts = parts.get(&passage.number).copied().unwrap_or_default();
            let highlights = highlight::spans(&passage, &words);
            Hit { passage, score: parts.iter().sum(), parts, highlights }
        })
        .collect();
    Ok(Found {
        more: ranked.len() > query.offset + page.len(),
        hits,
        language,
        concepts: concepts.iter().map(|mention| mention.concept.to_owned()).collect(),
        by_meaning: ways.last().is_some_and(|(_, scores)| scores.among > 0),
    })
}

/// The terms of a question's words, each once.
fn weighted_words(text: &str, language: Option<Language>) -> Vec<WeightedTerm> {
    let mut weights: BTreeMap<String, f32> = BTreeMap::new();
    for term in indexing::words(text, language) {
        let weight = if term.starts_with(ROOT) { SOUND } else { 1.0 };
        weights.entry(term).or_insert(weight);
    }
    weights.into_iter().map(|(text, weight)| WeightedTerm { text, weight }).collect()
}

/// Every candidate with what each way gives it, the best first.
fn fused(ways: &[(f64, Scores); 3]) -> Vec<(u64, [f64; 3])> {
    let mut parts: BTreeMap<u64, [f64; 3]> = BTreeMap::new();
    for (way, (weight, scores)) in ways.iter().enumerate() {
        let (mean, deviation) = spread(scores);
        // Where all answer alike none stands out, but each is found.
        let deviation = if deviation > 0.0 { deviation } else { 1.0 };
        let standing = |score: f64| weight * (score - mean) / deviation;
        let unlisted = unlisted(scores, mean);
        for (number, _) in ways.iter().flat_map(|(_, scores)| &scores.best) {
            if let Some(part) = parts.entry(*number).or_default().get_mut(way) {
                *part = standing(unlisted);
            }
        }
        for (number, score) in &scores.best {
            if let Some(part) = parts.get_mut(number).and_then(|parts| parts.get_mut(way)) {
                *part = standing(f64::from(*score));
            }
        }
    }
    let mut ranked: Vec<(u64, [f64; 3])> = parts.into_iter().collect();
    let total = |parts: &[f64; 3]| parts.iter().sum::<f64>();
    ranked.sort_by(|left, right| {
        total(&right.1).total_cmp(&total(&left.1)).then(left.0.cmp(&right.0))
    });
    ranked
}

/// What a passage scores that is not among the best: the mean of all those. 0 for words and concepts while all
/// that hold one are among the best; a cosine is hardly ever 0.
fn unlisted(scores: &Scores, mean: f64) -> f64 {
    let listed: f64 = scores.best.iter().map(|(_, score)| f64::from(*score)).sum();
    #[expect(clippy::cast_precision_loss, reason = "far below 2⁵³ passages")]
    let others = scores.among as f64 - scores.best.len() as f64;
    if others > 0.0 { (scores.sum - listed) / others } else { mean }
}

/// Mean and standard deviation over all passages that the filter lets through.
fn spread(scores: &Scores) -> (f64, f64) {
    if scores.among == 0 {
        return (0.0, 0.0);
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2⁵³ passages")]
    let among = scores.among as f64;
    let mean = scores.sum / among;
    let variance = (scores.sum_of_squares / among - mean * mean).max(0.0);
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(best: &[(u64, f32)], among: u64) -> Scores {
        let numbers = || best.iter().map(|(_, score)| f64::from(*score));
        let sum_of_squares = numbers().map(|score| score * score).sum();
        Scores { best: best.to_vec(), among, sum: numbers().sum(), sum_of_squares }
    }

    fn order(words: Scores, concepts: Scores, meaning: Scores) -> Vec<u64> {
        let ways = [(WORDS, words), (CONCEPTS, concepts), (MEANING, meaning)];
        fused(&ways).into_iter().map(|(number, _)| number).collect()
    }

    #[test]
    fn the_only_passage_is_found() {
        let none = Scores::default;
        assert_eq!(order(scores(&[(7, 2.0)], 1), none(), none()), [7]);
        assert_eq!(order(none(), none(), scores(&[(7, 0.4), (8, 0.4)], 2)), [7, 8]);
        assert_eq!(order(none(), none(), none()), [0_u64; 0]);
    }

    #[test]
    fn ways_add_up_and_what_a_way_does_not_list_is_like_the_rest() {
        let words = || scores(&[(1, 3.0), (2, 2.0)], 10);
        assert_eq!(order(words(), Scores::default(), Scores::default()), [1, 2]);
        assert_eq!(order(words(), scores(&[(2, 5.0)], 10), Scores::default()), [2, 1]);
        // By meaning all are near; one that is not listed is no farther than the others that are not.
        let mut near = scores(&[(3, 0.9)], 10);
        near.sum += 9.0 * 0.5;
        near.sum_of_squares += 9.0 * 0.25;
        let unlisted = unlisted(&near, near.sum / 10.0);
        assert!((unlisted - 0.5).abs() < 1e-6, "{unlisted}");
    }
}
