//! Normalised forms of a text, with the way back to its source.
//!
//! Owns the choice of what is folded away for which purpose and the offset map. Never changes the
//! source text; whoever reports a place reports it in the source.

mod fold;
mod map;

use crate::span::ByteSpan;

/// What a normalised text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// For recognising values and words: invisible marks, bidi controls, tatweel, Arabic vowel signs and
    /// combining accents go; digits become ASCII; presentation forms, full-width and mathematical forms,
    /// accented Latin letters, hamza carriers (أ إ آ ٱ ؤ ئ), ى, ة and look-alike letters of Greek and
    /// Cyrillic become their plain letter; spaces, dashes, quotes and slashes become ASCII. Case stays.
    Match,
    /// Like [`Profile::Match`] but in lower case and with Greek and Cyrillic kept: for search and comparison.
    Search,
    /// For showing: only what hides or misleads goes (invisible marks, bidi controls, presentation
    /// forms, full-width forms, odd spaces). Letters, accents, vowel signs and digits stay.
    Display,
}

/// A normalised text and its offset map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalized {
    /// The normalised text.
    pub text: String,
    map: map::OffsetMap,
}

impl Normalized {
    /// The bytes of the source that became `normalized` (bytes of [`Normalized::text`]). Marks that were
    /// dropped inside the span belong to it; those dropped at its edges do not.
    pub fn source_span(&self, normalized: ByteSpan) -> ByteSpan {
        self.map.source_span(normalized)
    }
}

/// Normalises `text`. Linear in its length; the map holds one entry for each change of step, not for
/// each byte.
pub fn normalize(text: &str, profile: Profile) -> Normalized {
    let mut output = String::with_capacity(text.len());
    let mut map = map::OffsetMap::default();
    let mut source = 0;
    while let Some(rest) = text.get(source..).filter(|rest| !rest.is_empty()) {
        let plain = fold::unchanged_prefix(rest, profile);
        if plain > 0 {
            map.same(output.len(), source, plain);
            output.push_str(rest.get(..plain).unwrap_or_default());
            source += plain;
            continue;
        }
        let Some(character) = rest.chars().next() else { break };
        let before = output.len();
        fold::push_folded(character, profile, &mut output);
        map.changed(before, output.len() - before, source, character.len_utf8());
        source += character.len_utf8();
    }
    map.close(output.len(), source);
    Normalized { text: output, map }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(profile: Profile, input: &str, expect: &str) {
        assert_eq!(normalize(input, profile).text, expect, "{input:?}");
    }

    #[test]
    fn match_folds_what_writers_vary() {
        check(Profile::Match, "Née le ٠٣/۱۱/１９", "Nee le 03/11/19");
        check(Profile::Match, "06\u{a0}61\u{202f}23\u{200f}45", "06 61 2345");
        check(Profile::Match, "محمــــد أَحْمَد آيت الإدريسي", "محمد احمد ايت الادريسي");
        check(Profile::Match, "فاطمة الفاسى", "فاطمه الفاسي");
        check(Profile::Match, "ﻣﺤﻤﺪ ﷲ ﻻ", "محمد الله لا");
        check(Profile::Match, "ＡＢ１２３ 𝐀𝟏", "AB123 A1");
        check(Profile::Match, "АВ123456 ΑΒ", "AB123456 AB");
        check(Profile::Match, "l’été – «œuvre» ﬁn", "l'ete - \"oeuvre\" fin");
        check(Profile::Match, "e\u{301}te\u{301}", "ete");
        check(Profile::Match, "ⴰⵢⵜ\u{2060} ⵣ", "ⴰⵢⵜ ⵣ");
        check(Profile::Match, "A\u{ad}B\u{feff}1\u{200b}2", "AB12");
        check(Profile::Match, "ڭگ کی", "ڭگ كي");
    }

    #[test]
    fn search_lowers_and_display_keeps() {
        check(Profile::Search, "ÉTÉ Жук", "ete жук");
        check(Profile::Display, "Été ٣ أَ ﻣﺤ\u{202e}x\u{a0}y", "Été ٣ أَ محx y");
    }

    fn check_span(input: &str, needle: &str, expect: &str) {
        let normalized = normalize(input, Profile::Match);
        let start = normalized.text.find(needle).unwrap();
        let span = normalized.source_span(ByteSpan::new(start, start + needle.len()));
        assert_eq!(span.of(input), expect, "{input:?} {needle:?}");
    }

    #[test]
    fn spans_go_back_to_the_source() {
        check_span("tél ‏٠٦٦١\u{200f}-٢٠‎ fin", "0661-20", "٠٦٦١\u{200f}-٢٠");
        check_span("née ÀÉ1", "AE1", "ÀÉ1");
        check_span("œuf cœur", "coeur", "cœur");
        check_span("\u{feff}A\u{301}\u{200f}", "A", "A");
        check_span("من محمـــد إلى", "محمد", "محمـــد");
    }

    proptest! {
        #[test]
        fn every_span_is_on_boundaries_and_in_order(input in any::<String>()) {
            for profile in [Profile::Match, Profile::Search, Profile::Display] {
                let normalized = normalize(&input, profile);
                let mut last = 0;
                for (start, character) in normalized.text.char_indices() {
                    let span = normalized
                        .source_span(ByteSpan::new(start, start + character.len_utf8()));
                    prop_assert!(input.get(span.start..span.end).is_some());
                    prop_assert!(!span.is_empty());
                    prop_assert!(span.start >= last);
                    last = span.start;
                }
                let whole = normalized.source_span(ByteSpan::new(0, normalized.text.len()));
                prop_assert!(input.get(whole.start..whole.end).is_some());
            }
        }

        #[test]
        fn normalising_twice_changes_nothing(input in any::<String>()) {
            for profile in [Profile::Match, Profile::Search, Profile::Display] {
                let once = normalize(&input, profile).text;
                prop_assert_eq!(&normalize(&once, profile).text, &once);
            }
        }

        #[test]
        fn ascii_is_its_own_match_form(input in "[ -~\n\t]{0,80}") {
            prop_assert_eq!(normalize(&input, Profile::Match).text, input);
        }
    }
}
