//! Roots: the consonants of a word in one alphabet for Arabic and Latin letters.
//!
//! Vowels are dropped, so that spellings of Darija that differ in them meet (`mosta9bal`, `mousta9bel`,
//! `مستقبل`), as singular and broken plural do. `w` and `y` are kept at the beginning, where they are
//! consonants; elsewhere Latin spellings write vowels for them. Sounds that Latin letters do not part are
//! one: ه and ح, س and ص, ت and ط, د, ذ, ض and ظ, ك and ق only where digits tell them apart.

/// The root of a folded word of any script; empty where it has no consonant.
pub fn root(word: &str) -> String {
    let mut root = Root::default();
    let mut letters = word.chars().peekable();
    let mut first = true;
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        // Two letters of a Latin spelling that stand for one sound.
        let pair = match (letter, next) {
            ('c' | 's', Some('h')) => Some('c'),
            ('k', Some('h')) => Some('x'),
            ('g', Some('h')) => Some('ɣ'),
            ('t', Some('h')) => Some('t'),
            ('d', Some('h')) => Some('d'),
            ('d', Some('j')) => Some('j'),
            ('p', Some('h')) => Some('f'),
            ('q', Some('u')) => Some('k'),
            _ => None,
        };
        if let Some(sound) = pair {
            letters.next();
            root.push(sound);
        } else if let Some(sound) = sound(letter, next, first) {
            root.push(sound);
        }
        first = false;
    }
    root.0
}

/// What is often written together with a word of Darija in Latin letters.
const PREFIXES: [&str; 18] = [
    "ghadi", "wel", "fel", "bel", "lel", "kay", "kat", "kan", "wl", "fl", "bl", "el", "al", "ll",
    "l", "f", "b", "w",
];

/// The roots of a word of Darija in Latin letters: as it stands, and without what is often written together
/// with it: the article, prepositions, and, the person of a verb.
pub(super) fn latin_roots(word: &str) -> Vec<String> {
    if !word.chars().any(char::is_alphabetic) {
        return Vec::new();
    }
    let mut roots = Vec::new();
    let mut add = |word: &str| {
        let root = root(word);
        if root.chars().count() >= 2 && !roots.contains(&root) {
            roots.push(root);
        }
    };
    add(word);
    for prefix in PREFIXES {
        if let Some(rest) = word.strip_prefix(prefix)
            && rest.chars().count() >= 3
        {
            add(rest);
        }
    }
    roots
}

#[derive(Default)]
struct Root(String);

impl Root {
    /// A doubled consonant is one.
    fn push(&mut self, sound: char) {
        if !self.0.ends_with(sound) {
            self.0.push(sound);
        }
    }
}

fn sound(letter: char, next: Option<char>, first: bool) -> Option<char> {
    Some(match letter {
        'ب' | 'پ' | 'b' | 'p' => 'b',
        'ت' | 'ط' | 'ث' | 't' | 'ṭ' | '6' => 't',
        'ج' | 'چ' | 'j' => 'j',
        'ح' | 'ه' | 'h' | '7' | '8' => {
            // A final ه stands for the feminine ending, which Latin spellings write as a vowel.
            if letter == 'ه' && next.is_none() {
                return None;
            }
            'h'
        }
        'خ' | 'x' | '5' => 'x',
        'د' | 'ذ' | 'ض' | 'ظ' | 'd' => 'd',
        'ر' | 'r' => 'r',
        'ز' | 'z' => 'z',
        'س' | 'ص' | 's' => 's',
        'ش' => 'c',
        'c' if matches!(next, Some('e' | 'i' | 'y')) => 's',
        'c' => 'k',
        'ع' | 'ɛ' | '3' => 'ɛ',
        'غ' | 'ɣ' | '4' => 'ɣ',
        'ف' | 'ڤ' | 'f' | 'v' => 'f',
        'ق' | '9' | 'q' => 'q',
        'ك' | 'k' => 'k',
        'ڭ' | 'گ' | 'ݣ' | 'ڨ' | 'g' => 'g',
        'ل' | 'l' => 'l',
        'م' | 'm' => 'm',
        'ن' | 'n' => 'n',
        'و' | 'w' if first => 'w',
        'ي' | 'y' if first => 'y',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::arabic;
    use super::*;

    fn share(latin: &str, arabic: &str) {
        let arabic = arabic::roots(&arabic::stems(arabic));
        assert!(
            latin_roots(latin).iter().any(|root| arabic.contains(root)),
            "{latin} {:?} {arabic:?}",
            latin_roots(latin)
        );
    }

    #[test]
    fn darija_in_latin_letters_meets_arabic_letters() {
        share("mosta9bal", "مستقبل");
        share("lmoustaqbel", "المستقبل");
        share("wra9", "وراق");
        share("lwra9i", "الوراق");
        share("chahada", "شهاده");
        share("sokna", "السكني");
        share("basbor", "الباسبور");
        share("m7kama", "المحكمه");
        share("khedma", "خدمه");
        share("kaykteb", "كيكتب");
        share("3lach", "علاش");
    }

    #[test]
    fn letters_of_loan_words_are_consonants() {
        let check = |word: &str, expect: &str| assert_eq!(root(word), expect);
        check("پاسپور", "bsbr");
        check("ڤيلا", "fl");
        check("گاع", "gɛ");
        check("چاي", "j");
    }

    #[test]
    fn different_words_stay_different() {
        let differ = |left: &str, right: &str| assert_ne!(root(left), root(right));
        differ("بطاقه", "بطاله");
        differ("9anon", "كنون");
        differ("3am", "يوم");
    }
}
