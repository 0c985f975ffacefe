//! Laws of transliteration that hold for every text.
#![expect(clippy::unwrap_used, reason = "a direction that is missing fails the test")]

use language::Script;
use language::script::script_of;
use language::transliterate::{
    DIRECTIONS, Form, ModelError, Options, Transliteration, Transliterator,
};
use proptest::prelude::*;

/// Texts as hostile as a property test makes them: any characters, and mixtures of what is at hand.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9'\\-_@ éɣḍ\u{323}\u{301},.?]{0,60}",
        "[ا-ي\u{64B}-\u{652}0-9a-z \u{200f}]{0,60}",
        "([a3b ʿε'\u{300}-]){0,200}",
    ]
}

fn to_arabic(text: &str, options: Options) -> Transliteration {
    let built_in = Transliterator::built_in();
    built_in.transliterate(text, Form::AryLatn, Form::AryArab, &options).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn words_stand_in_the_source_in_order(text in texts(), rules_only: bool, answers in 0_usize..6) {
        let options = Options { answers, rules_only, mark_foreign: false };
        let mut end = 0;
        for word in to_arabic(&text, options).words {
            prop_assert!(word.source.start >= end);
            prop_assert!(!word.source.is_empty());
            prop_assert!(text.get(word.source.start..word.source.end).is_some());
            prop_assert!(!word.answers.is_empty() && word.answers.len() <= answers.max(1));
            end = word.source.end;
        }
    }

    #[test]
    fn a_text_without_latin_letters_stays(text in texts(), rules_only: bool) {
        let text: String = text.chars().filter(|letter| script_of(*letter) != Script::Latin).collect();
        prop_assert_eq!(to_arabic(&text, Options { rules_only, ..Options::default() }).text, text);
    }

    #[test]
    fn numbers_stay(number in "[0-9]{1,9}([.,][0-9]{1,3})?", word in "[a-z]{1,6}") {
        let found = to_arabic(&format!("{word} {number} {word}"), Options::default());
        prop_assert!(found.text.contains(&number), "{}", found.text);
    }

    #[test]
    fn the_text_has_the_first_answers(text in texts()) {
        let found = to_arabic(&text, Options { answers: 3, ..Options::default() });
        let mut rest = found.text.as_str();
        for word in &found.words {
            let first = &word.answers[0];
            let at = rest.find(first.as_str());
            prop_assert!(at.is_some());
            rest = rest.get(at.unwrap() + first.len()..).unwrap();
        }
    }

    #[test]
    fn latin_letters_of_any_text(text in texts()) {
        let built_in = Transliterator::built_in();
        for (from, to) in [(Form::AryArab, Form::AryLatn), (Form::ArArab, Form::ArLatn)] {
            let found = built_in.transliterate(&text, from, to, &Options::default()).unwrap();
            prop_assert!(found.text.chars().all(|letter| script_of(letter) != Script::Arabic
                || !('ا'..='ي').contains(&letter)), "{}", found.text);
        }
    }
}

#[test]
fn a_word_of_a_hundred_thousand_letters_is_cut() {
    for text in ["b3ad".repeat(25_000), "a".repeat(100_000), "Ṣ-".repeat(50_000)] {
        assert!(!to_arabic(&text, Options { answers: 5, ..Options::default() }).text.is_empty());
    }
}

#[test]
fn an_unknown_direction_is_refused() {
    let built_in = Transliterator::built_in();
    let found = built_in.transliterate("salam", Form::AryLatn, Form::ArLatn, &Options::default());
    assert!(found.unwrap_err().to_string().contains("ary-Latn to ary-Arab, "));
    for (from, to) in DIRECTIONS.iter().flat_map(|(from, _)| DIRECTIONS.map(|(_, to)| (*from, to)))
    {
        let found = built_in.transliterate("salam", from, to, &Options::default());
        assert_eq!(found.is_ok(), DIRECTIONS.contains(&(from, to)), "{from} to {to}");
    }
    assert_eq!("ARY_latn".parse(), Ok(Form::AryLatn));
    assert!("xx-Latn".parse::<Form>().is_err());
}

#[test]
fn a_damaged_model_is_refused() {
    let whole = include_bytes!("../../../models/transliteration/weights.bin");
    let read = |bytes: &[u8]| Transliterator::new(bytes, "", "").map(|_| ());
    assert!(whole.len() <= 8 << 20);
    assert_eq!(read(whole), Ok(()));
    assert_eq!(read(whole.get(..whole.len() - 1).unwrap()), Err(ModelError::Length));
    assert_eq!(read(whole.get(1..).unwrap()), Err(ModelError::Format));
    assert_eq!(read(&[]), Err(ModelError::Length));
    let mut longer = whole.to_vec();
    longer.push(0);
    assert_eq!(read(&longer), Err(ModelError::Length));
}
