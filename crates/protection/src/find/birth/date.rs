//! Reads one date, of any calendar and order, in digits or words.

use language::ByteSpan;

use super::{Bits, CALENDAR, CONTEXT, DAY, INSIDE, INSTEAD, INSTEAD_OF, LINK, MONTH};
use crate::find::identifiers::pattern::misread_as;
use crate::find::view::{TokenKind, View};

/// A date that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Date {
    pub(super) span: ByteSpan,
    /// The token behind it.
    pub(super) next: usize,
}

/// Reads dates of one text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates<'v> {
    pub(super) view: &'v View<'v>,
    pub(super) bits: &'v [Bits],
}

impl Dates<'_> {
    fn bits(&self, at: usize) -> Bits {
        self.bits.get(at).copied().unwrap_or_default()
    }

    fn number(&self, at: usize) -> Option<(u32, usize)> {
        let token = self.view.tokens().get(at)?;
        let text = self.view.token_folded(token);
        let digits = match token.kind {
            TokenKind::Number => text,
            // "17th", "1er".
            TokenKind::Mixed => {
                let bare = text.trim_end_matches(|character: char| character.is_ascii_lowercase());
                if bare.is_empty() || bare.len() + 2 < text.len() || !is_digits(bare) {
                    return misread(text);
                }
                let glued = self.glued(at);
                if glued && let Some(number) = misread(text) {
                    return Some(number);
                }
                bare
            }
            TokenKind::Word => return None,
        };
        (digits.len() <= 4 && text.len() - digits.len() <= 2)
            .then(|| Some((digits.parse().ok()?, digits.len())))?
    }

    /// Whether a mark of digit dates stands before or behind the token.
    fn glued(&self, at: usize) -> bool {
        self.separator(at).is_some() || self.separator(at + 1).is_some()
    }

    fn day(&self, at: usize) -> bool {
        self.number(at).is_some_and(|(value, length)| length <= 2 && (1..=31).contains(&value))
            || (self.bits(at) & DAY != 0 && self.number(at).is_none())
    }

    fn month(&self, at: usize) -> bool {
        self.number(at).is_some_and(|(value, length)| length <= 2 && (1..=12).contains(&value))
    }

    /// A year of the Gregorian, the Hijri or the Amazigh count.
    fn year(&self, at: usize) -> bool {
        self.number(at).is_some_and(|(value, length)| {
            length == 4
                && ((1870..=2035).contains(&value)
                    || (1290..=1460).contains(&value)
                    || (2820..=2985).contains(&value))
        })
    }

    /// The Gregorian year of a date that names it with four digits.
    pub(super) fn year_of(&self, date: Date) -> Option<u32> {
        let years = self.view.tokens_in(date.span).filter_map(|at| self.number(at));
        years.filter(|(_, length)| *length == 4).map(|(year, _)| year).find(|year| *year >= 1870)
    }

    fn short_year(&self, at: usize) -> bool {
        self.number(at).is_some_and(|(_, length)| length == 2)
    }

    fn separator(&self, at: usize) -> Option<char> {
        let gap = self.view.gap_before(at).trim_matches(' ');
        let mut characters = gap.chars();
        let first = characters.next()?;
        (characters.next().is_none() && matches!(first, '/' | '-' | '.')).then_some(first)
    }

    fn finish(&self, from: usize, to: usize) -> Option<Date> {
        let tokens = self.view.tokens();
        Some(Date {
            span: ByteSpan::new(
                tokens.get(from)?.span.start,
                tokens.get(to.checked_sub(1)?)?.span.end,
            ),
            next: to,
        })
    }

    /// Whether nothing parts a date here. One line break does not: lines of letters are full wherever
    /// they end.
    fn plain_gap(&self, at: usize) -> bool {
        let gap = self.view.gap_before(at);
        let gap =
            if gap.matches('\n').count() == 1 { gap.trim_matches(['\n', '\r', ' ']) } else { gap };
        !gap.contains(['\n', ';', '(', ')', '|', '\t'])
            && gap.trim_matches([' ', ',', '،', '-', '/', '.', '\'', '°', '"']).is_empty()
    }

    /// The date that begins at this token; a year alone only where the context says so.
    pub(super) fn date_at(&self, at: usize, year_alone: bool) -> Option<Date> {
        let first = self.calendar_date(at, year_alone)?;
        // "17 mars 1991 موافق فاتح رمضان 1411": the same day in another calendar.
        let joined = self.bits(first.next) & CALENDAR != 0 && self.plain_gap(first.next);
        let skip = usize::from(self.bits(first.next + 1) & (INSIDE | LINK) != 0);
        if joined && let Some(second) = self.calendar_date(first.next + 1 + skip, false) {
            return self.finish(at, second.next);
        }
        Some(first)
    }

    fn calendar_date(&self, at: usize, year_alone: bool) -> Option<Date> {
        let before = self.view.gap_before(at);
        let glued_before = at > 0 && matches!(before, "/" | "-" | ".");
        if glued_before {
            return None;
        }
        // Digits: day, month, year in either order, one separator.
        if let (Some(first), Some(second)) = (self.separator(at + 1), self.separator(at + 2))
            && first == second
        {
            let forward = (self.day(at) && self.month(at + 1)
                || self.month(at) && self.day(at + 1))
                && (self.year(at + 2) || self.short_year(at + 2));
            let backward = self.year(at) && self.month(at + 1) && self.day(at + 2);
            if forward || backward {
                return self.finish(at, at + 3);
            }
        }
        // Digits parted by spaces.
        if self.day(at)
            && self.month(at + 1)
            && self.year(at + 2)
            && self.view.gap_before(at + 1) == " "
            && self.view.gap_before(at + 2) == " "
        {
            return self.finish(at, at + 3);
        }
        if let Some(date) = self.written(at) {
            return Some(date);
        }
        let alone = year_alone
            && self.year(at)
            && self.separator(at + 1).is_none_or(|_| self.number(at + 1).is_none());
        if alone { self.finish(at, at + 1) } else { None }
    }

    /// "8 mars 1949", "March 8, 1949", "الثالث من يوليوز 1995", "mars 1949".
    fn written(&self, at: usize) -> Option<Date> {
        let skip = |mut at: usize, month: bool| {
            for _ in 0..2 {
                let passes = self.bits(at) & INSIDE != 0 && (month || self.bits(at) & MONTH == 0);
                if !(passes && self.plain_gap(at)) {
                    break;
                }
                at += 1;
            }
            at
        };
        let is_month = |at: usize| {
            self.bits(at) & MONTH != 0 && self.number(at).is_none() && self.plain_gap(at)
        };
        if self.day(at) {
            let month = skip(at + 1, false);
            if !is_month(month) {
                return None;
            }
            let year = skip(month + 1, true);
            let behind = (self.year(year) && self.plain_gap(year))
                || (self.short_year(year) && self.view.gap_before(year) == " ");
            return self.finish(at, if behind { year + 1 } else { month + 1 });
        }
        if self.bits(at) & MONTH != 0 && self.number(at).is_none() {
            if self.day(at + 1)
                && self.year(at + 2)
                && self.plain_gap(at + 1)
                && self.plain_gap(at + 2)
            {
                return self.finish(at, at + 3);
            }
            let year = skip(at + 1, true);
            if self.year(year) && self.plain_gap(year) {
                return self.finish(at, year + 1);
            }
        }
        None
    }

    /// The date behind a word of birth: over a place ("né à Tanger le …"), over a line break only where a
    /// question was asked.
    pub(super) fn after(&self, birth: usize, reach: usize) -> Option<Date> {
        let mut lines = 0;
        for at in birth + 1..=birth + reach {
            let gap = self.view.gap_before(at);
            let near = at <= birth + 4;
            if gap.contains('\n') {
                let asked = gap.contains(['?', '؟', ':']) || at <= birth + 3;
                lines += 1;
                if !asked && lines > 0 || lines > 1 {
                    return None;
                }
            } else if gap.contains(['.', '!', ';', '|']) && gap.contains([' ', ';', '|']) && !near {
                return None;
            }
            if let Some(date) = self.date_at(at, near) {
                return Some(date);
            }
            if self.bits(at) & CONTEXT != 0 && at > birth + 2 {
                return None;
            }
        }
        None
    }

    /// A date right behind another that it stands for: behind "instead", or "instead of".
    pub(super) fn corrected(&self, next: usize) -> Option<Date> {
        let far = match self.bits(next) {
            bits if bits & INSTEAD != 0 => 1,
            bits if bits & INSTEAD_OF != 0 => 3,
            _ => return None,
        };
        (next + 1..=next + far).find_map(|at| self.date_at(at, true))
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number in which a scanner read digits as letters: `198O`, `O5`.
fn misread(text: &str) -> Option<(u32, usize)> {
    if text.len() > 4 {
        return None;
    }
    let digit = |sign: char| if sign.is_ascii_digit() { Some(sign) } else { misread_as(sign) };
    let read: String = text.chars().map(digit).collect::<Option<_>>()?;
    Some((read.parse().ok()?, read.len()))
}
