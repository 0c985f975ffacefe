//! What the edges (command line, HTTP) answer about languages: questions as a caller writes them, and
//! answers in the caller's unit of offsets, ready to be written as JSON.

mod map;

use serde::{Deserialize, Serialize};

use crate::identify::{Identifier, LANGUAGES, Language};
use crate::transliterate::{Form, Options, Transliterator, Unsupported};
use crate::{OffsetConverter, OffsetUnit, Profile};

pub use map::{MapStretch, stretches};

/// The answer of an identification.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Identified {
    /// The language of the whole text.
    pub language: Language,
    /// The estimated probability that it is right, in thousandths of exactness.
    pub confidence: f64,
    /// The parts of the text in one language each.
    pub spans: Vec<IdentifiedSpan>,
}

/// A part of a text in one language, in the caller's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct IdentifiedSpan {
    /// Its first position.
    pub start: usize,
    /// The position behind it.
    pub end: usize,
    /// Its language.
    pub language: Language,
}

/// A tag in a list of candidates that names no language of the identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{tag:?} is no language that is told apart here; use tags such as {known}")]
pub struct UnknownLanguage {
    tag: String,
    known: String,
}

/// The languages of a list of tags; one tag may stand for several (`ary`). Empty tags are passed over.
pub fn candidates<'t>(
    tags: impl IntoIterator<Item = &'t str>,
) -> Result<Vec<Language>, UnknownLanguage> {
    let mut languages = Vec::new();
    for tag in tags.into_iter().map(str::trim).filter(|tag| !tag.is_empty()) {
        let matching = Language::matching(tag);
        if matching.is_empty() {
            let known: Vec<&str> = LANGUAGES.into_iter().map(Language::tag).collect();
            let tag = tag.chars().take(40).collect();
            return Err(UnknownLanguage { tag, known: known.join(", ") });
        }
        languages.extend(matching);
    }
    Ok(languages)
}

/// The language of `text` and of its parts, of those in `among` where there are any.
pub fn identified(text: &str, among: &[Language], unit: OffsetUnit) -> Identified {
    let identifier = Identifier::built_in();
    let found = if among.is_empty() {
        identifier.identify_spans(text)
    } else {
        identifier.identify_spans_among(text, among)
    };
    let mut converter = OffsetConverter::new(text, unit);
    let spans = found.spans.iter().map(|part| {
        let (start, end) = converter.span(part.span);
        IdentifiedSpan { start, end, language: part.language }
    });
    Identified {
        spans: spans.collect(),
        language: found.language,
        confidence: (f64::from(found.confidence) * 1000.0).round() / 1000.0,
    }
}

/// The profile of a normalisation, as a caller names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProfileName {
    /// For search and comparison.
    #[default]
    Search,
    /// For recognising values and words.
    Match,
    /// For showing.
    Display,
}

impl From<ProfileName> for Profile {
    fn from(name: ProfileName) -> Self {
        match name {
            ProfileName::Search => Self::Search,
            ProfileName::Match => Self::Match,
            ProfileName::Display => Self::Display,
        }
    }
}

/// The answer of a normalisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NormalizedText {
    /// The normalised text.
    pub text: String,
    /// The way back to the source, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub map: Option<Vec<MapStretch>>,
}

/// `text` in the form of a profile; with the way back in `unit` where one is given.
pub fn normalized(text: &str, profile: ProfileName, map: Option<OffsetUnit>) -> NormalizedText {
    let normalized = crate::normalize(text, profile.into());
    let map = map.map(|unit| stretches(text, &normalized, unit));
    NormalizedText { text: normalized.text, map }
}

/// The answer of a transliteration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TransliteratedText {
    /// The text in its other script.
    pub text: String,
    /// Its words in the order of the source.
    pub words: Vec<TransliteratedWord>,
}

/// A word of the source and what it may be in the other script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TransliteratedWord {
    /// Its first position in the source.
    pub start: usize,
    /// The position behind it in the source.
    pub end: usize,
    /// The answers, best first.
    pub answers: Vec<String>,
    /// The language of a word that stays as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub foreign: Option<&'static str>,
}

/// `text` in the form `to`.
pub fn transliterated(
    text: &str,
    from: Form,
    to: Form,
    options: &Options,
    unit: OffsetUnit,
) -> Result<TransliteratedText, Unsupported> {
    let found = Transliterator::built_in().transliterate(text, from, to, options)?;
    let mut converter = OffsetConverter::new(text, unit);
    let words = found.words.into_iter().map(|word| {
        let (start, end) = converter.span(word.source);
        TransliteratedWord { start, end, answers: word.answers, foreign: word.foreign }
    });
    Ok(TransliteratedText { words: words.collect(), text: found.text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_are_read_as_people_write_them() {
        fn check(tags: &str, expect: Option<&[&str]>) {
            let found = candidates(tags.split(',')).ok();
            let found: Option<Vec<&str>> =
                found.map(|found| found.into_iter().map(Language::tag).collect());
            assert_eq!(found.as_deref(), expect, "{tags}");
        }
        check("ar, ary-Arab", Some(&["ar", "ary-Arab"]));
        check("ary", Some(&["ary-Arab", "ary-Latn"]));
        check("", Some(&[]));
        check("ar,ur", None);
    }

    #[test]
    fn spans_come_in_the_unit_and_among_the_candidates() {
        fn check(text: &str, among: &str, unit: OffsetUnit, expect: &[(usize, usize, &str)]) {
            let among = candidates(among.split(',')).unwrap();
            let found = identified(text, &among, unit);
            let spans: Vec<_> =
                found.spans.iter().map(|own| (own.start, own.end, own.language.tag())).collect();
            assert_eq!(spans, expect, "{text}");
        }
        check("😀 bonjour madame", "", OffsetUnit::Chars, &[(2, 16, "fr")]);
        check("😀 bonjour madame", "", OffsetUnit::Utf16, &[(3, 17, "fr")]);
        check("😀 bonjour madame", "", OffsetUnit::Bytes, &[(5, 19, "fr")]);
        check("bonjour madame", "en,es", OffsetUnit::Chars, &[(0, 14, "en")]);
        check("bonjour مرحبا", "ar", OffsetUnit::Chars, &[(8, 13, "ar")]);
        check("12 + 30", "", OffsetUnit::Chars, &[]);
    }
}
