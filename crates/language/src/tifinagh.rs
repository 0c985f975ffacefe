//! Tifinagh written in Latin letters and back, and in Arabic letters.
//!
//! The 33 letters of the alphabet that IRCAM (Institut Royal de la Culture Amazighe) fixed in 2003 have their
//! usual Latin letters; the other letters of the Unicode block, which Tuareg and older texts use, have Latin
//! letters of their own, so that no two share one.
//!
//! **What is lossless**: `from_latin(to_latin(text)) == text` for every text. What is not Tifinagh and yet
//! would be read as Latin letters on the way back (a name in Latin letters inside a Tifinagh text) stands
//! between U+2068 and U+2069, which are invisible and mark a run of another direction or origin. The other
//! way, `to_latin(from_latin(text))` is the text in standard spelling: small letters, one letter for each
//! sound (`ɣ` for `γ`), no `°` for `ʷ`.

use unicode_normalization::char::compose;

/// Begins a run that is not converted (FIRST STRONG ISOLATE).
const KEPT: char = '\u{2068}';
/// Ends it (POP DIRECTIONAL ISOLATE).
const KEPT_END: char = '\u{2069}';

/// Tifinagh, Latin, Arabic. The first 33 are IRCAM's.
const LETTERS: [(char, char, &str); 57] = [
    ('ⴰ', 'a', "ا"),
    ('ⴱ', 'b', "ب"),
    ('ⴳ', 'g', "ڭ"),
    ('ⴷ', 'd', "د"),
    ('ⴹ', 'ḍ', "ض"),
    ('ⴻ', 'e', ""),
    ('ⴼ', 'f', "ف"),
    ('ⴽ', 'k', "ك"),
    ('ⵀ', 'h', "ه"),
    ('ⵃ', 'ḥ', "ح"),
    ('ⵄ', 'ɛ', "ع"),
    ('ⵅ', 'x', "خ"),
    ('ⵇ', 'q', "ق"),
    ('ⵉ', 'i', "ي"),
    ('ⵊ', 'j', "ج"),
    ('ⵍ', 'l', "ل"),
    ('ⵎ', 'm', "م"),
    ('ⵏ', 'n', "ن"),
    ('ⵓ', 'u', "و"),
    ('ⵔ', 'r', "ر"),
    ('ⵕ', 'ṛ', "ر"),
    ('ⵖ', 'ɣ', "غ"),
    ('ⵙ', 's', "س"),
    ('ⵚ', 'ṣ', "ص"),
    ('ⵛ', 'c', "ش"),
    ('ⵜ', 't', "ت"),
    ('ⵟ', 'ṭ', "ط"),
    ('ⵡ', 'w', "و"),
    ('ⵢ', 'y', "ي"),
    ('ⵣ', 'z', "ز"),
    ('ⵥ', 'ẓ', "ز"),
    ('ⵯ', 'ʷ', "و"),
    // Loan sounds that IRCAM's extended alphabet writes.
    ('ⵒ', 'p', "ب"),
    ('ⵠ', 'v', "ڤ"),
    ('ⵞ', 'č', "تش"),
    ('ⵧ', 'o', "و"),
    // Letters of other traditions.
    ('ⴲ', 'ḇ', "ب"),
    ('ⴴ', 'ḡ', "غ"),
    ('ⴵ', 'ǧ', "ج"),
    ('ⴶ', 'ɟ', "ج"),
    ('ⴸ', 'ḏ', "ذ"),
    ('ⴺ', 'ẟ', "ظ"),
    ('ⴾ', 'ḳ', "ك"),
    ('ⴿ', 'ḵ', "خ"),
    ('ⵁ', 'ḫ', "ه"),
    ('ⵂ', 'ħ', "ه"),
    ('ⵆ', 'χ', "خ"),
    ('ⵈ', 'ɋ', "ق"),
    ('ⵋ', 'ǰ', "ج"),
    ('ⵌ', 'ʒ', "ج"),
    ('ⵐ', 'ɲ', "ني"),
    ('ⵑ', 'ŋ', "نڭ"),
    ('ⵗ', 'ʁ', "غ"),
    ('ⵘ', 'ɰ', "غ"),
    ('ⵝ', 'ṯ', "ث"),
    ('ⵤ', 'ƶ', "ز"),
    ('ⵦ', 'ė', "ي"),
];

fn latin_of(letter: char) -> Option<char> {
    LETTERS.iter().find(|(tifinagh, ..)| *tifinagh == letter).map(|(_, latin, _)| *latin)
}

fn tifinagh_of(letter: char) -> Option<char> {
    let letter = match letter {
        // Greek letters and capitals that stand for the Latin ones in typed texts.
        'γ' | 'Γ' | 'Ɣ' => 'ɣ',
        'ε' | 'Ɛ' | 'Ԑ' | 'ԑ' => 'ɛ',
        other => single_lower_case(other),
    };
    LETTERS.iter().find(|(_, latin, _)| *latin == letter).map(|(tifinagh, ..)| *tifinagh)
}

fn single_lower_case(letter: char) -> char {
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        // `İ` becomes two characters; it is no letter of the alphabet.
        _ => letter,
    }
}

/// The letter of a base letter and a mark in decomposed spelling.
fn with_mark(base: char, mark: char) -> Option<char> {
    if !is_mark(mark) {
        return None;
    }
    compose(single_lower_case(base), mark).and_then(tifinagh_of)
}

/// Whether this is the second half of a letter in decomposed spelling: dot below, caron, line below, macron,
/// breve below, dot above.
pub(crate) fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{323}' | '\u{30C}' | '\u{331}' | '\u{304}' | '\u{32E}' | '\u{307}')
}

/// Whether the way back would change this character, or join it to the one before.
fn is_read_as_latin(letter: char) -> bool {
    is_mark(letter) || letter == '°' || tifinagh_of(letter).is_some()
}

/// A text with its Tifinagh in Latin letters.
///
/// ```
/// assert_eq!(language::tifinagh::to_latin("ⴰⵣⵓⵍ, ⵎⴰⵏⵉⴽ ⴰⵢ ⵜⴳⵉⴷ?"), "azul, manik ay tgid?");
/// ```
pub fn to_latin(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut kept = false;
    for letter in text.chars() {
        let keep = is_read_as_latin(letter);
        if keep != kept {
            out.push(if keep { KEPT } else { KEPT_END });
            kept = keep;
        }
        out.push(latin_of(letter).unwrap_or(letter));
        if letter == KEPT {
            // An empty run stands for the character itself.
            out.push(KEPT_END);
        }
    }
    if kept {
        out.push(KEPT_END);
    }
    out
}

/// A text with its Latin letters in Tifinagh; a run between U+2068 and U+2069 stays.
///
/// ```
/// assert_eq!(language::tifinagh::from_latin("Tamaziɣt n Lmeɣrib"), "ⵜⴰⵎⴰⵣⵉⵖⵜ ⵏ ⵍⵎⴻⵖⵔⵉⴱ");
/// ```
pub fn from_latin(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == KEPT {
            let mut run = letters.clone().take_while(|letter| *letter != KEPT_END).peekable();
            if run.peek().is_none() {
                out.push(KEPT);
                letters.next();
                continue;
            }
            // Only what this module wrote is a kept run; an isolate around anything else is text.
            if run.all(is_read_as_latin) {
                out.extend(letters.by_ref().take_while(|letter| *letter != KEPT_END));
            } else {
                out.push(KEPT);
            }
            continue;
        }
        match letters.peek() {
            Some(&mark) if with_mark(letter, mark).is_some() => {
                letters.next();
                out.extend(with_mark(letter, mark));
            }
            Some('°') if matches!(single_lower_case(letter), 'g' | 'k') => {
                letters.next();
                out.extend(tifinagh_of(letter));
                out.push('ⵯ');
            }
            _ => out.push(tifinagh_of(letter).unwrap_or(letter)),
        }
    }
    out
}

/// A text with its Tifinagh in Arabic letters, as Moroccan Tamazight is written in them: a vowel that begins
/// a word stands on an alif, the neutral vowel is not written.
///
/// ```
/// assert_eq!(language::tifinagh::to_arabic("ⴰⵣⵓⵍ ⵉⵎⵉⵖ"), "أزول إيميغ");
/// ```
pub fn to_arabic(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for letter in text.chars() {
        let Some((_, _, arabic)) = LETTERS.iter().find(|(tifinagh, ..)| *tifinagh == letter) else {
            inside = letter.is_alphanumeric();
            out.push(letter);
            continue;
        };
        match letter {
            'ⴰ' if !inside => out.push('أ'),
            'ⵉ' if !inside => out.push_str("إي"),
            'ⵓ' | 'ⵧ' if !inside => out.push_str("أو"),
            'ⴻ' | 'ⵦ' if !inside => out.push('إ'),
            _ => out.push_str(arabic),
        }
        inside = true;
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_two_letters_share_one() {
        let tifinagh: BTreeSet<char> = LETTERS.iter().map(|(letter, ..)| *letter).collect();
        let latin: BTreeSet<char> = LETTERS.iter().map(|(_, letter, _)| *letter).collect();
        assert_eq!(tifinagh.len(), latin.len());
        for letter in ('ⴰ'..='ⵧ').chain(['ⵯ']) {
            assert!(latin_of(letter).is_some(), "{letter} has no Latin letter");
        }
    }

    #[test]
    fn texts_in_latin_letters() {
        let check = |tifinagh: &str, latin: &str| {
            assert_eq!(to_latin(tifinagh), latin);
            assert_eq!(from_latin(latin), tifinagh);
        };
        check("ⵜⴰⵎⴰⵣⵉⵖⵜ ⵜⴰⵏⴰⵡⴰⵢⵜ", "tamaziɣt tanawayt");
        check("ⵉⵎⴷⴷⴰⴽⴽⵯⵍ", "imddakkʷl");
        check("ⵓⵟⵟⵓⵏ 12, 2024.", "uṭṭun 12, 2024.");
        check("ⴰⴹⵕⵚⵥⵃⵄ", "aḍṛṣẓḥɛ");
        check("ⵜⴰⵙⵏⵡⵓⵔⵜ ⵏ UNESCO", "tasnwurt n \u{2068}UNESCO\u{2069}");
        check("واش ⴰⵣⵓⵍ", "واش azul");
    }

    #[test]
    fn spellings_of_typed_texts() {
        let check = |latin: &str, tifinagh: &str| assert_eq!(from_latin(latin), tifinagh);
        check("Azul fell-awen", "ⴰⵣⵓⵍ ⴼⴻⵍⵍ-ⴰⵡⴻⵏ");
        check("tamaziγt", "ⵜⴰⵎⴰⵣⵉⵖⵜ");
        check("taεrabt", "ⵜⴰⵄⵔⴰⴱⵜ");
        check("ad\u{323}ar", "ⴰⴹⴰⵔ");
        check("c\u{30C}G\u{30C}b\u{331}t\u{331}", "ⵞⴵⴲⵝ");
        check("ag°mar", "ⴰⴳⵯⵎⴰⵔ");
        check("37°", "37°");
    }

    #[test]
    fn texts_in_arabic_letters() {
        let check = |tifinagh: &str, arabic: &str| assert_eq!(to_arabic(tifinagh), arabic);
        check("ⴰⴳⴰⴷⵉⵔ", "أڭادير");
        check("ⵓⵙⵙⴰⵏ", "أوسسان");
        check("ⵜⵉⵣⵏⵉⵜ 2024", "تيزنيت 2024");
    }

    proptest! {
        /// Nothing is lost, whatever stands in the text.
        #[test]
        fn there_and_back(text in "[ⴰ-ⵯ\u{2068}\u{2069}a-zA-Zḍɣγε°\u{323}\u{30C}\u{331}ʷ 0-9ا-ي.]{0,30}") {
            prop_assert_eq!(from_latin(&to_latin(&text)), text);
        }

        #[test]
        fn any_text_there_and_back(text in any::<String>()) {
            prop_assert_eq!(from_latin(&to_latin(&text)), text);
        }

        /// The standard spelling is its own standard spelling.
        #[test]
        fn latin_becomes_standard_once(text in "[a-zA-Zḍɣγε°\u{323}\u{30C}\u{331}ʷ 0-9]{0,30}") {
            let standard = to_latin(&from_latin(&text));
            prop_assert_eq!(to_latin(&from_latin(&standard)), standard);
        }
    }
}
