//! Characters as HTML spells them: `&#1605;`, `&#x645;`, `&eacute;` (HTML, section 13.5).

use unicode_normalization::char::compose;

use super::{MOST_NESTED, Spelled, hexadecimal};

/// The longest name that is looked up, in bytes.
const LONGEST_NAME: usize = 8;

/// Named characters that are no letter with an accent.
const NAMES: [(&str, char); 61] = [
    ("AElig", 'Æ'),
    ("ETH", 'Ð'),
    ("NewLine", '\n'),
    ("OElig", 'Œ'),
    ("Oslash", 'Ø'),
    ("Tab", '\t'),
    ("aelig", 'æ'),
    ("amp", '&'),
    ("apos", '\''),
    ("bsol", '\\'),
    ("bull", '•'),
    ("colon", ':'),
    ("comma", ','),
    ("commat", '@'),
    ("dash", '\u{2010}'),
    ("deg", '°'),
    ("emsp", '\u{2003}'),
    ("ensp", '\u{2002}'),
    ("equals", '='),
    ("eth", 'ð'),
    ("euro", '€'),
    ("gt", '>'),
    ("hellip", '…'),
    ("hyphen", '\u{2010}'),
    ("inodot", 'ı'),
    ("iexcl", '¡'),
    ("iquest", '¿'),
    ("laquo", '«'),
    ("lbrack", '['),
    ("ldquo", '“'),
    ("lowbar", '_'),
    ("lpar", '('),
    ("lrm", '\u{200E}'),
    ("lsaquo", '‹'),
    ("lsqb", '['),
    ("lsquo", '‘'),
    ("lt", '<'),
    ("mdash", '—'),
    ("middot", '·'),
    ("nbsp", '\u{A0}'),
    ("ndash", '–'),
    ("num", '#'),
    ("oelig", 'œ'),
    ("ordm", 'º'),
    ("oslash", 'ø'),
    ("percnt", '%'),
    ("period", '.'),
    ("plus", '+'),
    ("quot", '"'),
    ("raquo", '»'),
    ("rbrack", ']'),
    ("rdquo", '”'),
    ("rlm", '\u{200F}'),
    ("rpar", ')'),
    ("rsquo", '’'),
    ("shy", '\u{AD}'),
    ("sol", '/'),
    ("szlig", 'ß'),
    ("thinsp", '\u{2009}'),
    ("zwj", '\u{200D}'),
    ("zwnj", '\u{200C}'),
];

/// What the end of a letter's name says of its accent.
const ACCENTS: [(&str, char); 9] = [
    ("acute", '\u{301}'),
    ("caron", '\u{30C}'),
    ("cedil", '\u{327}'),
    ("circ", '\u{302}'),
    ("grave", '\u{300}'),
    ("macr", '\u{304}'),
    ("ring", '\u{30A}'),
    ("tilde", '\u{303}'),
    ("uml", '\u{308}'),
];

/// The character that a text beginning with `&` spells. Its ampersand may itself be escaped.
pub(super) fn spelled(text: &str) -> Option<Spelled> {
    let mut name_at = 1;
    for _ in 0..MOST_NESTED {
        match text.get(name_at..).and_then(|rest| rest.strip_prefix("amp;")) {
            Some(rest) if reference(rest).is_some() || rest.starts_with("amp;") => name_at += 4,
            _ => break,
        }
    }
    let (character, length) = reference(text.get(name_at..)?)?;
    Some((character, name_at + length))
}

/// What stands behind an ampersand. A number may lack its semicolon, as it may for browsers; a name
/// without one is too often the name of a parameter.
fn reference(text: &str) -> Option<Spelled> {
    if let Some(number) = text.strip_prefix('#') {
        let marked = number.strip_prefix(['x', 'X']);
        let digits = marked.unwrap_or(number);
        let (code, count) = if marked.is_some() {
            let count = digits.bytes().take(9).take_while(u8::is_ascii_hexdigit).count();
            (hexadecimal(digits.as_bytes().get(..count)?)?, count)
        } else {
            let count = digits.bytes().take(9).take_while(u8::is_ascii_digit).count();
            (digits.get(..count)?.parse().ok()?, count)
        };
        let ended = digits.as_bytes().get(count) == Some(&b';');
        if count > 8 || (!ended && count < 2) {
            return None;
        }
        let length = 1 + usize::from(marked.is_some()) + count + usize::from(ended);
        return Some((char::from_u32(code)?, length));
    }
    let length = text.bytes().take(LONGEST_NAME).take_while(u8::is_ascii_alphabetic).count();
    let name = text.get(..length)?;
    if text.as_bytes().get(length) != Some(&b';') {
        return None;
    }
    let character = match NAMES.iter().find(|(known, _)| *known == name) {
        Some(&(_, character)) => character,
        None => accented(name)?,
    };
    Some((character, length + 1))
}

/// `eacute`, `Ccedil`.
fn accented(name: &str) -> Option<char> {
    let letter = name.chars().next().filter(char::is_ascii_alphabetic)?;
    let end = name.get(1..)?;
    let &(_, accent) = ACCENTS.iter().find(|(known, _)| *known == end)?;
    compose(letter, accent)
}
