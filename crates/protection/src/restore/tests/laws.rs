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

/// What may come behind a held text: the rest of some way to write some label.
fn completions(held: &str) -> Vec<String> {
    let vault = vault();
    let mut spellings = Vec::new();
    for word in vault.live().table().all() {
        for entity in vault.live().entities() {
            let letters: String = word.letters.iter().collect::<String>().to_uppercase();
            if crate::label::canonical_word(&entity.kind) == word.label {
                let ordinal = entity.ordinal;
                for close in [
                    " ", "] ", ">", ">>", "}", "}}", "/>", "\\] ", "&#93;", "_ ", "* ", "\" ",
                    "\n]", "**]", ") ",
                ] {
                    spellings.push(format!("{letters}_{ordinal}{close}"));
                }
                spellings.push(format!("&#91;{letters}_{ordinal}&#93;"));
                spellings.push(format!("&lsqb;{letters}_{ordinal}&rsqb;"));
                spellings.push(format!("\\[{letters}\\_{ordinal}\\]"));
                spellings.push(format!("\\\\[{letters}\\\\_{ordinal}\\\\]"));
                spellings.push(format!("\\u005b{letters}_{ordinal}\\u005d"));
                spellings.push(format!(
                    "&#{};{}_{ordinal} ",
                    u32::from(letters.chars().next().unwrap()),
                    letters.chars().skip(1).collect::<String>()
                ));
            }
        }
    }
    let last = held.chars().next_back().map(|last| last.to_uppercase().next().unwrap_or(last));
    let mut completions = vec![String::new(), " ".to_owned(), "; ".to_owned()];
    for spelling in spellings {
        for (at, character) in spelling.char_indices() {
            completions.push(spelling.get(at..).unwrap().to_owned());
            if last == character.to_uppercase().next() {
                completions.push(spelling.get(at + character.len_utf8()..).unwrap().to_owned());
            }
        }
    }
    completions
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
    fn only_what_can_become_a_label_is_held_back(text in text()) {
        let vault = vault();
        let mut restorer = vault.restorer(Escape::Plain);
        let mut out = String::new();
        restorer.push(&text, &mut out);
        let held = restorer.held().to_owned();
        let becomes_a_label = |more: &String| {
            let whole = vault.restore(&format!("{text}{more}"), Escape::Plain);
            // The preposition of لل stays before the value.
            !whole.get(out.len()..).unwrap().starts_with(&held) || held == "ل"
        };
        prop_assert!(
            // Which character an unfinished entity or escape will be is not looked at before it ends.
            held.is_empty()
                || held.contains(['&', '\\'])
                || completions(&held).iter().any(becomes_a_label),
            "{held:?} was held for nothing"
        );
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
