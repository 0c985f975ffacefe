//! Reading a text one meaning at a time: escapes and entities decoded, invisible marks skipped.

use crate::label::letters::is_ignorable;

/// Why reading stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The text so far does not tell; more may come.
    More,
    /// No label stands here, whatever comes.
    No,
}

/// A character as it is meant, and where it stands in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Atom {
    pub(crate) character: char,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Whether it was written as an escape or entity.
    pub(crate) decoded: bool,
}

/// A reading position. Every question about what lies beyond the end of an unfinished text is answered
/// with [`Stop::More`], so an answer that was given never changes when text is added.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    finished: bool,
    budget: usize,
    decoded: usize,
}

impl<'t> Cursor<'t> {
    /// A cursor at byte `at` that reads at most `budget` characters. `finished`: nothing follows.
    pub(crate) fn new(text: &'t str, at: usize, finished: bool, budget: usize) -> Self {
        Self { text, at, finished, budget, decoded: 0 }
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Goes on reading at a byte further on.
    pub(crate) fn move_to(&mut self, at: usize) {
        self.at = at;
    }

    /// How many characters were written as escapes or entities.
    pub(crate) fn decoded(&self) -> usize {
        self.decoded
    }

    /// The next character that means something; `None` at the end of a finished text.
    pub(crate) fn peek(&self) -> Result<Option<Atom>, Stop> {
        let mut at = self.at;
        for _ in 0..self.budget {
            let rest = self.text.get(at..).unwrap_or_default();
            let Some(character) = rest.chars().next() else {
                return if self.finished { Ok(None) } else { Err(Stop::More) };
            };
            let atom = match character {
                '\\' => self.escape(rest)?,
                '&' => self.entity(rest)?,
                _ => None,
            };
            let (character, length, decoded) =
                atom.map_or((character, character.len_utf8(), false), |(c, l)| (c, l, true));
            if !is_ignorable(character) {
                return Ok(Some(Atom { character, start: at, end: at + length, decoded }));
            }
            at += length;
        }
        Err(Stop::No)
    }

    /// Moves behind an atom that [`Cursor::peek`] gave.
    pub(crate) fn pass(&mut self, atom: Atom) -> Result<(), Stop> {
        let passed = self.text.get(self.at..atom.end).unwrap_or_default();
        let count = if atom.decoded { 1 } else { passed.chars().count() };
        self.budget = self.budget.checked_sub(count).ok_or(Stop::No)?;
        self.decoded += usize::from(atom.decoded);
        self.at = atom.end;
        Ok(())
    }

    /// A backslash before punctuation (Markdown), twice where the text is inside JSON, or `\uXXXX`.
    fn escape(&self, rest: &str) -> Result<Option<(char, usize)>, Stop> {
        let bytes = rest.as_bytes();
        let Some(&next) = bytes.get(1) else { return self.open_end() };
        match next {
            b'u' => self.unicode_escape(bytes),
            b'n' | b'r' => Ok(Some(('\n', 2))),
            b't' => Ok(Some((' ', 2))),
            b'\\' => match bytes.get(2) {
                Some(
                    b'[' | b']' | b'_' | b'-' | b'*' | b'<' | b'>' | b'{' | b'}' | b'(' | b')',
                ) => Ok(bytes.get(2).map(|&byte| (char::from(byte), 3))),
                Some(_) => Ok(None),
                None => self.open_end(),
            },
            punctuation if punctuation.is_ascii_punctuation() => {
                Ok(Some((char::from(punctuation), 2)))
            }
            _ => Ok(None),
        }
    }

    fn unicode_escape(&self, bytes: &[u8]) -> Result<Option<(char, usize)>, Stop> {
        let mut code = 0u32;
        for index in 2..6 {
            match bytes.get(index) {
                Some(&byte) => match char::from(byte).to_digit(16) {
                    Some(digit) => code = code * 16 + digit,
                    None => return Ok(None),
                },
                None => return self.open_end(),
            }
        }
        Ok(char::from_u32(code).map(|character| (character, 6)))
    }

    fn entity(&self, rest: &str) -> Result<Option<(char, usize)>, Stop> {
        const LONGEST: usize = 12;
        let mut name = String::new();
        for character in rest.chars().skip(1) {
            match character {
                ';' => {
                    let length = name.len() + 2;
                    return Ok(decode_entity(&name).map(|decoded| (decoded, length)));
                }
                '#' | '0'..='9' | 'a'..='z' | 'A'..='Z' if name.len() < LONGEST => {
                    name.push(character);
                    if !may_be_entity(&name) {
                        return Ok(None);
                    }
                }
                _ => return Ok(None),
            }
        }
        self.open_end()
    }

    fn open_end(&self) -> Result<Option<(char, usize)>, Stop> {
        if self.finished { Ok(None) } else { Err(Stop::More) }
    }
}

/// The named entities that labels are written with (HTML, section 13.5).
const ENTITIES: [(&str, char); 22] = [
    ("amp", '&'),
    ("apos", '\''),
    ("gt", '>'),
    ("laquo", '«'),
    ("lbrace", '{'),
    ("lbrack", '['),
    ("lcub", '{'),
    ("lowbar", '_'),
    ("lpar", '('),
    ("lrm", '\u{200E}'),
    ("lsqb", '['),
    ("lt", '<'),
    ("nbsp", '\u{A0}'),
    ("quot", '"'),
    ("raquo", '»'),
    ("rbrace", '}'),
    ("rbrack", ']'),
    ("rcub", '}'),
    ("rlm", '\u{200F}'),
    ("rpar", ')'),
    ("rsqb", ']'),
    ("shy", '\u{AD}'),
];

/// Whether a text that begins with `&` may begin with an entity for a letter or an opening bracket.
pub(crate) fn may_open(text: &str) -> bool {
    let name = text.strip_prefix('&').unwrap_or_default();
    name.is_empty()
        || name.starts_with('#')
        || ["lt;", "lbrace;", "lbrack;", "lcub;", "lsqb;"]
            .iter()
            .any(|known| name.starts_with(known) || known.starts_with(name))
}

fn decode_entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    if name == "UnderBar" {
        return Some('_');
    }
    ENTITIES.iter().find(|(known, _)| *known == name).map(|&(_, character)| character)
}

fn may_be_entity(name: &str) -> bool {
    match name.strip_prefix('#') {
        Some(number) => {
            let hexadecimal = number.strip_prefix(['x', 'X']);
            hexadecimal.map_or_else(
                || number.bytes().all(|byte| byte.is_ascii_digit()),
                |digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
            ) && number.len() <= 8
        }
        None => {
            "UnderBar".starts_with(name)
                || ENTITIES.iter().any(|(known, _)| known.starts_with(name))
        }
    }
}

/// How many characters a text means; an escape or entity counts as one, what is unfinished too.
#[cfg(test)]
pub(super) fn count(text: &str) -> usize {
    let (mut at, mut count) = (0, 0);
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let cursor = Cursor::new(text, at, false, 1);
        let rest = text.get(at..).unwrap_or_default();
        let decoded = match character {
            '\\' => cursor.escape(rest),
            '&' => cursor.entity(rest),
            _ => Ok(None),
        };
        count += 1;
        match decoded {
            Err(_) => return count,
            Ok(decoded) => at += decoded.map_or(character.len_utf8(), |(_, length)| length),
        }
    }
    count
}
