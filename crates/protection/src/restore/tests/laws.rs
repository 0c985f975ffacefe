use proptest::prelude::*;

use super::{streamed, vault};
use crate::{Escape, Vault};

/// Pieces of labels and of what stands around them.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "[",
            "]",
            "PERSON",
            "person",
            "_",
            "1",
            "2",
            "b",
            "[PERSON_1]",
            "[CIN_1]",
            "PERSON_1",
            "شخص",
            "ال",
            "و",
            "ل",
            "١",
            "\\",
            "&#91;",
            "&",
            "#",
            "9",
            "3;",
            "&lsqb;",
            "\u{200f}",
            "ـ",
            " ",
            "\n",
            "*",
            "`",
            "«",
            "<",
            ">",
            "{",
            "}",
            "\\u005b",
            "\\n",
            "DATE_OF",
            "_BIRTH_1",
            "s",
            "'s",
            "é",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_split_gives_the_same_output(text in text(), json in any::<bool>()) {
        let vault = vault();
        let escape = if json { Escape::Json } else { Escape::Plain };
        let whole = vault.restore(&text, escape);
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        prop_assert_eq!(streamed(&vault, &text, escape, &places), whole.clone());
        for &place in &places {
            prop_assert_eq!(streamed(&vault, &text, escape, &[place]), whole.clone());
        }
    }

    #[test]
    fn little_is_held_back(text in text()) {
        let vault = vault();
        let mut restorer = vault.restorer(Escape::Plain);
        let mut out = String::new();
        for character in text.chars() {
            restorer.push(character.encode_utf8(&mut [0; 4]), &mut out);
            prop_assert!(restorer.held_characters() <= vault.live().budget());
        }
    }

    #[test]
    fn what_is_held_back_can_become_a_label(text in text()) {
        let vault = vault();
        let mut restorer = vault.restorer(Escape::Plain);
        let mut out = String::new();
        restorer.push(&text, &mut out);
        prop_assert_eq!(restorer.holds(), restorer.held_characters() > 0);
    }

    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        let restored = vault().restore(&text, Escape::Plain);
        prop_assert!(restored.len() + 1 > 0);
    }
}

#[test]
fn a_stream_without_live_labels_holds_nothing() {
    let vault = Vault::default();
    let mut restorer = vault.restorer(Escape::Plain);
    let mut out = String::new();
    for character in "[PERSON_1] &#91; \\".chars() {
        restorer.push(character.encode_utf8(&mut [0; 4]), &mut out);
        assert!(!restorer.holds());
    }
    assert_eq!(out, "[PERSON_1] &#91; \\");
}

#[test]
fn plain_text_is_not_held() {
    let vault = vault();
    let mut restorer = vault.restorer(Escape::Plain);
    let mut out = String::new();
    for word in ["Bonjour ", "Madame, ", "votre ", "dossier ", "est ", "prêt", ". 12 €"] {
        restorer.push(word, &mut out);
        assert!(!restorer.holds(), "{word}");
    }
}
