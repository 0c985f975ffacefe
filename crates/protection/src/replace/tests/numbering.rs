use super::{check, protected};

const PERSON: &str = "person";

#[test]
fn entities_are_numbered_in_discovery_order_by_kind() {
    check(
        &[(PERSON, "Zineb Oukacha"), (PERSON, "Omar Bennis"), ("cin", "DA48213")],
        &["Omar Bennis, CIN DA48213", "Zineb Oukacha et Omar Bennis"],
        &["[PERSON_1], CIN [CIN_1]", "[PERSON_2] et [PERSON_1]"],
    );
}

#[test]
fn one_value_written_differently_is_one_entity_with_forms() {
    check(
        &[
            ("phone", "0662 18 45 09"),
            ("phone", "+212662184509"),
            ("cin", "DA48213"),
            ("cin", "da 48213"),
        ],
        &["0662 18 45 09, +212662184509, 0662 18 45 09", "DA48213 da 48213 DA48213"],
        &["[PHONE_1], [PHONE_1b], [PHONE_1]", "[CIN_1] [CIN_1b] [CIN_1]"],
    );
}

#[test]
fn name_tokens_in_another_order_or_case_are_one_person() {
    check(
        &[(PERSON, "Zineb Oukacha"), (PERSON, "OUKACHA Zineb"), (PERSON, "zineb oukacha")],
        &["Zineb Oukacha = OUKACHA Zineb = zineb oukacha"],
        &["[PERSON_1] = [PERSON_1b] = [PERSON_1c]"],
    );
}

#[test]
fn a_part_of_one_known_name_joins_it() {
    check(
        &[
            (PERSON, "Khaoula Ait Taleb"),
            (PERSON, "Khaoula"),
            (PERSON, "Ait Taleb"),
            (PERSON, "K. Ait Taleb"),
        ],
        &["Khaoula Ait Taleb. Khaoula, Mme Ait Taleb, K. Ait Taleb"],
        &["[PERSON_1]. [PERSON_1b], Mme [PERSON_1c], [PERSON_1d]"],
    );
}

#[test]
fn a_part_before_its_full_name_in_the_same_text_joins_it() {
    check(
        &[(PERSON, "Karim Bennis"), (PERSON, "Karim")],
        &["Karim a écrit. Signé Karim Bennis"],
        &["[PERSON_1] a écrit. Signé [PERSON_1b]"],
    );
}

#[test]
fn a_part_before_its_full_name_in_a_later_text_keeps_its_number() {
    check(
        &[(PERSON, "Karim Bennis"), (PERSON, "Karim Alaoui"), (PERSON, "Karim")],
        &["Karim", "Karim Bennis", "Karim Alaoui", "Karim"],
        &["[PERSON_1]", "[PERSON_1b]", "[PERSON_2]", "[PERSON_1]"],
    );
}

#[test]
fn two_people_who_share_a_name_stay_two() {
    check(
        &[
            (PERSON, "Ahmed Alaoui"),
            (PERSON, "Sara Alaoui"),
            (PERSON, "Alaoui"),
            (PERSON, "Omar Alaoui"),
        ],
        &["Ahmed Alaoui et Sara Alaoui. Alaoui ?", "Omar Alaoui"],
        &["[PERSON_1] et [PERSON_2]. [PERSON_3] ?", "[PERSON_4]"],
    );
    check(
        &[(PERSON, "Karim Bennis"), (PERSON, "Karim Alaoui"), (PERSON, "Karim")],
        &["Karim", "Karim Bennis et Karim Alaoui"],
        &["[PERSON_1]", "[PERSON_2] et [PERSON_3]"],
    );
}

#[test]
fn one_person_in_two_scripts_is_one_entity() {
    check(
        &[
            (PERSON, "محمد العلوي"),
            (PERSON, "Mohamed Alaoui"),
            (PERSON, "Mohamed Ali"),
            (PERSON, "Alaoui"),
            (PERSON, "العلوي"),
            (PERSON, "MOHAMED EL ALAOUI"),
            (PERSON, "عبد الرحمن بن شقرون"),
            (PERSON, "Abderrahmane Benchekroun"),
        ],
        &[
            "محمد العلوي ؛ عبد الرحمن بن شقرون",
            "Mohamed Alaoui, Mohamed Ali, M. Alaoui, السيد العلوي, MOHAMED EL ALAOUI, Abderrahmane Benchekroun",
        ],
        &[
            "[PERSON_1] ؛ [PERSON_2]",
            "[PERSON_1b], [PERSON_3], M. [PERSON_1c], السيد [PERSON_1d], [PERSON_1e], [PERSON_2b]",
        ],
    );
    check(
        &[(PERSON, "Mohamed Alaoui"), (PERSON, "محمد العلوي"), (PERSON, "Mohammed Alaoui")],
        &["Mohamed Alaoui, Mohammed Alaoui", "محمد العلوي"],
        &["[PERSON_1], [PERSON_2]", "[PERSON_3]"],
    );
}

#[test]
fn numbers_never_move_when_a_conversation_grows() {
    let values = [
        (PERSON, "Karim Bennis"),
        (PERSON, "Karim"),
        (PERSON, "Sara Alaoui"),
        (PERSON, "Alaoui"),
        ("phone", "0662184509"),
        ("phone", "0662 18 45 09"),
        ("email", "sara@example.ma"),
        ("cin", "DA48213"),
    ];
    let messages = [
        "Bonjour, je suis Karim, tél 0662184509",
        "Karim Bennis, 0662 18 45 09, et +212 662 18 45 09",
        "écrire à sara@example.ma (Sara Alaoui)",
        "Mme Alaoui, CIN DA48213, SARA ALAOUI",
        "Karim et Alaoui : 00212662184509, da 48213",
    ];
    for shorter in 1..messages.len() {
        let before = protected(&values, &messages[..shorter]);
        let after = protected(&values, &messages[..=shorter]);
        assert_eq!(before[..], after[..shorter], "{shorter}");
    }
}

#[test]
fn a_value_found_late_gets_the_next_number_and_is_replaced_before() {
    struct Late;
    impl crate::Find for Late {
        fn find_in(&self, text: &str, _: &crate::Place) -> Vec<crate::Finding> {
            let values = [("person", "Omar Bennis"), ("cin", "DA48213")];
            let found =
                values.iter().filter(|_| text.starts_with("CIN")).filter_map(|(kind, value)| {
                    let at = text.find(value)?;
                    Some(super::finding(kind, language::ByteSpan::new(at, at + value.len())))
                });
            found.collect()
        }
    }
    let of = ["j'ai da-48213 et omar   BENNIS", "CIN DA48213 de Omar Bennis"];
    let findings = crate::find_all(&Late, &super::texts(&of));
    let plan =
        crate::replace(&findings, &super::texts(&of), &crate::Policy::label_all("t")).unwrap();
    assert_eq!(crate::apply(of[0], &plan.replacements[0]), "j'ai [CIN_1b] et [PERSON_1b]");
    assert_eq!(crate::apply(of[1], &plan.replacements[1]), "CIN [CIN_1] de [PERSON_1]");
}

#[test]
fn the_policy_never_moves_numbers() {
    let values = [("person", "Omar Bennis"), ("person", "Sara Alaoui"), ("cin", "DA48213")];
    let findings = super::found(&values, &["Omar Bennis DA48213 Sara Alaoui"]);
    let mut policy = crate::Policy::label_all("t");
    policy.by_kind.insert(crate::Kind::new("cin"), crate::Action::Mask);
    let of = super::texts(&["Omar Bennis DA48213 Sara Alaoui"]);
    let plan = crate::replace(&findings, &of, &policy).unwrap();
    assert_eq!(crate::apply(of[0].text, &plan.replacements[0]), "[PERSON_1] █████ [PERSON_2]");
    policy.by_kind.insert(crate::Kind::new("person"), crate::Action::Keep);
    let plan = crate::replace(&findings, &of, &policy).unwrap();
    assert_eq!(crate::apply(of[0].text, &plan.replacements[0]), "Omar Bennis █████ Sara Alaoui");
    assert!(plan.vault.is_empty());
}

/// Finds everything between semicolons.
struct All;

impl crate::Find for All {
    fn find_in(&self, text: &str, _: &crate::Place) -> Vec<crate::Finding> {
        let mut at = 0;
        text.split("; ")
            .map(|part| {
                let span = language::ByteSpan::new(at, at + part.len());
                at += part.len() + 2;
                super::finding("cin", span)
            })
            .collect()
    }
}

#[test]
fn many_spellings_have_many_forms() {
    let spellings: Vec<String> = (0..2000usize)
        .map(|index| format!("DA4821{}3", " ".repeat(index % 3) + &"\u{200b}".repeat(index / 3)))
        .collect();
    let text = spellings.join("; ");
    let of = super::texts(&[&text]);
    let findings = crate::find_all(&All, &of);
    let plan = crate::replace(&findings, &of, &crate::Policy::label_all("t")).unwrap();
    assert!(plan.replacements[0].iter().all(|with| with.with.starts_with("[CIN_1")));
    let last = format!("[CIN_1{}]", crate::label::form_letters(1999));
    assert_eq!(plan.replacements[0].last().unwrap().with, last);
}
