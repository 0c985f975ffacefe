//! Live surrogates, and how they are read in an answer.
//!
//! A surrogate is read in any case, with digits of any script and invisible marks inside; where its kind is
//! grouped, also with one blank, dot, dash, slash or colon between its signs. Written exactly as Igudar
//! wrote it, it gives the spelling that it stands for; written in another way, the first spelling of its
//! value. It must not be part of something longer: no letter or digit may touch it (Arabic particles before
//! it may), no further group of digits follow it, no dot, `@` or `_` with more behind it.

use std::fmt;

use language::digits::digit_value;
use language::script::{Script, script_of};
use zeroize::Zeroizing;

use super::cursor::{Cursor, Stop};
use super::matcher::{CONTEXT_CHARACTERS, ends_with_escape};
use crate::Kind;
use crate::label::letters::is_ignorable;
use crate::pack::surrogates::is_separator;

/// One surrogate and what it stands for.
#[derive(Clone)]
pub(crate) struct Surrogate {
    pub(crate) kind: Kind,
    /// As it was written.
    pub(crate) written: String,
    /// Whether separators inside say nothing.
    pub(crate) grouped: bool,
    /// The spelling that it stands for.
    pub(crate) value: Zeroizing<String>,
}

impl fmt::Debug for Surrogate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} for a {}", self.written, self.kind)
    }
}

/// The signs of a surrogate as it is looked up.
pub(crate) fn signs(written: &str, grouped: bool) -> Vec<char> {
    written.chars().filter(|sign| !(grouped && is_separator(*sign))).map(folded).collect()
}

fn folded(character: char) -> char {
    match digit_value(character) {
        Some(value) => char::from(b'0' + value),
        None => character.to_lowercase().next().unwrap_or(character),
    }
}

/// Surrogates ready to be read.
#[derive(Clone, Default)]
pub(crate) struct LiveSurrogates {
    /// Sorted by signs; those of equal signs in the order in which they were given.
    all: Vec<(Vec<char>, Surrogate)>,
    first: Vec<char>,
    budget: usize,
}

/// A live surrogate in a text.
#[derive(Debug)]
pub(crate) struct SurrogateMatch<'v> {
    pub(crate) end: usize,
    pub(crate) found: &'v Surrogate,
}

impl LiveSurrogates {
    pub(crate) fn new(surrogates: Vec<Surrogate>) -> Self {
        let longest = surrogates.iter().map(|one| one.written.chars().count()).max().unwrap_or(0);
        let mut all: Vec<(Vec<char>, Surrogate)> =
            surrogates.into_iter().map(|one| (signs(&one.written, one.grouped), one)).collect();
        all.retain(|(signs, _)| !signs.is_empty());
        all.sort_by(|one, other| one.0.cmp(&other.0));
        let mut first: Vec<char> =
            all.iter().filter_map(|(signs, _)| signs.first().copied()).collect();
        first.dedup();
        Self { all, first, budget: longest + longest / 3 + 8 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Surrogate> {
        self.all.iter().map(|(_, surrogate)| surrogate)
    }

    /// The signs with which surrogates begin, sorted.
    pub(crate) fn first_signs(&self) -> &[char] {
        &self.first
    }

    /// Whether a surrogate may begin with this character.
    pub(crate) fn may_begin(&self, character: char) -> bool {
        !self.first.is_empty()
            && (character == '\\'
                || character == '&'
                || self.first.binary_search(&folded(character)).is_ok())
    }

    /// Whether a live surrogate stands at byte `at`.
    pub(crate) fn attempt(
        &self,
        text: &str,
        at: usize,
        finished: bool,
    ) -> Result<SurrogateMatch<'_>, Stop> {
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with(is_ignorable) || !may_stand_behind(text.get(..at).unwrap_or_default()) {
            return Err(Stop::No);
        }
        let mut last = Err(Stop::No);
        self.read(Cursor::new(text, at, finished, self.budget), |cursor, alike| {
            let exact = alike
                .iter()
                .find(|(_, one)| text.get(at..cursor.at()) == Some(one.written.as_str()));
            let Some((_, found)) = exact.or_else(|| alike.first()) else { return Ok(()) };
            if ends_here(cursor, found, exact.is_some())? {
                last = Ok(SurrogateMatch { end: cursor.at(), found });
            }
            Ok(())
        })?;
        last
    }

    /// Every surrogate that could be read somewhere in a text, whatever stands around it.
    pub(crate) fn anywhere_in(&self, text: &str, mut note: impl FnMut(&Surrogate)) {
        for (at, character) in text.char_indices() {
            if self.may_begin(character) {
                let read = self.read(Cursor::new(text, at, true, self.budget), |_, alike| {
                    for (_, one) in alike {
                        note(one);
                    }
                    Ok(())
                });
                // What reads as nothing from here on may still be read from a later place.
                read.unwrap_or_default();
            }
        }
    }

    /// Reads sign by sign, and hands over each run of surrogates that is complete.
    fn read<'v>(
        &'v self,
        mut cursor: Cursor<'_>,
        mut complete: impl FnMut(&Cursor<'_>, &'v [(Vec<char>, Surrogate)]) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let mut candidates = self.all.as_slice();
        let mut count = 0;
        let mut separated = false;
        while let Some(atom) = cursor.peek()? {
            let sign = folded(atom.character);
            let next = |one: &(Vec<char>, Surrogate)| one.0.get(count).copied();
            let from = candidates.partition_point(|one| next(one) < Some(sign));
            let to = candidates.partition_point(|one| next(one) <= Some(sign));
            let narrowed = candidates.get(from..to).unwrap_or_default();
            if !narrowed.is_empty() {
                candidates = narrowed;
                count += 1;
                separated = false;
            } else if is_separator(atom.character)
                && count > 0
                && !separated
                && candidates.iter().any(|(signs, one)| one.grouped && signs.len() > count)
            {
                separated = true;
            } else {
                return Ok(());
            }
            if cursor.pass(atom).is_err() {
                return Ok(());
            }
            let whole = candidates.partition_point(|one| one.0.len() <= count);
            if whole > 0 && !separated {
                complete(&cursor, candidates.get(..whole).unwrap_or_default())?;
            }
            if whole == candidates.len() {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Whether a surrogate may begin behind this text.
fn may_stand_behind(before: &str) -> bool {
    let mut previous = before.chars().rev().take(CONTEXT_CHARACTERS).filter(|c| !is_ignorable(*c));
    let Some(last) = previous.next() else { return true };
    if last.is_alphanumeric() {
        return ends_with_escape(before)
            || (digit_value(last).is_none() && script_of(last) == Script::Arabic);
    }
    let joined = matches!(last, '.' | '_' | '+' | '%' | '@');
    !(joined && previous.next().is_some_and(char::is_alphanumeric))
}

/// Whether a surrogate may end here.
fn ends_here(cursor: &Cursor<'_>, found: &Surrogate, exact: bool) -> Result<bool, Stop> {
    let Some(atom) = cursor.peek()? else { return Ok(true) };
    let character = atom.character;
    if character.is_alphanumeric() {
        return Ok(digit_value(character).is_none() && script_of(character) == Script::Arabic);
    }
    let goes_on = match character {
        '.' | '_' => true,
        '@' => true,
        '-' => found.written.contains('@') || (found.grouped && !exact),
        ':' => found.written.contains(':'),
        _ => found.grouped && !exact && is_separator(character),
    };
    if !goes_on {
        return Ok(true);
    }
    let mut behind = cursor.clone();
    if behind.pass(atom).is_err() {
        return Ok(false);
    }
    let next = behind.peek()?.map(|next| next.character);
    Ok(match next {
        Some(next) if found.grouped => digit_value(next).is_none(),
        Some(next) => !next.is_alphanumeric(),
        None => true,
    })
}
