//! Signs by which it is told whether the documents answer a question, and the threshold below which they do
//! not.
//!
//! The weights are fitted on the development questions of `evaluations/procedures`, cross-validated.

use super::choice::Candidate;
use super::kind::Kind;
use super::question::Question;
use crate::search::Found;

/// How many signs there are.
pub(super) const SIGNS: usize = 8;

/// The signs of a question and the best candidate.
pub(super) fn signs(
    question: &Question<'_>,
    found: &Found,
    candidates: &[Candidate<'_>],
) -> [f64; SIGNS] {
    let Some(best) = candidates.first() else { return [0.0; SIGNS] };
    let passage = &best.hit.passage;
    let whole = format!(
        "{}\n{}\n{}",
        passage.facts.title.as_deref().unwrap_or_default(),
        passage.passage.headings.join("\n"),
        passage.passage.text
    );
    let present = question.concepts_in(&whole, passage);
    let (mut all, mut held, mut missing) = (0.0, 0.0, 0.0_f64);
    for (concept, standing) in question.concepts.iter() {
        all += standing.rarity;
        if present.contains(concept) {
            held += standing.rarity;
        } else {
            missing = missing.max(standing.rarity);
        }
    }
    let coverage = if all > 0.0 { held / all } else { 0.0 };
    let unknown = question.concepts.iter().filter(|(_, standing)| standing.passages == 0).count();
    let other = candidates
        .iter()
        .find(|other| other.hit.passage.document != passage.document)
        .map_or(0.0, |other| other.score);
    let asks = matches!(question.kind, Kind::Price | Kind::Duration | Kind::When);
    #[expect(clippy::cast_precision_loss, reason = "a handful of concepts")]
    let unknown = unknown as f64;
    [
        best.hit.score,
        best.score - other,
        coverage,
        missing,
        unknown,
        if asks && !best.right_kind { 1.0 } else { 0.0 },
        found.hits.first().map_or(0.0, |hit| hit.score),
        held,
    ]
}

/// Below this probability the answer is a refusal.
pub(super) const THRESHOLD: f64 = 0.5;

/// How likely the documents answer.
pub(super) fn confidence(signs: &[f64; SIGNS]) -> f64 {
    if signs.iter().all(|sign| *sign == 0.0) { 0.0 } else { 1.0 }
}
