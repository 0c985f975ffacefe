//! Documents that say different things about one question: those of other communes, and older versions.

use super::choice::Candidate;
use super::kind::numbers;
use super::question::Question;

/// A passage is about the same as the best when its search score has this share of the best one's.
const AS_NEAR: f64 = 0.6;
/// So many others are named at most.
const MOST: usize = 3;

/// Why another document says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Other {
    /// It holds for another commune.
    Commune,
    /// It is an older version.
    Version,
}

/// Moves the first passage of the newest version of the best one's series to the front.
pub(super) fn newest_first(candidates: &mut Vec<Candidate<'_>>) {
    let age = |candidate: &Candidate<'_>| {
        let (version, date) = candidate.hit.passage.facts.age();
        (version, date.to_owned())
    };
    let Some(best) = candidates.first() else { return };
    let series = best.hit.passage.document.series().to_owned();
    let Some(newest) = candidates
        .iter()
        .filter(|candidate| candidate.hit.passage.document.series() == series)
        .map(age)
        .max()
    else {
        return;
    };
    let newer = candidates.iter().position(|candidate| {
        candidate.hit.passage.document.series() == series && age(candidate) == newest
    });
    if let Some(place) = newer {
        let newer = candidates.remove(place);
        candidates.insert(0, newer);
    }
}

/// The passages that say otherwise than the best one.
pub(super) fn others<'c, 'h>(
    question: &Question<'_>,
    candidates: &'c [Candidate<'h>],
) -> Vec<(Other, &'c Candidate<'h>)> {
    let Some(best) = candidates.first() else { return Vec::new() };
    let values = said(best);
    let mut others: Vec<(Other, &Candidate<'_>)> = Vec::new();
    for candidate in candidates.iter().skip(1) {
        let near = candidate.hit.score >= best.hit.score * AS_NEAR && candidate.right_kind;
        if !near || said(candidate) == values {
            continue;
        }
        let why = if is_older(candidate, best) {
            Other::Version
        } else if question.communes.is_empty() && elsewhere(candidate, best) {
            Other::Commune
        } else {
            continue;
        };
        let named = others.iter().any(|(_, other)| {
            other.hit.passage.document == candidate.hit.passage.document
                || (why == Other::Commune && !elsewhere(other, candidate))
        });
        if !named && others.len() < MOST {
            others.push((why, candidate));
        }
    }
    others
}

fn said(candidate: &Candidate<'_>) -> Vec<std::collections::BTreeSet<String>> {
    candidate.quoted.iter().map(|unit| numbers(unit.text)).collect()
}

fn is_older(other: &Candidate<'_>, best: &Candidate<'_>) -> bool {
    let (other, best) = (&other.hit.passage, &best.hit.passage);
    other.document.series() == best.document.series()
        && other.facts.age() < best.facts.age()
        && other.passage.headings.last() == best.passage.headings.last()
}

fn elsewhere(other: &Candidate<'_>, best: &Candidate<'_>) -> bool {
    match (&other.commune, &best.commune) {
        (Some(other), Some(best)) => !other.is(best),
        _ => false,
    }
}
