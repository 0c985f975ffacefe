//! Identifying: spans are sorted parts of the text, the confidence is a share, and candidates bind.
#![no_main]

use igudar_fuzz::text;
use language::identify::{Identification, Identifier, LANGUAGES, Language};
use libfuzzer_sys::fuzz_target;

fn check(text: &str, found: &Identification, among: &[Language]) {
    assert!((0.0..=1.0).contains(&found.confidence), "{}", found.confidence);
    assert_eq!(found.language == Language::Undetermined, found.confidence == 0.0);
    assert!(found.language == Language::Undetermined || among.contains(&found.language));
    let mut reached = 0;
    for part in &found.spans {
        assert!(part.span.start >= reached && !part.span.is_empty(), "{:?}", part.span);
        assert!(text.get(part.span.start..part.span.end).is_some(), "{:?}", part.span);
        assert!(among.contains(&part.language), "{:?}", part.language);
        reached = part.span.end;
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((chosen, rest)) = bytes.split_first_chunk::<2>() else { return };
    let text = text(rest);
    let identifier = Identifier::built_in();
    let found = identifier.identify_spans(&text);
    check(&text, &found, &LANGUAGES);
    assert_eq!(found, identifier.identify_spans_among(&text, &LANGUAGES));
    assert_eq!(found.language, identifier.identify(&text).language);
    let chosen = u16::from_le_bytes(*chosen);
    let among: Vec<Language> = LANGUAGES
        .into_iter()
        .enumerate()
        .filter(|(index, _)| chosen >> index & 1 == 1)
        .map(|(_, language)| language)
        .collect();
    check(&text, &identifier.identify_spans_among(&text, &among), &among);
});
