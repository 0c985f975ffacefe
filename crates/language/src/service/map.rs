//! An offset map that programs can read: stretches of the normalised text beside those of the source.

use serde::Serialize;

use crate::{ByteSpan, Normalized, OffsetConverter, OffsetUnit};

/// A stretch of the normalised text and the stretch of the source it came from. Where both are equally long,
/// each position corresponds to its own; where not, the whole stretch came from the whole stretch. What
/// lies between the sources of two stretches was dropped; two sources overlap where one character became
/// several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MapStretch {
    /// The first position in the normalised text.
    pub start: usize,
    /// The position behind it.
    pub end: usize,
    /// The first position in the source.
    pub source_start: usize,
    /// The position behind it in the source.
    pub source_end: usize,
}

impl MapStretch {
    fn is_even(self) -> bool {
        self.end - self.start == self.source_end - self.source_start
    }

    fn continues(self, last: Self) -> bool {
        self.start == last.end
            && self.source_start == last.source_end
            && self.is_even()
            && last.is_even()
    }
}

/// The map of `normalized`, made from `source`, in `unit`.
pub fn stretches(source: &str, normalized: &Normalized, unit: OffsetUnit) -> Vec<MapStretch> {
    let mut own = OffsetConverter::new(&normalized.text, unit);
    let mut from = OffsetConverter::new(source, unit);
    let mut stretches: Vec<MapStretch> = Vec::new();
    for (at, character) in normalized.text.char_indices() {
        let span = ByteSpan::new(at, at + character.len_utf8());
        let (start, end) = own.span(span);
        let (source_start, source_end) = from.span(normalized.source_span(span));
        let next = MapStretch { start, end, source_start, source_end };
        match stretches.last_mut() {
            Some(last) if next.continues(*last) => {
                last.end = next.end;
                last.source_end = next.source_end;
            }
            _ => stretches.push(next),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Profile, normalize};

    #[test]
    fn stretches_lead_back() {
        fn check(source: &str, unit: OffsetUnit, expect: &[[usize; 4]]) {
            let normalized = normalize(source, Profile::Search);
            let found: Vec<_> = stretches(source, &normalized, unit)
                .iter()
                .map(|own| [own.start, own.end, own.source_start, own.source_end])
                .collect();
            assert_eq!(found, expect, "{source} → {}", normalized.text);
        }
        check("abc", OffsetUnit::Chars, &[[0, 3, 0, 3]]);
        check("", OffsetUnit::Chars, &[]);
        check("ك\u{640}تاب", OffsetUnit::Chars, &[[0, 1, 0, 1], [1, 4, 2, 5]]);
        check("aﻻb", OffsetUnit::Chars, &[[0, 2, 0, 2], [2, 4, 1, 3]]);
        check("É٣", OffsetUnit::Chars, &[[0, 2, 0, 2]]);
        check("É٣", OffsetUnit::Bytes, &[[0, 1, 0, 2], [1, 2, 2, 4]]);
    }
}
