//! From byte spans to the unit a caller asked for.

use crate::span::{ByteSpan, OffsetUnit};

/// Converts byte spans of one text into another unit. Spans that come in ascending order cost one walk
/// over the text in all; any other order is right too and costs a walk each.
#[derive(Debug)]
pub struct OffsetConverter<'t> {
    text: &'t str,
    unit: OffsetUnit,
    reached_byte: usize,
    reached_unit: usize,
}

impl<'t> OffsetConverter<'t> {
    /// A converter for spans of `text`.
    pub fn new(text: &'t str, unit: OffsetUnit) -> Self {
        Self { text, unit, reached_byte: 0, reached_unit: 0 }
    }

    /// The span's start and end in the unit. A byte inside a code point counts as that code point's
    /// start, a byte behind the text as its end.
    pub fn span(&mut self, span: ByteSpan) -> (usize, usize) {
        let start = self.position(span.start);
        (start, self.position(span.end))
    }

    fn position(&mut self, byte: usize) -> usize {
        let byte = self.text.floor_char_boundary(byte);
        if self.unit == OffsetUnit::Bytes {
            return byte;
        }
        if byte < self.reached_byte {
            self.reached_byte = 0;
            self.reached_unit = 0;
        }
        let between = self.text.get(self.reached_byte..byte).unwrap_or_default();
        self.reached_unit += match self.unit {
            OffsetUnit::Chars => between.chars().count(),
            OffsetUnit::Utf16 => between.chars().map(char::len_utf16).sum(),
            OffsetUnit::Bytes => between.len(),
        };
        self.reached_byte = byte;
        self.reached_unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unit: OffsetUnit, spans: &[(usize, usize)], expect: &[(usize, usize)]) {
        let mut converter = OffsetConverter::new("aé😀م b", unit);
        let got: Vec<_> =
            spans.iter().map(|&(start, end)| converter.span(ByteSpan::new(start, end))).collect();
        assert_eq!(got, expect, "{unit:?}");
    }

    #[test]
    fn each_unit_counts_its_own_way() {
        check(OffsetUnit::Bytes, &[(1, 3), (7, 11)], &[(1, 3), (7, 11)]);
        check(OffsetUnit::Chars, &[(1, 3), (3, 7), (7, 9)], &[(1, 2), (2, 3), (3, 4)]);
        check(OffsetUnit::Utf16, &[(1, 3), (3, 7), (7, 9)], &[(1, 2), (2, 4), (4, 5)]);
    }

    #[test]
    fn any_order_is_right() {
        check(OffsetUnit::Chars, &[(7, 9), (1, 3), (0, 11)], &[(3, 4), (1, 2), (0, 6)]);
    }

    #[test]
    fn offsets_that_do_not_fit_are_drawn_in() {
        check(OffsetUnit::Chars, &[(2, 5), (8, 99)], &[(1, 2), (3, 6)]);
    }
}
