//! In which language and script an answer speaks.

use language::Script;
use language::identify::Language;
use language::script::script_of;
use language::tifinagh;

/// A language and script for which there are phrases.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Voice {
    /// French.
    #[default]
    French,
    /// Modern Standard Arabic.
    Arabic,
    /// Darija in Arabic letters.
    DarijaArabic,
    /// Darija in Latin letters.
    DarijaLatin,
    /// Tamazight in Latin letters.
    TamazightLatin,
    /// Tamazight in Tifinagh.
    TamazightTifinagh,
    /// English.
    English,
    /// Spanish.
    Spanish,
}

impl Voice {
    /// The voice that answers a question: its language where one was told, else the first of its script.
    pub fn of(question: &str, language: Option<Language>) -> Self {
        match language {
            Some(Language::French) => Self::French,
            Some(Language::Arabic) => Self::Arabic,
            Some(Language::DarijaArabic | Language::EgyptianArabic) => Self::DarijaArabic,
            Some(Language::DarijaLatin) => Self::DarijaLatin,
            Some(Language::TamazightLatin | Language::Kabyle) => Self::TamazightLatin,
            Some(Language::TamazightTifinagh | Language::Tamasheq) => Self::TamazightTifinagh,
            Some(Language::English) => Self::English,
            Some(Language::Spanish) => Self::Spanish,
            Some(Language::Undetermined) | None => {
                match question.chars().map(script_of).find(|script| *script != Script::Common) {
                    Some(Script::Arabic) => Self::Arabic,
                    Some(Script::Tifinagh) => Self::TamazightTifinagh,
                    _ => Self::French,
                }
            }
        }
    }

    /// The voice of a BCP 47 tag.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Some(match tag.trim() {
            "fr" => Self::French,
            "ar" => Self::Arabic,
            "ary" | "ary-Arab" => Self::DarijaArabic,
            "ary-Latn" => Self::DarijaLatin,
            "zgh" | "zgh-Latn" => Self::TamazightLatin,
            "zgh-Tfng" => Self::TamazightTifinagh,
            "en" => Self::English,
            "es" => Self::Spanish,
            _ => return None,
        })
    }

    /// Its tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::French => "fr",
            Self::Arabic => "ar",
            Self::DarijaArabic => "ary",
            Self::DarijaLatin => "ary-Latn",
            Self::TamazightLatin => "zgh-Latn",
            Self::TamazightTifinagh => "zgh-Tfng",
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// What a model is told to write in.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::French => "French",
            Self::Arabic => "Modern Standard Arabic",
            Self::DarijaArabic => "Moroccan Arabic (Darija) in Arabic letters",
            Self::DarijaLatin => {
                "Moroccan Arabic (Darija) in Latin letters, as it is written in chats"
            }
            Self::TamazightLatin => "Standard Moroccan Tamazight in Latin letters",
            Self::TamazightTifinagh => "Standard Moroccan Tamazight in Tifinagh",
            Self::English => "English",
            Self::Spanish => "Spanish",
        }
    }

    /// The voice whose phrases it takes, and how they are written.
    pub(super) fn column(self) -> (Self, fn(&str) -> String) {
        match self {
            Self::TamazightTifinagh => (Self::TamazightLatin, tifinagh::from_latin),
            voice => (voice, str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_answered_in_its_language_and_script() {
        let check = |question: &str, language, expect| {
            assert_eq!(Voice::of(question, language), expect, "{question}");
        };
        check("combien", Some(Language::French), Voice::French);
        check("ch7al", Some(Language::DarijaLatin), Voice::DarijaLatin);
        check("ⵎⵏⵛⴽ", Some(Language::TamazightTifinagh), Voice::TamazightTifinagh);
        check("ⵎⵏⵛⴽ?", None, Voice::TamazightTifinagh);
        check("«كم»", None, Voice::Arabic);
        check("123", None, Voice::French);
    }
}
