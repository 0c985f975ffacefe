//! Every example of `docs/languages.md` holds.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a page that cannot be read must fail the test"
)]

use language::analyze::{TermKind, terms};
use language::identify::Identifier;
use language::transliterate::{Options, Transliterator};
use language::{Profile, names, normalize};

fn written(text: &str, from: &str, to: &str) -> String {
    let (from, to) = (from.parse().unwrap(), to.parse().unwrap());
    Transliterator::built_in().transliterate(text, from, to, &Options::default()).unwrap().text
}

fn normal(text: &str, profile: &str) -> String {
    let profile = match profile {
        "match" => Profile::Match,
        "display" => Profile::Display,
        _ => Profile::Search,
    };
    normalize(text, profile).text
}

fn keys(text: &str) -> Vec<(TermKind, String)> {
    terms(text, None).into_iter().map(|term| (term.kind, term.text)).collect()
}

fn check(kind: &str, cells: &[&str]) {
    match (kind, cells) {
        ("identify", [text, language]) => {
            let found = Identifier::built_in().identify_spans(text);
            assert_eq!(found.language.tag(), *language, "{text}");
        }
        ("transliterate", [text, from, to, expect]) => {
            assert_eq!(written(text, from, to), *expect, "{text}");
        }
        ("normalize", [text, profile, expect]) => {
            assert_eq!(normal(text, profile), *expect, "{text}");
        }
        ("question", [question, word]) => {
            let word = keys(word);
            assert!(keys(question).iter().any(|term| word.contains(term)), "{question} {word:?}");
        }
        ("name", [name, same, arabic, latin]) => {
            assert_eq!(names::phonetic_key(name), names::phonetic_key(same), "{name} {same}");
            assert!(names::to_arabic(name).iter().any(|own| own == arabic), "{name} {arabic}");
            if *latin != *name {
                let first = names::to_latin(name).first().cloned();
                assert_eq!(first.as_deref(), Some(*latin), "{name}");
            }
        }
        _ => panic!("no example of this form: {kind} {cells:?}"),
    }
}

#[test]
fn every_example_holds() {
    let mut kind = "";
    let mut examples = 0;
    for line in include_str!("../../../docs/languages.md").lines() {
        let Some(row) = line.strip_prefix("| ").and_then(|rest| rest.strip_suffix(" |")) else {
            if !line.starts_with("|---") {
                kind = "";
            }
            continue;
        };
        let cells: Vec<&str> = row.split(" | ").collect();
        if kind.is_empty() {
            kind = cells.first().unwrap();
            continue;
        }
        check(kind, &cells);
        examples += 1;
    }
    assert!(examples > 25, "{examples} examples");
}
