use proptest::prelude::*;

use super::*;
use crate::document::{DocumentId, Facts};
use crate::passage::Passage;

fn extract(number: u64, text: &str) -> StoredPassage {
    let length = text.chars().count();
    StoredPassage {
        number,
        collection: "procedures".to_owned(),
        document: DocumentId::new(&format!("fr-{number}")).unwrap(),
        facts: Facts { title: Some("Acte de naissance".to_owned()), ..Facts::default() },
        in_force: true,
        passage: Passage {
            headings: vec!["Frais".to_owned()],
            text: text.to_owned(),
            start: 40,
            end: 40 + length,
            page: None,
        },
    }
}

fn grounds() -> Grounds {
    let extractive = Answer {
        mode: Mode::Extractive,
        language: "fr",
        refused: false,
        confidence: 0.9,
        differs: false,
        sentences: vec![Sentence { text: "Les documents disent :".to_owned(), citations: vec![] }],
        dropped: 0,
        citations: vec![],
    };
    let extracts = vec![
        extract(
            1,
            "La naissance doit être déclarée dans un délai de 30 jours\nau bureau d'état civil.",
        ),
        extract(2, "Copie intégrale | 2 DH [guichet]\nDuplicata | 50 DH"),
        extract(3, "تسلم الشهادة مجانا خلال ٤٨ ساعة."),
    ];
    Grounds { extractive, extracts, collections: vec![], voice: Voice::French }
}

/// What is said and how often it is borne out, and how many sentences were dropped.
fn check(written: &str, expect: &[(&str, usize)], dropped: usize) {
    let answer = grounds().verified(written);
    let seen: Vec<(&str, usize)> = answer
        .sentences
        .iter()
        .map(|sentence| (sentence.text.as_str(), sentence.citations.len()))
        .collect();
    if expect.is_empty() {
        assert_eq!(answer.mode, Mode::Extractive, "{written:?} gave {seen:?}");
    } else {
        assert_eq!(seen, expect, "{written:?}");
    }
    assert_eq!(answer.dropped, dropped, "{written:?}");
}

#[test]
fn what_a_quote_bears_out_is_said() {
    check(
        "Vous avez 30 jours [1: \"dans un délai de 30 jours\"].",
        &[("Vous avez 30 jours", 1)],
        0,
    );
    check(
        "- Le délai est de 30 jours. [1: \"30 jours au bureau\"]\n- La copie coûte 2 DH [2: «2 DH [guichet]»]",
        &[("Le délai est de 30 jours.", 1), ("La copie coûte 2 DH", 1)],
        0,
    );
    check(
        "C'est 2 DH, ou 50 DH [2: \"Copie intégrale | 2 DH\"][2: “Duplicata | 50 DH”].",
        &[("C'est 2 DH, ou 50 DH", 2)],
        0,
    );
    check(
        "Trente [1: “délai de 30 jours”]. Deux [2: \"2 DH [guichet]\"].",
        &[("Trente", 1), ("Deux", 1)],
        0,
    );
    // Digits of either script are the same number.
    check(
        "C'est prêt en 48 heures [3: \"مجانا خلال ٤٨ ساعة\"]",
        &[("C'est prêt en 48 heures", 1)],
        0,
    );
}

#[test]
fn what_no_quote_bears_out_is_dropped() {
    check("Vous avez 30 jours.", &[], 1);
    check("Vous avez 30 jours [1].", &[], 1);
    check("Vous avez 40 jours [1: \"dans un délai de 30 jours\"].", &[], 1);
    check("Vous avez 30 jours [1: \"dans un délai de trente jours\"].", &[], 1);
    check("Vous avez 30 jours [2: \"dans un délai de 30 jours\"].", &[], 1);
    check("Vous avez 30 jours [9: \"dans un délai de 30 jours\"].", &[], 1);
    check("Vous avez 30 jours [0: \"dans un délai de 30 jours\"].", &[], 1);
    check("Gratuit [1: \"de\"].", &[], 1);
    check("NO ANSWER", &[], 0);
    check("", &[], 0);
    // Half a number, and half a word.
    check("C'est 2 DH [2: \"0 DH\"].", &[], 1);
    check("Trente [1: \"élai de 30 jour\"].", &[], 1);
    check("C'est 50,2 DH [2: \"Duplicata | 50 DH\"].", &[], 1);
    check("C'est ４０ DH [2: \"Duplicata | 50 DH\"].", &[], 1);
    // What follows may turn it round.
    check("La copie coûte 2 DH [2: \"2 DH [guichet]\"] seulement le lundi.", &[], 2);
    check("khass bzaf. 30 jours [1: \"délai de 30 jours\"]", &[("30 jours", 1)], 1);
    // A sentence that cites nothing does not ride on the next one's quote.
    check(
        "C'est interdit le lundi. Il faut 30 jours [1: \"délai de 30 jours\"]. Et c'est tout !",
        &[("Il faut 30 jours", 1)],
        2,
    );
}

#[test]
fn what_was_made_to_be_slow_is_read_in_time() {
    for text in
        ["[:\"".repeat(6_000) + &"]".repeat(6_000), "[1: \"".repeat(20_000), "[".repeat(900_000)]
    {
        assert_eq!(grounds().verified(&text).mode, Mode::Extractive);
    }
}

#[test]
fn numbers_are_read_as_they_are_written() {
    let check = |text: &str, expect: &[&str]| assert_eq!(numbers(text), expect, "{text}");
    check("1 500 DH, 2,50 DH le 12/03/2025.", &["1500", "2,50", "12/03/2025"]);
    check("1\u{a0}500 et ٤٨", &["1500", "48"]);
    check("2025 30 jours, art. 5.", &["2025", "30", "5"]);
    check("½ et 3 m²", &["½", "3", "²"]);
}

#[test]
fn citations_name_the_place_in_the_document() {
    let answer = grounds().verified("Trente [1: \"30 jours au bureau\"].");
    let citation = answer.citations.first().unwrap();
    assert_eq!(
        (citation.quote.as_str(), citation.start, citation.end),
        ("30 jours\nau bureau", 89, 107)
    );
    assert_eq!((answer.mode, answer.text().as_str()), (Mode::Generated, "Trente [1]"));
}

#[test]
fn a_model_is_told_the_language_and_every_extract() {
    let told = grounds().instructions();
    for part in ["Write in French", "Extract 1 (Acte de naissance: Frais)", "Extract 3", "٤٨ ساعة"]
    {
        assert!(told.contains(part), "{part}");
    }
}

proptest! {
    /// Whatever a model writes, every quote that is given out stands in its extract.
    #[test]
    fn nothing_is_cited_that_does_not_stand_there(
        written in "([a-z ]{0,9}|30|\\[[0-4](: \"[a-zé30 ]{0,12}\")?\\]|\\[1: \"délai de 30 jours\"\\]|[\\[\\]\":«»\n.]){0,12}",
    ) {
        let grounds = grounds();
        let answer = grounds.verified(&written);
        for citation in &answer.citations {
            let source = grounds.extracts.iter().find(|one| one.document == citation.document).unwrap();
            prop_assert!(source.passage.text.contains(&citation.quote));
        }
        prop_assert!(answer.mode == Mode::Extractive || answer.sentences.iter().all(|one| !one.citations.is_empty()));
    }
}
