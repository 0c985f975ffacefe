//! Normalised forms of a text, with the way back to its source.
//!
//! Owns the choice of what is folded away for which purpose and the offset map. Never changes the
//! source text; whoever reports a place reports it in the source.

mod escapes;
mod fold;
mod map;

use crate::span::ByteSpan;

pub(crate) use fold::push_folded;

/// What a normalised text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Profile {
    /// For recognising values and words: invisible marks, bidi controls, tatweel, Arabic vowel signs and
    /// combining accents go; digits become ASCII; presentation forms, full-width and mathematical forms,
    /// accented Latin letters, hamza carriers (أ إ آ ٱ ؤ ئ), ى, ة and look-alike letters of Greek and
    /// Cyrillic become their plain letter; spaces, dashes, quotes and slashes become ASCII; characters
    /// that are written as escapes of JSON, HTML or web addresses become themselves. Case stays.
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
    /// The way back, one map for each time the text was read.
    maps: Vec<map::OffsetMap>,
}

impl Normalized {
    /// The bytes of the source that became `normalized` (bytes of [`Normalized::text`]). Marks that were
    /// dropped inside the span belong to it; those dropped at its edges do not.
    pub fn source_span(&self, normalized: ByteSpan) -> ByteSpan {
        self.maps.iter().rev().fold(normalized, |span, map| map.source_span(span))
    }
}

/// How often a text is read again because what was decoded spells characters in its turn.
const MOST_READINGS: usize = 6;

/// Normalises `text`. Linear in its length; the map holds one entry for each change of step, not for
/// each byte.
pub fn normalize(text: &str, profile: Profile) -> Normalized {
    let fold = |character, output: &mut String| fold::push_folded(character, profile, output);
    let plain = |rest: &str| fold::unchanged_prefix(rest, profile);
    read_until_plain(text, profile == Profile::Match, plain, fold)
}

/// The text with every character that is written as an escape of JSON, HTML or a web address in its own
/// spelling, and nothing else changed; `None` where it holds no escape.
pub fn decode_escapes(text: &str) -> Option<Normalized> {
    let escaped = escapes::any(text);
    escaped
        .then(|| read_until_plain(text, true, str::len, |character, output| output.push(character)))
}

/// Reads the text, and again what came out while that spells characters in its turn.
fn read_until_plain(
    text: &str,
    decode: bool,
    plain: impl Fn(&str) -> usize,
    fold: impl Fn(char, &mut String),
) -> Normalized {
    let (mut output, map) = read(text, decode, &plain, &fold);
    let mut maps = vec![map];
    while decode && maps.len() < MOST_READINGS && escapes::any(&output) {
        let (again, map) = read(&output, decode, &plain, &fold);
        output = again;
        maps.push(map);
    }
    Normalized { text: output, maps }
}

/// One reading. `plain` says how many bytes from here on stay as they are, `fold` what a character becomes.
fn read(
    text: &str,
    decode: bool,
    plain: impl Fn(&str) -> usize,
    fold: impl Fn(char, &mut String),
) -> (String, map::OffsetMap) {
    let mut output = String::with_capacity(text.len());
    let mut map = map::OffsetMap::default();
    let mut backslashes = escapes::Backslashes::default();
    let next_escape = |from: usize| {
        if !decode {
            return text.len();
        }
        let rest = text.as_bytes().get(from..).unwrap_or_default();
        escapes::next_begin(rest).map_or(text.len(), |next| from + next)
    };
    let mut escape = next_escape(0);
    let mut source = 0;
    while source < text.len() {
        let before = output.len();
        if source == escape {
            let spelled = escapes::spelled_at(text, source, &mut backslashes);
            let length = if let Some((character, length)) = spelled {
                fold(character, &mut output);
                map.changed(before, output.len() - before, source, length);
                length
            } else {
                let length = escapes::skipped(text, source);
                map.same(before, source, length);
                output.push_str(text.get(source..source + length).unwrap_or_default());
                length
            };
            source += length;
            escape = next_escape(source);
            continue;
        }
        let rest = text.get(source..escape).unwrap_or_default();
        let unchanged = plain(rest);
        if unchanged > 0 {
            map.same(before, source, unchanged);
            output.push_str(rest.get(..unchanged).unwrap_or_default());
            source += unchanged;
            continue;
        }
        let Some(character) = rest.chars().next() else { break };
        fold(character, &mut output);
        let (folded, length) = (output.len() - before, character.len_utf8());
        // One character for one of the same length moves nothing.
        if folded == length
            && output.as_bytes().get(before).is_some_and(|&lead| length_of(lead) == length)
        {
            map.same(before, source, length);
        } else {
            map.changed(before, folded, source, length);
        }
        source += character.len_utf8();
    }
    map.close(output.len(), source);
    (output, map)
}

/// How many bytes the character has that begins with this byte.
fn length_of(lead: u8) -> usize {
    match lead {
        ..0xC0 => 1,
        0xC0..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0.. => 4,
    }
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
        check(Profile::Match, "ر\u{8f0}حۥم\u{6e6}\u{8d4}د\u{8c9}\u{898}\u{10efd}", "رحمد");
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
        fn ascii_without_escapes_is_its_own_match_form(input in "[ -$'-\\[\\]-~\n\t]{0,80}") {
            prop_assert_eq!(normalize(&input, Profile::Match).text, input);
        }
    }
}
