//! What is known of texts without an annotation, in sixty-fourths.

use language::ByteSpan;
use language::identify::{Identifier, LANGUAGES, Language};

use super::kind::{Lines, TextKind};
use crate::replace::{Findings, TextIn};
use crate::{Finding, Place};

/// The features that are counted, before those of kinds and languages.
const COUNTED: usize = 8;

/// How many features there are.
pub const FEATURES: usize = COUNTED + TextKind::ALL.len() + LANGUAGES.len() + 1;

/// A finding below this score is unsure.
const SURE: u8 = 75;

/// Letters and digits of one piece: a longer text counts as so many pieces, since no training text was longer.
const PIECE: usize = 4000;

/// Bytes at the beginning of a text that tell its language.
const TELLING: usize = 4096;

/// The features of the texts of one request.
#[derive(Debug, Clone, PartialEq)]
pub struct Features {
    values: [i32; FEATURES],
    kind: TextKind,
    found: usize,
    pieces: f64,
    blank: bool,
}

/// What is counted over all texts.
#[derive(Default)]
struct Sums {
    length: usize,
    persons: usize,
    words: usize,
    identifiers: usize,
    unsure: usize,
    numbers: usize,
    capitals: usize,
}

impl Features {
    /// One, in the steps of the values.
    pub const ONE: i32 = 64;

    /// The features of texts and of what was found in them.
    pub fn of(texts: &[TextIn<'_>], findings: &Findings) -> Self {
        let mut sums = Sums::default();
        let mut lines = Lines::default();
        let mut languages = [0_usize; LANGUAGES.len() + 1];
        for (text, found) in texts.iter().zip(&findings.per_text) {
            sums.add_findings(found);
            if !matches!(text.place, Place::Text | Place::Value { .. }) {
                continue;
            }
            let length = sums.add_text(text.text, found);
            lines.add(text.text);
            let telling = text.text.floor_char_boundary(TELLING);
            let language = text.text.get(..telling).map_or(Language::Undetermined, |start| {
                Identifier::built_in().identify(start).language
            });
            let row = LANGUAGES.iter().position(|own| *own == language).unwrap_or(LANGUAGES.len());
            if let Some(slot) = languages.get_mut(row) {
                *slot += length;
            }
        }
        let kind = lines.kind();
        let length = sums.length.max(PIECE);
        let part = |count: usize| logarithm(count, length);
        let counted: [i32; COUNTED] = [
            Self::ONE,
            part(sums.length),
            part(sums.persons),
            part(sums.words),
            part(sums.identifiers),
            part(sums.unsure),
            part(sums.numbers),
            part(sums.capitals),
        ];
        let kinds = TextKind::ALL.map(|own| if own == kind { Self::ONE } else { 0 });
        let all = languages.iter().sum::<usize>().max(1);
        let languages = languages.map(|length| steps(length * 64 / all));
        let mut values = [0; FEATURES];
        let known = counted.into_iter().chain(kinds).chain(languages);
        for (slot, value) in values.iter_mut().zip(known) {
            *slot = value;
        }
        Self {
            values,
            kind,
            found: findings.per_text.iter().map(Vec::len).sum(),
            pieces: f64::from(u32::try_from(length).unwrap_or(u32::MAX)) / 4000.0,
            blank: sums.length == 0,
        }
    }

    /// The values, in steps of which [`Features::ONE`] make one.
    pub fn values(&self) -> &[i32; FEATURES] {
        &self.values
    }

    /// The kind of text.
    pub fn kind(&self) -> TextKind {
        self.kind
    }

    /// How many values were found.
    pub fn found(&self) -> usize {
        self.found
    }

    /// How many pieces the texts count as.
    pub fn pieces(&self) -> f64 {
        self.pieces
    }

    /// Whether there is no letter and no digit in which something could have been missed.
    pub fn is_blank(&self) -> bool {
        self.blank
    }
}

impl Sums {
    fn add_findings(&mut self, found: &[Finding]) {
        for finding in found {
            match finding.kind.as_str() {
                "person" => self.persons += 1,
                "address" | "date_of_birth" | "account" => self.words += 1,
                _ => self.identifiers += 1,
            }
            self.unsure += usize::from(finding.score < SURE);
        }
    }

    /// Counts letters and digits, and outside of findings the numbers of six digits and more and the words
    /// with a capital that begin no sentence. Yields how many letters and digits there are.
    fn add_text(&mut self, text: &str, found: &[Finding]) -> usize {
        let before = self.length;
        let mut from = 0;
        for finding in found {
            self.add_outside(text, ByteSpan::new(from, finding.span.start));
            let own = text.get(finding.span.start..finding.span.end).unwrap_or_default();
            self.length += own.chars().filter(|character| character.is_alphanumeric()).count();
            from = finding.span.end;
        }
        self.add_outside(text, ByteSpan::new(from, text.len()));
        self.length - before
    }

    fn add_outside(&mut self, text: &str, span: ByteSpan) {
        let outside = text.get(span.start..span.end).unwrap_or_default();
        let (mut digits, mut word, mut begins) = (0_usize, false, true);
        for character in outside.chars() {
            if character.is_numeric() {
                digits += 1;
                self.numbers += usize::from(digits == 6);
            } else if !matches!(character, ' ' | '.' | '-' | '/') {
                digits = 0;
            }
            if character.is_alphanumeric() {
                self.length += 1;
                self.capitals += usize::from(!word && !begins && character.is_uppercase());
                (word, begins) = (true, false);
            } else {
                word = false;
                begins |= matches!(character, '.' | '!' | '?' | ':' | '\n' | '"' | '•' | '|');
            }
        }
    }
}

/// The binary logarithm of one more than what a count in so much text is in one piece, in sixty-fourths:
/// exact at powers of two, straight between them.
fn logarithm(count: usize, length: usize) -> i32 {
    let value = 64 + count.saturating_mul(64 * PIECE) / length;
    let whole = value.ilog2();
    let part = ((value - (1 << whole)) << 6) >> whole;
    steps((usize::try_from(whole).unwrap_or(0) << 6) + part - (6 << 6))
}

fn steps(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms() {
        for (count, pieces, expect) in
            [(0, 1, 0), (1, 1, 64), (3, 1, 128), (2, 1, 96), (6, 2, 128), (1023, 1, 640)]
        {
            assert_eq!(logarithm(count, pieces * PIECE), expect, "{count} in {pieces}");
        }
    }

    #[test]
    fn what_is_loose() {
        let count = |text: &str| {
            let mut sums = Sums::default();
            sums.add_text(text, &[]);
            (sums.numbers, sums.capitals, sums.length)
        };
        assert_eq!(count("Le 12 à Fès, réf. 123 456 789."), (1, 1, 20));
        assert_eq!(count("سلام"), (0, 0, 4));
        assert_eq!(count("... \n"), (0, 0, 0));
    }
}
