//! From labels to spans of the text.

use language::ByteSpan;

use super::bodies::without_bodies;
use super::lexicon::{Lexicon, class, gazetteer};
use super::model::{BEGIN, INSIDE, OUTSIDE};
use super::notes::{Gap, Note, in_text};
use crate::find::{Candidate, Strength, View};
use crate::finding::Kind;

/// The most tokens of one name. A longer run is no name that anyone bears: it becomes several findings.
const MOST_TOKENS: usize = 8;

/// The runs of tokens that the labels make names.
fn runs(labels: &[usize]) -> Vec<std::ops::Range<usize>> {
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

/// Runs with nothing but a space, a hyphen or an apostrophe between them are one name: no list parts two
/// persons by a space alone.
fn joined(runs: Vec<std::ops::Range<usize>>, notes: &[Note]) -> Vec<std::ops::Range<usize>> {
    let mut joined: Vec<std::ops::Range<usize>> = Vec::with_capacity(runs.len());
    for run in runs {
        let linked = notes.get(run.start).is_some_and(|note| {
            matches!(note.gap, Gap::Space | Gap::Hyphen | Gap::Apostrophe) && note.clitic == 0
        });
        match joined.last_mut() {
            Some(last) if last.end == run.start && linked => last.end = run.end,
            _ => joined.push(run),
        }
    }
    joined
}

/// Runs parted where a second person is joined by a glued "and", with what is no part of a name left out:
/// wishes, and an honorific behind the "and".
fn parted(runs: Vec<std::ops::Range<usize>>, notes: &[Note]) -> Vec<std::ops::Range<usize>> {
    let mut parts = Vec::with_capacity(runs.len());
    for run in runs {
        let mut from = run.start;
        for at in run.clone() {
            let Some(note) = notes.get(at) else { break };
            let second = at > run.start && note.glued_and;
            let glued_honorific = second && note.classes & (class::HONORIFIC | class::TITLE) != 0;
            if note.names & gazetteer::FORMULA != 0 || glued_honorific {
                parts.push(from..at);
                from = at + 1;
            } else if second && note.clitic > 0 {
                parts.push(from..at);
                from = at;
            }
        }
        parts.push(from..run.end);
    }
    parts
        .into_iter()
        .flat_map(|part| {
            let end = part.end;
            part.step_by(MOST_TOKENS).map(move |from| from..end.min(from + MOST_TOKENS))
        })
        .collect()
}

/// The runs of tokens that are each one person.
pub fn persons(labels: &[usize], notes: &[Note]) -> Vec<std::ops::Range<usize>> {
    parted(joined(runs(labels), notes), notes)
}

/// Whether something says that a name follows: the word before, the label, another place of the text.
pub(super) fn announced(notes: &[Note], run: &std::ops::Range<usize>) -> bool {
    let before = run.start.checked_sub(1).and_then(|at| notes.get(at));
    before.is_some_and(|note| note.classes & class::ANNOUNCES != 0)
        || notes.get(run.start).is_some_and(|first| {
            first.label & class::LABEL != 0 || first.text & in_text::ANNOUNCED != 0
        })
}

/// Appends a candidate for each name.
pub(super) fn candidates(
    view: &View<'_>,
    notes: &[Note],
    lexicon: &Lexicon,
    labels: &[usize],
    out: &mut Vec<Candidate>,
) {
    for run in without_bodies(view, notes, lexicon, persons(labels, notes)) {
        let tokens = notes.get(run.clone()).unwrap_or_default();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { continue };
        let announced = announced(notes, &run);
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
