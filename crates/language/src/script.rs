//! Which script a character belongs to, as coarsely as the finder and the labels need it.

/// A writing system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Script {
    /// Latin letters.
    Latin,
    /// Arabic letters, presentation forms included.
    Arabic,
    /// Tifinagh letters.
    Tifinagh,
    /// Greek letters.
    Greek,
    /// Cyrillic letters.
    Cyrillic,
    /// Hebrew letters.
    Hebrew,
    /// A letter of another script.
    Other,
    /// No letter: digits, marks, punctuation, spaces, symbols.
    Common,
}

/// The script of a character; everything that is no letter is [`Script::Common`].
pub fn script_of(character: char) -> Script {
    if character.is_ascii() {
        return if character.is_ascii_alphabetic() { Script::Latin } else { Script::Common };
    }
    // The letters that are met most, without asking the table of all alphabets.
    match u32::from(character) {
        0x621..=0x63A | 0x641..=0x64A => return Script::Arabic,
        0x2D30..=0x2D67 => return Script::Tifinagh,
        _ => {}
    }
    if !character.is_alphabetic() {
        return Script::Common;
    }
    match u32::from(character) {
        0xAA..=0x24F
        | 0x250..=0x2B8
        | 0x1D00..=0x1D25
        | 0x1D2C..=0x1D5C
        | 0x1E00..=0x1EFF
        | 0x2C60..=0x2C7F
        | 0xA722..=0xA7FF
        | 0xAB30..=0xAB64
        | 0xFB00..=0xFB06
        | 0xFF21..=0xFF3A
        | 0xFF41..=0xFF5A => Script::Latin,
        0x600..=0x6FF | 0x750..=0x77F | 0x870..=0x8FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC => {
            Script::Arabic
        }
        0x2D30..=0x2D7F => Script::Tifinagh,
        0x370..=0x3FF | 0x1F00..=0x1FFF => Script::Greek,
        0x400..=0x52F | 0x1C80..=0x1C8F | 0x2DE0..=0x2DFF | 0xA640..=0xA69F => Script::Cyrillic,
        0x590..=0x5FF | 0xFB1D..=0xFB4F => Script::Hebrew,
        _ => Script::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Script) {
        for character in text.chars() {
            assert_eq!(script_of(character), expect, "{character:?}");
        }
    }

    #[test]
    fn letters_have_their_script() {
        check("azAZéÉœɛƐḍ", Script::Latin);
        check("محمدڭگپﻣ", Script::Arabic);
        check("ⴰⵎⴰⵣⵉⵖⵯ", Script::Tifinagh);
        check("αΩ", Script::Greek);
        check("жЯ", Script::Cyrillic);
        check("א", Script::Hebrew);
        check("漢", Script::Other);
    }

    #[test]
    fn what_is_no_letter_is_common() {
        check("0٣ ,.،؟\u{200f}😀", Script::Common);
    }
}
