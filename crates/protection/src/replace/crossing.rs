//! One name in Arabic and in Latin letters.
//!
//! Arabic writes consonants and long vowels; Latin spellings of the same name add short vowels, double
//! letters and write the article apart, glued or not at all. A pair is the same name where every Arabic
//! letter finds one of its Latin spellings, in order, with nothing but short vowels left over. Works on
//! folded tokens (see [`super::identity`]).

use language::script::{Script, script_of};

/// The letters of the longest name that is compared across scripts.
const LONGEST: usize = 64;

/// The script of a name's tokens, where it is Arabic or Latin throughout and no longer than a name.
pub(super) fn script_of_name(tokens: &[String]) -> Option<Script> {
    if tokens.iter().map(|token| token.chars().count()).sum::<usize>() > LONGEST {
        return None;
    }
    let mut scripts = tokens.iter().flat_map(|token| token.chars()).map(script_of);
    let first = scripts.next()?;
    let one =
        matches!(first, Script::Arabic | Script::Latin) && scripts.all(|other| other == first);
    one.then_some(first)
}

/// A key that the two spellings of a name share: how often the consonants occur that have one plain
/// spelling in each script. Many other names share it too.
pub(super) fn rough_key(tokens: &[String]) -> String {
    let joined = tokens.concat();
    let letters: Vec<char> = joined.chars().collect();
    let mut counts = [0u8; 7];
    let mut before = ' ';
    for (index, &letter) in letters.iter().enumerate() {
        let next = letters.get(index + 1).copied().unwrap_or(' ');
        let class = match (letter, next) {
            _ if letter == before => None,
            ('r', 'h') | ('d', 'j') => None,
            ('p', 'h') => Some(4),
            ('b' | 'p' | 'ب', _) => Some(0),
            ('m' | 'م', _) => Some(1),
            ('n' | 'ن', _) => Some(2),
            ('r' | 'ر', _) => Some(3),
            ('f' | 'ف', _) => Some(4),
            ('t' | 'ت' | 'ط' | 'ث', _) => Some(5),
            ('d' | 'د' | 'ض' | 'ذ', _) => Some(6),
            _ => None,
        };
        before = letter;
        if let Some(count) = class.and_then(|class: usize| counts.get_mut(class)) {
            *count = count.saturating_add(1);
        }
    }
    counts.iter().map(|count| char::from(b'0' + count.min(&9))).collect()
}

/// Whether an Arabic and a Latin name are the same, in whichever order their tokens stand.
pub(super) fn same_name(arabic: &[String], latin: &[String]) -> bool {
    let sounds: Vec<&[&str]> = arabic.iter().flat_map(|token| sounds_of(token)).collect();
    (0..latin.len()).any(|turn| {
        let mut order = latin.to_vec();
        order.rotate_left(turn);
        let letters: Vec<char> = order.concat().chars().collect();
        let mut seen = vec![false; (sounds.len() + 1) * (letters.len() + 1)];
        fits(&sounds, &letters, (0, 0), &mut seen)
    })
}

/// What each letter of an Arabic token may be in Latin letters; an empty spelling where it may be silent.
fn sounds_of(token: &str) -> Vec<&'static [&'static str]> {
    let (article, rest) = match token.strip_prefix("ال") {
        Some(rest) if rest.chars().nth(1).is_some() => (true, rest),
        _ => (false, token),
    };
    let mut sounds: Vec<&'static [&'static str]> = Vec::new();
    if article {
        sounds.push(&["el", "al", "l", "ou", ""]);
    }
    let last = rest.chars().count().saturating_sub(1);
    for (index, letter) in rest.chars().enumerate() {
        sounds.push(match letter {
            'ا' if index == 0 => &["a", "e", "i", "o", "u", "ou", ""],
            'ا' => &["a", "e"],
            'ب' => &["b", "p"],
            'ت' | 'ط' => &["t"],
            'ث' => &["th", "t"],
            'ج' => &["j", "dj", "g"],
            'ح' => &["h"],
            'خ' => &["kh", "x"],
            'د' => &["d"],
            'ذ' => &["dh", "d"],
            'ر' => &["r"],
            'ز' => &["z"],
            'س' => &["s", "c"],
            'ش' => &["ch", "sh"],
            'ص' => &["s"],
            'ض' => &["d", "dh"],
            'ظ' => &["d", "dh", "z"],
            'ع' => &["a", "e", "i", "o", "u", ""],
            'غ' => &["gh", "rh", "g"],
            'ف' => &["f", "ph"],
            'ق' => &["k", "q", "c", "g"],
            'ك' => &["k", "c", "q"],
            'گ' | 'ڭ' => &["g", "gu"],
            'ل' => &["l"],
            'م' => &["m"],
            'ن' => &["n"],
            'ه' if index == last => &["a", "e", "ah", "eh", "h", "at", "et", ""],
            'ه' => &["h"],
            'و' => &["ou", "w", "o", "u"],
            'ي' => &["i", "y", "ai", "ei", "e", "ee"],
            'ء' => &["", "a", "e", "i"],
            _ => &[],
        });
    }
    sounds
}

/// Whether the sounds from one place on fit the letters from another, tried once for each pair of places.
fn fits(sounds: &[&[&str]], letters: &[char], at: (usize, usize), seen: &mut [bool]) -> bool {
    let (sound, letter) = at;
    let slot = sound * (letters.len() + 1) + letter;
    match seen.get_mut(slot) {
        Some(tried) if !*tried => *tried = true,
        _ => return false,
    }
    let here = letters.get(letter).copied();
    if sound == sounds.len() && here.is_none() {
        return true;
    }
    if let Some(character) = here {
        let short_vowel = matches!(character, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        let doubled = letter.checked_sub(1).and_then(|before| letters.get(before)).copied() == here;
        if (short_vowel || doubled) && fits(sounds, letters, (sound, letter + 1), seen) {
            return true;
        }
    }
    sounds.get(sound).into_iter().flat_map(|spellings| spellings.iter()).any(|spelling| {
        let length = spelling.chars().count();
        let matches = letters
            .get(letter..letter + length)
            .is_some_and(|part| part.iter().copied().eq(spelling.chars()));
        matches && fits(sounds, letters, (sound + 1, letter + length), seen)
    })
}

#[cfg(test)]
mod tests {
    use super::super::identity::name_tokens;
    use super::*;

    fn check(arabic: &str, same: &[&str], other: &[&str]) {
        let arabic = name_tokens(arabic);
        for latin in same {
            let latin = name_tokens(latin);
            assert!(same_name(&arabic, &latin), "{arabic:?} {latin:?}");
            assert_eq!(rough_key(&arabic), rough_key(&latin), "{arabic:?} {latin:?}");
        }
        for latin in other {
            assert!(!same_name(&arabic, &name_tokens(latin)), "{arabic:?} {latin}");
        }
    }

    #[test]
    fn one_name_in_two_scripts() {
        check(
            "محمد العلوي",
            &["Mohamed Alaoui", "Mohammed EL ALAOUI", "ALAOUI Mohamed", "Mohamed Elalaoui"],
            &["Mohamed Ali", "Ahmed Alaoui", "Mohamed Alami", "Mehdi Alaoui Omar", "Mohamed"],
        );
        check(
            "فاطمة الزهراء بنعلي",
            &["Fatima Zahra Benali", "Fatima Ezzahra Benali"],
            &["Fatiha Benali", "Fatima Benali"],
        );
        check(
            "عبد الرحمن بن شقرون",
            &["Abderrahmane Benchekroun", "Abderrahman Ben Chekroun"],
            &["Abdellah Benchekroun"],
        );
        check("كوثر الوزاني", &["Kaoutar Ouazzani", "Kawtar El Ouazzani"], &["Kaoutar Ouardi"]);
        check(
            "يوسف بنجلون",
            &["Youssef Benjelloun", "Benjelloun Youssef"],
            &["Yassine Benjelloun"],
        );
        check("خديجة الإدريسي", &["Khadija El Idrissi", "Khadija Idrissi"], &["Khalid Idrissi"]);
        check("زينب الشاوي", &["Zineb Chaoui", "Zaynab Echaoui"], &["Zineb Chami"]);
    }
}
