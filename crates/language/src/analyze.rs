//! What a search index stores of a text, and what a question looks for.
//!
//! Owns tokens, light stems and folding for Arabic and Darija (clitics, aspect prefixes, endings), French,
//! English and Spanish (elision, accents, stems), Tamazight (Tifinagh read as Latin letters, states and
//! plurals), and the *root*: the consonants of a word in one alphabet for all scripts, by which `mosta9bal`
//! finds `مستقبل` and `كتاب` finds `الكتب`. A word yields several terms; they share its span, and an index
//! weighs them by their kind. Ranks nothing itself.

mod arabic;
mod european;
mod root;
mod tamazight;
mod words;

use crate::identify::Language;
use crate::script::{Script, script_of};
use crate::span::ByteSpan;

pub use root::root;

/// How close a term is to the word as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TermKind {
    /// The word, folded: small letters, no accents, no vowel signs, one form for each letter.
    Word,
    /// What is left without clitics, prefixes and endings.
    Stem,
    /// Its consonants, alike in every script.
    Root,
}

/// A term of a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    /// The word it comes from, in bytes of the text.
    pub span: ByteSpan,
    /// How close it is to the word.
    pub kind: TermKind,
    /// The term.
    pub text: String,
}

/// The terms of a text, in its order. `language` is the text's language where it is known: without it,
/// words in Latin letters are read both as European and as Moroccan ones.
///
/// ```
/// use language::analyze::{TermKind, terms};
/// let stems = |text| -> Vec<String> {
///     terms(text, None).into_iter().filter(|term| term.kind == TermKind::Stem).map(|term| term.text).collect()
/// };
/// assert!(stems("والكتب").contains(&"كتب".to_owned()));
/// assert_eq!(stems("l'école"), ["ecol"]);
/// ```
pub fn terms(text: &str, language: Option<Language>) -> Vec<Term> {
    let mut terms = Vec::new();
    for word in words::words(text) {
        let Some(folded) = words::fold(word.of(text)) else { continue };
        let mut add = |kind: TermKind, text: String| {
            if !text.is_empty() {
                terms.push(Term { span: word, kind, text });
            }
        };
        // One letter is a particle or what an elision left: it has no stem.
        let is_long = folded.chars().nth(1).is_some();
        let letter = folded.chars().find(|letter| letter.is_alphabetic() && is_long);
        match script_of(letter.unwrap_or('0')) {
            Script::Arabic => {
                let stems = arabic::stems(&folded);
                for root in arabic::roots(&stems) {
                    add(TermKind::Root, root);
                }
                for stem in stems {
                    add(TermKind::Stem, stem);
                }
            }
            Script::Latin => latin(&folded, word.of(text), language, &mut add),
            _ => {}
        }
        add(TermKind::Word, folded);
    }
    terms.sort();
    terms.dedup();
    terms
}

fn latin(
    folded: &str,
    word: &str,
    language: Option<Language>,
    add: &mut impl FnMut(TermKind, String),
) {
    let tamazight = matches!(
        language,
        Some(Language::TamazightLatin | Language::TamazightTifinagh | Language::Kabyle)
    ) || word.chars().any(|letter| script_of(letter) == Script::Tifinagh);
    let darija = language == Some(Language::DarijaLatin);
    if tamazight {
        for stem in tamazight::stems(folded) {
            add(TermKind::Root, root(&stem));
            add(TermKind::Stem, stem);
        }
        return;
    }
    add(TermKind::Stem, european::stem(folded, language));
    // Whoever writes Darija writes French words in it; whoever writes French does not write Darija.
    if darija || language.is_none() {
        for root in root::latin_roots(folded) {
            add(TermKind::Root, root);
        }
    }
}
