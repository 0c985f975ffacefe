//! The installation's dictionary beside the pack of Morocco.
#![expect(clippy::unwrap_used, reason = "a broken dictionary fails the test")]

use std::sync::Arc;

use protection::dictionary::{HiddenList, HidingKey};
use protection::{Dictionary, Finder, FinderParts, Kind, Pack};

const OURS: &str = r#"
[[protect]]
term = "Projet Atlas 7"
as = "project_name"

[[never]]
term = "standard@agence.ma"
[[never]]
term = "0537 71 20 20"
[[never]]
term = "Karim Bennani"
inside = ["Prix Karim Bennani"]

[[identifier]]
kind = "badge"
about = "The badge of an employee."
[identifier.words]
fr = ["badge"]
[[identifier.form]]
pattern = "\"AG\" - 9{4}"
needs = "nothing"
"#;

fn finder() -> Finder {
    let key = HidingKey::derive(&[7; 32]);
    let mut list = HiddenList::default();
    list.add("Izza Tamsamani Oubrik", &Kind::new("person"), true, &key);
    let dictionary = Dictionary::read("dictionary.toml", OURS).unwrap().with_hidden(list, key);
    let parts = FinderParts { dictionary: Some(Arc::new(dictionary)), ..FinderParts::default() };
    Finder::with(&Pack::read(&packs::morocco()).unwrap(), parts)
}

fn check(finder: &Finder, text: &str, expect: &[&str]) {
    let found: Vec<String> = finder
        .find(text)
        .into_iter()
        .map(|finding| format!("{}: {}", finding.kind, finding.span.of(text)))
        .collect();
    assert_eq!(found, expect, "{text}");
}

#[test]
fn what_the_installation_knows_counts() {
    let finder = finder();
    check(&finder, "le dossier du projet ATLAS-7 avance", &["project_name: projet ATLAS-7"]);
    check(&finder, "rendez-vous izza tamsamani oubrik demain", &["person: izza tamsamani oubrik"]);
    check(&finder, "badge AG-4471", &["badge: AG-4471"]);
    check(&finder, "vu AG 4471 hier", &["badge: AG 4471"]);
}

#[test]
fn what_is_never_protected_is_a_whole_value() {
    let finder = finder();
    check(&finder, "Écrire à standard@agence.ma ou au 0537712020.", &[]);
    check(
        &finder,
        "Écrire à m.standard@agence.ma ou au 0537712021.",
        &["email: m.standard@agence.ma", "phone: 0537712021"],
    );
    check(&finder, "M. Karim Bennani viendra.", &["person: Karim Bennani"]);
    check(&finder, "Le Prix Karim Bennani viendra.", &[]);
}

#[test]
fn without_a_dictionary_nothing_changes() {
    let pack = Pack::read(&packs::morocco()).unwrap();
    let empty = Arc::new(Dictionary::read("dictionary.toml", "").unwrap());
    let parts = FinderParts { dictionary: Some(empty), ..FinderParts::default() };
    let text = "M. Karim Bennani, CIN BK412097, 0537 71 20 20, projet Atlas 7";
    assert_eq!(Finder::with(&pack, parts).find(text), Finder::new(&pack).find(text));
}
