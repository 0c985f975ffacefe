//! The Arabic letters the model knows, as numbers of six bits, so that five of them fit one key.

/// The letters in the order of their numbers, which begin at 1.
const ALPHABET: [char; 39] = [
    'ء', 'آ', 'أ', 'ؤ', 'إ', 'ئ', 'ا', 'ب', 'ة', 'ت', 'ث', 'ج', 'ح', 'خ', 'د', 'ذ', 'ر', 'ز', 'س',
    'ش', 'ص', 'ض', 'ط', 'ظ', 'ع', 'غ', 'ف', 'ق', 'ك', 'ل', 'م', 'ن', 'ه', 'و', 'ى', 'ي', 'ڭ', 'پ',
    'ڤ',
];

/// Stands before and after the letters of a word in the keys of the prior.
pub(super) const BOUNDARY: u8 = 63;
/// One more than the highest number of a letter.
pub(super) const LETTERS: usize = ALPHABET.len() + 1;

/// The number of a letter; `None` for what the model does not write.
pub(super) fn number(letter: char) -> Option<u8> {
    let letter = match letter {
        'ٱ' => 'ا',
        'گ' | 'ݣ' => 'ڭ',
        'ک' => 'ك',
        'ی' => 'ي',
        other => other,
    };
    let at = ALPHABET.iter().position(|own| *own == letter)?;
    u8::try_from(at + 1).ok()
}

/// The letter of a number.
pub(super) fn letter(number: u8) -> Option<char> {
    ALPHABET.get(usize::from(number).checked_sub(1)?).copied()
}

/// The numbers of a word; `None` where a letter is unknown. Diacritics and tatweel are passed over.
pub(super) fn numbers(word: &str) -> Option<Vec<u8>> {
    let written = |letter: &char| !matches!(letter, '\u{64B}'..='\u{652}' | '\u{670}' | '\u{640}');
    word.chars().filter(written).map(number).collect()
}

/// The word of numbers.
pub(super) fn word(numbers: &[u8]) -> String {
    numbers.iter().filter_map(|number| letter(*number)).collect()
}

/// A key of 32 bits for a word of numbers or bytes (FNV-1a, its halves folded).
pub(super) fn key(bytes: &[u8]) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in bytes {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    #[expect(clippy::cast_possible_truncation, reason = "the two halves are folded on purpose")]
    let folded = (hash ^ (hash >> 32)) as u32;
    folded
}

/// A hasher for lists that are part of the program and so can hold no prepared collisions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quick(u64);

impl Default for Quick {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl std::hash::Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn write_usize(&mut self, length: usize) {
        self.0 = (self.0 ^ length as u64).wrapping_mul(0x0100_0000_01b3);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

/// A list that is part of the program.
pub(super) type List<Key, Value> =
    std::collections::HashMap<Key, Value, std::hash::BuildHasherDefault<Quick>>;
