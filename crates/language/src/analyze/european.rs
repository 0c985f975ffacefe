//! Stems of French, English and Spanish (Snowball's stemmers behind our own folding).

use std::sync::LazyLock;

use rust_stemmers::{Algorithm, Stemmer};

use crate::identify::Language;

static FRENCH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::French));
static ENGLISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::English));
static SPANISH: LazyLock<Stemmer> = LazyLock::new(|| Stemmer::create(Algorithm::Spanish));

/// The stem of a folded word; French where the language is not known, as most Latin words are here.
/// Words of three letters and numbers stay as they are.
pub(super) fn stem(folded: &str, language: Option<Language>) -> String {
    if folded.chars().count() <= 3 || folded.chars().any(|letter| letter.is_ascii_digit()) {
        return folded.to_owned();
    }
    let stemmer = match language {
        Some(Language::English) => &ENGLISH,
        Some(Language::Spanish) => &SPANISH,
        _ => &FRENCH,
    };
    stemmer.stem(folded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem() {
        let check = |language, words: &[&str]| {
            let stems: Vec<String> = words.iter().map(|word| stem(word, language)).collect();
            assert!(stems.iter().all(|stem| *stem == stems[0]), "{words:?}: {stems:?}");
        };
        check(Some(Language::French), &["declaration", "declarations"]);
        check(None, &["certificat", "certificats"]);
        check(Some(Language::English), &["permit", "permits"]);
        check(Some(Language::Spanish), &["documento", "documentos"]);
    }
}
