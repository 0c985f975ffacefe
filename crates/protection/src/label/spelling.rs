//! The canonical spelling of a label.

use crate::Kind;

/// The word of a kind inside a label: its name in upper case, letters and single underscores only.
///
/// Two kinds may share a word (`a1` and `a2` both give `A`); ordinals therefore count by word.
pub(crate) fn canonical_word(kind: &Kind) -> String {
    let mut word = String::new();
    let mut gap = false;
    for character in kind.as_str().chars() {
        if character.is_ascii_alphabetic() {
            if gap && !word.is_empty() {
                word.push('_');
            }
            gap = false;
            word.push(character.to_ascii_uppercase());
        } else {
            gap = true;
        }
    }
    if word.len() < 2 { format!("VALUE{word}") } else { word }
}

/// The letters after the ordinal that name the spelling: none for the first, then `b`, `c` … `z`,
/// `ba`, `bb` …: the number in base 26 with `a` as zero.
pub(crate) fn form_letters(index: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = index;
    while rest > 0 {
        let digit = u8::try_from(rest % 26).unwrap_or(0);
        letters.push(char::from(b'a' + digit));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// The label of one spelling.
pub(crate) fn spell(word: &str, ordinal: u32, form: usize) -> String {
    format!("[{word}_{ordinal}{}]", form_letters(form))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_underscores() {
        for (kind, word) in [
            ("person", "PERSON"),
            ("date_of_birth", "DATE_OF_BIRTH"),
            ("ipv4", "IPV"),
            ("__a-b 9", "A_B"),
            ("٣", "VALUE"),
            ("x", "VALUEX"),
        ] {
            assert_eq!(canonical_word(&Kind::new(kind)), word);
        }
    }

    #[test]
    fn forms_never_run_out_and_never_repeat() {
        assert_eq!(spell("PERSON", 3, 0), "[PERSON_3]");
        assert_eq!(spell("PERSON", 3, 1), "[PERSON_3b]");
        assert_eq!(form_letters(25), "z");
        assert_eq!(form_letters(26), "ba");
        let mut all: Vec<_> = (0..20_000).map(form_letters).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 20_000);
    }
}
