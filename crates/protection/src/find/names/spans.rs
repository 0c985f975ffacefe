//! From labels to spans of the text.

use language::ByteSpan;

use super::lexicon::{class, gazetteer};
use super::model::{BEGIN, INSIDE, OUTSIDE};
use super::notes::{Note, in_text};
use crate::find::{Candidate, Strength, View};
use crate::finding::Kind;

/// The runs of tokens that the labels make names.
pub fn runs(labels: &[usize]) -> Vec<std::ops::Range<usize>> {
    let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
    for (index, &label) in labels.iter().enumerate() {
        match (label, runs.last_mut()) {
            (OUTSIDE, _) => {}
            (INSIDE, Some(run)) if run.end == index => run.end = index + 1,
            _ => runs.push(index..index + 1),
        }
    }
    debug_assert!(labels.iter().all(|&label| label <= BEGIN.max(INSIDE)));
    runs
}

/// Appends a candidate for each name.
pub fn candidates(view: &View<'_>, notes: &[Note], labels: &[usize], out: &mut Vec<Candidate>) {
    for run in runs(labels) {
        let tokens = notes.get(run.clone()).unwrap_or_default();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { continue };
        let before = run.start.checked_sub(1).and_then(|at| notes.get(at));
        let announced = before.is_some_and(|note| note.classes & class::ANNOUNCES != 0)
            || first.label & class::LABEL != 0
            || first.text & in_text::ANNOUNCED != 0;
        let known = tokens.iter().any(|note| note.names & gazetteer::NAME != 0);
        let (score, reason) = match (announced, known) {
            (true, true) => (92, "a known name where names are announced"),
            (true, false) => (80, "a word where names are announced"),
            (false, true) => (75, "a known name"),
            (false, false) => (60, "reads like a name"),
        };
        out.push(Candidate {
            span: ByteSpan::new(first.start + usize::from(first.clitic), end_of(view, last)),
            kind: Kind::new("person"),
            score,
            strength: if announced { Strength::Context } else { Strength::Guess },
            reason: reason.into(),
        });
    }
}

/// The end of a name: behind the full stop of a last initial.
fn end_of(view: &View<'_>, last: &Note) -> usize {
    let initial = last.end - last.start
        == view
            .text()
            .get(last.start..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
    let stop = view.text().get(last.end..).is_some_and(|rest| rest.starts_with('.'));
    if initial && stop { last.end + 1 } else { last.end }
}
