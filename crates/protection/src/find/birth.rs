//! Dates that are said to be a birth date.
//!
//! Owns the meeting of a word of birth with a date behind it, in text, under a label or in a column. A
//! date without such a word is no personal value.

mod date;

use language::ByteSpan;
use serde::Deserialize;

use super::candidate::{Candidate, Detector, Strength};
use super::place::Surroundings;
use super::view::View;
use super::words::{Bits, Words};
use crate::finding::Kind;
use crate::pack::toml_file::read_toml;
use crate::pack::{Pack, PackError};
use date::Dates;

const WORDS: &str = "birth.toml";

pub(super) const CONTEXT: Bits = 1 << 16;
pub(super) const MONTH: Bits = 1 << 17;
pub(super) const DAY: Bits = 1 << 18;
pub(super) const INSIDE: Bits = 1 << 19;
pub(super) const CALENDAR: Bits = 1 << 20;
pub(super) const WEAK: Bits = 1 << 21;
/// Links the date of another calendar.
pub(super) const LINK: Bits = 1 << 22;
/// A date right behind it corrects the date before it.
pub(super) const INSTEAD: Bits = 1 << 23;
/// The same, with small words between.
pub(super) const INSTEAD_OF: Bits = 1 << 24;

/// A word of negation behind which no birth is meant by a word that may be one ("ne … pas").
pub(super) const NEGATION: Bits = 1 << 25;

/// How many tokens behind a word its negation ends.
const NEGATION_REACH: usize = 4;
/// How many tokens behind a word of birth its date may begin.
const REACH: usize = 9;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct BirthFile {
    context: Vec<String>,
    weak: Vec<String>,
    calendar: Vec<String>,
    month: Vec<String>,
    day: Vec<String>,
    inside: Vec<String>,
    #[serde(default)]
    link: Vec<String>,
    #[serde(default)]
    instead: Vec<String>,
    #[serde(default)]
    instead_of: Vec<String>,
    #[serde(default)]
    negation: Vec<String>,
    #[serde(default)]
    number: Vec<Kind>,
    #[serde(default)]
    latest_year: u32,
}

/// The pack's words, checked; none where the pack has no such file.
fn read(pack: &Pack) -> Result<BirthFile, PackError> {
    match pack.file(WORDS) {
        "" => Ok(BirthFile::default()),
        content => read_toml(WORDS, content),
    }
}

/// What is wrong with the pack's words.
pub(super) fn check(pack: &Pack) -> Result<(), PackError> {
    read(pack).map(drop)
}

/// Finds birth dates, on views that know the words of [`Self::add_words`].
#[derive(Debug)]
pub struct BirthDateDetector {
    /// The numbers of a person that a birth date follows without a word.
    numbers: Vec<Kind>,
    /// The latest year that such a date is read as a birth.
    latest_year: u32,
}

impl BirthDateDetector {
    /// A detector with the pack's kinds of numbers that a birth date follows.
    pub fn new(pack: &Pack) -> Self {
        let file = read(pack).unwrap_or_default();
        Self { numbers: file.number, latest_year: file.latest_year }
    }

    /// Adds the pack's months and words of birth.
    pub fn add_words(pack: &Pack, words: &mut Words) {
        let file = read(pack).unwrap_or_default();
        words.add(&file.context, CONTEXT);
        words.add(&file.weak, WEAK);
        words.add(&file.calendar, CALENDAR);
        words.add(&file.month, MONTH);
        words.add(&file.day, DAY);
        words.add(&file.inside, INSIDE);
        words.add(&file.link, LINK);
        words.add(&file.instead, INSTEAD);
        words.add(&file.instead_of, INSTEAD_OF);
        words.add(&file.negation, NEGATION);
    }
}

/// Whether a word that is "né" only with its accent is written without it, and a negation ends behind it.
fn is_negated(view: &View<'_>, dates: &Dates<'_>, at: usize) -> bool {
    let Some(token) = view.tokens().get(at) else { return false };
    let plain = view.source_span(token.span).of(view.source()).is_ascii();
    // "ne 12/03/1988, pas marié", "ne a Fes, pas marié": nothing parts a negation's words.
    let goes_on = |at: &usize| {
        let both = at.checked_sub(1).and_then(|from| view.tokens().get(from..=*at));
        let Some([before, token]) = both else { return false };
        let gap = view.text().get(before.span.end..token.span.start).unwrap_or_default();
        !gap.contains([',', ';', '.', ':', '\n'])
            && !token.span.of(view.text()).contains(|sign: char| sign.is_numeric())
    };
    let mut behind = (at + 1..).take(NEGATION_REACH).take_while(goes_on).skip(1);
    plain
        && token.span.len() == 2
        && behind.any(|at| dates.bits.get(at).is_some_and(|bits| bits & NEGATION != 0))
}

impl BirthDateDetector {
    /// The dates right behind what was found to be a patient's or an insured person's number.
    fn behind_numbers(&self, dates: &Dates<'_>, found: &[Candidate]) -> Vec<ByteSpan> {
        let view = dates.view;
        let numbers = found.iter().filter(|one| self.numbers.contains(&one.kind));
        let date = |number: &Candidate| {
            let next = view.token_index_at(number.span.end);
            let start = view.tokens().get(next)?.span.start;
            let gap = view.text().get(number.span.end..start)?;
            let parts = |sign: char| matches!(sign, ',' | '،' | ';' | '(' | '/' | '|' | '-' | ' ');
            if gap.is_empty() || gap.len() > 4 || !gap.chars().all(parts) {
                return None;
            }
            let date = dates.date_at(next, false)?;
            dates.year_of(date).is_some_and(|year| year <= self.latest_year).then_some(date.span)
        };
        numbers.filter_map(date).collect()
    }
}

impl Detector for BirthDateDetector {
    fn candidates(&self, view: &View<'_>, around: Surroundings<'_>, out: &mut Vec<Candidate>) {
        let bits: Vec<Bits> =
            (0..view.tokens().len()).map(|index| view.known(index).bits).collect();
        let dates = Dates { view, bits: &bits };
        let behind_numbers = self.behind_numbers(&dates, out);
        let mut push = |span: ByteSpan, reason: &'static str| {
            out.push(Candidate {
                span,
                kind: Kind::new("date_of_birth"),
                score: 92,
                strength: Strength::Named,
                reason: reason.into(),
            });
        };
        for span in behind_numbers {
            push(span, "a date right behind the number of a person");
        }
        if around.key().is_some_and(|key| key.all_known() & CONTEXT != 0)
            && let Some(date) = (0..bits.len()).find_map(|at| dates.date_at(at, true))
        {
            push(date.span, "a date under a label of birth");
        }
        for field in view.fields() {
            let label = bits.get(view.tokens_in(field.label)).unwrap_or_default();
            if label.iter().any(|bits| bits & CONTEXT != 0) {
                let mut tokens = view.tokens_in(field.value);
                if let Some(date) = tokens.find_map(|at| dates.date_at(at, true)) {
                    push(date.span, "a date under a label of birth");
                }
            }
        }
        for (birth, bits) in
            bits.iter().enumerate().filter(|(_, bits)| **bits & (CONTEXT | WEAK) != 0)
        {
            if is_negated(view, &dates, birth) {
                continue;
            }
            let reach = if bits & CONTEXT != 0 { REACH } else { 2 };
            if let Some(date) = dates.after(birth, reach) {
                push(date.span, "a date behind a word of birth");
                // "14/02/1991 … مكتوب 1990": a correction names the date again.
                if let Some(second) = dates.corrected(date.next) {
                    push(second.span, "a second date of the same birth");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Finder, Pack};

    fn check(cases: &[(&str, &[&str])]) {
        let finder = Finder::new(&Pack::read(&packs::morocco()).unwrap());
        for (text, expect) in cases {
            let found = finder.find(text);
            let dates = found.iter().filter(|finding| finding.kind.as_str() == "date_of_birth");
            let got: Vec<&str> = dates.map(|finding| finding.span.of(text)).collect();
            assert_eq!(got, *expect, "{text:?}");
        }
    }

    #[test]
    fn a_negation_is_no_birth() {
        check(&[
            ("Les permis ne sont plus valables depuis le 1er janvier 2025", &[]),
            ("s'il ne remet pas le rapport avant le 30 avril", &[]),
            ("il est ne a Fes le 12/03/1988", &["12/03/1988"]),
            ("ne le 12/03/1988, pas marie", &["12/03/1988"]),
            ("né pas loin d'ici, le 12/03/1988", &["12/03/1988"]),
        ]);
    }

    #[test]
    fn right_behind_the_number_of_a_person() {
        check(&[
            ("IPP 0045821, 12/03/1988, consultation du 14/02/2024", &["12/03/1988"]),
            ("N° assuré CNSS : 188204716 (05/06/1979)", &["05/06/1979"]),
            ("CNSS 188204716 - 1979-06-05 - fébrile", &["1979-06-05"]),
            ("رقم ملف المريض 0045821، 12/03/1988", &["12/03/1988"]),
            ("Numéro de patient : 0077120 ; 3 mai 1971 ; cardiologie", &["3 mai 1971"]),
            ("IPP 0045821, 12/03/2024", &[]),
            ("IPP 0045821 le 12/03/1988", &[]),
            ("Immatriculation CNSS 188204716 depuis le 01/09/2009", &[]),
        ]);
    }
}
