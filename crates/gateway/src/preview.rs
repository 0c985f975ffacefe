//! What a model would see, for each destination, and why; nothing is sent.

use bytes::Bytes;
use language::{ByteSpan, OffsetConverter, OffsetUnit};
use projects::{Access, Micro};
use protection::decide::Rule;
use protection::{Action, Class, Counts, Kind, Replacement};

use crate::destination::Destination;
use crate::error::GatewayError;
use crate::gateway::{Gateway, Incoming};
use crate::prepare::{Searched, replaced_for, texts_in};

/// What one destination would receive.
#[derive(Debug)]
pub struct Preview {
    /// The destination's name.
    pub destination: String,
    /// Where it stands.
    pub place: String,
    /// Whether nothing would leave this machine.
    pub local: bool,
    /// The model that would be asked.
    pub model: String,
    /// The name of the policy that holds.
    pub policy: String,
    /// How many values of each type were found.
    pub findings: Counts,
    /// The class of the content.
    pub class: Class,
    /// The sensitive topics about an identifiable person.
    pub topics: Vec<Kind>,
    /// How many values may have been missed, where that is estimated.
    pub risk: Option<f64>,
    /// What would happen to each finding.
    pub why: Vec<Why>,
    /// The body it would receive and the most it could cost, or why it would receive nothing.
    pub outcome: Result<(Bytes, Micro), GatewayError>,
}

/// What would happen to one finding, and the rule that says so. Holds no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// The text it stands in: `messages[0].content`.
    pub param: String,
    /// The position of that text among the request's texts.
    pub text: usize,
    /// Where in the text, in bytes.
    pub span: ByteSpan,
    /// Where it begins in the text, in the unit asked for.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Its type.
    pub kind: Kind,
    /// What the policy says.
    pub action: Action,
    /// What would stand in its place; nothing where it would stay or the request would be refused.
    pub written: Option<String>,
    /// The rule.
    pub rule: Rule,
    /// The words around it, with a mask for every value found.
    pub excerpt: String,
}

impl Gateway {
    /// Protects the request once for each destination, as if that destination's first model (or the model
    /// asked for, where it serves it) had been chosen. Places are counted in `offsets`.
    pub fn preview(
        &self,
        access: &Access,
        incoming: &Incoming,
        offsets: OffsetUnit,
    ) -> Result<Vec<Preview>, GatewayError> {
        let searched = self.search(incoming)?;
        let asked = &searched.request.model;
        let mut previews = Vec::new();
        for destination in &self.destinations {
            let named = destination.models.iter().find(|model| &model.name == asked);
            let Some(served) = named.or_else(|| destination.models.first()) else { continue };
            let policy =
                self.policy_in_force(access, Some(&destination.name), &destination.policy)?;
            let outcome = self
                .protect_for(access, &searched, destination, served)
                .map(|prepared| (prepared.body, prepared.hold));
            previews.push(Preview {
                destination: destination.name.clone(),
                place: destination.place.clone(),
                local: destination.local,
                model: served.name.clone(),
                policy: policy.name.clone(),
                findings: searched.findings.counts(),
                class: searched.content.class,
                topics: searched.content.topics.iter().cloned().collect(),
                risk: searched.content.risk,
                why: self.why(access, &searched, destination, outcome.is_ok(), offsets)?,
                outcome,
            });
        }
        Ok(previews)
    }

    fn why(
        &self,
        access: &Access,
        searched: &Searched<'_>,
        destination: &Destination,
        goes: bool,
        offsets: OffsetUnit,
    ) -> Result<Vec<Why>, GatewayError> {
        let policy = self.policy_in_force(access, Some(&destination.name), &destination.policy)?;
        let replacements =
            if goes { replaced_for(searched, destination, &policy)?.0 } else { Vec::new() };
        let texts = texts_in(&searched.request.texts);
        let mut why = Vec::new();
        for (index, found) in searched.findings.per_text.iter().enumerate() {
            let (Some(text), Some(part)) = (texts.get(index), searched.request.texts.get(index))
            else {
                continue;
            };
            let spans: Vec<ByteSpan> = found.iter().map(|finding| finding.span).collect();
            let mut converter = OffsetConverter::new(text.text, offsets);
            for finding in found {
                let (start, end) = converter.span(finding.span);
                let written = replacements
                    .get(index)
                    .and_then(|all| all.iter().find(|one| one.span == finding.span))
                    .map(|one| one.with.clone());
                why.push(Why {
                    param: part.path.to_string(),
                    text: index,
                    span: finding.span,
                    start,
                    end,
                    kind: finding.kind.clone(),
                    action: policy.action(&finding.kind),
                    written,
                    rule: policy.rule(&finding.kind).clone(),
                    excerpt: excerpt(text.text, finding.span, &spans),
                });
            }
        }
        Ok(why)
    }
}

/// How many characters of an excerpt stand on each side of the value.
const AROUND: usize = 24;

/// The words around a value, with a mask for it and for every other value that stands near.
fn excerpt(text: &str, span: ByteSpan, all: &[ByteSpan]) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let from = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(at, _)| at);
    let after = text.get(span.end..).unwrap_or_default();
    let to = after.char_indices().nth(AROUND).map_or(text.len(), |(at, _)| span.end + at);
    let mut shown = String::new();
    if from > 0 {
        shown.push('…');
    }
    let near: Vec<Replacement> = all
        .iter()
        .filter(|other| other.start < to && other.end > from)
        .map(|other| Replacement {
            span: ByteSpan::new(
                other.start.max(from) - from,
                other.end.min(to).max(other.start.max(from)) - from,
            ),
            with: MASK.to_owned(),
        })
        .collect();
    shown.push_str(&protection::apply(text.get(from..to).unwrap_or_default(), &near));
    if to < text.len() {
        shown.push('…');
    }
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands for a value in an excerpt.
const MASK: &str = "█████";

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, values: &[&str], expect: &str) {
        let spans: Vec<ByteSpan> = values
            .iter()
            .map(|value| {
                let start = text.find(value).unwrap();
                ByteSpan::new(start, start + value.len())
            })
            .collect();
        assert_eq!(excerpt(text, spans[0], &spans), expect);
    }

    #[test]
    fn excerpts_show_the_words_and_no_value() {
        check("CIN DA48213.", &["DA48213"], "CIN █████.");
        check(
            "Zineb Oukacha, née à Fès, titulaire de la CIN DA48213, demeurant rue 5 à Meknès",
            &["DA48213", "Zineb Oukacha", "rue 5 à Meknès"],
            "…ès, titulaire de la CIN █████, demeurant █████…",
        );
        check("البطاقة\nDA48213", &["DA48213"], "البطاقة █████");
        check(
            "abc DA48213 0612345678901234567890123456",
            &["DA48213", "0612345678901234567890123456"],
            "abc █████ █████…",
        );
    }
}
