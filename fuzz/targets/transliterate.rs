//! Transliterating: words are sorted parts of the source, answers are as many as asked for, the text holds
//! the first of each, and Tifinagh comes back from Latin letters.
#![no_main]

use igudar_fuzz::text;
use language::tifinagh;
use language::transliterate::{DIRECTIONS, Form, Options, Transliterator};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rest)) = bytes.split_first() else { return };
    let source = text(rest);
    let latin = tifinagh::to_latin(&source);
    assert_eq!(tifinagh::from_latin(&latin), source, "Tifinagh comes back");
    let standard = tifinagh::to_latin(&tifinagh::from_latin(&source));
    assert_eq!(tifinagh::to_latin(&tifinagh::from_latin(&standard)), standard);
    let options = Options {
        answers: usize::from(choice % 6),
        rules_only: choice & 0x40 != 0,
        mark_foreign: choice & 0x80 != 0,
    };
    for (from, to) in DIRECTIONS {
        let found = Transliterator::built_in().transliterate(&source, from, to, &options);
        let found = found.expect("this direction is there");
        let mut reached = 0;
        let mut written = found.text.as_str();
        for word in &found.words {
            let span = word.source;
            assert!(span.start >= reached && !span.is_empty(), "{span:?} after {reached}");
            assert!(source.get(span.start..span.end).is_some(), "{span:?} cuts a character");
            assert!((1..=options.answers.max(1)).contains(&word.answers.len()));
            let first = word.answers[0].as_str();
            // A letter of Tamazight may be written by what stands beside its word.
            if from != Form::ZghLatn && to != Form::ZghArab {
                let at = written.find(first).expect("the text holds the first answer");
                written = &written[at + first.len()..];
            }
            reached = span.end;
        }
        let again = Transliterator::built_in().transliterate(&source, from, to, &options);
        assert_eq!(Ok(found), again, "the same text gives the same answer");
    }
});
