//! The languages the identifier tells apart, and their tags (BCP 47, RFC 5646).

use serde::{Serialize, Serializer};

/// A language as it is written in one script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Modern Standard Arabic.
    Arabic,
    /// Darija (Moroccan Arabic) in Arabic letters.
    DarijaArabic,
    /// Darija in Latin letters and digits ("Arabizi").
    DarijaLatin,
    /// Egyptian Arabic.
    EgyptianArabic,
    /// Standard Moroccan Tamazight in Tifinagh.
    TamazightTifinagh,
    /// Moroccan Tamazight in Latin letters; Tashelhit, Tarifit and Central Atlas texts count here.
    TamazightLatin,
    /// Kabyle in Latin letters.
    Kabyle,
    /// Tamasheq in Tifinagh.
    Tamasheq,
    /// French.
    French,
    /// English.
    English,
    /// Spanish.
    Spanish,
    /// No language, or none of these: numbers, code, emojis, other scripts.
    Undetermined,
}

/// Every language that can be the answer, without [`Language::Undetermined`].
pub const LANGUAGES: [Language; 11] = [
    Language::Arabic,
    Language::DarijaArabic,
    Language::DarijaLatin,
    Language::EgyptianArabic,
    Language::TamazightTifinagh,
    Language::TamazightLatin,
    Language::Kabyle,
    Language::Tamasheq,
    Language::French,
    Language::English,
    Language::Spanish,
];

impl Language {
    /// The BCP-47 tag. The script stands in it where a language of Morocco has more than one.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Arabic => "ar",
            Self::DarijaArabic => "ary-Arab",
            Self::DarijaLatin => "ary-Latn",
            Self::EgyptianArabic => "arz",
            Self::TamazightTifinagh => "zgh-Tfng",
            Self::TamazightLatin => "zgh-Latn",
            Self::Kabyle => "kab-Latn",
            Self::Tamasheq => "taq-Tfng",
            Self::French => "fr",
            Self::English => "en",
            Self::Spanish => "es",
            Self::Undetermined => "und",
        }
    }

    /// The languages a tag stands for, in any case, with `-` or `_`, with a region or without. A tag
    /// without a script stands for every script (`ary` is both Darijas); `shi`, `rif`, `tzm` and `ber`
    /// count as `zgh`; three-letter codes of ISO 639-3 are read. Empty for a tag of another language.
    pub fn matching(tag: &str) -> Vec<Self> {
        let mut parts = tag.split(['-', '_']).map(str::to_ascii_lowercase);
        let language = parts.next().unwrap_or_default();
        let language = match language.as_str() {
            "ara" | "arb" => "ar",
            "fra" | "fre" => "fr",
            "eng" => "en",
            "spa" => "es",
            "shi" | "rif" | "tzm" | "ber" => "zgh",
            other => other,
        };
        let script = parts.find(|part| part.len() == 4 && part.chars().all(char::is_alphabetic));
        LANGUAGES
            .into_iter()
            .chain([Self::Undetermined])
            .filter(|candidate| {
                let mut own = candidate.tag().split('-');
                own.next() == Some(language)
                    && script.as_deref().is_none_or(|script| script == candidate.script_subtag())
            })
            .collect()
    }

    /// The one language of a tag; where a tag leaves the script open, the one the language is mostly
    /// written in (Arabic letters for `ary`, Tifinagh for `zgh`).
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::matching(tag).into_iter().next()
    }

    fn script_subtag(self) -> &'static str {
        match self {
            Self::Arabic | Self::DarijaArabic | Self::EgyptianArabic => "arab",
            Self::TamazightTifinagh | Self::Tamasheq => "tfng",
            Self::Undetermined => "zyyy",
            _ => "latn",
        }
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.tag())
    }
}

impl Serialize for Language {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tag: &str, expect: &str) {
        let found: Vec<_> = Language::matching(tag).into_iter().map(Language::tag).collect();
        assert_eq!(found.join(" "), expect, "{tag}");
    }

    #[test]
    fn tags_are_read_as_people_write_them() {
        check("ar", "ar");
        check("arb_Arab", "ar");
        check("ar-MA", "ar");
        check("ary", "ary-Arab ary-Latn");
        check("ary_Latn", "ary-Latn");
        check("ARY-latn-MA", "ary-Latn");
        check("zgh", "zgh-Tfng zgh-Latn");
        check("zgh-Tfng-MA", "zgh-Tfng");
        check("tzm_Tfng", "zgh-Tfng");
        check("shi-Latn", "zgh-Latn");
        check("kab", "kab-Latn");
        check("fra_Latn", "fr");
        check("und", "und");
        check("ur", "");
        check("", "");
    }

    #[test]
    fn every_tag_comes_back() {
        for language in LANGUAGES {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
        }
    }
}
