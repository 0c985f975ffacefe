//! Words of a text, and their folded form.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

use crate::Profile;
use crate::normalize::push_folded;
use crate::script::{Script, script_of};
use crate::span::ByteSpan;
use crate::tifinagh;

/// Words longer than this are cut: no word of a language is so long, and terms are stored.
const LONGEST: usize = 64;

/// The words of a text: runs of letters and digits with the marks that belong to them. An apostrophe of an
/// elision parts two words, an apostrophe or hyphen elsewhere as well; Arabic letters and Latin ones do not
/// stand in one word.
pub(super) fn words(text: &str) -> Vec<ByteSpan> {
    let mut words = Vec::new();
    let mut open: Option<(usize, Side)> = None;
    for (place, letter) in text.char_indices() {
        let belongs = is_joined(letter)
            || letter.is_alphanumeric()
            || is_combining_mark(letter)
            || letter == 'ـ';
        let side = side(letter);
        match open {
            Some((start, own)) if !belongs || own.parts_from(side) => {
                words.push(ByteSpan { start, end: place });
                open = belongs.then_some((place, side));
            }
            // A digit or mark takes the side of what follows: `3la` is Latin, `5` before Arabic is not.
            Some((start, Side::Neither)) => open = Some((start, side)),
            Some(_) => {}
            None if belongs && !is_joined(letter) && !is_combining_mark(letter) => {
                open = Some((place, side));
            }
            None => {}
        }
    }
    if let Some((start, _)) = open {
        words.push(ByteSpan { start, end: text.len() });
    }
    words
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Arabic,
    Other,
    Neither,
}

impl Side {
    fn parts_from(self, next: Self) -> bool {
        self != Self::Neither && next != Self::Neither && self != next
    }
}

fn side(letter: char) -> Side {
    match script_of(letter) {
        Script::Arabic if letter.is_alphabetic() => Side::Arabic,
        _ if letter.is_alphabetic() => Side::Other,
        _ => Side::Neither,
    }
}

/// Invisible marks inside words: joiners and directions.
fn is_joined(letter: char) -> bool {
    matches!(letter, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{AD}')
}

/// A word in the one form in which words are compared: that of [`Profile::Search`], one letter where only the
/// spelling of a sound differs, Tifinagh in Latin letters, letters repeated for emphasis once or twice. Nothing
/// where nothing is left.
pub(super) fn fold(word: &str) -> Option<String> {
    let latin = if word.chars().any(|letter| script_of(letter) == Script::Tifinagh) {
        Cow::Owned(tifinagh::to_latin(word))
    } else {
        Cow::Borrowed(word)
    };
    let mut plain = String::with_capacity(latin.len());
    for letter in latin.chars() {
        push_folded(letter, Profile::Search, &mut plain);
    }
    let mut folded = String::with_capacity(plain.len());
    let (mut last, mut repeats) = ('\0', 0);
    for letter in plain.chars().filter(|letter| !is_combining_mark(*letter)).map(usual_letter) {
        repeats = if letter == last && !letter.is_ascii_digit() { repeats + 1 } else { 0 };
        last = letter;
        if repeats < 2 {
            folded.push(letter);
        }
    }
    if let Some((cut, _)) = folded.char_indices().nth(LONGEST) {
        folded.truncate(cut);
    }
    (!folded.is_empty()).then_some(folded)
}

/// The letter that is usual in Morocco for the same sound, or the same letter of another alphabet.
fn usual_letter(letter: char) -> char {
    match letter {
        'ۍ' => 'ي',
        'ھ' => 'ه',
        'گ' | 'ݣ' | 'ڨ' => 'ڭ',
        'پ' => 'ب',
        'ڤ' => 'ف',
        'چ' => 'ج',
        'γ' => 'ɣ',
        'ε' => 'ɛ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let seen: Vec<String> =
            words(text).into_iter().filter_map(|word| fold(word.of(text))).collect();
        assert_eq!(seen, expect, "{text}");
    }

    #[test]
    fn words_of_every_script() {
        check("L'École d'État, n° 12!", &["l", "ecole", "d", "etat", "n", "12"]);
        check("گاع ڤيلا پاسپور چاي", &["ڭاع", "فيلا", "باسبور", "جاي"]);
        check("taγart Øre ﷲ\u{8f0}", &["taɣart", "ore", "الله"]);
        check("كتـــابٌ إلى القَرْيَةِ", &["كتاب", "الي", "القريه"]);
        check("٠٦٦١ و 3la", &["0661", "و", "3la"]);
        check("gal ليا3 la réunion", &["gal", "ليا3", "la", "reunion"]);
        check("ⵜⴰⵎⴰⵣⵉⵖⵜ", &["tamaziɣt"]);
        check("bzzzzaaaaf هههههههه 1000", &["bzzaaf", "هه", "1000"]);
        check("cœur Straße ﻻ", &["coeur", "strasse", "لا"]);
        check("\u{202B}مرحبا\u{202C} zero\u{200B}width", &["مرحبا", "zerowidth"]);
        check("… 😀 ،؛", &[]);
        check("arabeعربي", &["arabe", "عربي"]);
    }
}
