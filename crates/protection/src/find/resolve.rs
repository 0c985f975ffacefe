//! Settles overlapping candidates, the same way every time.
//!
//! Better founded beats worse founded; of the same strength, longer beats shorter; then the higher
//! score, the earlier start, the kind's name. What a beaten candidate holds outside the winner is kept
//! when the winner lies inside it, so that a strong short value inside a weak long one hides nothing.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use language::ByteSpan;

use super::candidate::Candidate;

/// The candidates that stand, sorted by place, without overlaps. Two neighbouring values stay two.
pub(super) fn resolve(text: &str, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.retain(|candidate| {
        !candidate.span.is_empty() && text.get(candidate.span.start..candidate.span.end).is_some()
    });
    candidates.sort_by(|left, right| {
        let rank = |candidate: &Candidate| {
            (Reverse(candidate.strength), Reverse(candidate.span.len()), Reverse(candidate.score))
        };
        rank(left)
            .cmp(&rank(right))
            .then(left.span.start.cmp(&right.span.start))
            .then(left.kind.cmp(&right.kind))
    });
    let mut standing: BTreeMap<usize, Candidate> = BTreeMap::new();
    for candidate in candidates {
        for part in free_parts(&standing, candidate.span) {
            let span = if part == candidate.span { part } else { trimmed(text, part) };
            if part == candidate.span || worth_keeping(span.of(text)) {
                standing.insert(span.start, Candidate { span, ..candidate.clone() });
            }
        }
    }
    standing.into_values().collect()
}

/// What of `span` is free: all of it, or, when every winner in its way lies wholly inside, the parts
/// around them. A span that a winner cuts at an edge is gone, for its remains are no value of its kind.
fn free_parts(standing: &BTreeMap<usize, Candidate>, span: ByteSpan) -> Vec<ByteSpan> {
    let before = standing.range(..=span.start).next_back();
    if before.is_some_and(|(_, winner)| winner.span.overlaps(span) && !span.contains(winner.span)) {
        return Vec::new();
    }
    let mut parts = Vec::new();
    let mut from = span.start;
    for winner in standing.range(span.start..span.end).map(|(_, winner)| winner.span) {
        if !span.contains(winner) {
            return Vec::new();
        }
        parts.push(ByteSpan::new(from, winner.start));
        from = winner.end;
    }
    parts.push(ByteSpan::new(from, span.end));
    parts
}

fn trimmed(text: &str, span: ByteSpan) -> ByteSpan {
    let part = span.of(text);
    let edge = |character: char| !character.is_alphanumeric();
    let start = span.start + (part.len() - part.trim_start_matches(edge).len());
    let end = span.end - (part.len() - part.trim_end_matches(edge).len());
    ByteSpan::new(start, end)
}

fn worth_keeping(part: &str) -> bool {
    part.chars().filter(|character| character.is_alphanumeric()).count() >= 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::find::Strength;
    use crate::finding::Kind;

    fn candidate(kind: &str, start: usize, end: usize, strength: Strength) -> Candidate {
        Candidate {
            span: ByteSpan::new(start, end),
            kind: Kind::new(kind),
            score: 80,
            strength,
            reason: "test".into(),
        }
    }

    fn check(input: &[(&str, usize, usize, Strength)], expect: &[(&str, usize, usize)]) {
        let text = "abcdefghij klmnopqrst uvwxyz0123";
        let candidates: Vec<_> =
            input.iter().map(|&(kind, start, end, how)| candidate(kind, start, end, how)).collect();
        let mut reversed = candidates.clone();
        reversed.reverse();
        let stands = resolve(text, candidates);
        let got: Vec<_> =
            stands.iter().map(|c| (c.kind.as_str(), c.span.start, c.span.end)).collect();
        assert_eq!(got, expect);
        assert_eq!(resolve(text, reversed), stands, "the order of candidates must not matter");
    }

    #[test]
    fn a_check_digit_beats_a_guess() {
        check(
            &[("card", 0, 10, Strength::Form), ("rib", 0, 10, Strength::Proven)],
            &[("rib", 0, 10)],
        );
        check(
            &[("phone", 0, 14, Strength::Form), ("ice", 4, 18, Strength::Proven)],
            &[("ice", 4, 18)],
        );
    }

    #[test]
    fn longer_beats_shorter_of_the_same_strength() {
        check(&[("a", 0, 5, Strength::Form), ("b", 3, 10, Strength::Form)], &[("b", 3, 10)]);
    }

    #[test]
    fn a_strong_short_one_inside_a_weak_long_one_wins_and_the_rest_is_kept() {
        check(
            &[("address", 0, 32, Strength::Guess), ("phone", 11, 21, Strength::Form)],
            &[("address", 0, 10), ("phone", 11, 21), ("address", 22, 32)],
        );
    }

    #[test]
    fn neighbours_stay_distinct() {
        check(
            &[("email", 0, 10, Strength::Form), ("email", 10, 20, Strength::Form)],
            &[("email", 0, 10), ("email", 10, 20)],
        );
    }

    proptest! {
        #[test]
        fn never_overlapping_always_sorted(
            spans in proptest::collection::vec((0_usize..32, 0_usize..32, 0_u8..5), 0..12)
        ) {
            let strengths = [
                Strength::Guess, Strength::Context, Strength::Form, Strength::Named, Strength::Proven,
            ];
            let candidates = spans
                .iter()
                .map(|&(start, end, how)| candidate("x", start, end, strengths[usize::from(how)]))
                .collect();
            let stands = resolve("abcdefghij klmnopqrst uvwxyz0123", candidates);
            for pair in stands.windows(2) {
                prop_assert!(pair[0].span.end <= pair[1].span.start);
            }
        }
    }
}
