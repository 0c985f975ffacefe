use super::{Stub, check, found, texts};
use crate::{
    Action, Class, Kind, Place, Policy, ReplaceError, TextIn, find_all, replace, replace_constant,
};

#[test]
fn undetected_occurrences_are_replaced() {
    struct First;
    impl crate::Find for First {
        fn find_in(&self, text: &str, place: &Place) -> Vec<crate::Finding> {
            let all = Stub(vec![
                ("person", "محمد العلوي"),
                ("person", "Sara Alaoui"),
                ("phone", "0662184509"),
                ("email", "a.b@example.ma"),
                ("secret", "k9-Xy!2"),
                ("secret", "abcd"),
                ("person", "Nour"),
                ("account", "manager"),
                ("plate", "12345-A-6"),
            ]);
            if text.starts_with('!') { all.find_in(text, place) } else { Vec::new() }
        }
    }
    let all =
        "!محمد العلوي Sara Alaoui 0662184509 a.b@example.ma k9-Xy!2 abcd Nour manager 12345-A-6";
    for (text, expect) in [
        ("ومحمد العلوي", "و[PERSON_1]"),
        ("لمحمد  العلوى", "ل[PERSON_1b]"),
        ("ALAOUI Sara, Alaoui-Sara", "[PERSON_2b], [PERSON_2c]"),
        ("Sara Alaouia XSara Alaoui", "Sara Alaouia XSara Alaoui"),
        ("Sara; Alaoui", "Sara; Alaoui"),
        ("Sara Alaoui Sara Alaoui", "[PERSON_2] [PERSON_2]"),
        ("tel0662184509", "tel[PHONE_1]"),
        ("06621845091 10662184509", "06621845091 10662184509"),
        ("+212 6 62 18 45 09", "[PHONE_1b]"),
        ("٠٦٦٢١٨٤٥٠٩", "[PHONE_1b]"),
        ("06\u{200f}62\u{202f}18 45 09", "[PHONE_1b]"),
        ("1 06 62 18 45 09 12", "1 06 62 18 45 09 12"),
        ("A.B@EXAMPLE.MA.", "[EMAIL_1b]."),
        ("z.a.b@example.ma a.b@example.ma.org", "z.a.b@example.ma a.b@example.ma.org"),
        ("K9-XY!2 k9-Xy!2", "K9-XY!2 [SECRET_1]"),
        ("abcd Nour manager", "abcd Nour manager"),
        ("12345/A/6, 1234-5A-6", "[PLATE_1b], 1234-5A-6"),
    ] {
        let of = [all, text];
        let findings = find_all(&First, &texts(&of));
        let plan = replace(&findings, &texts(&of), &Policy::label_all("t")).unwrap();
        assert_eq!(crate::apply(text, &plan.replacements[1]), expect);
    }
}

#[test]
fn a_longer_known_value_takes_the_place_of_its_parts() {
    struct Parts;
    impl crate::Find for Parts {
        fn find_in(&self, text: &str, place: &Place) -> Vec<crate::Finding> {
            let whole = Stub(vec![("person", "Sara Alaoui")]);
            let part = Stub(vec![("person", "Alaoui"), ("cin", "Sara")]);
            if text.starts_with('!') {
                whole.find_in(text, place)
            } else {
                part.find_in(text, place)
            }
        }
    }
    let of = ["!Sara Alaoui", "de Sara Alaoui"];
    let findings = find_all(&Parts, &texts(&of));
    let plan = replace(&findings, &texts(&of), &Policy::label_all("t")).unwrap();
    assert_eq!(crate::apply(of[1], &plan.replacements[1]), "de [PERSON_1]");
}

#[test]
fn keys_and_numbers_cannot_carry_labels() {
    let finder = Stub(vec![("cin", "DA48213"), ("phone", "662184509")]);
    for (text, place) in [
        ("DA48213", Place::Key),
        ("662184509", Place::Number { key: None }),
        ("662184509", Place::Number { key: Some("tel".into()) }),
    ] {
        let of = [TextIn { text, place }];
        let findings = find_all(&finder, &of);
        let kind = findings.per_text[0][0].kind.clone();
        let expect = ReplaceError::Unreplaceable { text: 0, kind: kind.clone() };
        assert_eq!(replace(&findings, &of, &Policy::label_all("t")).unwrap_err(), expect);
        assert_eq!(replace_constant(&findings, &of, &Policy::label_all("t")).unwrap_err(), expect);
        let mut policy = Policy::label_all("t");
        policy.by_kind.insert(kind, Action::Keep);
        assert!(replace(&findings, &of, &policy).unwrap().replacements[0].is_empty());
    }
    let value = Place::Value { key: "cin".into() };
    let of = [TextIn { text: "DA48213", place: value }];
    let plan = replace(&find_all(&finder, &of), &of, &Policy::label_all("t")).unwrap();
    assert_eq!(plan.replacements[0][0].with, "[CIN_1]");
}

#[test]
fn a_blocked_kind_refuses_the_request_without_the_value() {
    let findings = found(&[("cin", "DA48213")], &["CIN DA48213"]);
    let mut policy = Policy::label_all("remote");
    policy.by_kind.insert(Kind::new("cin"), Action::Block);
    let error = replace(&findings, &texts(&["CIN DA48213"]), &policy).unwrap_err();
    assert_eq!(
        error.to_string(),
        "text 0 holds a value of the kind `cin`, which the policy `remote` blocks; remove it or choose another destination"
    );
}

#[test]
fn embeddings_get_the_constant_label() {
    let values =
        [("person", "Sara Alaoui"), ("person", "Omar Bennis"), ("date_of_birth", "03/11/1979")];
    let text = "Sara Alaoui, Omar Bennis, 03/11/1979";
    let with = replace_constant(&found(&values, &[text]), &texts(&[text]), &Policy::label_all("t"))
        .unwrap();
    assert_eq!(crate::apply(text, &with[0]), "[PERSON], [PERSON], [DATE_OF_BIRTH]");
}

#[test]
fn the_class_is_the_highest_of_the_kinds() {
    for (kind, class) in [
        ("ice", Class::Internal),
        ("person", Class::Personal),
        ("medical_record", Class::Sensitive),
        ("a_new_kind", Class::Personal),
    ] {
        assert_eq!(found(&[(kind, "DA48213"), ("ice", "9")], &["DA48213 9"]).class(), class);
    }
    assert_eq!(found(&[], &["x"]).class(), Class::Public);
}

#[test]
fn findings_of_other_texts_are_refused() {
    let findings = found(&[("cin", "DA48213")], &["DA48213"]);
    let error = replace(&findings, &texts(&["a", "b"]), &Policy::label_all("t")).unwrap_err();
    assert_eq!(error, ReplaceError::OtherTexts { texts: 2 });
}

/// Finds a value that begins inside a number.
struct Cut;

impl crate::Find for Cut {
    fn find_in(&self, _: &str, _: &Place) -> Vec<crate::Finding> {
        vec![super::finding("cin", language::ByteSpan::new(5, 11))]
    }
}

#[test]
fn typed_look_alikes_are_never_assigned() {
    let cin = [("cin", "DA48213"), ("person", "Sara Alaoui")];
    for typed in [
        "[PERSON_1]",
        "PERSON_1",
        "person 1",
        "Person-1",
        "PERSONNE_1",
        "personne 1",
        "شخص_١",
        "الشخص 1",
        "&#91;PERSON_1&#93;",
        "\\[PERSON\\_1\\]",
        "\\u0050ERSON_1",
        "PER\u{200b}SON 1",
        "XPERSON_1z",
        "PERSON\n1",
        "[person1]",
        "Nom 1",
        "{name_1}",
        "PERSON_01 PERSON_1",
    ] {
        let text = format!("{typed} : Sara Alaoui DA48213");
        let of = [text.as_str()];
        let out = super::protected(&cin, &of);
        assert_eq!(out[0], format!("{typed} : [PERSON_2] [CIN_1]"), "{typed}");
        let plan = replace(&found(&cin, &of), &texts(&of), &Policy::label_all("t")).unwrap();
        let answer = format!("You typed {typed} as an example");
        assert_eq!(plan.vault.restore(&answer, crate::Escape::Plain), answer);
    }
    check(
        &cin,
        &["Sara Alaoui", "PERSON_1 PERSON_2 PERSON_4", "DA48213"],
        &["[PERSON_3]", "PERSON_1 PERSON_2 PERSON_4", "[CIN_1]"],
    );
    // A number behind a word that is no ordinal takes none away; a value that cuts it does.
    check(&cin, &["CIN 123456, DA48213"], &["CIN 123456, [CIN_1]"]);
    check(&[("cin", "23456X")], &["CIN_123456X"], &["CIN_123456X"]);
    let of = texts(&["CIN_123456X"]);
    let plan = replace(&find_all(&Cut, &of), &of, &Policy::label_all("t")).unwrap();
    assert_eq!(crate::apply(of[0].text, &plan.replacements[0]), "CIN_1[CIN_2]");
}
