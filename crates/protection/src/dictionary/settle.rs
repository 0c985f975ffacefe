//! What stands when finder and dictionary disagree.
//!
//! A term that is never protected takes away a finding that is that term and no more, whatever proved it:
//! the whole value was named, so nothing else can come to light. A term that is always protected covers
//! what was free, swallows findings inside it, and leaves a longer finding around it as it is, so that
//! nothing is less covered than before.

use language::ByteSpan;

use super::phrases::Phrases;
use super::{Dictionary, Meaning};
use crate::Kind;
use crate::find::{Candidate, Strength, View};

/// Two spellings of one value have the same key: words in their match form, numbers however grouped.
pub(super) fn value_key(value: &str) -> String {
    let view = View::new(value);
    let digits = view.folded().bytes().filter(u8::is_ascii_digit).count();
    let words = view.tokens().iter().map(|token| view.token_folded(token));
    let joined: Vec<&str> = words.collect();
    joined.join(if digits >= 4 && !view.folded().contains('@') { "" } else { " " })
}

pub(super) fn settle(
    dictionary: &Dictionary,
    view: &View<'_>,
    mut standing: Vec<Candidate>,
) -> Vec<Candidate> {
    let (protects, insides) = phrases_in(&dictionary.phrases, view);
    if !dictionary.never.is_empty() {
        standing.retain(|candidate| {
            let value = candidate.span.of(view.text());
            let Some(never) = dictionary.never.get(&value_key(value)) else { return true };
            let inside = insides.iter().any(|(span, phrase)| {
                span.contains(candidate.span) && never.inside.contains(phrase)
            });
            !(never.everywhere || inside)
        });
    }
    let hidden = dictionary.hidden.iter().flat_map(|(list, key)| list.spans_in(view, key));
    let reasons =
        ["a term of the installation's dictionary", "a value of the installation's hidden list"];
    let terms = protects.into_iter().map(|(span, kind)| (span, kind.clone(), reasons[0]));
    let mut terms: Vec<(ByteSpan, Kind, &'static str)> =
        terms.chain(hidden.map(|(span, kind)| (span, kind, reasons[1]))).collect();
    if terms.is_empty() {
        return standing;
    }
    terms.sort_by_key(|(span, ..)| (span.start, std::cmp::Reverse(span.end)));
    let mut done = 0;
    terms.retain(|(span, ..)| {
        let free = span.start >= done;
        done = if free { span.end } else { done };
        free
    });
    joined(standing, terms)
}

/// Stretches of a text with what they stand for.
type Spans<T> = Vec<(ByteSpan, T)>;

/// The spans of terms to protect, and of phrases that excuse a term.
fn phrases_in<'d>(
    phrases: &'d Phrases<Meaning>,
    view: &View<'_>,
) -> (Spans<&'d Kind>, Spans<usize>) {
    let (mut protects, mut insides) = (Vec::new(), Vec::new());
    if !phrases.is_empty() {
        phrases.walk(view, |span, meaning| match meaning {
            Meaning::Protect(kind) => protects.push((span, kind)),
            Meaning::Inside(phrase) => insides.push((span, *phrase)),
        });
    }
    (protects, insides)
}

/// Puts terms among the findings; both are sorted and without overlaps.
fn joined(standing: Vec<Candidate>, terms: Vec<(ByteSpan, Kind, &'static str)>) -> Vec<Candidate> {
    let mut out: Vec<Candidate> = Vec::with_capacity(standing.len() + terms.len());
    let mut rest = standing.into_iter().peekable();
    for (span, kind, reason) in terms {
        while let Some(before) = rest.next_if(|candidate| candidate.span.end <= span.start) {
            out.push(before);
        }
        let mut start = span.start.max(out.last().map_or(0, |last| last.span.end));
        let term = |from: usize, to: usize| Candidate {
            span: ByteSpan::new(from, to),
            kind: kind.clone(),
            score: 100,
            strength: Strength::Proven,
            reason: reason.into(),
        };
        let mut covered = false;
        while let Some(candidate) = rest.next_if(|candidate| candidate.span.start < span.end) {
            if span.contains(candidate.span) {
                continue;
            }
            if candidate.span.contains(span) {
                covered = true;
            } else if candidate.span.start > start {
                // A finding that the term cuts keeps all it had; the term covers what is left of itself.
                out.push(term(start, candidate.span.start));
                covered = true;
            }
            start = candidate.span.end;
            out.push(candidate);
        }
        covered |= start >= span.end;
        if !covered {
            out.push(term(start, span.end));
        }
    }
    out.extend(rest);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXT: &str = "abcdefghij klmnopqrst uvwxyz0123";

    fn candidate(start: usize, end: usize) -> Candidate {
        Candidate {
            span: ByteSpan::new(start, end),
            kind: Kind::new("found"),
            score: 80,
            strength: Strength::Form,
            reason: "test".into(),
        }
    }

    fn check(found: &[(usize, usize)], term: (usize, usize), expect: &[(&str, usize, usize)]) {
        let standing = found.iter().map(|&(start, end)| candidate(start, end)).collect();
        let span = ByteSpan::new(term.0, term.1);
        let out = joined(standing, vec![(span, Kind::new("own"), "x")]);
        let got: Vec<_> = out.iter().map(|c| (c.kind.as_str(), c.span.start, c.span.end)).collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn a_term_never_uncovers_what_was_found() {
        check(&[], (3, 5), &[("own", 3, 5)]);
        check(&[(0, 2), (8, 9)], (3, 5), &[("found", 0, 2), ("own", 3, 5), ("found", 8, 9)]);
        check(&[(3, 5)], (3, 5), &[("own", 3, 5)]);
        check(&[(3, 4), (6, 7)], (2, 8), &[("own", 2, 8)]);
        check(&[(0, 9)], (3, 5), &[("found", 0, 9)]);
        check(&[(0, 4)], (3, 8), &[("found", 0, 4), ("own", 4, 8)]);
        check(&[(5, 9)], (3, 8), &[("own", 3, 5), ("found", 5, 9)]);
    }

    proptest! {
        #[test]
        fn everything_stays_covered_and_sorted(
            bounds in proptest::collection::btree_set(0_usize..32, 0..10),
            from in 0_usize..31, length in 1_usize..16,
        ) {
            let bounds: Vec<usize> = bounds.into_iter().collect();
            let found: Vec<_> = bounds.chunks_exact(2).map(|pair| candidate(pair[0], pair[1])).collect();
            let term = ByteSpan::new(from, (from + length).min(TEXT.len()));
            let out = joined(found.clone(), vec![(term, Kind::new("own"), "x")]);
            for pair in out.windows(2) {
                prop_assert!(pair[0].span.end <= pair[1].span.start);
            }
            let covers = |at: usize| out.iter().any(|c| c.span.start <= at && at < c.span.end);
            for at in (term.start..term.end).chain(found.iter().flat_map(|c| c.span.start..c.span.end)) {
                prop_assert!(covers(at), "{at} of {out:?}");
            }
        }
    }
}
