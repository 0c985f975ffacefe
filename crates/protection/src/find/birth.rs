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
pub struct BirthDateDetector;

impl BirthDateDetector {
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
    }
}

impl Detector for BirthDateDetector {
    fn candidates(&self, view: &View<'_>, around: Surroundings<'_>, out: &mut Vec<Candidate>) {
        let bits: Vec<Bits> =
            (0..view.tokens().len()).map(|index| view.known(index).bits).collect();
        let dates = Dates { view, bits: &bits };
        let mut push = |span: ByteSpan, reason: &'static str| {
            out.push(Candidate {
                span,
                kind: Kind::new("date_of_birth"),
                score: 92,
                strength: Strength::Named,
                reason: reason.into(),
            });
        };
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
