//! What a passage is indexed by: its words and its concepts, with those of the title and the headings above
//! it, which say what it is about and often stand nowhere else.

use language::analyze::{TermKind, terms as analysed};
use language::identify::{Identifier, Language};

use crate::concepts::Vocabulary;
use crate::document::Facts;
use crate::passage::Passage;
use crate::ports::IndexTerms;

/// How often a concept of the title, of the headings, of the text itself is counted.
const TITLE: u32 = 4;
const HEADINGS: u32 = 3;
const TEXT: u32 = 2;
/// Begins a term that is the consonants of a word.
pub(crate) const ROOT: char = '~';

/// The terms of a passage.
pub fn terms(facts: &Facts, passage: &Passage, vocabulary: &Vocabulary) -> IndexTerms {
    let language = facts.language.as_deref().and_then(language_of_tag);
    let headings = passage.headings.join("\n");
    let title = facts.title.as_deref().unwrap_or_default();
    let mut index = IndexTerms::default();
    for (text, times) in [(title, TITLE), (headings.as_str(), HEADINGS), (&passage.text, TEXT)] {
        index.words.extend(words(text, language));
        for mention in vocabulary.concepts(text, language) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a handful, rounded on purpose"
            )]
            let times = (times as f32 * mention.weight).round() as usize;
            let concept = mention.concept.to_owned();
            index.concepts.extend(std::iter::repeat_n(concept, times));
        }
    }
    index
}

/// The terms by which words are looked up: their stems, and their consonants where spelling is free.
pub(crate) fn words(text: &str, language: Option<Language>) -> Vec<String> {
    analysed(text, language)
        .into_iter()
        .filter_map(|term| match term.kind {
            TermKind::Stem => Some(term.text),
            // A word in letters has a stem; a number has not.
            TermKind::Word => (!term.text.chars().any(char::is_alphabetic)).then_some(term.text),
            TermKind::Root => {
                term.text.chars().nth(2).is_some().then(|| format!("{ROOT}{}", term.text))
            }
        })
        .collect()
}

/// The language that a document declares, a BCP 47 tag, as the analysis knows it.
pub fn language_of_tag(tag: &str) -> Option<Language> {
    Language::from_tag(tag).filter(|language| *language != Language::Undetermined)
}

/// The language of a text that declares none; `None` for what is no language.
pub fn language_of_text(text: &str) -> Option<Language> {
    let language = Identifier::built_in().identify(text).language;
    (language != Language::Undetermined).then_some(language)
}
