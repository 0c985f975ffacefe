//! What the first bytes of a match must be like: most patterns are ruled out by them at most places.

use super::{Class, Item, MISREAD, What, is_separator};

/// What the first bytes of a match must be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QuickLook {
    /// The bytes with which a match can begin.
    first: ByteSet,
    /// The same where letters may be misread digits.
    misread_first: ByteSet,
    /// Where the pattern begins with digits or with Latin letters.
    run: Option<FirstRun>,
}

impl QuickLook {
    pub(super) fn of(items: &[Item]) -> Self {
        let (mut first, nothing) = ByteSet::first_of(items);
        if nothing {
            first = ByteSet([u64::MAX; 4]);
        }
        let mut misread_first = first;
        if (b'0'..=b'9').all(|byte| first.has(byte)) {
            misread_first.add_all(|byte| MISREAD.contains(&byte));
        }
        Self { first, misread_first, run: FirstRun::of(items) }
    }

    /// Whether a match can begin with this byte where nothing is misread.
    pub(super) fn begins_with(&self, byte: u8) -> bool {
        self.first.has(byte)
    }

    /// Whether a match can begin where this stands ahead. `misread` as for [`Pattern::longest`].
    #[inline]
    pub(crate) fn may_begin(&self, ahead: &Ahead<'_>, misread: bool) -> bool {
        let first = if misread { self.misread_first } else { self.first };
        ahead.first().is_some_and(|byte| first.has(byte))
            && (misread || self.run.is_none_or(|run| run.may_begin(ahead)))
    }
}

/// The digits or letters with which a pattern begins, where no other one can stand behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct FirstRun {
    letters: bool,
    least: usize,
    most: usize,
    /// Separators may part them.
    separated: bool,
    /// What can stand behind them; anything where they may be all there is.
    behind: Option<ByteSet>,
}

impl FirstRun {
    fn of(items: &[Item]) -> Option<Self> {
        let (first, rest) = items.split_first()?;
        let (letters, least, most, separated) = match &first.what {
            What::Run { class: Class::Digit, least, most, separated } => {
                (false, *least, *most, *separated)
            }
            What::Run { class: Class::Letter, least, most, separated: false } => {
                (true, *least, *most, false)
            }
            What::OneOf(entries) => {
                let letters = entries.iter().all(|e| e.bytes().all(|b| b.is_ascii_lowercase()));
                let digits = entries.iter().all(|e| e.bytes().all(|b| b.is_ascii_digit()));
                let least = entries.iter().map(str::len).min().filter(|_| letters || digits)?;
                (letters, least, entries.iter().map(str::len).max()?, false)
            }
            _ => return None,
        };
        let class = if letters { Class::Letter } else { Class::Digit };
        let (behind, nothing) = ByteSet::first_of(rest);
        let again = (0..=u8::MAX).any(|byte| class.has(byte) && behind.has(byte));
        let behind = (!nothing).then_some(behind);
        (!first.optional && !again).then_some(Self { letters, least, most, separated, behind })
    }

    fn may_begin(self, ahead: &Ahead<'_>) -> bool {
        if ahead.count > self.most || ahead.letters != self.letters {
            return false;
        }
        if !self.separated {
            return ahead.count >= self.least
                && self
                    .behind
                    .is_none_or(|behind| ahead.next.is_some_and(|byte| behind.has(byte)));
        }
        ahead.count >= self.least || enough_over_separators(ahead.rest, self.least)
    }
}

fn enough_over_separators(rest: &[u8], least: usize) -> bool {
    let mut count = 0;
    for &byte in rest {
        if byte.is_ascii_digit() {
            count += 1;
            if count >= least {
                return true;
            }
        } else if !is_separator(byte) {
            break;
        }
    }
    false
}

/// What stands at a place, looked at once for all patterns that are tried there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ahead<'t> {
    rest: &'t [u8],
    /// Whether letters stand there; else the count is that of digits.
    letters: bool,
    /// Digits or Latin letters in a row.
    count: usize,
    /// What stands behind them.
    next: Option<u8>,
}

impl<'t> Ahead<'t> {
    /// What stands at byte `start` of a folded text.
    pub(crate) fn at(folded: &'t [u8], start: usize) -> Self {
        let rest = folded.get(start..).unwrap_or_default();
        let letters = rest.first().is_some_and(u8::is_ascii_lowercase);
        let class = if letters { Class::Letter } else { Class::Digit };
        let count = rest.iter().take(65).take_while(|&&byte| class.has(byte)).count();
        Self { rest, letters, count, next: rest.get(count).copied() }
    }

    /// The byte there.
    pub(crate) fn first(&self) -> Option<u8> {
        self.rest.first().copied()
    }
}

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct ByteSet([u64; 4]);

impl ByteSet {
    fn add(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    fn add_all(&mut self, wanted: impl Fn(u8) -> bool) {
        for byte in (0..=u8::MAX).filter(|&byte| wanted(byte)) {
            self.add(byte);
        }
    }

    fn has(self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|word| word & 1 << (byte & 63) != 0)
    }

    /// The bytes with which these items can begin; whether they can also be nothing at all.
    fn first_of(items: &[Item]) -> (Self, bool) {
        let mut set = Self::default();
        for item in items {
            let mut optional = item.optional;
            match &item.what {
                What::Run { class, .. } => {
                    set.add_all(|byte| class.has(byte));
                }
                What::Literal(text) => set.add_all(|byte| text.bytes().next() == Some(byte)),
                What::OneOf(entries) => {
                    let first: Vec<u8> = entries.first_bytes().collect();
                    set.add_all(|byte| first.contains(&byte));
                }
                What::Separator { required, .. } => {
                    set.add_all(is_separator);
                    optional |= !required;
                }
            }
            if !optional {
                return (set, false);
            }
        }
        (set, true)
    }
}
