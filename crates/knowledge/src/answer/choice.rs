//! Which passages answer, and which of their pieces are quoted.

use std::collections::BTreeMap;

use super::commune::{Commune, commune_of};
use super::kind::Kind;
use super::phrases::Phrases;
use super::question::Question;
use super::unit::{Unit, units};
use crate::indexing::language_of_tag;
use crate::search::Hit;

/// So many passages are looked at piece by piece.
const LOOKED_AT: usize = 12;
/// So many pieces are quoted at most; of a list of papers, so many.
const MOST_QUOTES: usize = 4;
const MOST_ITEMS: usize = 12;
/// A piece is quoted beside the best one when it has this share of its score.
const NEARLY: f64 = 0.4;
/// What a piece gains that holds the kind of thing that is asked for.
const RIGHT_KIND: f64 = 2.0;
/// How much words and concepts of a piece count, and the best piece of a passage beside the search's score.
const WORDS: f64 = 0.5;
const CONCEPTS: f64 = 0.7;
const BEST_PIECE: f64 = 0.1;
/// A piece of so many characters counts half of what a short one does.
const LONG: f64 = 200.0;
/// What a passage gains that is in the question's own language.
const OWN_LANGUAGE: f64 = 0.2;
/// How much the second best passage of its document counts for a passage: a document that answers often does
/// so in more than one place.
const SECOND_BEST: f64 = 0.4;
/// By how much a passage of the right kind stands before the best of its document that is not.
const AHEAD: f64 = 0.1;

/// A passage that may answer, with the pieces that would be quoted, in the document's order.
pub(super) struct Candidate<'h> {
    pub(super) hit: &'h Hit,
    pub(super) commune: Option<Commune>,
    pub(super) quoted: Vec<Unit<'h>>,
    pub(super) score: f64,
    /// Whether a piece holds the kind of thing that is asked for.
    pub(super) right_kind: bool,
}

/// The passages that may answer, the best first.
pub(super) fn candidates<'h>(
    question: &Question<'_>,
    phrases: &Phrases,
    hits: &'h [Hit],
) -> Vec<Candidate<'h>> {
    let mut candidates: Vec<Candidate<'h>> = hits
        .iter()
        .filter_map(|hit| {
            let commune = commune_of(&hit.passage.facts, phrases);
            let elsewhere = commune.as_ref().is_some_and(|commune| {
                !question.communes.is_empty()
                    && !question.communes.iter().any(|named| named.is(commune))
            });
            (!elsewhere).then_some((hit, commune))
        })
        .take(LOOKED_AT)
        .filter_map(|(hit, commune)| candidate(question, hit, commune))
        .collect();
    if matches!(question.kind, Kind::Price | Kind::Duration) {
        put_right_kind_first(&mut candidates);
    }
    let standing = second_best(hits);
    for candidate in &mut candidates {
        let document = candidate.hit.passage.document.as_str();
        candidate.score += SECOND_BEST * standing.get(document).copied().unwrap_or_default();
    }
    candidates.sort_by(|left, right| {
        right
            .score
            .total_cmp(&left.score)
            .then(left.hit.passage.number.cmp(&right.hit.passage.number))
    });
    candidates
}

/// Of each document, the passages that hold an amount (a duration) where one is asked for stand before those
/// that do not: what a procedure is about is told in its every section, what it costs in one.
fn put_right_kind_first(candidates: &mut [Candidate<'_>]) {
    // The best of any kind, and the best of the right one.
    let mut best: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for candidate in candidates.iter() {
        let document = candidate.hit.passage.document.as_str();
        let (any, right) = best.entry(document).or_insert((f64::MIN, f64::MIN));
        *any = any.max(candidate.score);
        if candidate.right_kind {
            *right = right.max(candidate.score);
        }
    }
    for candidate in candidates.iter_mut().filter(|candidate| candidate.right_kind) {
        if let Some((any, right)) = best.get(candidate.hit.passage.document.as_str()) {
            candidate.score += any - right + AHEAD;
        }
    }
}

/// The score of the second best passage of each document that has two.
fn second_best(hits: &[Hit]) -> BTreeMap<&str, f64> {
    let mut scores: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for hit in hits {
        scores.entry(hit.passage.document.as_str()).or_default().push(hit.score);
    }
    // Hits come best first.
    scores.into_iter().filter_map(|(document, scores)| Some((document, *scores.get(1)?))).collect()
}

fn candidate<'h>(
    question: &Question<'_>,
    hit: &'h Hit,
    commune: Option<Commune>,
) -> Option<Candidate<'h>> {
    let mut scored: Vec<(f64, bool, Unit<'h>)> = units(&hit.passage.passage)
        .into_iter()
        .map(|unit| {
            let (words, concepts) =
                question.overlap(&format!("{} {}", unit.label, unit.text), &hit.passage);
            let right = question.unit_words.answers(question.kind, unit.text);
            let kind = if right { RIGHT_KIND } else { 0.0 };
            let length =
                1.0 + f64::from(u32::try_from(unit.end - unit.start).unwrap_or(u32::MAX)) / LONG;
            ((words * WORDS + concepts * CONCEPTS) / length + kind, right, unit)
        })
        .collect();
    let best = scored.iter().map(|(score, ..)| *score).max_by(f64::total_cmp)?;
    let right_kind = scored.iter().any(|(_, right, _)| *right);
    if right_kind && matches!(question.kind, Kind::Price | Kind::Duration) {
        // What stands beside an amount that was asked for is not the answer.
        scored.retain(|(_, right, _)| *right);
    }
    let listed = question.kind == Kind::Papers
        && question
            .concepts_in(&hit.passage.passage.headings.join("\n"), &hit.passage)
            .contains("documents-needed");
    if listed {
        scored.truncate(MOST_ITEMS);
    } else {
        scored.sort_by(|left, right| {
            right.0.total_cmp(&left.0).then(left.2.start.cmp(&right.2.start))
        });
        scored.retain(|(score, ..)| *score >= best * NEARLY);
        scored.truncate(MOST_QUOTES);
        scored.sort_by_key(|(_, _, unit)| unit.start);
    }
    let own = hit.passage.facts.language.as_deref().and_then(language_of_tag);
    let own_language = own.is_some() && own == question.language;
    let score = hit.score + best * BEST_PIECE + if own_language { OWN_LANGUAGE } else { 0.0 };
    Some(Candidate {
        hit,
        commune,
        quoted: scored.into_iter().map(|(.., unit)| unit).collect(),
        score,
        right_kind,
    })
}
