//! Deciding whether a live label stands at one place of a text. The grammar is in the documentation of
//! [`crate::restore`].

use language::digits::digit_value;
use language::script::{Script, script_of};

use super::cursor::{Cursor, Stop, may_open};
use super::reading::{Case, Joint, WordRead, pass_padding, read_digit, read_letters, read_word};
use crate::label::letters::{fold_letter, is_ignorable};
use crate::vault::{Entity, LiveLabels};

/// How many characters before a label its left boundary may depend on.
pub(crate) const CONTEXT_CHARACTERS: usize = 16;

/// A live label in a text.
#[derive(Debug)]
pub(crate) struct Match<'v> {
    /// Where it ends.
    pub(crate) end: usize,
    /// What it stands for.
    pub(crate) entity: &'v Entity,
    /// Which spelling; `None` where the form is not a live one.
    pub(crate) form: Option<usize>,
    /// What stays before the value.
    pub(crate) stays: &'static str,
}

/// Whether a label may begin with this character at all.
pub(crate) fn may_begin(live: &LiveLabels, character: char) -> bool {
    match fold_letter(character) {
        Some(letter) => live.table().begins(letter),
        None => matches!(character, '\\' | '&') || closing(character).is_some(),
    }
}

/// Whether a live label stands at byte `at`. `open_brackets` square brackets stand open before it.
pub(crate) fn attempt<'v>(
    live: &'v LiveLabels,
    text: &str,
    at: usize,
    finished: bool,
    open_brackets: u32,
) -> Result<Match<'v>, Stop> {
    let rest = text.get(at..).unwrap_or_default();
    if rest.starts_with(is_ignorable) || (rest.starts_with('&') && !may_open(rest)) {
        return Err(Stop::No);
    }
    let before = text.get(..at).unwrap_or_default();
    let mut cursor = Cursor::new(text, at, finished, live.budget());
    let first = cursor.peek()?.filter(|atom| atom.start == at).ok_or(Stop::No)?;
    let Some(close) = closing(first.character) else {
        let starts = fold_letter(first.character).is_some_and(|letter| live.table().begins(letter));
        return if starts { bare(live, cursor, before, open_brackets) } else { Err(Stop::No) };
    };
    cursor.pass(first)?;
    match bracketed(live, cursor.clone(), first.character, close) {
        Ok((found, decoded)) => {
            // `\[PERSON_1]`: the backslash was there before the label was written.
            let backslash = rest.starts_with("\\[") || rest.starts_with("\\\\[");
            if backslash && decoded == 1 { Err(Stop::No) } else { Ok(found) }
        }
        Err(Stop::No) if first.character == '[' && !first.decoded => unclosed(live, cursor, text),
        Err(stop) => Err(stop),
    }
}

/// A label between brackets, and how many of its characters were escaped.
fn bracketed<'v>(
    live: &'v LiveLabels,
    mut cursor: Cursor<'_>,
    open: char,
    close: char,
) -> Result<(Match<'v>, usize), Stop> {
    let mut brackets = 1;
    if open != '[' {
        while brackets < 2
            && let Some(atom) = cursor.peek()?
            && atom.character == open
        {
            cursor.pass(atom)?;
            brackets += 1;
        }
    }
    pass_padding(&mut cursor)?;
    let program = matches!(open, '<' | '{');
    let meant =
        |read: &WordRead<'_>| !(program && read.joint == Joint::Glued && read.case == Case::Lower);
    let (_, entity, stays) = read_entity(live, &mut cursor, meant)?;
    let letters = read_letters(&mut cursor, live.longest_form().max(3))?;
    pass_padding(&mut cursor)?;
    if open == '<'
        && let Some(atom) = cursor.peek()?
        && atom.character == '/'
    {
        cursor.pass(atom)?;
    }
    for _ in 0..brackets {
        match cursor.peek()? {
            Some(atom) if atom.character == close => cursor.pass(atom)?,
            _ => return Err(Stop::No),
        }
    }
    let form = entity.form(&letters);
    Ok((Match { end: cursor.at(), entity, form, stays }, cursor.decoded()))
}

/// A label behind an opening bracket that is never closed. The bracket goes with it, unless a list goes
/// on behind it.
fn unclosed<'v>(live: &'v LiveLabels, cursor: Cursor<'_>, text: &str) -> Result<Match<'v>, Stop> {
    let before = text.get(..cursor.at()).unwrap_or_default();
    let mut behind = cursor.clone();
    let found = bare(live, cursor, before, 1)?;
    behind.move_to(found.end);
    let list_goes_on = |character: char| {
        character.is_uppercase()
            || digit_value(character).is_some()
            || is_delimiter(character)
            || closing(character).is_some()
    };
    let Some(mut next) = behind.peek()? else { return Ok(found) };
    if !matches!(next.character, ',' | ';' | '|' | '/' | '&' | '،' | '؛') {
        return Ok(found);
    }
    // `[PERSON_1, PERSON_2]` is a list of labels, `[PERSON_1, bonjour` a bracket that was forgotten.
    for _ in 0..2 {
        behind.pass(next)?;
        match behind.peek()? {
            Some(atom) if atom.character.is_whitespace() => next = atom,
            Some(atom) if list_goes_on(atom.character) => return Err(Stop::No),
            _ => break,
        }
    }
    Ok(found)
}

/// A label without brackets.
fn bare<'v>(
    live: &'v LiveLabels,
    mut cursor: Cursor<'_>,
    before: &str,
    open_brackets: u32,
) -> Result<Match<'v>, Stop> {
    if let Some(atom) = cursor.peek()?
        && !left_boundary(before, script_of(atom.character))
    {
        return Err(Stop::No);
    }
    let left = before.chars().rev().take(CONTEXT_CHARACTERS).find(|&mark| !is_ignorable(mark));
    let delimited_left = left.is_some_and(is_delimiter);
    let meant = |read: &WordRead<'_>| natural(read, delimited_left);
    let (read, entity, stays) = read_entity(live, &mut cursor, meant)?;
    let digits_end = cursor.clone();
    let letters = read_letters(&mut cursor, live.longest_form().max(1) + 1)?;
    let form = match (entity.form(&letters), letters.len()) {
        (Some(index), _) => Some(index),
        (None, 1) if letters == "s" => {
            // A plural s belongs to the sentence.
            if next_is_alphanumeric(&cursor)? {
                return Err(Stop::No);
            }
            cursor = digits_end;
            Some(0)
        }
        (None, 1) => None,
        (None, _) => return Err(Stop::No),
    };
    let plural = letters == "s" && form == Some(0);
    let delimited_right = if plural { false } else { right_boundary(&cursor, &read)? };
    if !natural(&read, delimited_left && delimited_right) {
        return Err(Stop::No);
    }
    let mut end = cursor.at();
    if open_brackets == 0
        && !plural
        && let Some(atom) = cursor.peek()?
        && atom.character == ']'
        && !atom.decoded
    {
        end = atom.end;
    }
    Ok(Match { end, entity, form, stays })
}

/// Reads a word that is `meant` as one and its ordinal; they must name exactly one live entity.
fn read_entity<'v>(
    live: &'v LiveLabels,
    cursor: &mut Cursor<'_>,
    meant: impl Fn(&WordRead<'_>) -> bool,
) -> Result<(WordRead<'v>, &'v Entity, &'static str), Stop> {
    let read = read_word(cursor, live.table())?;
    if !meant(&read) {
        return Err(Stop::No);
    }
    let mut ordinal = 0u32;
    let mut digits = 0;
    while let Some(digit) = read_digit(cursor)? {
        digits += 1;
        ordinal =
            ordinal.checked_mul(10).and_then(|tens| tens.checked_add(digit)).ok_or(Stop::No)?;
        let possible = read.words.iter().any(|word| live.may_begin(&word.label, ordinal));
        if digits > 9 || !possible {
            return Err(Stop::No);
        }
    }
    let mut found: Option<(&Entity, &str, &'static str)> = None;
    for word in &read.words {
        if let Some(entity) = live.entity(&word.label, ordinal) {
            match found {
                Some((_, label, _)) if label != word.label => return Err(Stop::No),
                _ => found = Some((entity, &word.label, word.stays)),
            }
        }
    }
    let (entity, _, stays) = found.ok_or(Stop::No)?;
    Ok((read, entity, stays))
}

/// Whether a label in this case and with this joint is meant as one and is no plain language.
fn natural(read: &WordRead<'_>, delimited: bool) -> bool {
    let definite = read.words.iter().any(|word| word.definite);
    let long = read.words.iter().any(|word| word.letters.len() >= 4);
    delimited
        || match (read.joint, read.case) {
            (Joint::Underscore | Joint::Hyphen, _) => true,
            (Joint::Space, Case::Upper) => true,
            (Joint::Space, Case::Title) => long,
            (Joint::Space, Case::None) => definite,
            (Joint::Glued, Case::Upper | Case::None) => true,
            (Joint::Space | Joint::Glued | Joint::Break, _) => false,
        }
}

/// Whether nothing behind the label makes it part of something longer ([`Stop::No`] if so), and whether
/// a quote, bracket or emphasis follows.
fn right_boundary(cursor: &Cursor<'_>, read: &WordRead<'_>) -> Result<bool, Stop> {
    let Some(atom) = cursor.peek()? else { return Ok(false) };
    let character = atom.character;
    if digit_value(character).is_some() {
        return Err(Stop::No);
    }
    if character.is_alphanumeric() {
        let glued = script_of(character) == read.script || script_of(character) == Script::Latin;
        return if glued { Err(Stop::No) } else { Ok(false) };
    }
    if character == '_' {
        let mut behind = cursor.clone();
        for _ in 0..2 {
            if let Some(next) = behind.peek()?
                && next.character == '_'
            {
                behind.pass(next)?;
            }
        }
        if next_is_alphanumeric(&behind)? {
            return Err(Stop::No);
        }
    }
    if read.joint != Joint::Underscore && matches!(character, '.' | ',' | '/' | '-' | ':') {
        let mut behind = cursor.clone();
        behind.pass(atom)?;
        if behind.peek()?.is_some_and(|next| digit_value(next.character).is_some()) {
            return Err(Stop::No);
        }
    }
    Ok(is_delimiter(character))
}

fn next_is_alphanumeric(cursor: &Cursor<'_>) -> Result<bool, Stop> {
    Ok(cursor.peek()?.is_some_and(|atom| atom.character.is_alphanumeric()))
}

fn is_delimiter(character: char) -> bool {
    matches!(
        character,
        '"' | '\''
            | '`'
            | '*'
            | '«'
            | '»'
            | '“'
            | '”'
            | '„'
            | '‘'
            | '’'
            | '‹'
            | '›'
            | '('
            | ')'
    )
}

/// The closing bracket to an opening one that may stand around a label. Round brackets and guillemets
/// are not among them: they are part of the sentence and stay.
fn closing(open: char) -> Option<char> {
    match open {
        '[' => Some(']'),
        '<' => Some('>'),
        '{' => Some('}'),
        '【' => Some('】'),
        '⟦' => Some('⟧'),
        '〔' => Some('〕'),
        '［' => Some('］'),
        '⟨' => Some('⟩'),
        '〈' => Some('〉'),
        '《' => Some('》'),
        '「' => Some('」'),
        _ => None,
    }
}

/// Whether a bare label whose word is in `script` may begin behind this text: not inside a longer word,
/// but behind Arabic prepositions, behind a letter of another script, behind emphasis.
fn left_boundary(before: &str, script: Script) -> bool {
    let mut previous = before
        .chars()
        .rev()
        .take(CONTEXT_CHARACTERS)
        .filter(|&character| !is_ignorable(character))
        .peekable();
    for _ in 0..2 {
        if previous.peek() == Some(&'_') {
            previous.next();
        }
    }
    let Some(&last) = previous.peek() else { return true };
    if !last.is_alphanumeric() && last != '_' {
        return true;
    }
    if ends_with_escape(before) {
        return true;
    }
    if digit_value(last).is_some() || last == '_' {
        return false;
    }
    if script_of(last) != script {
        return true;
    }
    if script != Script::Arabic {
        return false;
    }
    let mut glued: Vec<char> = Vec::new();
    while let Some(&letter) = previous.peek()
        && letter.is_alphanumeric()
        && glued.len() < 6
    {
        glued.push(letter);
        previous.next();
    }
    glued.reverse();
    is_clitic(&glued)
}

/// Whether the text ends in `\n`, `\t`, `\r` or `\uXXXX` as inside JSON.
pub(super) fn ends_with_escape(before: &str) -> bool {
    let tail: Vec<char> = before.chars().rev().take(6).collect();
    match tail.as_slice() {
        ['n' | 't' | 'r', '\\', ..] => true,
        [a, b, c, d, 'u', '\\'] => [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()),
        _ => false,
    }
}

/// Arabic particles that are written on the word: و or ف, then ب, ل, ك or the Darija د, then ال.
fn is_clitic(letters: &[char]) -> bool {
    let rest =
        letters.strip_prefix(&['و']).or_else(|| letters.strip_prefix(&['ف'])).unwrap_or(letters);
    let rest = match rest {
        ['ب' | 'ل' | 'ك' | 'د', rest @ ..] => rest,
        _ => rest,
    };
    matches!(rest, [] | ['ا', 'ل'] | ['ل'])
}
