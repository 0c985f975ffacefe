//! The Latin side of a word: its letters as units (digraphs and doubled letters are one) and the
//! surroundings of each, which is what the correspondences to Arabic letters hang on.

/// Marks a doubled letter in the number of a unit.
pub(super) const DOUBLED: u8 = 0x80;
/// How many surroundings a unit can have.
pub(super) const SURROUNDINGS: usize = 30;

/// What can stand after a unit, in kinds.
pub(super) const AFTER: u8 = 6;

/// One unit: a letter of the word with its surroundings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// The letter as one byte, digraphs as capitals (see [`DIGRAPHS`]), with [`DOUBLED`].
    pub(super) code: u8,
    /// What stands before (nothing, vowel, consonant, cluster, doubled consonant) times six, and after (nothing,
    /// vowel, semivowel, consonant before a vowel, consonant before another or doubled, last consonant).
    pub(super) surroundings: u8,
}

/// The vowel of the negation `ma...ch`.
const DENIAL: u8 = b'A';

/// Two Latin letters that are one sound. The capitals stand for nothing else: of the capitals of a word
/// only those of the emphatic consonants (D, H, S, T, Z) are kept.
const DIGRAPHS: [([u8; 2], u8); 8] = [
    (*b"ch", b'C'),
    (*b"sh", b'X'),
    (*b"kh", b'K'),
    (*b"gh", b'G'),
    (*b"th", b'Q'),
    (*b"dh", b'J'),
    (*b"ou", b'U'),
    (*b"oo", b'U'),
];

/// The plain form of a word: lower case but for capitals that mean emphatic consonants, accents and
/// scholarly letters spelt as in chat, runs of three and more shortened. Empty where nothing is a letter.
pub(super) fn plain(word: &str, out: &mut Vec<u8>) {
    out.clear();
    let shouted = !word.chars().any(char::is_lowercase)
        && word.chars().filter(|letter| letter.is_uppercase()).count() > 1;
    for letter in word.chars() {
        push_plain(letter, shouted, out);
    }
    shorten(out);
}

fn push_plain(letter: char, shouted: bool, out: &mut Vec<u8>) {
    let spelt: &[u8] = match letter {
        'D' if !shouted => b"D",
        'H' if !shouted => b"H",
        'S' if !shouted => b"S",
        'T' if !shouted => b"T",
        'Z' if !shouted => b"Z",
        'A'..='Z' => {
            out.push(letter.to_ascii_lowercase() as u8);
            return;
        }
        'a'..='z' | '0'..='9' => {
            out.push(letter as u8);
            return;
        }
        '\'' | '’' | '‘' | '`' => {
            // An apostrophe after 3, 6, 7 or 9 is the dot of غ, ظ, خ and ض.
            match out.last_mut() {
                Some(last @ b'3') => *last = b'4',
                Some(last @ b'7') => *last = b'5',
                Some(last @ b'6') => *last = b'Z',
                _ => {}
            }
            return;
        }
        'à' | 'â' | 'á' | 'ă' | 'À' | 'Â' => b"a",
        'ā' | 'Ā' => b"aa",
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'ē' | 'ə' => b"e",
        'î' | 'ï' | 'í' | 'Î' => b"i",
        'ī' | 'Ī' => b"ii",
        'ô' | 'ó' | 'ö' | 'Ô' | 'ō' => b"o",
        'û' | 'ù' | 'ü' | 'ú' | 'Û' => b"u",
        'ū' | 'Ū' => b"ou",
        'ç' | 'Ç' => b"s",
        'š' | 'Š' | 'ş' | 'Ş' => b"ch",
        'ž' | 'Ž' | 'ǧ' | 'ğ' => b"j",
        'ḥ' | 'Ḥ' | 'ħ' => b"7",
        'ḫ' | 'ẖ' | 'Ḫ' => b"kh",
        'ṭ' | 'Ṭ' => b"T",
        'ḍ' | 'Ḍ' => b"D",
        'ṣ' | 'Ṣ' => b"S",
        'ẓ' | 'Ẓ' => b"Z",
        'ġ' | 'Ġ' | 'ɣ' | 'γ' | 'Ɣ' => b"gh",
        'ʕ' | 'ɛ' | 'ε' | 'Ɛ' | 'ʿ' => b"3",
        'ʾ' | 'ʔ' => b"2",
        'ṯ' => b"th",
        'ḏ' => b"dh",
        'œ' | 'Œ' => b"eu",
        _ => b"",
    };
    out.extend(spelt);
}

/// Runs of three and more: two of a consonant, one of a vowel. Emphasis is no spelling.
fn shorten(plain: &mut Vec<u8>) {
    let longer = plain.windows(3).any(|run| run.iter().all(|letter| run.first() == Some(letter)));
    if !longer {
        return;
    }
    let runs: Vec<(u8, usize)> = plain
        .chunk_by(|left, right| left == right)
        .filter_map(|run| Some((*run.first()?, run.len())))
        .collect();
    plain.clear();
    for (letter, length) in runs {
        let most = if length > 2 && is_vowel(letter) { 1 } else { 2 };
        plain.extend(std::iter::repeat_n(letter, length.min(most)));
    }
}

fn is_vowel(code: u8) -> bool {
    matches!(code & !DOUBLED, b'a' | DENIAL | b'e' | b'i' | b'o' | b'u' | b'U')
}

fn is_semivowel(code: u8) -> bool {
    matches!(code & !DOUBLED, b'y' | b'w')
}

/// The units of a plain word.
pub(super) fn units(plain: &[u8], out: &mut Vec<Unit>) {
    out.clear();
    let mut at = 0;
    while let Some(first) = plain.get(at) {
        let pair = plain.get(at..at + 2).unwrap_or_default();
        let digraph = DIGRAPHS.iter().find(|(letters, _)| letters == pair);
        let (mut code, length) = digraph.map_or((*first, 1), |(_, code)| (*code, 2));
        at += length;
        // `cch` and `chch` are doubled ش; `ss` is doubled س.
        let same = |next: &[u8]| next.starts_with(plain.get(at - length..at).unwrap_or(b"?"));
        let rest = plain.get(at..).unwrap_or_default();
        let next = rest.get(..2).unwrap_or_default();
        let doubled = DIGRAPHS.iter().find(|(letters, code)| {
            length == 1 && letters == next && letters.first() == Some(first) && *code != b'U'
        });
        if let Some((_, own)) = doubled {
            code = own | DOUBLED;
            at += 2;
        } else if same(rest) && code != b'U' {
            code |= DOUBLED;
            at += length;
        }
        out.push(Unit { code, surroundings: 0 });
    }
    // The negation around a verb (ما ... ش) has its alif written, what the letters beside it do not tell.
    let denied = plain.len() > 5
        && plain.starts_with(b"ma")
        && (plain.ends_with(b"ch") || plain.ends_with(b"sh"));
    if denied && let Some(unit @ Unit { code: b'a', .. }) = out.get_mut(1) {
        unit.code = DENIAL;
    }
    for at in 0..out.len() {
        let code = |place: Option<usize>| Some(out.get(place?)?.code);
        let before = match code(at.checked_sub(1)) {
            None => 0,
            Some(code) if is_vowel(code) => 1,
            Some(code) if code & DOUBLED != 0 => 4,
            Some(_) => match code(at.checked_sub(2)) {
                Some(second) if !is_vowel(second) => 3,
                _ => 2,
            },
        };
        let after = match (code(Some(at + 1)), code(Some(at + 2))) {
            (None, _) => 0,
            (Some(next), _) if is_vowel(next) => 1,
            (Some(next), _) if is_semivowel(next) => 2,
            (Some(next), _) if next & DOUBLED != 0 => 4,
            (Some(_), None) => 5,
            (Some(_), Some(second)) if is_vowel(second) => 3,
            (Some(_), Some(_)) => 4,
        };
        if let Some(unit) = out.get_mut(at) {
            unit.surroundings = before * AFTER + after;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, expect: &str) {
        let mut spelled = Vec::new();
        plain(word, &mut spelled);
        assert_eq!(String::from_utf8(spelled).unwrap(), expect, "{word}");
    }

    fn check_units(word: &str, expect: &[&str]) {
        let (mut spelled, mut found) = (Vec::new(), Vec::new());
        plain(word, &mut spelled);
        units(&spelled, &mut found);
        let shown: Vec<String> = found
            .iter()
            .map(|unit| {
                let letter = char::from(unit.code & !DOUBLED).to_string();
                letter.repeat(1 + usize::from(unit.code & DOUBLED != 0))
            })
            .collect();
        assert_eq!(shown, expect, "{word}");
    }

    #[test]
    fn words_become_plain() {
        check("Bzzzaaaaf", "bzzaf");
        check("DABA", "daba");
        check("khDer", "khDer");
        check("Mo7amed", "mo7amed");
        check("3'ir", "4ir");
        check("7'obz", "5obz");
        check("ḥtta", "7tta");
        check("ɣadi", "ghadi");
        check("l'ma", "lma");
    }

    #[test]
    fn digraphs_and_doubled_letters_are_one_unit() {
        check_units("khchba", &["K", "C", "b", "a"]);
        check_units("cchms", &["CC", "m", "s"]);
        check_units("chchms", &["CC", "m", "s"]);
        check_units("koulchi", &["k", "U", "l", "C", "i"]);
        check_units("daar", &["d", "aa", "r"]);
        check_units("bezzaf", &["b", "e", "zz", "a", "f"]);
        check_units("makaynch", &["m", "A", "k", "a", "y", "n", "C"]);
    }
}
