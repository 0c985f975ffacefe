//! Texts in the languages of the register.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A language of the register.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French.
    #[default]
    Fr,
    /// Standard Arabic.
    Ar,
    /// Standard Moroccan Tamazight, in Tifinagh.
    Zgh,
    /// English.
    En,
}

impl Language {
    /// Every language, in the order in which a text is looked for when the wanted one is missing.
    pub const ALL: [Self; 4] = [Self::Fr, Self::Ar, Self::Zgh, Self::En];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::Ar => "ar",
            Self::Zgh => "zgh",
            Self::En => "en",
        }
    }

    /// The code of ISO 639-3, as the Dutch standard writes languages.
    pub const fn iso_639_3(self) -> &'static str {
        match self {
            Self::Fr => "fra",
            Self::Ar => "ara",
            Self::Zgh => "zgh",
            Self::En => "eng",
        }
    }

    /// Reads a tag.
    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(tag))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.tag())
    }
}

/// One text in several languages. An empty text counts as none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Texts(pub BTreeMap<Language, String>);

impl Texts {
    /// The text in exactly this language.
    pub fn exactly(&self, language: Language) -> Option<&str> {
        self.0.get(&language).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// The text in this language, else in the first one there is.
    pub fn best(&self, language: Language) -> Option<&str> {
        let all = Language::ALL.into_iter();
        std::iter::once(language).chain(all).find_map(|language| self.exactly(language))
    }

    /// Whether there is no text in any language.
    pub fn is_empty(&self) -> bool {
        Language::ALL.into_iter().all(|language| self.exactly(language).is_none())
    }

    /// The languages that have a text.
    pub fn languages(&self) -> impl Iterator<Item = Language> {
        Language::ALL.into_iter().filter(|language| self.exactly(*language).is_some())
    }
}

impl<const N: usize> From<[(Language, &str); N]> for Texts {
    fn from(texts: [(Language, &str); N]) -> Self {
        Self(texts.map(|(language, text)| (language, text.to_owned())).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_text_is_found() {
        let texts =
            Texts::from([(Language::Ar, "نص"), (Language::En, "text"), (Language::Fr, " ")]);
        let check = |wanted, expect| assert_eq!(texts.best(wanted), Some(expect));
        check(Language::Ar, "نص");
        check(Language::En, "text");
        check(Language::Zgh, "نص");
        check(Language::Fr, "نص");
        assert_eq!(texts.languages().collect::<Vec<_>>(), [Language::Ar, Language::En]);
        assert!(Texts::default().is_empty() && Texts::from([(Language::Fr, "")]).is_empty());
        assert_eq!(Language::parse("ZGH"), Some(Language::Zgh));
        assert_eq!(Language::parse("nl"), None);
    }
}
