//! Letters as labels and values are compared: case, accents and Arabic spelling variants folded.

use language::digits::digit_value;

/// The letter without case, accent or Arabic variant; `None` for what is no letter.
pub(crate) fn fold_letter(character: char) -> Option<char> {
    if character.is_ascii() {
        return character.is_ascii_alphabetic().then(|| character.to_ascii_lowercase());
    }
    // The Arabic letters, without asking the tables of all alphabets.
    let lower = if matches!(character, 'ء'..='غ' | 'ف'..='ي') {
        character
    } else if character.is_alphabetic() {
        character.to_lowercase().next().unwrap_or(character)
    } else {
        return None;
    };
    Some(match lower {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ḍ' | 'ď' | 'đ' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ě' | 'ẽ' => 'e',
        'ğ' | 'ǧ' | 'ġ' => 'g',
        'ḥ' | 'ħ' => 'h',
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => 'i',
        'ñ' | 'ń' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ō' | 'ø' => 'o',
        'ṛ' | 'ř' => 'r',
        'ṣ' | 'š' | 'ş' | 'ș' => 's',
        'ṭ' | 'ț' | 'ţ' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ū' => 'u',
        'ý' | 'ÿ' => 'y',
        'ẓ' | 'ž' | 'ż' => 'z',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' | 'ئ' => 'ي',
        'ؤ' => 'و',
        'ة' => 'ه',
        'ک' => 'ك',
        'ａ'..='ｚ' => {
            char::from_u32(u32::from(lower) - 0xFF41 + u32::from('a')).unwrap_or(lower)
        }
        other => other,
    })
}

/// A letter folded, or a digit of any script as its ASCII digit; `None` for anything else.
pub(crate) fn fold_alphanumeric(character: char) -> Option<char> {
    match digit_value(character) {
        Some(value) => Some(char::from(b'0' + value)),
        None => fold_letter(character),
    }
}

/// Marks that are not seen or carry no meaning of their own: zero-width and bidi marks, soft hyphen,
/// tatweel, vowel signs, combining accents, variation selectors.
pub(crate) fn is_ignorable(character: char) -> bool {
    matches!(u32::from(character),
        0xAD | 0x300..=0x36F | 0x610..=0x61A | 0x61C | 0x640 | 0x64B..=0x65F | 0x670 | 0x180E
        | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF)
}
