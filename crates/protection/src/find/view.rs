//! A text as detectors see it: normalised once, cut into tokens, lines and labelled fields.
//!
//! All offsets here are bytes of the **normalised** text ([`View::text`]); [`View::source_span`] leads
//! back. [`View::folded`] is the same text in ASCII lower case, byte for byte as long.

use std::fmt;
use std::ops::Range;

use language::{ByteSpan, Normalized, Profile, Script, normalize};

use super::structure::{Field, fields_of};
use super::tokens::tokens_of;
use super::words::{Bits, Known, Words};

/// How the letters of a token are cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// No cased letter (digits, Arabic, Tifinagh).
    None,
    /// `karim`.
    Lower,
    /// `Karim`, also a single capital.
    Title,
    /// `KARIM`.
    Upper,
    /// `numeroCin`, `McGregor`.
    Mixed,
}

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Letters of one script.
    Word,
    /// Digits.
    Number,
    /// Latin letters and digits together (`BK412097`, `mo7amed`).
    Mixed,
}

/// A run of letters or digits. Letters of different scripts, and Arabic or Tifinagh letters beside
/// digits, are different tokens however closely they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Where, in bytes of the normalised text.
    pub span: ByteSpan,
    /// Made of what.
    pub kind: TokenKind,
    /// The script of its letters; `Common` for numbers.
    pub script: Script,
    /// How its letters are cased.
    pub case: Case,
    /// The key of the word in lower case, under which it is looked up.
    pub key: u64,
}

/// One text, prepared.
pub struct View<'t> {
    source: &'t str,
    normalized: Normalized,
    folded: String,
    tokens: Vec<Token>,
    lines: Vec<ByteSpan>,
    fields: Vec<Field>,
    known: Vec<Known>,
}

/// Shows nothing of the text.
impl fmt::Debug for View<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("View").finish_non_exhaustive()
    }
}

impl<'t> View<'t> {
    /// Prepares `source`, in time linear in its length.
    pub fn new(source: &'t str) -> Self {
        let normalized = normalize(source, Profile::Match);
        let folded = normalized.text.to_ascii_lowercase();
        let tokens = tokens_of(&normalized.text);
        let lines = lines_of(&normalized.text);
        let fields = fields_of(&normalized.text, &lines);
        Self { source, normalized, folded, tokens, lines, fields, known: Vec::new() }
    }

    /// The same, with what word lists say of each token.
    pub fn with_words(source: &'t str, words: &Words) -> Self {
        let mut view = Self::new(source);
        let known = view.tokens.iter().map(|token| words.of(token, view.token_folded(token)));
        view.known = known.collect();
        view
    }

    /// What the word lists say of the token with this index; nothing where the view knows no lists.
    pub fn known(&self, index: usize) -> Known {
        self.known.get(index).copied().unwrap_or_default()
    }

    /// The lists in which some token stands.
    pub fn all_known(&self) -> Bits {
        self.known.iter().fold(0, |all, known| all | known.bits)
    }

    /// The text as it came.
    pub fn source(&self) -> &'t str {
        self.source
    }

    /// The text in its match form, case kept.
    pub fn text(&self) -> &str {
        &self.normalized.text
    }

    /// The match form in ASCII lower case; the same offsets as [`View::text`].
    pub fn folded(&self) -> &str {
        &self.folded
    }

    /// All tokens, in order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The text of a token, case kept.
    pub fn token_text(&self, token: &Token) -> &str {
        token.span.of(self.text())
    }

    /// The text of a token in lower case.
    pub fn token_folded(&self, token: &Token) -> &str {
        token.span.of(&self.folded)
    }

    /// The index of the first token that ends behind `position`; [`Self::tokens`]' length if none does.
    pub fn token_index_at(&self, position: usize) -> usize {
        self.tokens.partition_point(|token| token.span.end <= position)
    }

    /// The indices of the tokens that overlap `span`.
    pub fn tokens_in(&self, span: ByteSpan) -> Range<usize> {
        let first = self.token_index_at(span.start);
        let last = self.tokens.partition_point(|token| token.span.start < span.end);
        first..last.max(first)
    }

    /// What stands between two neighbouring tokens (or before the first, behind the last): the gap in
    /// front of the token with this index.
    pub fn gap_before(&self, index: usize) -> &str {
        let start = match index.checked_sub(1) {
            Some(previous) => self.tokens.get(previous).map_or(self.text().len(), |t| t.span.end),
            None => 0,
        };
        let end = self.tokens.get(index).map_or(self.text().len(), |token| token.span.start);
        self.text().get(start..end).unwrap_or_default()
    }

    /// Whether nothing but one space stands before the token with this index.
    pub fn spaced(&self, index: usize) -> bool {
        let previous = index.checked_sub(1).and_then(|previous| self.tokens.get(previous));
        let (Some(previous), Some(token)) = (previous, self.tokens.get(index)) else {
            return false;
        };
        previous.span.end + 1 == token.span.start
            && self.text().as_bytes().get(previous.span.end) == Some(&b' ')
    }

    /// The lines without their line breaks, in order.
    pub fn lines(&self) -> &[ByteSpan] {
        &self.lines
    }

    /// The index of the line in which a position stands.
    pub fn line_at(&self, position: usize) -> usize {
        self.lines
            .partition_point(|line| line.end < position)
            .min(self.lines.len().saturating_sub(1))
    }

    /// The labelled fields (form labels, JSON members, table columns), in order of their values.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The innermost labelled field in whose value a position stands.
    pub fn field_at(&self, position: usize) -> Option<&Field> {
        let after = self.fields.partition_point(|field| field.value.start <= position);
        let field = self.fields.get(after.checked_sub(1)?)?;
        (position < field.value.end).then_some(field)
    }

    /// The bytes of the source under a span of the normalised text.
    pub fn source_span(&self, span: ByteSpan) -> ByteSpan {
        self.normalized.source_span(span)
    }
}

fn lines_of(text: &str) -> Vec<ByteSpan> {
    let bytes = text.as_bytes();
    let mut start = 0;
    let mut lines = Vec::new();
    for at in memchr::memchr_iter(b'\n', bytes) {
        lines.push(without_breaks(bytes, start, at));
        start = at + 1;
    }
    if start < bytes.len() {
        lines.push(without_breaks(bytes, start, bytes.len()));
    }
    lines
}

/// The line from `start` to `end` without the carriage returns at its end.
fn without_breaks(bytes: &[u8], start: usize, mut end: usize) -> ByteSpan {
    while end > start && bytes.get(end - 1) == Some(&b'\r') {
        end -= 1;
    }
    ByteSpan::new(start, end)
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::find::names::sound::exact;

    fn check(text: &str, expect: &[&str]) {
        let view = View::new(text);
        let got: Vec<_> = view.tokens().iter().map(|token| view.token_text(token)).collect();
        assert_eq!(got, expect, "{text:?}");
        for position in 0..=view.text().len() {
            assert!(view.line_at(position) <= view.lines().len());
            let _ = view.field_at(position);
        }
        for index in 0..=view.tokens().len() + 1 {
            let _ = view.gap_before(index);
        }
        for token in view.tokens() {
            let lower = view.token_folded(token).to_lowercase();
            assert_eq!(token.key, exact(&lower), "{lower}");
        }
    }

    #[test]
    fn scripts_and_glued_digits_part() {
        check("رقمAB123456", &["رقم", "AB123456"]);
        check("رقم123 و48:ba", &["رقم", "123", "و", "48", "ba"]);
        check("num_cin: mo7amed", &["num", "cin", "mo7amed"]);
        check("l'été\r\nN°5", &["l", "ete", "N", "5"]);
        check("ⴰⵢⵜ 12", &["ⴰⵢⵜ", "12"]);
        check("", &[]);
        check("پر ڤا ݣچ گڨ", &["پر", "ڤا", "ݣچ", "گڨ"]);
        check(
            "ڭادير Ɛli ⵣⵯ ءا K͏ЖΩ 漢字A",
            &["ڭادير", "Ɛli", "ⵣⵡ", "ءا", "K", "Ж", "Ω", "漢字", "A"],
        );
    }

    #[test]
    fn case_is_seen() {
        let view = View::new("karim Karim KARIM numCin 12 محمد K É");
        let cases: Vec<_> = view.tokens().iter().map(|token| token.case).collect();
        assert_eq!(
            cases,
            [
                Case::Lower,
                Case::Title,
                Case::Upper,
                Case::Mixed,
                Case::None,
                Case::None,
                Case::Title,
                Case::Title
            ]
        );
    }
}
