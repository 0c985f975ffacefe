//! Laws of identification that hold for every text.

use language::identify::{Identifier, LANGUAGES, Language};
use proptest::prelude::*;

/// Texts as hostile as a property test makes them: any characters, and mixtures of the scripts at hand.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-zA-Z0-9'\\-_@ éɣḍ\u{323}\u{301}]{0,60}",
        "[ا-يًٌٍَُِـ0-9a-z \u{200f}]{0,60}",
        "[ⴰ-ⵧⵯ⵿ a-z'-]{0,60}",
        "([aب3ⴰ' \u{300}]){0,200}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_sorted_parts_of_the_text(text in texts()) {
        let found = Identifier::built_in().identify_spans(&text);
        let mut end = 0;
        for part in &found.spans {
            prop_assert!(part.span.start >= end);
            prop_assert!(!part.span.is_empty());
            prop_assert!(text.get(part.span.start..part.span.end).is_some());
            prop_assert_ne!(part.language, Language::Undetermined);
            end = part.span.end;
        }
    }

    #[test]
    fn confidence_is_a_share_and_only_the_undetermined_has_none(text in texts()) {
        let found = Identifier::built_in().identify(&text);
        prop_assert!((0.0..=1.0).contains(&found.confidence));
        prop_assert_eq!(found.language == Language::Undetermined, found.confidence == 0.0);
    }

    #[test]
    fn all_candidates_are_no_restriction(text in texts()) {
        let identifier = Identifier::built_in();
        prop_assert_eq!(identifier.identify(&text), identifier.identify_among(&text, &LANGUAGES));
    }

    #[test]
    fn the_answer_is_a_candidate(text in texts(), chosen in proptest::sample::subsequence(LANGUAGES.to_vec(), 0..6)) {
        let found = Identifier::built_in().identify_among(&text, &chosen).language;
        prop_assert!(found == Language::Undetermined || chosen.contains(&found));
    }

    #[test]
    fn digits_and_signs_are_no_language(text in "[0-9٠-٩ .,:!?%€😀-🙏]{0,40}") {
        prop_assert_eq!(Identifier::built_in().identify(&text).language, Language::Undetermined);
    }

    #[test]
    fn space_around_a_text_changes_nothing(text in texts()) {
        let identifier = Identifier::built_in();
        let padded = format!(" \n{text}\t ");
        prop_assert_eq!(identifier.identify(&text), identifier.identify(&padded));
    }
}

#[test]
fn a_damaged_weights_file_is_refused() {
    let whole = include_bytes!("../../../models/languages/weights.bin");
    assert!(whole.len() <= 4 << 20);
    assert!(Identifier::from_bytes(whole).is_ok());
    assert!(Identifier::from_bytes(whole.get(..whole.len() - 1).unwrap()).is_err());
    assert!(Identifier::from_bytes(whole.get(1..).unwrap()).is_err());
    assert!(Identifier::from_bytes(&[]).is_err());
    let mut longer = whole.to_vec();
    longer.push(0);
    assert!(Identifier::from_bytes(&longer).is_err());
}
