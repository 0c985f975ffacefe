//! Keys under which spellings of one name meet.
//!
//! Owns the folding of Latin, Arabic and Tifinagh words to hashed keys: an exact key (letters only) and a
//! key by sound, in which `Mo7amed`, `Mohammed` and `Mouhamed` differ as little as writers make them
//! differ. Never decides whether a word is a name.

use crate::find::keys::KeyState;

/// The key of a word in lower-case match form. Gaf and its like are written as kaf.
pub fn exact(word: &str) -> u64 {
    let mut state = KeyState::EMPTY;
    let mut buffer = [0_u8; 4];
    for character in word.chars() {
        for &byte in plain_letter(character).encode_utf8(&mut buffer).as_bytes() {
            state.push(byte);
        }
    }
    state.key()
}

/// What one pass over a word's letters yields beside its key.
#[derive(Debug, Clone, Copy)]
pub struct Letters {
    /// The word's first two and three and its last two and three letters.
    pub affixes: [u64; 4],
    /// How many letters it has.
    pub count: usize,
    /// Whether a letter stands three times in a row.
    pub drawn_out: bool,
}

/// Reads the letters of a word in lower-case match form.
pub fn letters_of(word: &str) -> Letters {
    let (mut first, mut last) = ([0_u64; 3], [0_u64; 3]);
    let (mut count, mut run, mut drawn_out) = (0, 1, false);
    for character in word.chars() {
        let letter = u64::from(u32::from(plain_letter(character)));
        run = if last[2] == letter { run + 1 } else { 1 };
        drawn_out |= run == 3;
        if let Some(slot) = first.get_mut(count) {
            *slot = letter;
        }
        count += 1;
        last = [last[1], last[2], letter];
    }
    let two = |letters: [u64; 2]| letters[0] | letters[1] << 21;
    let three = |letters: [u64; 3]| letters[0] | letters[1] << 21 | letters[2] << 42;
    let affixes = [two([first[0], first[1]]), three(first), two([last[1], last[2]]), three(last)];
    Letters { affixes, count, drawn_out }
}

/// Letters that a plain keyboard lacks, as the letter that most writers take.
pub(crate) fn plain_letter(character: char) -> char {
    match character {
        'گ' | 'ڭ' | 'ݣ' | 'ڨ' => 'ك',
        'پ' => 'ب',
        'ڤ' => 'ف',
        'چ' => 'ش',
        'ء' => 'ا',
        'ⴻ' => 'ⴰ',
        'ⵯ' => 'ⵡ',
        _ => character,
    }
}

/// The key by sound of a Latin or Tifinagh word in lower-case match form; `None` for other scripts and
/// for words whose sound is too short to tell anything. The sounds are those of [`language::names`].
pub fn sound(word: &str) -> Option<u64> {
    let heard = language::names::sounds(word)?;
    let mut state = KeyState::EMPTY;
    for &sound in heard.as_bytes() {
        state.push(sound);
    }
    Some(state.key())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_keys_differ_by_letters_only() {
        assert_eq!(exact("اكادير"), exact("اگادير"));
        assert_ne!(exact("karim"), exact("karima"));
    }
}
