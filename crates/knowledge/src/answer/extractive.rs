//! Answers in the documents' own words: a lead sentence, then quotes.

use super::choice::Candidate;
use super::citation::{Answer, Citation, Mode, Sentence};
use super::differences::{Other, others};
use super::phrases::Phrases;
use super::question::Question;
use super::voice::Voice;
use crate::document::Collection;
use crate::ports::StoredPassage;

/// So many more passages are quoted that answer almost as well: this share of the best one's score.
const MOST_MORE: usize = 2;
const ALMOST: f64 = 0.8;

/// What surrounds the writing of an answer.
pub(super) struct Writing<'w> {
    pub(super) phrases: &'w Phrases,
    pub(super) collections: &'w [Collection],
    pub(super) voice: Voice,
}

impl Writing<'_> {
    /// The best candidate quoted, and what other communes and versions say otherwise.
    pub(super) fn extractive(
        &self,
        question: &Question<'_>,
        candidates: &[Candidate<'_>],
        confidence: f64,
    ) -> Option<Answer> {
        let best = candidates.first()?;
        let mut answer = self.empty(confidence);
        let others = others(question, candidates);
        let places = others.iter().any(|(other, _)| *other == Other::Commune);
        if places {
            let text = self.phrases.say("place-differs", self.voice, &[]);
            answer.sentences.push(Sentence { text, citations: Vec::new() });
        }
        self.quote(&mut answer, best, if places { "lead-at" } else { "lead" });
        for (other, candidate) in &others {
            match other {
                Other::Commune => self.quote(&mut answer, candidate, "lead-at"),
                Other::Version => self.quote(&mut answer, candidate, "version-differs"),
            }
        }
        let named = |candidate: &Candidate<'_>| {
            others.iter().any(|(_, other)| std::ptr::eq(*other, candidate))
        };
        for candidate in candidates.iter().skip(1).take(MOST_MORE) {
            if candidate.score >= best.score * ALMOST && !named(candidate) {
                self.quote(&mut answer, candidate, "lead");
            }
        }
        answer.differs = !others.is_empty();
        if answer.citations.is_empty() {
            return None;
        }
        // The sentence that says that communes differ rests on all of them.
        let all: Vec<usize> = answer.citations.iter().map(|citation| citation.number).collect();
        if places && let Some(first) = answer.sentences.first_mut() {
            first.citations = all;
        }
        Some(answer)
    }

    fn quote(&self, answer: &mut Answer, candidate: &Candidate<'_>, lead: &str) {
        let passage = &candidate.hit.passage;
        let mut quotes = Vec::new();
        for unit in &candidate.quoted {
            let number = answer.citations.len() + 1;
            if let Some(citation) = Citation::of(number, passage, *unit, self.collections) {
                quotes.push(Sentence {
                    text: format!("{} « {} »", unit.label, citation.quote).trim_start().to_owned(),
                    citations: vec![number],
                });
                answer.citations.push(citation);
            }
        }
        let citations: Vec<usize> =
            quotes.iter().flat_map(|quote| quote.citations.iter().copied()).collect();
        if citations.is_empty() {
            return;
        }
        let place = candidate.commune.as_ref().map_or("", |commune| commune.name.as_str());
        let places = [("title", name(passage)), ("place", place)];
        let text = self.phrases.say(lead, self.voice, &places);
        answer.sentences.push(Sentence { text, citations });
        answer.sentences.extend(quotes);
    }

    /// The documents do not answer: whom to ask instead.
    pub(super) fn refusal(&self, nearest: Option<&StoredPassage>, confidence: f64) -> Answer {
        let mut answer = self.empty(confidence);
        answer.refused = true;
        let ask = match nearest.and_then(|passage| passage.facts.institution.as_deref()) {
            Some(institution) => {
                self.phrases.say("ask-at", self.voice, &[("institution", institution)])
            }
            None => self.phrases.say("ask-general", self.voice, &[]),
        };
        let refusal = self.phrases.say("refusal", self.voice, &[]);
        answer.sentences = [refusal, ask]
            .into_iter()
            .map(|text| Sentence { text, citations: Vec::new() })
            .collect();
        answer
    }

    fn empty(&self, confidence: f64) -> Answer {
        Answer {
            mode: Mode::Extractive,
            language: self.voice.tag(),
            refused: false,
            confidence,
            differs: false,
            sentences: Vec::new(),
            dropped: 0,
            citations: Vec::new(),
        }
    }
}

fn name(passage: &StoredPassage) -> &str {
    passage.facts.title.as_deref().unwrap_or_else(|| passage.document.as_str())
}
