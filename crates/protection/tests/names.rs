//! Persons, addresses and birth dates: every text of `tests/cases/*.toml` yields exactly what it lists of
//! these kinds, and no text whatever makes the finder fail.
#![expect(clippy::disallowed_methods, reason = "the test reads case files")]
#![expect(clippy::unwrap_used, reason = "a broken case file fails the test")]

use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use protection::{Finder, Pack, Place};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    finds: Vec<String>,
}

static FINDER: LazyLock<Finder> =
    LazyLock::new(|| Finder::new(&Pack::read(&packs::morocco()).unwrap()));

fn check(file: &str, kinds: &[&str]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(file);
    let cases: CaseFile = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let failures: Vec<String> = cases
        .case
        .iter()
        .filter_map(|case| {
            let found: Vec<String> = FINDER
                .find(&case.text)
                .into_iter()
                .filter(|finding| kinds.contains(&finding.kind.as_str()))
                .map(|finding| format!("{}: {}", finding.kind, finding.span.of(&case.text)))
                .collect();
            (found != case.finds)
                .then(|| format!("{}\n  found  {found:?}\n  expect {:?}", case.text, case.finds))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {} fail:\n{}",
        failures.len(),
        cases.case.len(),
        failures.join("\n")
    );
}

#[test]
fn persons_are_found_and_what_is_none_is_left() {
    check("persons.toml", &["person"]);
}

#[test]
fn addresses_and_birth_dates_are_found_and_what_is_none_is_left() {
    check("places_and_births.toml", &["address", "date_of_birth"]);
}

#[test]
fn a_member_name_labels_its_value() {
    let found = |key: &str, text: &str| -> Vec<String> {
        FINDER
            .find_in(text, &Place::Value { key: key.into() })
            .into_iter()
            .map(|finding| format!("{}: {}", finding.kind, finding.span.of(text)))
            .collect()
    };
    assert_eq!(found("nom", "Zineb Alaoui"), ["person: Zineb Alaoui"]);
    assert_eq!(found("date_naiss", "1995-02-17"), ["date_of_birth: 1995-02-17"]);
    assert_eq!(
        found("adresse", "Lot Tilila, n° 61, Agadir"),
        ["address: Lot Tilila, n° 61, Agadir"]
    );
    assert!(found("created_at", "1995-02-17").is_empty());
}

proptest! {
    #[test]
    fn no_text_makes_the_finder_fail(text in any::<String>()) {
        for finding in FINDER.find(&text) {
            prop_assert!(text.get(finding.span.start..finding.span.end).is_some());
        }
    }

    #[test]
    fn no_mix_of_its_own_words_makes_the_finder_fail(
        words in proptest::collection::vec(
            prop_oneof![
                Just("rue"), Just("n°"), Just("12"), Just("20000"), Just("Karim"), Just("السيد"), Just("ولمحمد"),
                Just("بحي"), Just("ⴰⵢⵜ"), Just("née"), Just("le"), Just("1/2/1990"), Just("mars"), Just(","),
                Just("\n"), Just(":"), Just("\""), Just("B."), Just("الدين"), Just("موافق"), Just("é"), Just("ﷲ"),
            ],
            0..40,
        ),
        glue in prop_oneof![Just(" "), Just("")],
    ) {
        let text = words.join(glue);
        let mut last = 0;
        for finding in FINDER.find(&text) {
            prop_assert!(text.get(finding.span.start..finding.span.end).is_some());
            prop_assert!(finding.span.start >= last);
            last = finding.span.end;
        }
    }
}
