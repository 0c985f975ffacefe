//! What each character becomes in each profile.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_canonical;

use super::Profile;
use crate::digits::digit_value;

/// How many bytes at the start of `rest` the profile certainly leaves alone; the quick way through
/// ASCII and through the Arabic and Tifinagh letters that nothing folds.
pub(super) fn unchanged_prefix(rest: &str, profile: Profile) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    if profile != Profile::Search {
        at = ascii_prefix(bytes);
    }
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x80 {
            if profile == Profile::Search && byte.is_ascii_uppercase() {
                break;
            }
            at += 1;
            continue;
        }
        // U+0627 ا … U+063A غ and U+0641 ف … U+064A ي, without ة and ى, which fold.
        let plain_arabic = matches!(
            (byte, bytes.get(at + 1)),
            (0xD8, Some(0xA7..=0xA8 | 0xAA..=0xBA)) | (0xD9, Some(0x81..=0x88 | 0x8A))
        );
        if plain_arabic {
            at += 2;
            continue;
        }
        // U+2D30 … U+2D67, the Tifinagh letters.
        let plain_tifinagh = matches!(
            (byte, bytes.get(at + 1), bytes.get(at + 2)),
            (0xE2, Some(0xB4), Some(0xB0..=0xBF)) | (0xE2, Some(0xB5), Some(0x80..=0xA7))
        );
        if !plain_tifinagh {
            break;
        }
        at += 3;
    }
    at
}

/// How many bytes at the start are ASCII, found eight at a time.
fn ascii_prefix(bytes: &[u8]) -> usize {
    let (eights, _) = bytes.as_chunks::<8>();
    eights.iter().take_while(|eight| u64::from_le_bytes(**eight) & HIGH_BITS == 0).count() * 8
}

const HIGH_BITS: u64 = 0x8080_8080_8080_8080;

/// Appends what `character` becomes; nothing where it is dropped.
pub(crate) fn push_folded(character: char, profile: Profile, output: &mut String) {
    if is_invisible(character) {
        return;
    }
    if profile == Profile::Display {
        push_display(character, output);
        return;
    }
    if let Some(value) = digit_value(character) {
        output.push(char::from(b'0' + value));
        return;
    }
    let first = plain(character);
    match first {
        Plain::Dropped => {}
        Plain::Text(text) => push_cased(text, profile, output),
        Plain::Letter(letter) => push_letter(letter, profile, output),
        Plain::Unknown => push_decomposed(character, profile, output),
    }
}

enum Plain {
    Dropped,
    Letter(char),
    Text(&'static str),
    Unknown,
}

/// The direct table: frequent characters and those that decomposition does not reach.
fn plain(character: char) -> Plain {
    let letter = match character {
        // Vowel signs, Koranic marks, tatweel, combining accents, variation selectors.
        '\u{0300}'..='\u{036F}'
        | '\u{0610}'..='\u{061A}'
        | '\u{0640}'
        | '\u{064B}'..='\u{065F}'
        | '\u{0670}'
        | '\u{06D6}'..='\u{06DC}'
        | '\u{06DF}'..='\u{06E8}'
        | '\u{06EA}'..='\u{06ED}'
        | '\u{0897}'..='\u{089F}'
        | '\u{08C9}'..='\u{08E1}'
        | '\u{08E3}'..='\u{08FF}'
        | '\u{10EFC}'..='\u{10EFF}'
        | '\u{20D0}'..='\u{20FF}'
        | '\u{2D7F}' => return Plain::Dropped,
        'أ' | 'إ' | 'آ' | 'ٱ' | 'ٲ' | 'ٳ' => 'ا',
        'ؤ' => 'و',
        'ى' | 'ئ' | 'ی' | 'ې' => 'ي',
        'ة' | 'ہ' | 'ۀ' | 'ە' => 'ه',
        'ک' | 'ڪ' => 'ك',
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => {
            ' '
        }
        '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{FE58}'
        | '\u{FE63}'
        | '\u{FF0D}' => '-',
        '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{02B9}' | '\u{02BC}' | '\u{02BB}' | '`' | '´' => {
            '\''
        }
        '\u{201C}'..='\u{201F}' | '\u{2033}' | '«' | '»' => '"',
        '\u{2044}' | '\u{2215}' | '\u{2571}' => '/',
        '\u{2024}' | '\u{FE52}' => '.',
        '·' | '•' | '∙' | '⋅' => '·',
        'Ø' => 'O',
        'ø' => 'o',
        'Đ' | 'Ð' => 'D',
        'đ' | 'ð' => 'd',
        'Ł' => 'L',
        'ł' => 'l',
        'ı' => 'i',
        'Ħ' => 'H',
        'ħ' => 'h',
        'Œ' => return Plain::Text("OE"),
        'œ' => return Plain::Text("oe"),
        'Æ' => return Plain::Text("AE"),
        'æ' => return Plain::Text("ae"),
        'ß' => return Plain::Text("ss"),
        '№' => return Plain::Text("n°"),
        'º' | 'ᵒ' | '˚' => '°',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'à' | 'â' | 'ä' | 'á' => 'a',
        'î' | 'ï' | 'í' => 'i',
        'ô' | 'ö' | 'ó' => 'o',
        'ù' | 'û' | 'ü' | 'ú' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        '°' | '€' | '،' | '؛' | '؟' | '…' => character,
        _ => return Plain::Unknown,
    };
    Plain::Letter(letter)
}

fn push_decomposed(character: char, profile: Profile, output: &mut String) {
    let start = output.len();
    for part in std::iter::once(character).nfkd() {
        if is_invisible(part) {
            continue;
        }
        if let Some(value) = digit_value(part) {
            output.push(char::from(b'0' + value));
            continue;
        }
        match plain(part) {
            Plain::Dropped => {}
            Plain::Letter(letter) => push_letter(letter, profile, output),
            Plain::Text(text) => push_cased(text, profile, output),
            Plain::Unknown => push_letter(part, profile, output),
        }
    }
    // A spacing mark whose parts are all combining marks still stands for something seen.
    if output.len() == start && !is_mark(character) {
        output.push(character);
    }
}

fn is_mark(character: char) -> bool {
    matches!(plain(character), Plain::Dropped)
        || unicode_normalization::char::is_combining_mark(character)
        || {
            let mut only_marks = true;
            decompose_canonical(character, |part| {
                only_marks &= unicode_normalization::char::is_combining_mark(part);
            });
            only_marks
        }
}

fn push_cased(text: &str, profile: Profile, output: &mut String) {
    for character in text.chars() {
        push_letter(character, profile, output);
    }
}

fn push_letter(letter: char, profile: Profile, output: &mut String) {
    if profile == Profile::Search {
        // A capital may have a small letter that folds itself (ẞ).
        for lower in letter.to_lowercase() {
            match plain(lower) {
                Plain::Dropped => {}
                Plain::Letter(letter) => output.push(letter),
                Plain::Text(text) => output.push_str(text),
                Plain::Unknown => output.push(lower),
            }
        }
    } else {
        output.push(look_alike(letter));
    }
}

/// Greek and Cyrillic letters that are drawn like a Latin one.
fn look_alike(letter: char) -> char {
    match letter {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' | 'Ϲ' => 'C',
        'Е' | 'Ε' => 'E',
        'Ғ' => 'F',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' | 'Ӏ' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'Ԝ' => 'W',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' | 'Ү' => 'Y',
        'Ζ' => 'Z',
        'а' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' => 'e',
        'һ' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'ӏ' => 'l',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'ν' => 'v',
        'х' => 'x',
        'у' => 'y',
        _ => letter,
    }
}

fn push_display(character: char, output: &mut String) {
    match u32::from(character) {
        0xA0 | 0x1680 | 0x2000..=0x200A | 0x202F | 0x205F | 0x3000 => output.push(' '),
        // Arabic presentation forms, Latin ligatures, full-width forms.
        0xFB00..=0xFB06 | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC | 0xFF01..=0xFF5E => {
            output.extend(std::iter::once(character).nfkc().filter(|&part| !is_invisible(part)));
        }
        _ => output.push(character),
    }
}

/// Characters that take no room or only steer the direction of writing.
fn is_invisible(character: char) -> bool {
    matches!(
        u32::from(character),
        0xAD | 0x34F
            | 0x61C
            | 0x115F
            | 0x1160
            | 0x17B4
            | 0x17B5
            | 0x180B..=0x180F
            | 0x200B..=0x200F
            | 0x202A..=0x202E
            | 0x2060..=0x206F
            | 0xFE00..=0xFE0F
            | 0xFEFF
            | 0xFFA0
            | 0xFFF0..=0xFFFB
            | 0x1BCA0..=0x1BCA3
            | 0x1D173..=0x1D17A
            | 0xE0000..=0xE0FFF
    )
}
