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
/// for words whose sound is too short to tell anything.
pub fn sound(word: &str) -> Option<u64> {
    let mut folded = Folded::default();
    let mut rest = word.chars().peekable();
    while let Some(character) = rest.next() {
        let next = rest.peek().copied();
        let (letter, used) = latin_sound(character, next);
        if used {
            rest.next();
        }
        match letter {
            Letter::Sound(byte) => folded.push(byte),
            Letter::Silent => {}
            Letter::Foreign => return None,
        }
    }
    folded.finish()
}

enum Letter {
    Sound(u8),
    Silent,
    Foreign,
}

/// What a letter sounds like, and whether the next one belongs to it.
fn latin_sound(character: char, next: Option<char>) -> (Letter, bool) {
    let next_is = |wanted: char| next == Some(wanted);
    let sound = match character {
        'k' if next_is('h') => return (Letter::Sound(b'X'), true),
        's' | 'c' if next_is('h') => return (Letter::Sound(b'C'), true),
        'g' if next_is('h') => return (Letter::Sound(b'G'), true),
        'p' if next_is('h') => return (Letter::Sound(b'f'), true),
        't' | 'd' if next_is('h') => {
            return (Letter::Sound(if character == 't' { b't' } else { b'd' }), true);
        }
        'd' if next_is('j') => return (Letter::Sound(b'j'), true),
        'o' if next_is('u') || next_is('o') => return (Letter::Sound(b'u'), true),
        'q' | '9' | 'k' | 'c' => b'k',
        'o' | 'u' | 'w' => b'u',
        'i' | 'y' => b'i',
        'e' | 'a' | '3' | 'ɛ' | 'ε' => b'a',
        '7' | 'h' => b'h',
        '5' | 'x' => b'X',
        'ɣ' | 'γ' => b'G',
        '4' => b'G',
        '2' | '\'' => return (Letter::Silent, false),
        'a'..='z' => u8::try_from(u32::from(character)).unwrap_or(b'?'),
        'ⴰ' | 'ⴻ' | 'ⵄ' => b'a',
        'ⴱ' | 'ⴲ' => b'b',
        'ⴳ' | 'ⴴ' => b'g',
        'ⴷ' | 'ⴸ' | 'ⴹ' | 'ⴺ' => b'd',
        'ⴼ' => b'f',
        'ⴽ' | 'ⵇ' | 'ⴿ' => b'k',
        'ⵀ' | 'ⵃ' => b'h',
        'ⵅ' => b'X',
        'ⵉ' | 'ⵢ' => b'i',
        'ⵊ' => b'j',
        'ⵍ' => b'l',
        'ⵎ' => b'm',
        'ⵏ' => b'n',
        'ⵓ' | 'ⵡ' | 'ⵯ' => b'u',
        'ⵔ' | 'ⵕ' => b'r',
        'ⵖ' => b'G',
        'ⵙ' | 'ⵚ' => b's',
        'ⵛ' => b'C',
        'ⵜ' | 'ⵟ' => b't',
        'ⵣ' | 'ⵥ' => b'z',
        'ⵒ' => b'p',
        _ => return (Letter::Foreign, false),
    };
    (Letter::Sound(sound), false)
}

/// The sounds of a word, doubles written once, at most 24 of them.
#[derive(Default)]
struct Folded {
    sounds: [u8; 24],
    length: usize,
}

impl Folded {
    fn push(&mut self, byte: u8) {
        let last = self.length.checked_sub(1).and_then(|at| self.sounds.get(at)).copied();
        if last == Some(byte) {
            return;
        }
        if let Some(slot) = self.sounds.get_mut(self.length) {
            *slot = byte;
            self.length += 1;
        }
    }

    /// The key, without a final `a` or `ah` (a mute e, a ta marbuta).
    fn finish(self) -> Option<u64> {
        let mut sounds = self.sounds.get(..self.length)?;
        if let [rest @ .., b'a', b'h'] = sounds {
            sounds = rest;
        } else if let [rest @ .., b'a'] = sounds {
            sounds = rest;
        }
        (sounds.len() >= 3).then(|| {
            let mut state = KeyState::EMPTY;
            for &sound in sounds {
                state.push(sound);
            }
            state.key()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(same: &[&str]) {
        let keys: Vec<_> = same.iter().map(|word| sound(word)).collect();
        assert!(keys.iter().all(|key| key.is_some() && *key == keys[0]), "{same:?} {keys:?}");
    }

    #[test]
    fn spellings_of_a_name_sound_alike() {
        check(&["mo7amed", "mohammed", "mouhamed", "muhamad"]);
        check(&["youssef", "yousef", "yusef"]);
        check(&["fatima", "fatimah"]);
        check(&["rachid", "rachide", "rashid", "ⵔⴰⵛⵉⴷ"]);
        check(&["khadija", "5adija", "xadija"]);
        check(&["said", "sa3id", "ⵙⴰⵄⵉⴷ"]);
        check(&["abdelkader", "abdel9ader", "abdelqader"]);
    }

    #[test]
    fn other_scripts_and_short_words_have_no_sound() {
        assert_eq!(sound("محمد"), None);
        assert_eq!(sound("al"), None);
        assert_eq!(sound("a"), None);
    }

    #[test]
    fn exact_keys_differ_by_letters_only() {
        assert_eq!(exact("اكادير"), exact("اگادير"));
        assert_ne!(exact("karim"), exact("karima"));
    }
}
