//! What of a question an embedder is given.
//!
//! Embedders know the languages of encyclopaedias: French and Arabic, little Darija, no Arabizi, no Tamazight.
//! So a question is also given as its concepts in French, and an Arabizi one in Arabic letters.

use language::identify::Language;
use language::transliterate::{Form, Options, Transliterator};
use model::{EmbedError, Embedder};

use crate::concepts::{Mention, Vocabulary};

/// The vector of a question: of its text, in letters that the embedder knows, and of its concepts in French.
/// Its length means nothing.
pub(super) fn vector(
    embedder: &dyn Embedder,
    vocabulary: &Vocabulary,
    text: &str,
    language: Option<Language>,
    concepts: &[Mention<'_>],
) -> Result<Vec<f32>, EmbedError> {
    let (own, glossed) = shares(language);
    let glosses: Vec<&str> =
        concepts.iter().filter_map(|mention| vocabulary.gloss(mention.concept)).collect();
    let glosses = glosses.join(", ");
    // Without a concept there is the text alone, however little the embedder makes of it.
    let own = if glosses.is_empty() { 1.0 } else { own };
    let arabic = (language == Some(Language::DarijaLatin)).then(|| in_arabic_letters(text));
    let text = arabic.flatten().unwrap_or_else(|| text.to_owned());
    let parts: Vec<(&str, f32)> = [(text.as_str(), own), (glosses.as_str(), glossed)]
        .into_iter()
        .filter(|(text, share)| *share > 0.0 && !text.is_empty())
        .collect();
    let texts: Vec<&str> = parts.iter().map(|(text, _)| *text).collect();
    let mut sum = vec![0.0; embedder.dimensions()];
    for (vector, (_, share)) in embedder.embed(&texts)?.iter().zip(&parts) {
        sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += share * value);
    }
    Ok(sum)
}

/// How much the text itself counts, and how much its concepts.
fn shares(language: Option<Language>) -> (f32, f32) {
    match language {
        Some(Language::DarijaLatin | Language::DarijaArabic | Language::EgyptianArabic) => {
            (1.0, 1.0)
        }
        Some(
            Language::TamazightLatin
            | Language::TamazightTifinagh
            | Language::Kabyle
            | Language::Tamasheq,
        ) => (0.0, 1.0),
        _ => (1.0, 0.3),
    }
}

fn in_arabic_letters(text: &str) -> Option<String> {
    let options = Options { answers: 1, rules_only: false, mark_foreign: false };
    let written =
        Transliterator::built_in().transliterate(text, Form::AryLatn, Form::AryArab, &options);
    written.ok().map(|written| written.text)
}
