//! Arabic letters in Latin ones. Darija is written as in chat (3, 7, 9, ch, kh, gh, ou), Standard Arabic in the
//! French manner of Moroccan signs and papers, without digits (`al-`, ch, kh, gh, ou, q).

/// How the letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Chat,
    French,
}

/// A word of Arabic letters in Latin ones.
pub(super) fn word(arabic: &str, manner: Manner) -> String {
    let mut out = String::with_capacity(arabic.len() + 4);
    let (article, rest) = match (arabic.strip_prefix("ال"), manner) {
        (Some(rest), Manner::Chat) if rest.chars().count() > 1 => ("l", rest),
        (Some(rest), Manner::French) if rest.chars().count() > 1 => ("al-", rest),
        _ => ("", arabic),
    };
    out.push_str(article);
    let letters: Vec<char> = rest.chars().filter(|letter| *letter != '\u{640}').collect();
    let vowelled = letters.iter().any(|letter| matches!(letter, '\u{64B}'..='\u{650}'));
    let beginning = out.len();
    let mut eased = false;
    for (at, letter) in letters.iter().enumerate() {
        let next = letters.get(at + 1).copied();
        let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied();
        match letter {
            '\u{651}' => {}
            'و' | 'ي' => {
                let consonantal = out.len() == beginning
                    || next.is_some_and(|next| {
                        matches!(next, 'ا' | 'ة' | 'ى' | '\u{64B}'..='\u{651}')
                    })
                    || before.is_some_and(|before| matches!(before, 'ا'));
                out.push_str(match (letter, consonantal) {
                    ('و', true) => "w",
                    ('و', false) => "ou",
                    (_, true) => "y",
                    _ => "i",
                });
            }
            'ا' | 'ة' | 'ى' | '\u{64E}' if out.len() > beginning && out.ends_with('a') => {}
            other => {
                out.push_str(consonant(*other, manner));
                // The sign of doubling stands before or after the vowel sign.
                let signs = letters.get(at + 1..).unwrap_or_default();
                let signs = signs.iter().take_while(|sign| matches!(sign, '\u{64B}'..='\u{652}'));
                let vowel_sign = matches!(other, '\u{64B}'..='\u{652}');
                if !vowel_sign && signs.take(2).any(|sign| *sign == '\u{651}') {
                    out.push_str(consonant(*other, manner));
                }
            }
        }
        // A vowel that is not written parts the first two of consonants that follow each other.
        eased = !vowelled
            && !eased
            && is_closed(*letter)
            && next.is_some_and(is_closed)
            && letters.get(at + 2).is_none_or(|third| is_closed(*third));
        if eased {
            out.push(if manner == Manner::Chat { 'e' } else { 'a' });
        }
    }
    out
}

/// Whether a letter is a consonant without a vowel letter's use.
fn is_closed(letter: char) -> bool {
    !matches!(
        letter,
        'ا' | 'و' | 'ي' | 'ى' | 'ة' | 'آ' | 'أ' | 'إ' | 'ؤ' | 'ئ' | 'ء' | '\u{64B}'
            ..='\u{652}' | '\u{670}'
    ) && letter.is_alphabetic()
}

fn consonant(letter: char, manner: Manner) -> &'static str {
    let chat = manner == Manner::Chat;
    match letter {
        'ا' | 'أ' | 'ى' | 'ة' | '\u{64E}' | '\u{670}' | 'ٱ' => "a",
        'آ' => "aa",
        'إ' | '\u{650}' => "i",
        '\u{64F}' => "ou",
        '\u{64B}' => "an",
        '\u{64C}' => "oun",
        '\u{64D}' => "in",
        'ب' => "b",
        'پ' => "p",
        'ت' | 'ط' => "t",
        'ث' => "th",
        'ج' => "j",
        'ح' if chat => "7",
        'ح' | 'ه' => "h",
        'خ' => "kh",
        'د' | 'ض' => "d",
        'ذ' => "dh",
        'ر' => "r",
        'ز' => "z",
        'س' | 'ص' => "s",
        'ش' => "ch",
        'ظ' => "d",
        'ع' if chat => "3",
        'ع' => "a",
        'غ' => "gh",
        'ف' => "f",
        'ڤ' => "v",
        'ق' if chat => "9",
        'ق' => "q",
        'ك' | 'ک' => "k",
        'ڭ' | 'گ' | 'ݣ' => "g",
        'ل' => "l",
        'م' => "m",
        'ن' => "n",
        'ء' | 'ئ' | 'ؤ' if chat => "2",
        'ئ' | 'ؤ' => "'",
        'و' => "w",
        'ي' | 'ی' => "y",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arabic: &str, chat: &str, french: &str) {
        assert_eq!(word(arabic, Manner::Chat), chat);
        assert_eq!(word(arabic, Manner::French), french);
    }

    #[test]
    fn letters_and_signs() {
        check("شكرا", "chekra", "chakra");
        check("مَدْرَسَة", "madrasa", "madrasa");
        check("الباب", "lbab", "al-bab");
        check("مُحَمَّد", "mou7ammad", "mouhammad");
        check("قلب", "9elb", "qalb");
        check("غادي", "ghadi", "ghadi");
        check("عَيْن", "3ain", "ain");
        check("ڭاري", "gari", "gari");
    }
}
