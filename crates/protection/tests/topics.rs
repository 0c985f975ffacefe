//! Sensitive topics with the pack of Morocco: what is about somebody, and what is about nobody.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test over the repository's own pack and corpus"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use protection::decide::topics::{TRAINED, Topic};
use protection::{Class, Finder, Findings, Pack, Place, TextIn, find_all};

static FINDER: LazyLock<Finder> =
    LazyLock::new(|| Finder::new(&Pack::read(&packs::morocco()).unwrap()));

fn found(texts: &[&str]) -> Findings {
    let texts: Vec<TextIn<'_>> =
        texts.iter().map(|text| TextIn { text, place: Place::Text }).collect();
    find_all(&*FINDER, &texts)
}

fn topics(texts: &[&str]) -> Vec<Topic> {
    found(texts).topics().iter().map(|finding| finding.topic).collect()
}

fn check(text: &str, expect: &[Topic]) {
    assert_eq!(topics(&[text]), expect, "{text}");
}

#[test]
fn what_is_about_somebody() {
    check("Mme Zhor Alami suit une chimiothérapie pour un cancer.", &[Topic::Health]);
    check("يعاني المريض حسن العلوي من داء السكري.", &[Topic::Health]);
    check("rachid l3alawi mrid b sokkar w kaydir insuline", &[Topic::Health]);
    check("Le prévenu Said Bennis a été condamné à deux ans de prison.", &[Topic::Judicial]);
    check("L'élève Nada Tazi, code Massar R139874512, est absente.", &[Topic::Minor]);
    check("M. Larbi Chraïbi est délégué syndical de l'UMT.", &[Topic::UnionMembership]);
}

#[test]
fn what_is_about_nobody() {
    check("Le diabète touche 14 % des adultes selon une étude.", &[]);
    check("L'article 12 de la loi sur les tribunaux est abrogé.", &[]);
    check("المستشفى مفتوح من الثامنة صباحا.", &[]);
    check("Bonjour, Karim Alaoui demande un rendez-vous pour un permis de construire.", &[]);
    check("", &[]);
}

/// A word of a topic inside a name says nothing, nor does a person in one text make another text theirs.
#[test]
fn names_are_no_words_and_texts_stay_apart() {
    check("M. Abdou Sida habite à Salé.", &[]);
    let law = "Le décret fixe le tarif du scanner et du traitement du cancer dans les hôpitaux.";
    assert_eq!(topics(&["CIN BK412097", law]), [], "a number elsewhere makes no patient");
}

#[test]
fn a_topic_makes_the_class_and_says_why() {
    let findings = found(&["Mme Zhor Alami suit une chimiothérapie."]);
    assert_eq!(findings.class(), Class::Sensitive);
    let reason = &findings.topics()[0].reason;
    assert!(reason.contains("chimiotherap") && !reason.contains("Zhor"), "{reason}");
    assert_eq!(found(&["Mme Zhor Alami"]).class(), Class::Personal);
}

/// A sensitive sentence is found wherever it stands in a long document.
#[test]
fn a_long_text_is_as_sensitive_as_its_most_sensitive_part() {
    let filler =
        "Le marché porte sur la fourniture de mobilier de bureau et de papier. ".repeat(120);
    let sentence = "Mme Zhor Alami suit une chimiothérapie pour un cancer du sein.";
    for text in [
        format!("{sentence} {filler}"),
        format!("{filler}{sentence} {filler}"),
        format!("{filler}{sentence}"),
    ] {
        assert_eq!(topics(&[&text]), [Topic::Health]);
    }
}

/// The gate: at least nine of ten texts about somebody's health, proceedings or minority are known.
#[test]
fn recall_on_the_development_set() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../evaluations/personal-data/dev.jsonl");
    let mut counts: BTreeMap<Topic, (u32, u32)> = BTreeMap::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let document: serde_json::Value = serde_json::from_str(line).unwrap();
        let seen: BTreeSet<Topic> =
            topics(&[document["text"].as_str().unwrap()]).into_iter().collect();
        for name in document["sensitive"].as_array().unwrap() {
            let topic = Topic::named(name.as_str().unwrap()).unwrap();
            let (all, known) = counts.entry(topic).or_default();
            *all += 1;
            *known += u32::from(seen.contains(&topic));
        }
    }
    for topic in TRAINED {
        let (all, known) = counts[&topic];
        assert!(all >= 7 && known * 10 >= all * 9, "{topic}: {known} of {all}");
    }
}
