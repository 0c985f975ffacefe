//! Cuts a text into what is transliterated and what stays: Latin words (with their digits, apostrophes and
//! hyphens), numbers, addresses, and all other characters.

use crate::script::{Script, script_of};

/// A stretch of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// A Latin word, perhaps of several parts joined by hyphens.
    Word,
    /// A number with its unit, an address, a code: stays as it is.
    Kept,
    /// Anything else: stays, but for punctuation after a transliterated word.
    Other,
}

/// What may follow a number without making a word of it. Units whose letter also ends Darija words (`l`)
/// are missing on purpose: `39l` is عقل.
const UNITS: [&str; 48] = [
    "h", "dh", "dhs", "mad", "km", "kg", "g", "mg", "m", "cm", "mm", "ml", "cl", "mn", "min", "s",
    "sec", "am", "pm", "e", "eme", "ème", "er", "ère", "ere", "nd", "nde", "rd", "th", "st", "eur",
    "euro", "euros", "usd", "go", "mo", "gb", "mb", "tb", "k", "x", "j", "ans", "jours", "v", "w",
    "kwh", "px",
];

/// Shows every piece of `text` to `visit`, in order; together they are the text.
pub(super) fn pieces(text: &str, mut visit: impl FnMut(Piece, usize, usize)) {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut other = 0;
    while at < bytes.len() {
        let Some(length) = beginning(text, at) else {
            at += character_length(bytes, at);
            continue;
        };
        // What is glued to a sign of an address or of code is kept whole, back to the blank before it.
        let mut end = at + length;
        while end < bytes.len() {
            if let Some(length) = word_letter(text, end) {
                end += length;
            } else if let Some(length) = joint(text, end) {
                end += length;
            } else {
                break;
            }
        }
        let chunk = chunk_of(text, at, end, other);
        if other < chunk.1 {
            visit(Piece::Other, other, chunk.1);
        }
        visit(chunk.0, chunk.1, chunk.2);
        at = chunk.2;
        other = at;
    }
    if other < bytes.len() {
        visit(Piece::Other, other, bytes.len());
    }
}

/// The piece a run of word letters from `start` to `end` belongs to; nothing before `earliest` is taken.
fn chunk_of(text: &str, start: usize, end: usize, earliest: usize) -> (Piece, usize, usize) {
    let after = text.get(end..).unwrap_or_default();
    let run = text.get(start..end).unwrap_or_default();
    let glued = after.starts_with(['@', '_', '\\', '=', '#'])
        || after.starts_with("://")
        || before_is(text, start, earliest, ['@', '_', '#', '\\', '='])
        || is_site(run, after);
    if glued {
        let rest = after.find(char::is_whitespace).unwrap_or(after.len());
        let mut last = end + rest;
        // Punctuation that ends the sentence is no part of an address.
        while let Some(kept) = text.get(start..last)
            && let Some(sign) = kept.chars().next_back()
            && matches!(sign, '.' | ',' | ';' | '?' | '!' | ')')
        {
            last -= sign.len_utf8();
        }
        return (Piece::Kept, start, last.max(end));
    }
    let kind = if is_number(run) { Piece::Kept } else { Piece::Word };
    (kind, start, end)
}

fn before_is(text: &str, start: usize, earliest: usize, signs: [char; 5]) -> bool {
    text.get(earliest..start).is_some_and(|before| before.ends_with(signs))
}

/// Whether a run is the beginning of a site's name: `www.`, or letters, a dot and an ending in use.
fn is_site(run: &str, after: &str) -> bool {
    let Some(rest) = after.strip_prefix('.') else { return false };
    if run.eq_ignore_ascii_case("www") {
        return true;
    }
    let ending = rest.split(|letter: char| !letter.is_ascii_alphanumeric()).next();
    let ending = ending.unwrap_or_default();
    [
        "com", "ma", "org", "net", "fr", "pdf", "doc", "docx", "xlsx", "jpg", "png", "gov", "edu",
        "io",
    ]
    .contains(&ending)
        && !run.is_empty()
}

/// Whether a run of letters and digits is a number or a code and no word of Arabizi: digits alone, digits and
/// a unit, anything with the digits 0 and 1, three digits and more at the beginning.
fn is_number(run: &str) -> bool {
    let digits = run.bytes().take_while(u8::is_ascii_digit).count();
    if digits == run.len() || run.chars().all(|letter| script_of(letter) != Script::Latin) {
        return true;
    }
    if run.bytes().any(|byte| matches!(byte, b'0' | b'1')) {
        return true;
    }
    if digits == 0 {
        return false;
    }
    let rest = run.get(digits..).unwrap_or_default();
    let unit = rest.get(..rest.len().min(8)).unwrap_or_default().to_lowercase();
    if rest.len() <= 8 && UNITS.contains(&unit.as_str()) {
        return true;
    }
    // 3h45, 2x4: digits on both sides of one sign; three digits and more before a single letter.
    let both_sides = matches!(rest.as_bytes().first(), Some(b'h' | b'H' | b'x' | b'X'))
        && rest.len() > 1
        && rest.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    both_sides || digits > 3 || (digits == 3 && rest.len() == 1)
}

/// The length of the letter or digit a word begins with at `at`.
fn beginning(text: &str, at: usize) -> Option<usize> {
    let length = word_letter(text, at)?;
    let first = text.get(at..at + length)?.chars().next()?;
    (first.is_ascii() || script_of(first) == Script::Latin).then_some(length)
}

/// The length of the letter, digit or mark of a word at `at`.
fn word_letter(text: &str, at: usize) -> Option<usize> {
    let first = *text.as_bytes().get(at)?;
    if first.is_ascii() {
        return first.is_ascii_alphanumeric().then_some(1);
    }
    let letter = text.get(at..)?.chars().next()?;
    let fits =
        script_of(letter) == Script::Latin || matches!(letter, '\u{300}'..='\u{36F}' | 'ʿ' | 'ʾ');
    fits.then(|| letter.len_utf8())
}

/// The length of a hyphen or an apostrophe at `at` that joins two letters.
fn joint(text: &str, at: usize) -> Option<usize> {
    let sign = text.get(at..)?.chars().next()?;
    let joins = matches!(sign, '-' | '\'' | '’' | '‘' | '`');
    let next = at + sign.len_utf8();
    (joins && word_letter(text, next).is_some()).then(|| sign.len_utf8())
}

fn character_length(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at + 1..).unwrap_or_default();
    1 + rest.iter().take_while(|byte| **byte & 0xC0 == 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words stand between brackets, what is kept between braces.
    fn check(text: &str, expect: &str) {
        let mut shown = String::new();
        pieces(text, |piece, start, end| {
            let (before, after) = match piece {
                Piece::Word => ("[", "]"),
                Piece::Kept => ("{", "}"),
                Piece::Other => ("", ""),
            };
            shown.extend([before, text.get(start..end).unwrap(), after]);
        });
        assert_eq!(shown, expect);
    }

    #[test]
    fn digits_are_letters_inside_words_only() {
        check("39l 7ta 3la 9bel", "[39l] [7ta] [3la] [9bel]");
        check("799e9 3r9 2ala", "[799e9] [3r9] [2ala]");
        check("2024, 3h, 3h45, 5000dh, 10%", "{2024}, {3h}, {3h45}, {5000dh}, {10}%");
        check("2 d lwlad", "{2} [d] [lwlad]");
        check("covid19 B12", "{covid19} {B12}");
        check("٣ ³", "٣ ³");
    }

    #[test]
    fn hyphens_and_apostrophes_join() {
        check("l-ma, l'école -ah-", "[l-ma], [l'école] -[ah]-");
    }

    #[test]
    fn addresses_and_code_stay() {
        check("chof https://a.ma/9a?b=3.", "[chof] {https://a.ma/9a?b=3}.");
        check("sara@exemple.ma w @sara", "{sara@exemple.ma} [w] @{sara}");
        check("www.exemple.com photo.jpg", "{www.exemple.com} {photo.jpg}");
    }

    #[test]
    fn other_scripts_are_passed_over() {
        check("سلام khoya ⴰⵣⵓⵍ ε3", "سلام [khoya] ⴰⵣⵓⵍ ε{3}");
    }
}
