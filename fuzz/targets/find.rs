//! Finding and protecting: places are sorted parts of the text, and restoring what was protected gives
//! every byte back.
#![no_main]

use igudar_fuzz::{finder, protect, text, texts};
use libfuzzer_sys::fuzz_target;
use protection::{Escape, ReplaceError, apply, find_all};

fuzz_target!(|bytes: &[u8]| {
    let whole = text(bytes);
    let inputs = texts(&whole);
    let findings = find_all(finder(), &inputs);
    assert_eq!(findings.per_text.len(), inputs.len());
    for (input, found) in inputs.iter().zip(&findings.per_text) {
        let mut reached = 0;
        for finding in found {
            let span = finding.span;
            assert!(span.start >= reached && !span.is_empty(), "{span:?} after {reached}");
            assert!(input.text.get(span.start..span.end).is_some(), "{span:?} cuts a character");
            assert!((1..=100).contains(&finding.score), "{}", finding.score);
            reached = span.end;
        }
    }
    match protect(&inputs) {
        Ok(protected) => {
            for (input, with) in inputs.iter().zip(&protected.replacements) {
                let sent = apply(input.text, with);
                assert_eq!(protected.vault.restore(&sent, Escape::Plain), input.text);
            }
        }
        Err(ReplaceError::Ambiguous { text }) => assert!(text < inputs.len()),
        Err(error) => panic!("a policy that labels all refused: {error}"),
    }
});
