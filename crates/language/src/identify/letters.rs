//! What each character is to the identifier: a letter of one of its scripts in folded form, or what
//! separates words. Owns the folding that does not depend on the neighbours.

use unicode_normalization::char::decompose_compatible;

use super::family::Family;
use crate::script::{Script, script_of};

/// A character as the reader of words sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letter {
    /// A letter of a family, folded to lower case and to its plain form.
    Of(Family, u32),
    /// A letter of a script no language here is written in.
    Foreign,
    /// A digit.
    Digit(u32),
    /// A sign that is dropped inside a word: a vowel sign, tatweel, a bidi mark.
    Dropped,
    /// An ending of case in Standard Arabic (tanwin): a sign of the language, but no letter.
    CaseEnding(u32),
    /// A combining accent, composed with the letter before it.
    Accent,
    /// An apostrophe of any form.
    Apostrophe,
    /// A hyphen.
    Hyphen,
    /// A sign frequent in program code and rare in prose.
    CodeMark,
    /// Anything else: it ends a word.
    Separator,
}

const ASCII: [Letter; 128] = ascii_letters();

const fn ascii_letters() -> [Letter; 128] {
    let mut letters = [Letter::Separator; 128];
    let mut code = 0;
    while code < 128 {
        #[expect(clippy::cast_possible_truncation, reason = "below 128")]
        let byte = code as u8;
        #[expect(clippy::indexing_slicing, reason = "the bound of the loop is the length")]
        {
            letters[code] = match byte {
                b'a'..=b'z' => Letter::Of(Family::Latin, byte as u32),
                b'A'..=b'Z' => Letter::Of(Family::Latin, byte as u32 + 32),
                b'0'..=b'9' => Letter::Digit(byte as u32),
                b'\'' => Letter::Apostrophe,
                b'-' => Letter::Hyphen,
                b'{' | b'}' | b'<' | b'>' | b'=' | b';' | b'_' | b'\\' | b'|' | b'[' | b']'
                | b'`' | b'~' | b'^' | b'+' | b'*' | b'&' | b'#' | b'$' | b'@' | b'/' => {
                    Letter::CodeMark
                }
                _ => Letter::Separator,
            };
        }
        code += 1;
    }
    letters
}

/// The letter a character is.
#[inline]
pub(super) fn letter(character: char) -> Letter {
    let code = u32::from(character);
    if let Some(letter) = ASCII.get(code as usize) {
        return *letter;
    }
    match code {
        0x620..=0x64A => match code {
            0x640 => Letter::Dropped,
            _ => Letter::Of(Family::Arabic, code),
        },
        0x2D30..=0x2D67 | 0x2D6F => Letter::Of(Family::Tifinagh, code),
        0xE0..=0xF6 | 0xF8..=0xFF => Letter::Of(Family::Latin, code),
        0xC0..=0xD6 | 0xD8..=0xDE => Letter::Of(Family::Latin, code + 32),
        _ => rare_letter(character),
    }
}

#[cold]
fn rare_letter(character: char) -> Letter {
    let code = u32::from(character);
    match code {
        0x64B..=0x64D => Letter::CaseEnding(code),
        0x64E..=0x65F
        | 0x670
        | 0x610..=0x61A
        | 0x6D6..=0x6ED
        | 0x200B..=0x200F
        | 0x202A..=0x202E
        | 0x2060..=0x2069
        | 0xFE00..=0xFE0F
        | 0x61C
        | 0xAD
        | 0x2D7F
        | 0xFEFF => Letter::Dropped,
        0x300..=0x36F => Letter::Accent,
        0x2019 | 0x2018 | 0x2BC | 0xB4 | 0x2BB => Letter::Apostrophe,
        0x2010 | 0x2011 => Letter::Hyphen,
        // Typists of Tamazight take the Greek letters that look like ɣ and ɛ.
        0x3B3 | 0x393 | 0x194 => Letter::Of(Family::Latin, 0x263),
        0x3B5 | 0x3A3 | 0x190 | 0x395 => Letter::Of(Family::Latin, 0x25B),
        // Persian and Urdu forms of ي, ك and ه.
        0x6CC | 0x6D2 => Letter::Of(Family::Arabic, 0x64A),
        0x6A9 => Letter::Of(Family::Arabic, 0x643),
        0x6C1 | 0x6BE => Letter::Of(Family::Arabic, 0x647),
        0x2B7 | 0x2D6 => Letter::Of(Family::Latin, 0x2B7),
        _ => folded(character),
    }
}

fn folded(character: char) -> Letter {
    let mut plain = character;
    if matches!(u32::from(character), 0xFB50..=0xFEFC | 0xFF10..=0xFF5A) {
        let mut first = None;
        decompose_compatible(character, |part| first = first.or(Some(part)));
        plain = first.unwrap_or(character);
        if plain != character {
            return letter(plain);
        }
    }
    if plain.is_numeric() {
        return Letter::Digit(u32::from(plain));
    }
    let lower = plain.to_lowercase().next().unwrap_or(plain);
    match script_of(lower) {
        Script::Latin => Letter::Of(Family::Latin, u32::from(lower)),
        Script::Arabic => Letter::Of(Family::Arabic, u32::from(lower)),
        Script::Tifinagh => Letter::Of(Family::Tifinagh, u32::from(lower)),
        Script::Common => Letter::Separator,
        _ => Letter::Foreign,
    }
}
