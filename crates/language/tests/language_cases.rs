//! The case files a linguist can edit: `cases/names.toml`, `cases/normalisation.toml`, `cases/analysis.toml`.

#![expect(clippy::unwrap_used, reason = "a case file that cannot be read must fail the test")]

use language::analyze::{TermKind, terms};
use language::identify::Language;
use language::{Profile, names, normalize};

/// The cases of a file. A misspelt key would check nothing.
fn cases(file: &str, keys: &[&str]) -> Vec<toml::Value> {
    let table: toml::Table = toml::from_str(file).unwrap();
    let cases = table.get("case").and_then(toml::Value::as_array).unwrap().clone();
    for key in cases.iter().flat_map(|case| case.as_table().unwrap().keys()) {
        assert!(keys.contains(&key.as_str()), "no key of these cases: {key}");
    }
    cases
}

fn text<'c>(case: &'c toml::Value, key: &str) -> Option<&'c str> {
    case.get(key).and_then(toml::Value::as_str)
}

fn list<'c>(case: &'c toml::Value, key: &str) -> Vec<&'c str> {
    let items = case.get(key).and_then(toml::Value::as_array);
    items.into_iter().flatten().filter_map(toml::Value::as_str).collect()
}

#[test]
fn every_name_gets_its_key_and_spelling() {
    for case in
        cases(include_str!("cases/names.toml"), &["alike", "apart", "name", "latin", "arabic"])
    {
        let alike = list(&case, "alike");
        for own in &alike {
            assert_eq!(names::phonetic_key(own), names::phonetic_key(alike[0]), "{own}");
        }
        let apart = list(&case, "apart");
        for own in apart.iter().skip(1) {
            assert_ne!(names::phonetic_key(own), names::phonetic_key(apart[0]), "{own}");
        }
        let Some(name) = text(&case, "name") else { continue };
        if let Some(expect) = text(&case, "latin") {
            assert_eq!(names::to_latin(name).first().map(String::as_str), Some(expect), "{name}");
        }
        if let Some(expect) = text(&case, "arabic") {
            assert_eq!(names::to_arabic(name).first().map(String::as_str), Some(expect), "{name}");
        }
    }
}

#[test]
fn every_text_gets_its_normal_form() {
    let profiles =
        [("search", Profile::Search), ("match", Profile::Match), ("display", Profile::Display)];
    for case in cases(
        include_str!("cases/normalisation.toml"),
        &["report", "text", "search", "match", "display"],
    ) {
        let source = text(&case, "text").unwrap();
        for (key, profile) in profiles {
            if let Some(expect) = text(&case, key) {
                assert_eq!(normalize(source, profile).text, expect, "{source} {key}");
            }
        }
    }
}

#[test]
fn every_query_finds_its_word() {
    for case in cases(
        include_str!("cases/analysis.toml"),
        &["report", "query", "text", "language", "finds"],
    ) {
        let language: Option<Language> =
            text(&case, "language").and_then(|tag| Language::matching(tag).first().copied());
        let own = |key: &str| -> Vec<(TermKind, String)> {
            let found = terms(text(&case, key).unwrap(), language);
            found.into_iter().map(|term| (term.kind, term.text)).collect()
        };
        let (query, document) = (own("query"), own("text"));
        let finds = query.iter().any(|term| document.contains(term));
        let expect = case.get("finds").is_none_or(|finds| finds.as_bool().unwrap());
        assert_eq!(finds, expect, "{query:?} {document:?}");
    }
}

/// Every sign of vowels and recitation of Arabic (U+0610–061A, U+064B–065F, U+0670, U+08D3–08FF).
#[test]
fn every_vowel_sign_goes() {
    let signs = ('\u{610}'..='\u{61A}')
        .chain('\u{64B}'..='\u{65F}')
        .chain(['\u{670}'])
        .chain('\u{8D3}'..='\u{8E1}')
        .chain('\u{8E3}'..='\u{8FF}');
    for sign in signs {
        for profile in [Profile::Search, Profile::Match] {
            assert_eq!(normalize(&format!("ب{sign}ب"), profile).text, "بب", "{sign:?}");
        }
    }
}
