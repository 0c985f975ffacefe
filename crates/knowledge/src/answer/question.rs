//! A question, looked at once: what it is about, what kind of thing it asks for, where it is asked about.

use std::collections::BTreeSet;

use language::identify::Language;

use super::commune::{Commune, commune_of};
use super::kind::{Kind, UnitWords};
use super::phrases::Phrases;
use super::rarity::Rarity;
use crate::concepts::Vocabulary;
use crate::indexing;
use crate::ports::{Field, Filter, Shelf, ShelfError, StoredPassage};
use crate::search::Found;

/// The weight of a concept whose words stand in the text as they are spelt.
const SURE: f32 = 1.0;

/// What is known of a question.
pub(super) struct Question<'q> {
    pub(super) language: Option<Language>,
    pub(super) kind: Kind,
    pub(super) unit_words: UnitWords,
    pub(super) concepts: Rarity,
    /// The concepts whose words stand in it as they are spelt.
    pub(super) sure: BTreeSet<&'q str>,
    pub(super) words: Rarity,
    /// The communes it names, of those that documents hold for.
    pub(super) communes: Vec<Commune>,
    vocabulary: &'q Vocabulary,
}

impl<'q> Question<'q> {
    pub(super) fn of(
        shelf: &dyn Shelf,
        vocabulary: &'q Vocabulary,
        phrases: &Phrases,
        text: &str,
        filter: &Filter,
        found: &Found,
    ) -> Result<Self, ShelfError> {
        let words = indexing::words(text, found.language);
        let concepts = found.concepts.iter().map(String::as_str);
        // Who asks for one commune asks about it.
        let places = format!("{text}\n{}", filter.commune.as_deref().unwrap_or_default());
        let mut communes: Vec<Commune> = Vec::new();
        for hit in &found.hits {
            if let Some(commune) = commune_of(&hit.passage.facts, phrases)
                && commune.is_named_in(&places)
                && !communes.iter().any(|known| known.is(&commune))
            {
                communes.push(commune);
            }
        }
        Ok(Self {
            language: found.language,
            sure: vocabulary
                .concepts(text, found.language)
                .into_iter()
                .filter(|mention| mention.weight >= SURE)
                .map(|mention| mention.concept)
                .collect(),
            kind: Kind::of(&found.concepts),
            unit_words: UnitWords::of(phrases),
            concepts: Rarity::of(shelf, filter, Field::Concepts, concepts)?,
            words: Rarity::of(shelf, filter, Field::Words, words.iter().map(String::as_str))?,
            communes,
            vocabulary,
        })
    }

    /// The ids of the concepts of a text that stands in `passage`.
    pub(super) fn concepts_in(&self, text: &str, passage: &StoredPassage) -> BTreeSet<&'q str> {
        let language = language_of(passage);
        let mentions = self.vocabulary.concepts(text, language);
        mentions.into_iter().map(|mention| mention.concept).collect()
    }

    /// How much of the question a text holds: the rarity of its words and of its concepts.
    pub(super) fn overlap(&self, text: &str, passage: &StoredPassage) -> (f64, f64) {
        let words: BTreeSet<String> =
            indexing::words(text, language_of(passage)).into_iter().collect();
        let concepts = self.concepts_in(text, passage);
        let shared = self.words.iter().filter(|(word, _)| words.contains(*word));
        let by_words: f64 = shared.map(|(_, rarity)| rarity).sum();
        let shared = self.concepts.iter().filter(|(concept, _)| concepts.contains(concept));
        let by_concepts: f64 = shared.map(|(_, rarity)| rarity).sum();
        (by_words, by_concepts)
    }
}

fn language_of(passage: &StoredPassage) -> Option<Language> {
    passage.facts.language.as_deref().and_then(indexing::language_of_tag)
}
