//! Replacing and restoring together, with a finder that finds what it is told.

mod laws;
mod numbering;
mod places;
mod reports;
mod same_person;
mod surrogates;

use language::ByteSpan;

use super::{Find, Findings, Protected, TextIn, apply, find_all, replace};
use crate::{Escape, Finding, Kind, Place, Policy};

/// Finds every whole-word occurrence of the values it was given, longest first.
pub(super) struct Stub(pub(super) Vec<(&'static str, &'static str)>);

impl Find for Stub {
    fn find_in(&self, text: &str, _place: &Place) -> Vec<Finding> {
        let mut values = self.0.clone();
        values.sort_by_key(|(_, value)| std::cmp::Reverse(value.len()));
        let mut found: Vec<Finding> = Vec::new();
        for (kind, value) in values {
            for (at, _) in text.match_indices(value) {
                let span = ByteSpan::new(at, at + value.len());
                let glued = |next: Option<char>| next.is_some_and(char::is_alphanumeric);
                let inside = glued(text.get(..at).and_then(|before| before.chars().next_back()))
                    || glued(text.get(span.end..).and_then(|after| after.chars().next()));
                if !inside && found.iter().all(|other| !other.span.overlaps(span)) {
                    found.push(finding(kind, span));
                }
            }
        }
        found.sort_by_key(|finding| finding.span);
        found
    }
}

pub(super) fn finding(kind: &str, span: ByteSpan) -> Finding {
    Finding { span, kind: Kind::new(kind), score: 90, reason: "told".into() }
}

pub(super) fn texts<'t>(texts: &[&'t str]) -> Vec<TextIn<'t>> {
    texts.iter().map(|text| TextIn { text, place: Place::Text }).collect()
}

pub(super) fn found(values: &[(&'static str, &'static str)], of: &[&str]) -> Findings {
    find_all(&Stub(values.to_vec()), &texts(of))
}

/// Protects texts with labels and checks that they restore exactly.
pub(super) fn protected(values: &[(&'static str, &'static str)], of: &[&str]) -> Vec<String> {
    let findings = found(values, of);
    let Protected { replacements, vault } =
        replace(&findings, &texts(of), &Policy::label_all("test")).unwrap();
    let out: Vec<String> =
        of.iter().zip(&replacements).map(|(text, with)| apply(text, with)).collect();
    for (text, protected) in of.iter().zip(&out) {
        assert_eq!(vault.restore(protected, Escape::Plain), *text);
    }
    out
}

pub(super) fn check(values: &[(&'static str, &'static str)], of: &[&str], expect: &[&str]) {
    assert_eq!(protected(values, of), expect);
}
