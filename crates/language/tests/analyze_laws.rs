//! Laws of the analysis for search: no text breaks it, terms point at their words, a question finds the
//! forms of its words.

use language::analyze::{TermKind, terms};
use language::identify::Language;
use proptest::prelude::*;

fn meets(question: &str, text: &str) -> bool {
    let wanted = terms(question, None);
    terms(text, None)
        .iter()
        .any(|term| wanted.iter().any(|own| own.kind == term.kind && own.text == term.text))
}

/// What users of search engines report, each with its thread: real Arabic analysis (tantivy#1417,
/// charabia#186, groonga#2539), and the pairs that every search in Morocco needs.
#[test]
fn a_question_finds_the_forms_of_its_words() {
    for (question, text) in [
        ("كتاب", "الكتاب"),
        ("كتاب", "والكتب"),
        ("mosta9bal", "مستقبل"),
        ("déclaration", "declarations"),
        ("DÉCLARATION", "la declaration d'impôt"),
        ("وثيقة", "الوثائق"),
        ("wra9", "لوراق"),
        ("مُحَمَّد", "محمد"),
        ("إلى", "الى"),
        ("٣٠", "30"),
        ("ecole", "l'École"),
        ("adlis", "ⵉⴷⵍⵉⵙⵏ"),
        ("tamaziɣt", "ⵜⴰⵎⴰⵣⵉⵖⵜ"),
    ] {
        assert!(meets(question, text), "{question} does not find {text}");
    }
    for (question, text) in [("كتاب", "قلم"), ("école", "passeport"), ("30", "300")] {
        assert!(!meets(question, text), "{question} finds {text}");
    }
}

/// Alef folding must not turn إلى into الا (pyarabic#39).
#[test]
fn pyarabic_39_to_is_not_except() {
    assert!(meets("إلى", "الى"));
    let words = |text| -> Vec<String> {
        let terms = terms(text, Some(Language::Arabic)).into_iter();
        terms.filter(|term| term.kind == TermKind::Word).map(|term| term.text).collect()
    };
    assert_ne!(words("إلى"), words("إلا"));
}

proptest! {
    #[test]
    fn no_text_breaks_it(text in any::<String>()) {
        for language in [None, Some(Language::French), Some(Language::DarijaLatin), Some(Language::TamazightTifinagh)] {
            for term in terms(&text, language) {
                prop_assert!(text.get(term.span.start..term.span.end).is_some_and(|word| !word.is_empty()));
                prop_assert!(!term.text.is_empty() && term.text.chars().count() <= 64);
            }
        }
    }

    /// The terms of two texts beside each other are the terms of each.
    #[test]
    fn texts_beside_each_other(left in "[a-zéكتابوⴰⵣ0-9' ]{0,20}", right in "[a-zéكتابوⴰⵣ0-9' ]{0,20}") {
        let texts = |text: &str| -> Vec<String> {
            terms(text, None).into_iter().map(|term| term.text).collect()
        };
        let mut apart = texts(&left);
        apart.extend(texts(&right));
        let mut together = texts(&format!("{left}\n{right}"));
        apart.sort();
        together.sort();
        prop_assert_eq!(together, apart);
    }
}
