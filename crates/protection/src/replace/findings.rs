//! What was found in all texts of a request, numbered.

use std::collections::BTreeMap;
use std::fmt;

use crate::decide::risk::{Risk, RiskModel};
use crate::decide::topics::{TopicFinding, Topics};
use crate::label::LabelWords;
use crate::pack::Surrogates;
use crate::vault::Entity;
use crate::{Class, Finding, Kind, Place};

/// One text of a request and where it stands.
#[derive(Clone)]
pub struct TextIn<'a> {
    /// The text, decoded.
    pub text: &'a str,
    /// Where it stands in the body.
    pub place: Place,
}

/// Shows where the text stands, nothing of what it says.
impl fmt::Debug for TextIn<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TextIn").field("place", &self.place).finish_non_exhaustive()
    }
}

/// How many of each kind.
pub type Counts = BTreeMap<Kind, u32>;

/// What was found in the texts of one request: the finder's findings, and every other place where a
/// found value stands. `Debug` shows kinds and places, never a value.
#[derive(Clone)]
pub struct Findings {
    /// The findings of each text, sorted by place, without overlaps.
    pub per_text: Vec<Vec<Finding>>,
    /// For each finding of each text, its entity and spelling.
    pub(crate) marks: Vec<Vec<Mark>>,
    /// The entities in discovery order.
    pub(crate) entities: Vec<Entity>,
    pub(crate) words: LabelWords,
    pub(crate) surrogates: Surrogates,
    pub(crate) topics: Vec<TopicFinding>,
    pub(crate) risk: Option<Risk>,
}

/// Which spelling of which entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) entity: usize,
    pub(crate) form: usize,
}

impl Findings {
    /// The same with the topics that the texts speak of.
    pub(crate) fn judged(mut self, topics: Option<&Topics>, texts: &[TextIn<'_>]) -> Self {
        if let Some(topics) = topics {
            self.topics = topics.judge(texts, &self);
        }
        self
    }

    /// The same with an estimate of what was missed in the texts.
    pub(crate) fn estimated(mut self, model: Option<&RiskModel>, texts: &[TextIn<'_>]) -> Self {
        self.risk = model.map(|model| model.estimate(texts, &self));
        self
    }

    /// How many findings of each kind there are, in all texts together.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::new();
        for finding in self.per_text.iter().flatten() {
            *counts.entry(finding.kind.clone()).or_default() += 1;
        }
        counts
    }

    /// The sensitive topics that the texts speak of, about somebody.
    pub fn topics(&self) -> &[TopicFinding] {
        &self.topics
    }

    /// How many values may have been missed, where that is estimated.
    pub fn risk(&self) -> Option<Risk> {
        self.risk
    }

    /// The class that the findings give the request: the highest of their kinds', and sensitive where a
    /// sensitive topic is spoken of.
    pub fn class(&self) -> Class {
        if !self.topics.is_empty() {
            return Class::Sensitive;
        }
        self.per_text
            .iter()
            .flatten()
            .map(|finding| self.words.class(&finding.kind))
            .max()
            .unwrap_or_default()
    }

    /// The made-up values of the same form that may stand for values.
    pub fn surrogates(&self) -> &Surrogates {
        &self.surrogates
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.per_text.iter().all(Vec::is_empty)
    }
}

impl fmt::Debug for Findings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Findings")
            .field("per_text", &self.per_text)
            .field("entities", &self.entities)
            .finish_non_exhaustive()
    }
}
