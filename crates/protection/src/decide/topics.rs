//! Sensitive topics: health, justice, minors and what else the law protects when it is about a person.
//!
//! Owns the topics, the words that speak of them (data of the country pack) and the trained weights that
//! judge health, judicial and minor; the other topics are told by their words. A text is judged in windows,
//! so that a long document is as sensitive as its most sensitive part. Finds no value and decides no
//! request: the class of a text and policies do that.

mod evidence;
mod model;
mod words;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use model::{FEATURES, Weights, WeightsError};

use crate::pack::{Pack, PackError};
use crate::replace::{Findings, TextIn};
use evidence::{Evidence, windows};
use words::TopicWords;

/// A topic on which content about a person is sensitive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Health (law 09-08, article 1, number 3).
    Health,
    /// Offences, convictions, proceedings.
    Judicial,
    /// A child or young person.
    Minor,
    /// Religious or philosophical conviction.
    Religion,
    /// Political opinion.
    PoliticalOpinion,
    /// Membership of a union.
    UnionMembership,
    /// Racial or ethnic origin.
    EthnicOrigin,
    /// Genetic data.
    Genetic,
    /// Biometric data.
    Biometric,
}

/// Every topic.
pub const TOPICS: [Topic; 9] = [
    Topic::Health,
    Topic::Judicial,
    Topic::Minor,
    Topic::Religion,
    Topic::PoliticalOpinion,
    Topic::UnionMembership,
    Topic::EthnicOrigin,
    Topic::Genetic,
    Topic::Biometric,
];

/// The topics that a trained model judges.
pub const TRAINED: [Topic; 3] = [Topic::Health, Topic::Judicial, Topic::Minor];

impl Topic {
    /// The topic's name, as policies and records spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Judicial => "judicial",
            Self::Minor => "minor",
            Self::Religion => "religion",
            Self::PoliticalOpinion => "political_opinion",
            Self::UnionMembership => "union_membership",
            Self::EthnicOrigin => "ethnic_origin",
            Self::Genetic => "genetic",
            Self::Biometric => "biometric",
        }
    }

    /// The topic of a name.
    pub fn named(name: &str) -> Option<Self> {
        TOPICS.into_iter().find(|topic| topic.as_str() == name)
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A topic that a text speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicFinding {
    /// Which.
    pub topic: Topic,
    /// How sure, from 50 to 100.
    pub score: u8,
    /// Why: words of the pack's lists, types of values, the model. Never a value of the text.
    pub reason: String,
}

/// A topic as an edge shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShownTopic {
    /// Which.
    pub topic: Topic,
    /// How sure, from 0.5 to 1.
    pub score: f64,
    /// Why, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

impl TopicFinding {
    /// The form in which edges show it.
    pub fn shown(&self, why: bool) -> ShownTopic {
        ShownTopic {
            topic: self.topic,
            score: f64::from(self.score) / 100.0,
            why: why.then(|| self.reason.clone()),
        }
    }
}

/// Judges topics by a country pack. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Topics {
    words: Arc<TopicWords>,
    weights: Arc<Weights>,
}

/// The trained weights that are part of the program.
const BUILT_IN: &[u8] = include_bytes!("../../../../models/topics/weights.bin");

impl Topics {
    /// The topics of a pack, with the built-in weights; a pack without `topics.toml` knows none.
    pub fn new(pack: &Pack) -> Result<Self, PackError> {
        // The built-in weights are read in a test; damaged ones leave the words alone to judge.
        Self::with_weights(pack, Weights::from_bytes(BUILT_IN).unwrap_or_default())
    }

    /// The same with other weights, for training.
    pub fn with_weights(pack: &Pack, weights: Weights) -> Result<Self, PackError> {
        let words = Arc::new(TopicWords::read(FILE, pack.file(FILE))?);
        Ok(Self { words, weights: Arc::new(weights) })
    }

    /// The topics that the texts of one request speak of, about somebody.
    pub fn judge(&self, texts: &[TextIn<'_>], findings: &Findings) -> Vec<TopicFinding> {
        let mut found: Vec<TopicFinding> = Vec::new();
        self.each_window(texts, findings, |evidence| {
            for topic in TOPICS {
                let Some(finding) = self.judged(topic, evidence) else { continue };
                match found.iter_mut().find(|known| known.topic == topic) {
                    Some(known) if known.score >= finding.score => {}
                    Some(known) => *known = finding,
                    None => found.push(finding),
                }
            }
        });
        found.sort_by_key(|finding| finding.topic);
        found
    }

    /// For training: the features of each window of a text for a trained topic, as indexes.
    pub fn features(
        &self,
        texts: &[TextIn<'_>],
        findings: &Findings,
        topic: Topic,
    ) -> Vec<Vec<u16>> {
        let mut features = Vec::new();
        self.each_window(texts, findings, |evidence| {
            features.push(evidence.features(topic).collect());
        });
        features
    }

    fn each_window(
        &self,
        texts: &[TextIn<'_>],
        findings: &Findings,
        mut look: impl FnMut(&Evidence),
    ) {
        if self.words.is_empty() {
            return;
        }
        let about = evidence::about(findings);
        for (text, found) in texts.iter().zip(&findings.per_text) {
            for window in windows(text.text) {
                look(&Evidence::of(&self.words, text.text, window, found, about));
            }
        }
    }

    fn judged(&self, topic: Topic, evidence: &Evidence) -> Option<TopicFinding> {
        if !evidence.is_about_somebody() {
            return None;
        }
        let score = if TRAINED.contains(&topic) {
            self.weights.score(topic, evidence.features(topic))
        } else {
            evidence.score_by_words(topic)
        };
        (score >= 50).then(|| TopicFinding {
            topic,
            score,
            reason: evidence.reason(topic, TRAINED.contains(&topic)),
        })
    }
}

/// The pack's file of topics.
const FILE: &str = "topics.toml";

/// Checks a pack's file of topics.
pub(crate) fn check(pack: &Pack) -> Result<(), PackError> {
    TopicWords::read(FILE, pack.file(FILE)).map(drop)
}
