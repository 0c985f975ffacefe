//! Signs by which it is told whether the documents answer a question, and the threshold below which they do
//! not.
//!
//! Two signs and three numbers, so that they hold for other questions too: they were fitted by logistic
//! regression on the 150 development questions of `evaluations/procedures`, with and without an embedder
//! together. On those questions the F1 of refusals flatters: five-fold cross-validation of the weights gave .03
//! to .04 less, and the choice of the signs is not in that.

use super::choice::Candidate;
use super::question::Question;
use crate::search::Found;

/// What each sign adds to the odds that the documents do not answer, and where they begin.
const MISSING: f64 = 0.784;
const ELSEWHERE: f64 = 0.847;
const BEGINNING: f64 = -4.363;
/// Below this probability that they answer, the answer is a refusal.
pub(super) const THRESHOLD: f64 = 0.572;

/// The signs of a question and its best candidate.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Signs {
    /// The rarity of the rarest concept that surely stands in the question, and that the best passage, its
    /// headings and its title lack. What no document speaks of is the rarest.
    pub(super) missing: f64,
    /// How much better a passage answers that holds for another commune than the question names.
    pub(super) elsewhere: f64,
}

impl Signs {
    pub(super) fn of(
        question: &Question<'_>,
        found: &Found,
        candidates: &[Candidate<'_>],
    ) -> Option<Self> {
        let best = candidates.first()?;
        let first = found.hits.first().map_or(0.0, |hit| hit.score);
        let here = candidates.iter().map(|candidate| candidate.hit.score).fold(f64::MIN, f64::max);
        Some(Self { missing: missing(question, best), elsewhere: (first - here).max(0.0) })
    }

    /// How likely the documents answer.
    pub(super) fn confidence(self) -> f64 {
        let odds = MISSING * self.missing + ELSEWHERE * self.elsewhere + BEGINNING;
        1.0 / (1.0 + odds.exp())
    }
}

fn missing(question: &Question<'_>, candidate: &Candidate<'_>) -> f64 {
    let passage = &candidate.hit.passage;
    let whole = format!(
        "{}\n{}\n{}",
        passage.facts.title.as_deref().unwrap_or_default(),
        passage.passage.headings.join("\n"),
        passage.passage.text
    );
    let present = question.concepts_in(&whole, passage);
    question
        .concepts
        .iter()
        .filter(|(concept, _)| question.sure.contains(concept) && !present.contains(concept))
        .map(|(_, rarity)| rarity)
        .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_speaks_for_a_refusal() {
        let check = |missing: f64, elsewhere: f64, answers: bool| {
            let confidence = Signs { missing, elsewhere }.confidence();
            assert!((0.0..=1.0).contains(&confidence));
            assert_eq!(confidence >= THRESHOLD, answers, "{missing} {elsewhere}: {confidence}");
        };
        check(0.0, 0.0, true);
        check(3.0, 0.0, true);
        check(6.6, 0.0, false);
        check(0.0, 10.0, false);
        check(2.0, 4.0, false);
    }
}
