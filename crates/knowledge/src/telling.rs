//! The words of a text that tell what it is about, comparable across languages.

use std::collections::BTreeSet;

use language::analyze::{TermKind, terms};

use crate::concepts::Vocabulary;
use crate::indexing;

/// Begins a concept among the words.
pub const CONCEPT: char = '#';
/// Begins the consonants of a word, alike in every script and in many other words.
pub const ROOT: char = '~';

/// The concepts of a text, and the stems and consonants of its longer words: short words say how, not what.
/// `tag` is the text's language where it is known.
pub fn telling_words(text: &str, tag: Option<&str>, vocabulary: &Vocabulary) -> BTreeSet<String> {
    let language = match tag {
        Some(tag) => indexing::language_of_tag(tag),
        None => indexing::language_of_text(text),
    };
    let concepts = vocabulary.concepts(text, language);
    let concepts = concepts.into_iter().map(|mention| format!("{CONCEPT}{}", mention.concept));
    let long = |word: &str| word.chars().count() >= if word.is_ascii() { 4 } else { 3 };
    let words = terms(text, language).into_iter().filter_map(|term| {
        let letters = term.text.chars().count();
        match term.kind {
            TermKind::Stem if long(term.span.of(text)) => Some(term.text),
            // Two consonants are too many words at once.
            TermKind::Root if letters >= 3 => Some(format!("{ROOT}{}", term.text)),
            _ => None,
        }
    });
    concepts.chain(words).collect()
}
