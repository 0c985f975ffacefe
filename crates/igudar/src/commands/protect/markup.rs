//! HTML: values are found across the whole text, tags serve as context, and no tag is ever changed but
//! inside the quotes of an attribute.

use language::ByteSpan;
use protection::replace::Find;
use protection::{Finder, Finding, LabelWords, Place};

/// Finds in HTML.
pub(super) struct InMarkup<'f>(pub(super) &'f Finder);

impl Find for InMarkup<'_> {
    fn find_in(&self, text: &str, place: &Place) -> Vec<Finding> {
        let tags = tags_of(text);
        let found = self.0.find_in(text, place);
        found.into_iter().flat_map(|finding| outside(text, &tags, &finding)).collect()
    }

    fn label_words(&self) -> LabelWords {
        self.0.label_words().clone()
    }
}

/// The parts of a finding that stand in no tag.
fn outside(text: &str, tags: &[ByteSpan], finding: &Finding) -> Vec<Finding> {
    let mut parts = Vec::new();
    let mut from = finding.span.start;
    let first = tags.partition_point(|tag| tag.end <= finding.span.start);
    let crossed = tags.iter().skip(first).take_while(|tag| tag.start < finding.span.end);
    for tag in crossed.copied().chain([ByteSpan::new(finding.span.end, finding.span.end)]) {
        let part = text.get(from..tag.start.max(from)).unwrap_or_default();
        let trimmed = part.trim();
        if trimmed.chars().any(char::is_alphanumeric) {
            let start = from + (part.len() - part.trim_start().len());
            parts.push(Finding {
                span: ByteSpan::new(start, start + trimmed.len()),
                ..finding.clone()
            });
        }
        from = from.max(tag.end);
    }
    parts
}

/// The stretches that must not change: tags without what stands in the quotes of their attributes.
fn tags_of(text: &str) -> Vec<ByteSpan> {
    let bytes = text.as_bytes();
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(open) = memchr(bytes, at, b'<') {
        let tag = bytes
            .get(open + 1)
            .is_some_and(|next| next.is_ascii_alphabetic() || matches!(next, b'/' | b'?'))
            || bytes
                .get(open + 1..)
                .is_some_and(|rest| rest.starts_with(b"!D") || rest.starts_with(b"!d"));
        if !tag {
            at = open + 1;
            continue;
        }
        let (mut from, mut quote) = (open, None);
        at = open + 1;
        while let Some(&byte) = bytes.get(at) {
            match quote {
                Some(mark) if byte == mark => {
                    quote = None;
                    from = at;
                }
                None if byte == b'>' => break,
                // A quote opens a value only behind an equals sign.
                None if matches!(byte, b'"' | b'\'') && bytes.get(at - 1) == Some(&b'=') => {
                    quote = Some(byte);
                    tags.push(ByteSpan::new(from, at + 1));
                }
                _ => {}
            }
            at += 1;
        }
        if quote.is_none() {
            at = (at + 1).min(bytes.len());
            tags.push(ByteSpan::new(from, at));
        }
    }
    tags
}

fn memchr(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    bytes.get(from..)?.iter().position(|&other| other == byte).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protection::Kind;

    fn check(text: &str, tags: &[&str]) {
        let got: Vec<_> = tags_of(text).iter().map(|span| span.of(text)).collect();
        assert_eq!(got, tags, "{text}");
    }

    #[test]
    fn only_tags_are_tags() {
        check("a < b <b>c</b>", &["<b>", "</b>"]);
        check("<a href=\"mailto:x@y.ma\" id='i'>x</a>", &["<a href=\"", "\" id='", "'>", "</a>"]);
        check("<!-- <x> --><!DOCTYPE html>", &["<x>", "<!DOCTYPE html>"]);
        check("<p class=x>l'eau", &["<p class=x>"]);
        check("<p", &["<p"]);
    }

    #[test]
    fn a_finding_leaves_the_tags_inside_it() {
        let text = "x Zineb</b> <i>Oukacha y";
        let span = ByteSpan::new(2, 22);
        let finding = Finding { span, kind: Kind::new("person"), score: 90, reason: "test".into() };
        let parts = outside(text, &tags_of(text), &finding);
        let got: Vec<_> = parts.iter().map(|part| part.span.of(text)).collect();
        assert_eq!(got, ["Zineb", "Oukacha"]);
    }
}
