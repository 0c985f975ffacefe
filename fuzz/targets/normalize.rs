//! Normalising: twice is once (as long as no escape is left to read), and every place of the result leads to a place of the source, in order.
#![no_main]

use igudar_fuzz::text;
use language::{ByteSpan, OffsetUnit, Profile, decode_escapes, normalize, service};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = text(bytes);
    for profile in [Profile::Match, Profile::Search, Profile::Display] {
        let normalized = normalize(&source, profile);
        // Spelled more than six times over, a character stays an escape, and the next time reads on.
        let read_to_the_end =
            profile != Profile::Match || decode_escapes(&normalized.text).is_none();
        if read_to_the_end {
            let again = normalize(&normalized.text, profile).text;
            assert_eq!(again, normalized.text, "{profile:?} changes what it made");
        }
        let mut reached = 0;
        for (at, character) in normalized.text.char_indices() {
            let span = normalized.source_span(ByteSpan::new(at, at + character.len_utf8()));
            assert!(
                source.get(span.start..span.end).is_some_and(|own| !own.is_empty()),
                "{span:?}"
            );
            assert!(span.start >= reached, "{profile:?}: {span:?} goes back behind {reached}");
            reached = span.start;
        }
        let whole = normalized.source_span(ByteSpan::new(0, normalized.text.len()));
        assert!(source.get(whole.start..whole.end).is_some());
        for unit in [OffsetUnit::Chars, OffsetUnit::Bytes, OffsetUnit::Utf16] {
            let mut end = 0;
            for stretch in service::stretches(&source, &normalized, unit) {
                assert_eq!(stretch.start, end, "stretches cover the result");
                end = stretch.end;
            }
        }
    }
    if let Some(decoded) = decode_escapes(&source) {
        let whole = decoded.source_span(ByteSpan::new(0, decoded.text.len()));
        assert!(source.get(whole.start..whole.end).is_some());
    }
});
