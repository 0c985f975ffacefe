//! Families: the languages that share a script and so compete for the same words.

use super::languages::Language;

/// A script whose languages are told apart by one table of weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Family {
    /// Latin letters.
    Latin,
    /// Arabic letters.
    Arabic,
    /// Tifinagh.
    Tifinagh,
}

/// The families in the order of the weights file.
pub(crate) const FAMILIES: [Family; 3] = [Family::Latin, Family::Arabic, Family::Tifinagh];

/// Columns of a weight row of each family; a power of two for the processor's sake.
pub(crate) const LATIN_COLUMNS: usize = 8;
pub(crate) const ARABIC_COLUMNS: usize = 4;
pub(crate) const TIFINAGH_COLUMNS: usize = 2;

impl Family {
    /// The longest run of characters that is a feature. Arabic words are short, since their vowels are not
    /// written: runs of five are hardly ever but whole words on the subject of a text.
    pub(crate) const fn longest_run(self) -> usize {
        match self {
            Self::Latin | Self::Tifinagh => 5,
            Self::Arabic => 4,
        }
    }

    /// The languages of the family, in the order of the weights' columns.
    pub(crate) const fn languages(self) -> &'static [Language] {
        match self {
            Self::Latin => &[
                Language::DarijaLatin,
                Language::TamazightLatin,
                Language::Kabyle,
                Language::French,
                Language::English,
                Language::Spanish,
            ],
            Self::Arabic => &[Language::Arabic, Language::DarijaArabic, Language::EgyptianArabic],
            Self::Tifinagh => &[Language::TamazightTifinagh, Language::Tamasheq],
        }
    }
}
