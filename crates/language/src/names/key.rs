//! The key under which the spellings of a name meet, whatever their script.

use crate::normalize::push_folded;
use crate::{Profile, tifinagh};

/// What may stand before a family name and is written or left out at will.
const ARTICLES: [&str; 12] =
    ["el", "al", "l", "ال", "er", "ech", "et", "ez", "es", "en", "ed", "ath"];

/// The key of a name: its consonants, whether it begins with a vowel, and the vowel it ends in, since these
/// are written in every script. Articles count for nothing, nor do capitals, accents, vowel signs, blanks,
/// hyphens, doubled letters. Empty where the name holds no letter.
///
/// ```
/// use language::names::phonetic_key;
/// assert_eq!(phonetic_key("Mo7amed"), phonetic_key("محمد"));
/// assert_eq!(phonetic_key("El Alaoui"), phonetic_key("علوي"));
/// assert_ne!(phonetic_key("Karim"), phonetic_key("Karima"));
/// ```
pub fn phonetic_key(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for letter in tifinagh::to_latin(name).chars() {
        // An alif maqsura is heard as `a`; the profile folds it to ي, as which it is also typed.
        // A hamza says that no article begins here.
        let letter = match letter {
            'ى' => 'ا',
            'أ' | 'إ' | 'آ' => 'ع',
            other => other,
        };
        push_folded(letter, Profile::Search, &mut plain);
    }
    let words: Vec<&str> = plain
        .split(|letter: char| letter.is_whitespace() || letter == '-')
        .filter(|word| !word.is_empty())
        .collect();
    let mut key = String::new();
    for (at, word) in words.iter().enumerate() {
        let last = at + 1 == words.len();
        if !last && ARTICLES.contains(word) {
            continue;
        }
        push_word(without_article(word), last, &mut key);
    }
    key
}

/// The word without an article that is written together with it: ال, `el`, `al` or `l` before a consonant, and
/// the doubled consonant of `Ettazi`.
fn without_article(word: &str) -> &str {
    let long = |rest: &&str| rest.chars().count() > 2;
    if let Some(rest) = word.strip_prefix("ال").filter(long) {
        return rest;
    }
    let consonant = |rest: &&str| !rest.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'l']);
    let latin = ["el", "al", "l"].iter().find_map(|article| word.strip_prefix(article));
    if let Some(rest) = latin.filter(long).filter(consonant) {
        return rest;
    }
    let mut letters = word.chars();
    let doubled = letters.next() == Some('e') && letters.next() == letters.next();
    word.strip_prefix('e').filter(|rest| doubled && rest.len() > 4).unwrap_or(word)
}

/// A sound of a spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sound {
    Consonant(char),
    /// `a`, `i` or `u`; Arabic و and ي are vowels until their neighbours say otherwise.
    Vowel(char),
    /// A mute letter at the end of a word.
    Mute,
}

fn push_word(word: &str, last: bool, key: &mut String) {
    let sounds = heard(word);
    for (at, sound) in sounds.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| sounds.get(at));
        let next = sounds.get(at + 1);
        match sound {
            Sound::Consonant(letter) => {
                if !key.ends_with(*letter) {
                    key.push(*letter);
                }
            }
            Sound::Vowel(vowel @ ('i' | 'u')) if next.is_some_and(|next| is_vowel(*next)) => {
                let glide = if *vowel == 'i' { 'y' } else { 'w' };
                // Latin spellings write `ia` with or without the glide, Arabic always with it.
                if *vowel == 'u' || before.is_none() {
                    key.push(glide);
                }
            }
            Sound::Vowel(_) if before.is_none() => key.push('a'),
            Sound::Vowel(vowel) if next.is_none() && last => key.push(*vowel),
            Sound::Vowel(_) | Sound::Mute => {}
        }
    }
}

fn is_vowel(sound: Sound) -> bool {
    matches!(sound, Sound::Vowel(_))
}

fn heard(word: &str) -> Vec<Sound> {
    let mut sounds = Vec::with_capacity(word.len());
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        let pair = match (letter, next) {
            ('c' | 's', Some('h')) => Some(Sound::Consonant('c')),
            ('k', Some('h')) => Some(Sound::Consonant('x')),
            ('g', Some('h')) => Some(Sound::Consonant('ɣ')),
            ('t', Some('h')) => Some(Sound::Consonant('t')),
            ('d', Some('h')) => Some(Sound::Consonant('d')),
            ('p', Some('h')) => Some(Sound::Consonant('f')),
            ('d', Some('j')) => Some(Sound::Consonant('j')),
            ('g', Some('u'))
                if letters.clone().nth(1).is_some_and(|after| "aei".contains(after)) =>
            {
                Some(Sound::Consonant('k'))
            }
            ('c', Some('e' | 'i' | 'y')) => {
                sounds.push(Sound::Consonant('s'));
                continue;
            }
            ('و', Some(_)) if sounds.is_empty() => {
                sounds.push(Sound::Consonant('w'));
                continue;
            }
            ('ي', Some(_)) if sounds.is_empty() => {
                sounds.push(Sound::Consonant('y'));
                continue;
            }
            ('o', Some('u' | 'o')) => Some(Sound::Vowel('u')),
            ('e', Some('e')) => Some(Sound::Vowel('i')),
            _ => None,
        };
        if let Some(sound) = pair {
            letters.next();
            sounds.push(sound);
            continue;
        }
        if let Some(sound) = one(letter, next.is_none())
            && !(is_vowel(sound) && sounds.last() == Some(&sound))
        {
            sounds.push(sound);
        }
    }
    // `fatimah` ends as `fatima` does.
    if let [.., Sound::Vowel('a'), Sound::Consonant('h')] = sounds.as_slice() {
        sounds.pop();
    }
    sounds
}

fn one(letter: char, last: bool) -> Option<Sound> {
    Some(Sound::Consonant(match letter {
        'e' if last => return Some(Sound::Mute),
        // A final ه is a ta marbuta after folding.
        'ه' if last => return Some(Sound::Vowel('a')),
        'a' | 'e' | 'ا' | 'ع' | 'ɛ' | '3' => return Some(Sound::Vowel('a')),
        'i' | 'y' | 'ي' => return Some(Sound::Vowel('i')),
        'o' | 'u' | 'w' | 'و' => return Some(Sound::Vowel('u')),
        'ب' | 'پ' | 'b' | 'p' => 'b',
        'ت' | 'ط' | 'ث' | 't' | 'ṭ' | '6' => 't',
        'ج' | 'j' => 'j',
        'ح' | 'ه' | 'h' | '7' => 'h',
        'خ' | 'x' | '5' => 'x',
        'د' | 'ذ' | 'ض' | 'ظ' | 'd' => 'd',
        'ر' | 'r' => 'r',
        'ز' | 'z' => 'z',
        'س' | 'ص' | 's' | 'ç' => 's',
        'ش' | 'چ' => 'c',
        'غ' | 'ɣ' | '4' => 'ɣ',
        'ف' | 'ڤ' | 'f' | 'v' => 'f',
        // Gaf is written with any of these.
        'ق' | '9' | 'q' | 'ك' | 'k' | 'c' | 'ڭ' | 'گ' | 'ݣ' | 'g' => 'k',
        'ل' | 'l' => 'l',
        'م' | 'm' => 'm',
        'ن' | 'n' => 'n',
        _ => return None,
    }))
}
