//! The small pattern language in which a pack writes the forms of an identifier.
//!
//! | written | means |
//! |---|---|
//! | `9` | one digit |
//! | `A` | one Latin letter |
//! | `L` | one letter of any script |
//! | `X` | one digit or Latin letter |
//! | `H` | one hexadecimal digit |
//! | `{6}` `{5,6}` behind one of these | so many, from so many to so many |
//! | `~` behind it | with separators (space, dot, dash, slash) allowed between |
//! | `"MA"` | these characters, in either case |
//! | `<plate_letter>` | one entry of that list of the pack |
//! | `_` | a separator or nothing |
//! | `-` | a separator, which must be there |
//! | `=` | a separator with a mark in it (dash, dot, slash, bar), which must be there |
//! | `?` behind an item | the item may be missing |
//!
//! Blanks between items mean nothing. A match never ends inside a longer run of digits or Latin letters.

mod look;

use std::collections::{BTreeMap, BTreeSet};

use language::{Profile, normalize};

pub(crate) use look::{Ahead, QuickLook};

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    items: Vec<Item>,
    look: QuickLook,
}

/// Letters that scanners write for digits.
const MISREAD: &[u8] = b"olisbz";

/// Whether a separator can hold this byte.
fn is_separator(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'.' | b'-' | b'/' | b'|' | b'_' | b'\\')
}

/// The entries of a list by length, the longest first; of one length sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entries(Vec<(usize, Vec<String>)>);

impl Entries {
    fn new(mut entries: Vec<String>) -> Self {
        entries.sort_by(|left, right| right.len().cmp(&left.len()).then(left.cmp(right)));
        entries.dedup();
        let mut by_length: Vec<(usize, Vec<String>)> = Vec::new();
        for entry in entries {
            match by_length.last_mut() {
                Some((length, same)) if *length == entry.len() => same.push(entry),
                _ => by_length.push((entry.len(), vec![entry])),
            }
        }
        Self(by_length)
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flat_map(|(_, entries)| entries.iter().map(String::as_str))
    }

    fn first_bytes(&self) -> impl Iterator<Item = u8> + '_ {
        self.iter().filter_map(|entry| entry.bytes().next())
    }

    /// The lengths of the entries with which `rest` begins, the shortest first.
    fn lengths_in<'e>(&'e self, rest: &'e [u8]) -> impl Iterator<Item = usize> + 'e {
        self.0.iter().rev().filter_map(|(length, entries)| {
            let head = rest.get(..*length)?;
            entries.binary_search_by(|entry| entry.as_bytes().cmp(head)).is_ok().then_some(*length)
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    what: What,
    optional: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Run { class: Class, least: usize, most: usize, separated: bool },
    Literal(String),
    OneOf(Entries),
    Separator { required: bool, marked: bool },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Digit,
    Letter,
    AnyLetter,
    LetterOrDigit,
    Hex,
}

impl Pattern {
    /// Compiles `text`; the message says what is wrong with it.
    pub(crate) fn parse(
        text: &str,
        lists: &BTreeMap<String, BTreeSet<String>>,
    ) -> Result<Self, String> {
        let mut items: Vec<Item> = Vec::new();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let what = match character {
                ' ' => continue,
                '?' => {
                    let last = items.last_mut().ok_or("`?` stands behind no item.")?;
                    last.optional = true;
                    continue;
                }
                '~' | '{' => {
                    let Some(Item { what: What::Run { least, most, separated, .. }, .. }) =
                        items.last_mut()
                    else {
                        return Err(format!("`{character}` stands behind none of 9, A, L, X, H."));
                    };
                    if character == '~' {
                        *separated = true;
                    } else {
                        let count: String =
                            characters.by_ref().take_while(|&inner| inner != '}').collect();
                        (*least, *most) = counts(&count).ok_or_else(|| {
                            format!("`{{{count}}}` is no count such as {{5}} or {{5,6}}.")
                        })?;
                    }
                    continue;
                }
                '9' => single(Class::Digit),
                'A' => single(Class::Letter),
                'L' => single(Class::AnyLetter),
                'X' => single(Class::LetterOrDigit),
                'H' => single(Class::Hex),
                '_' => What::Separator { required: false, marked: false },
                '-' => What::Separator { required: true, marked: false },
                '=' => What::Separator { required: true, marked: true },
                '"' => {
                    let literal: String =
                        characters.by_ref().take_while(|&inner| inner != '"').collect();
                    if literal.is_empty() {
                        return Err("an empty text stands between quotes.".to_owned());
                    }
                    What::Literal(folded(&literal))
                }
                '<' => {
                    let name: String =
                        characters.by_ref().take_while(|&inner| inner != '>').collect();
                    let list = lists.get(&name).ok_or_else(|| {
                        let known: Vec<_> = lists.keys().map(String::as_str).collect();
                        format!("there is no list `{name}`; the pack has {}.", known.join(", "))
                    })?;
                    What::OneOf(Entries::new(list.iter().map(|entry| folded(entry)).collect()))
                }
                other => return Err(format!("`{other}` is not part of the pattern language.")),
            };
            items.push(Item { what, optional: false });
        }
        if items.is_empty() {
            return Err("the pattern is empty.".to_owned());
        }
        Ok(Self { look: QuickLook::of(&items), items })
    }

    /// What the first bytes of a match must be like.
    pub(crate) fn quick_look(&self) -> QuickLook {
        self.look
    }

    /// The bytes with which a match can begin where nothing is misread.
    pub(crate) fn first_bytes(&self) -> impl Iterator<Item = u8> {
        let look = self.look;
        (0..=u8::MAX).filter(move |&byte| look.begins_with(byte))
    }

    /// The words with which a match can begin, where the pattern begins with words of a list.
    pub(crate) fn first_words(&self) -> Vec<&str> {
        let Some(Item { what: What::OneOf(entries), .. }) = self.items.first() else {
            return Vec::new();
        };
        entries.iter().filter_map(|entry| entry.split(' ').next()).collect()
    }

    /// The end of the longest match that begins at `start` of `folded` (ASCII lower case) and that
    /// `accept` takes; `misread` also reads O, l or S as digits beside digits, as scanners write them.
    pub(crate) fn longest(
        &self,
        folded: &str,
        start: usize,
        misread: bool,
        accept: &mut dyn FnMut(usize) -> bool,
    ) -> Option<usize> {
        let matcher = Matcher { bytes: folded.as_bytes(), text: folded, misread };
        let mut budget = 512;
        matcher.items(&self.items, start, &mut budget, accept)
    }
}

/// The digit that a scanner misreads as this letter.
pub(crate) fn misread_as(letter: char) -> Option<char> {
    Some(match letter.to_ascii_lowercase() {
        'o' => '0',
        'l' | 'i' => '1',
        'z' => '2',
        's' => '5',
        'b' => '8',
        _ => return None,
    })
}

fn single(class: Class) -> What {
    What::Run { class, least: 1, most: 1, separated: false }
}

fn folded(text: &str) -> String {
    normalize(text, Profile::Match).text.to_ascii_lowercase()
}

fn counts(text: &str) -> Option<(usize, usize)> {
    let (least, most) = text.split_once(',').unwrap_or((text, text));
    let (least, most) = (least.trim().parse().ok()?, most.trim().parse().ok()?);
    (1..=64).contains(&least).then_some(())?;
    (least <= most && most <= 64).then_some((least, most))
}

struct Matcher<'t> {
    bytes: &'t [u8],
    text: &'t str,
    misread: bool,
}

impl Matcher<'_> {
    fn items(
        &self,
        items: &[Item],
        at: usize,
        budget: &mut usize,
        accept: &mut dyn FnMut(usize) -> bool,
    ) -> Option<usize> {
        let Some((item, rest)) = items.split_first() else {
            return (self.ends_whole(at) && accept(at)).then_some(at);
        };
        *budget = budget.checked_sub(1)?;
        let mut ends = Ends::default();
        match &item.what {
            What::Run { class, least, most, separated } => {
                self.run(*class, *least, *most, *separated, at, &mut ends);
            }
            What::Literal(literal) => {
                if self.bytes.get(at..).is_some_and(|rest| rest.starts_with(literal.as_bytes())) {
                    ends.push(at + literal.len());
                }
            }
            What::OneOf(entries) => {
                let rest = self.bytes.get(at..).unwrap_or_default();
                for length in entries.lengths_in(rest) {
                    ends.push(at + length);
                }
            }
            What::Separator { required, marked } => {
                if !required {
                    ends.push(at);
                }
                let end = self.separator(at, true).filter(|&end| {
                    !marked || self.text.get(at..end).is_some_and(|gap| !gap.trim().is_empty())
                });
                if let Some(end) = end {
                    ends.push(end);
                }
            }
        }
        // The furthest end first: the longest match is the one that is wanted.
        for end in ends.furthest_first() {
            if let Some(found) = self.items(rest, end, budget, accept) {
                return Some(found);
            }
        }
        if item.optional { self.items(rest, at, budget, accept) } else { None }
    }

    fn run(
        &self,
        class: Class,
        least: usize,
        most: usize,
        separated: bool,
        start: usize,
        ends: &mut Ends,
    ) {
        if !separated && !self.misread && class != Class::AnyLetter {
            let rest = self.bytes.get(start..).unwrap_or_default();
            let count = rest.iter().take(most).take_while(|&&byte| class.has(byte)).count();
            for count in least..=count {
                ends.push(start + count);
            }
            return;
        }
        let mut at = start;
        let mut group = 0;
        for count in 1..=most {
            let mut next = self.one(class, at);
            if next.is_none() && separated && count > 1 {
                // A line break parts a long number, and a shorter one that its word names and that
                // would be incomplete without what follows.
                let over_lines = most >= 15 || (self.misread && count <= least);
                next = self.separator(at, over_lines).and_then(|after| {
                    let end = self.one(class, after)?;
                    // One digit alone behind a longer group belongs to something else, unless the
                    // whole value is written digit by digit.
                    let alone = self.one(class, end).is_none() && count < most;
                    let last = count == most;
                    (group == 1 || !(alone || last)).then_some(end)
                });
                if next.is_some() {
                    group = 0;
                }
            }
            let Some(end) = next else { return };
            at = end;
            group += 1;
            if count >= least {
                ends.push(at);
            }
        }
    }

    fn one(&self, class: Class, at: usize) -> Option<usize> {
        let byte = *self.bytes.get(at)?;
        if class == Class::AnyLetter {
            let character = self.text.get(at..)?.chars().next()?;
            return character.is_alphabetic().then_some(at + character.len_utf8());
        }
        let misread = self.misread && class == Class::Digit && self.misread_digit(at, byte);
        (class.has(byte) || misread).then_some(at + 1)
    }

    fn misread_digit(&self, at: usize, byte: u8) -> bool {
        let digit = |index: Option<usize>| {
            index.and_then(|index| self.bytes.get(index)).is_some_and(u8::is_ascii_digit)
        };
        MISREAD.contains(&byte) && (digit(at.checked_sub(1)) || digit(Some(at + 1)))
    }

    /// The end of a separator at `at`: blanks, at most one mark among them.
    fn separator(&self, at: usize, line_break: bool) -> Option<usize> {
        let mut end = at;
        let mut marked = false;
        while let Some(&byte) = self.bytes.get(end) {
            match byte {
                b' ' | b'\t' => {}
                b'\n' | b'\r' if line_break => {}
                b'.' | b'-' | b'/' | b'|' | b'_' | b'\\' if !marked => marked = true,
                _ => break,
            }
            end += 1;
            if end - at == 4 {
                break;
            }
        }
        (end > at).then_some(end)
    }

    fn ends_whole(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|last| self.bytes.get(last));
        let next = self.bytes.get(at);
        match (before, next) {
            (Some(before), Some(next)) if before.is_ascii_alphanumeric() => {
                !next.is_ascii_alphanumeric()
            }
            _ => true,
        }
    }
}

/// Ends of one item, nearest first. Most items have few.
#[derive(Default)]
struct Ends {
    first: [usize; FEW],
    count: usize,
    more: Vec<usize>,
}

const FEW: usize = 6;

impl Ends {
    fn push(&mut self, end: usize) {
        match self.first.get_mut(self.count) {
            Some(slot) => {
                *slot = end;
                self.count += 1;
            }
            None => self.more.push(end),
        }
    }

    fn furthest_first(&self) -> impl Iterator<Item = usize> + '_ {
        let first = self.first.get(..self.count).unwrap_or_default();
        self.more.iter().rev().chain(first.iter().rev()).copied()
    }
}

impl Class {
    /// Whether this byte of a folded text is a character of this class, or begins one.
    #[inline]
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Digit => byte.is_ascii_digit(),
            Self::Letter => byte.is_ascii_lowercase(),
            Self::LetterOrDigit => byte.is_ascii_alphanumeric(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::AnyLetter => byte.is_ascii_lowercase() || byte >= 0x80,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, text: &str, expect: Option<&str>) {
        let lists = BTreeMap::from([(
            "letter".to_owned(),
            ["A", "ب", "ww"].iter().map(ToString::to_string).collect(),
        )]);
        let pattern = Pattern::parse(pattern, &lists).unwrap();
        let folded = folded(text);
        let end = pattern.longest(&folded, 0, false, &mut |_| true);
        assert_eq!(end.and_then(|end| folded.get(..end)), expect, "{text}");
    }

    #[test]
    fn forms_match_as_they_are_written() {
        check("A{1,2} _ 9~{5,6}", "BK412097", Some("bk412097"));
        check("A{1,2} _ 9~{5,6}", "k 512 908.", Some("k 512 908"));
        check("A{1,2} _ 9~{5,6}", "BK4120975", None);
        check("A{1,2} _ 9~{5,6}", "BK412097x", None);
        check("9~{10}", "06 61 23 45 67 08", Some("06 61 23 45 67"));
        check("9~{10}", "0 6 6 1 2 3 4 5 6 7", Some("0 6 6 1 2 3 4 5 6 7"));
        check("9~{10}", "0661-90 - 44 - 18", Some("0661-90 - 44 - 18"));
        check("9~{7,8}", "1804427 1 rue", Some("1804427"));
        check("9{1,5} - <letter> - 9{1,2}", "12345-a-6", Some("12345-a-6"));
        check("9{1,5} - <letter> - 9{1,2}", "12345 | ب | 26", Some("12345 | ب | 26"));
        check(
            "\"+\" \"212\" _ \"(0)\"? _ 9~{9}",
            "+212 (0)661 88 40 12",
            Some("+212 (0)661 88 40 12"),
        );
        check("9{2} - 9~{6}", "26/204 881 w", Some("26/204 881"));
    }

    #[test]
    fn faults_are_named() {
        let lists = BTreeMap::new();
        for (pattern, expect) in [
            ("", "the pattern is empty."),
            ("9{x}", "`{x}` is no count such as {5} or {5,6}."),
            ("<plate>", "there is no list `plate`; the pack has ."),
            ("~", "`~` stands behind none of 9, A, L, X, H."),
            ("9$", "`$` is not part of the pattern language."),
        ] {
            assert_eq!(Pattern::parse(pattern, &lists).unwrap_err(), expect);
        }
    }
}
