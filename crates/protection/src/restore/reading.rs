//! Reading the inside of a label: its word, what joins the ordinal to it, the ordinal, the form.

use language::digits::digit_value;
use language::script::{Script, script_of};

use super::cursor::{Cursor, Stop};
use super::table::{Word, WordTable};
use crate::label::letters::fold_letter;

/// What stands between two parts of a label, from weak to strong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Joint {
    /// Nothing, or emphasis marks only.
    Glued,
    /// A line break.
    Break,
    /// A space of any width.
    Space,
    /// A hyphen.
    Hyphen,
    /// An underscore.
    Underscore,
}

/// How the letters of a word are cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// `PERSON`
    Upper,
    /// `Person`
    Title,
    /// `person`, `pErSoN`
    Lower,
    /// The script has no case.
    None,
}

/// A label's word as it was read.
#[derive(Debug)]
pub(crate) struct WordRead<'w> {
    /// The words it may be; they are spelled alike.
    pub(crate) words: Vec<&'w Word>,
    /// What joins the ordinal.
    pub(crate) joint: Joint,
    /// How it is cased.
    pub(crate) case: Case,
    /// The script of its first letter.
    pub(crate) script: Script,
}

/// The longest run of separators inside a label.
const LONGEST_JOINT: usize = 3;

/// Reads a word and the joint behind it, up to the first digit of the ordinal.
pub(crate) fn read_word<'w>(
    cursor: &mut Cursor<'_>,
    table: &'w WordTable,
) -> Result<WordRead<'w>, Stop> {
    let mut candidates = table.all();
    let mut count = 0;
    let mut joints: Vec<(usize, Joint)> = Vec::new();
    let mut run = 0;
    let (mut upper, mut lower, mut first_upper) = (0usize, 0usize, false);
    let mut script = Script::Common;
    loop {
        let Some(atom) = cursor.peek()? else { return Err(Stop::No) };
        let character = atom.character;
        if let Some(letter) = fold_letter(character) {
            candidates = WordTable::narrow(candidates, count, letter);
            if candidates.is_empty() {
                return Err(Stop::No);
            }
            if count == 0 {
                script = script_of(character);
                first_upper = character.is_uppercase();
            }
            upper += usize::from(character.is_uppercase());
            lower += usize::from(character.is_lowercase());
            count += 1;
            run = 0;
        } else if let Some(joint) = joint_of(character) {
            run += 1;
            if count == 0 || run > LONGEST_JOINT || !may_part(candidates, count, joint) {
                return Err(Stop::No);
            }
            match joints.last_mut() {
                Some((at, known)) if *at == count => *known = (*known).max(joint),
                _ => joints.push((count, joint)),
            }
        } else if digit_value(character).is_some() && count > 0 {
            break;
        } else {
            return Err(Stop::No);
        }
        cursor.pass(atom)?;
    }
    let joint = match joints.last() {
        Some(&(at, joint)) if at == count => joint,
        _ => Joint::Glued,
    };
    let words: Vec<&Word> = candidates
        .iter()
        .filter(|word| word.letters.len() == count)
        .filter(|word| {
            joints.iter().all(|&(at, joint)| {
                at == count || joint <= Joint::Break || word.breaks.contains(&at)
            })
        })
        .collect();
    if words.is_empty() {
        return Err(Stop::No);
    }
    let case = match (upper, lower) {
        (0, 0) => Case::None,
        (_, 0) => Case::Upper,
        (1, _) if first_upper => Case::Title,
        _ => Case::Lower,
    };
    Ok(WordRead { words, joint, case, script })
}

/// Reads one digit of any script.
pub(crate) fn read_digit(cursor: &mut Cursor<'_>) -> Result<Option<u32>, Stop> {
    match cursor.peek()? {
        Some(atom) => match digit_value(atom.character) {
            Some(value) => {
                cursor.pass(atom)?;
                Ok(Some(u32::from(value)))
            }
            None => Ok(None),
        },
        None => Ok(None),
    }
}

/// Reads a run of at most `longest` ASCII letters, in lower case.
pub(crate) fn read_letters(cursor: &mut Cursor<'_>, longest: usize) -> Result<String, Stop> {
    let mut letters = String::new();
    while letters.len() < longest {
        match cursor.peek()? {
            Some(atom) if atom.character.is_ascii_alphabetic() => {
                letters.push(atom.character.to_ascii_lowercase());
                cursor.pass(atom)?;
            }
            _ => break,
        }
    }
    Ok(letters)
}

/// Passes over what may stand between a bracket and the word: a space, a line break, emphasis.
pub(crate) fn pass_padding(cursor: &mut Cursor<'_>) -> Result<(), Stop> {
    for _ in 0..LONGEST_JOINT {
        match cursor.peek()? {
            Some(atom) if joint_of(atom.character).is_some_and(|joint| joint != Joint::Hyphen) => {
                cursor.pass(atom)?;
            }
            _ => break,
        }
    }
    Ok(())
}

fn may_part(candidates: &[Word], count: usize, joint: Joint) -> bool {
    joint <= Joint::Break
        || candidates.iter().any(|word| word.letters.len() == count || word.breaks.contains(&count))
}

fn joint_of(character: char) -> Option<Joint> {
    match character {
        '_' | '\u{FF3F}' | '\u{203F}' => Some(Joint::Underscore),
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' => Some(Joint::Hyphen),
        '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some(Joint::Break),
        '*' | '`' => Some(Joint::Glued),
        _ if character.is_whitespace() => Some(Joint::Space),
        _ => None,
    }
}
