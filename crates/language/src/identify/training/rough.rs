//! Rough rewritings for training only: Arabizi in Arabic letters, and Latin Tamazight as typed on a
//! keyboard without its letters. Their only aim is likely character runs; the transliteration that
//! users see is another module's.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::chance::Chance;

/// A word of French or Spanish as typed without accents. Not [`crate::normalize`]: its profiles may grow
/// without changing the weights.
pub(super) fn without_accents(word: &str) -> String {
    word.nfd().filter(|letter| !is_combining_mark(*letter)).collect()
}

/// An Arabizi word in Arabic letters as a chat writer might put them.
pub(super) fn arabic_letters_of(word: &str, chance: &mut Chance) -> String {
    let lower = word.to_lowercase();
    let mut out = String::new();
    let mut rest = lower.as_str();
    let mut previous = ' ';
    while let Some(first) = rest.chars().next() {
        let at_start = out.is_empty();
        let pair = PAIRS.iter().find(|(latin, _)| rest.starts_with(latin));
        if let Some((latin, arabic)) = pair {
            out.push_str(arabic);
            rest = rest.get(latin.len()..).unwrap_or_default();
            previous = ' ';
            continue;
        }
        rest = rest.get(first.len_utf8()..).unwrap_or_default();
        let at_end = !rest.chars().next().is_some_and(char::is_alphanumeric);
        // A double consonant is written once.
        if first == previous && first != 'a' && first != '3' {
            continue;
        }
        previous = first;
        match first {
            'a' | 'e' | 'i' | 'o' | 'u' if at_start => out.push('ا'),
            'a' if at_end => {
                out.push_str(chance.of(&["ا", "ا", "ة", "ى"]).copied().unwrap_or_default());
            }
            'a' if chance.happens(0.6) => out.push('ا'),
            'i' if at_end || chance.happens(0.8) => out.push('ي'),
            'o' | 'u' if at_end || chance.happens(0.8) => out.push('و'),
            'e' if at_end => out.push('ا'),
            'a' | 'e' | 'i' | 'o' | 'u' => {}
            _ => {
                let letter = LETTERS.iter().find(|(latin, _)| *latin == first);
                out.push(letter.map_or(first, |(_, arabic)| *arabic));
            }
        }
    }
    out
}

const PAIRS: [(&str, &str); 9] = [
    ("ch", "ش"),
    ("sh", "ش"),
    ("kh", "خ"),
    ("gh", "غ"),
    ("th", "ت"),
    ("ou", "و"),
    ("oo", "و"),
    ("ee", "ي"),
    ("dh", "د"),
];

const LETTERS: [(char, char); 28] = [
    ('2', 'ء'),
    ('3', 'ع'),
    ('4', 'غ'),
    ('5', 'خ'),
    ('6', 'ط'),
    ('7', 'ح'),
    ('8', 'ه'),
    ('9', 'ق'),
    ('b', 'ب'),
    ('c', 'س'),
    ('d', 'د'),
    ('f', 'ف'),
    ('g', 'ڭ'),
    ('h', 'ه'),
    ('j', 'ج'),
    ('k', 'ك'),
    ('l', 'ل'),
    ('m', 'م'),
    ('n', 'ن'),
    ('p', 'ب'),
    ('q', 'ق'),
    ('r', 'ر'),
    ('s', 'س'),
    ('t', 'ت'),
    ('v', 'ڤ'),
    ('w', 'و'),
    ('y', 'ي'),
    ('z', 'ز'),
];

/// A Latin Tamazight word without the letters a French keyboard lacks.
pub(super) fn plain_latin_of(word: &str, chance: &mut Chance) -> String {
    let digits = chance.happens(0.3);
    let mut out = String::new();
    for letter in word.to_lowercase().chars() {
        match letter {
            'ɣ' => out.push_str("gh"),
            'ɛ' => out.push(if digits { '3' } else { 'a' }),
            'ḥ' => out.push(if digits { '7' } else { 'h' }),
            'x' => out.push_str("kh"),
            'c' => out.push_str("ch"),
            'č' => out.push_str("tch"),
            'ḍ' => out.push('d'),
            'ṭ' => out.push('t'),
            'ṣ' => out.push('s'),
            'ẓ' => out.push('z'),
            'ṛ' => out.push('r'),
            'ǧ' => out.push('j'),
            'u' if chance.happens(0.3) => out.push_str("ou"),
            own => out.push(own),
        }
    }
    out
}

/// A Latin Tamazight word with the short vowel that many writers put between consonants and the standard
/// leaves out ("tgmmi", "tegemmi").
pub(super) fn with_short_vowels(word: &str, chance: &mut Chance) -> String {
    let mut out = String::new();
    let mut consonants = 0;
    for letter in word.chars() {
        let vowel = "aeiuoAEIUO".contains(letter);
        consonants = if vowel || !letter.is_alphabetic() { 0 } else { consonants + 1 };
        if consonants >= 2 && chance.happens(0.6) {
            out.push('e');
            consonants = 1;
        }
        out.push(letter);
    }
    out
}
