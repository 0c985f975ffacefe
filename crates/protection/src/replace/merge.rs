//! Joining what the finder found with the places where found values were looked up.

use language::ByteSpan;

use super::propagate::Hit;
use super::registry::Registry;
use crate::Finding;

/// A finding and the entity it names.
#[derive(Debug)]
pub(super) struct Mention {
    pub(super) finding: Finding,
    pub(super) entity: usize,
    /// Whether the finder did not see it.
    pub(super) looked_up: bool,
    /// The index of the text since which the value is known.
    pub(super) known_since: usize,
}

/// Findings that fit their text: on character boundaries, sorted, without overlaps, none empty. Where two
/// overlap, the later one begins where the earlier ends, so that everything found stays covered.
pub(super) fn usable(text: &str, mut findings: Vec<Finding>) -> Vec<Finding> {
    for finding in &mut findings {
        let mut start = finding.span.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = finding.span.end.min(text.len());
        while !text.is_char_boundary(end) {
            end += 1;
        }
        finding.span = ByteSpan::new(start, end);
    }
    findings.sort_by(|a, b| {
        (a.span.start, std::cmp::Reverse(a.span.end), &a.kind).cmp(&(
            b.span.start,
            std::cmp::Reverse(b.span.end),
            &b.kind,
        ))
    });
    let mut done = 0;
    findings.retain_mut(|finding| {
        finding.span = ByteSpan::new(finding.span.start.max(done), finding.span.end);
        done = done.max(finding.span.end);
        !finding.span.is_empty()
    });
    findings
}

/// The findings of a text with the hits that add something: a hit in free text, the parts of a hit that
/// stick out of findings, and a hit that holds whole findings and more, in their place.
pub(super) fn merge(
    findings: Vec<Finding>,
    entities: &[usize],
    hits: &[Hit],
    registry: &Registry<'_>,
) -> Vec<Mention> {
    let mut mentions: Vec<Mention> = Vec::with_capacity(findings.len());
    let mut found = findings.into_iter().zip(entities).peekable();
    let mention = |hit: &Hit, span: ByteSpan| -> Option<Mention> {
        let value = registry.values.get(hit.value)?;
        let kind = registry.entities.get(value.entity)?.kind.clone();
        let reason = "the same value was found elsewhere in the request".into();
        let finding = Finding { span, kind, score: 90, reason };
        Some(Mention { finding, entity: value.entity, looked_up: true, known_since: value.text })
    };
    let seen = |(finding, &entity): (Finding, &usize)| Mention {
        finding,
        entity,
        looked_up: false,
        known_since: 0,
    };
    for hit in hits {
        while let Some(next) = found.next_if(|(finding, _)| finding.span.end <= hit.span.start) {
            mentions.push(seen(next));
        }
        let mut inside = Vec::new();
        while let Some(next) = found.next_if(|(finding, _)| finding.span.start < hit.span.end) {
            inside.push(next);
        }
        // What an earlier finding reached into this hit was taken with an earlier hit.
        let taken = mentions.last().map_or(0, |last| last.finding.span.end);
        let mut at = hit.span.start.max(taken);
        let covers = at == hit.span.start
            && inside.iter().all(|(finding, _)| hit.span.contains(finding.span))
            && !inside.iter().any(|(finding, _)| finding.span == hit.span);
        if covers {
            mentions.extend(mention(hit, hit.span));
            continue;
        }
        for next in inside {
            let before = ByteSpan::new(at, next.0.span.start);
            if !before.is_empty() && at < next.0.span.start {
                mentions.extend(mention(hit, before));
            }
            at = at.max(next.0.span.end);
            mentions.push(seen(next));
        }
        if at < hit.span.end {
            mentions.extend(mention(hit, ByteSpan::new(at, hit.span.end)));
        }
    }
    mentions.extend(found.map(seen));
    mentions
}
