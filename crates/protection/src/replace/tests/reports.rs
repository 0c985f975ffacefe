//! What users of such systems report, and the right behaviour.

use super::{check, protected, texts};
use crate::{Escape, Policy, find_all, replace};

#[test]
fn one_person_has_one_number_in_a_conversation() {
    check(
        &[("person", "Sara Alaoui")],
        &["Sara Alaoui", "re: Sara Alaoui", "Sara Alaoui !"],
        &["[PERSON_1]", "re: [PERSON_1]", "[PERSON_1] !"],
    );
}

#[test]
fn three_e_mails_stay_three() {
    check(
        &[("email", "a@x.ma"), ("email", "b@x.ma"), ("email", "ab@x.ma")],
        &["a@x.ma b@x.ma ab@x.ma"],
        &["[EMAIL_1] [EMAIL_2] [EMAIL_3]"],
    );
}

#[test]
fn the_restored_answer_is_not_read_again() {
    // The value itself looks like a label.
    let out =
        protected(&[("account", "[CIN_1]"), ("cin", "DA48213")], &["login [CIN_1], cin DA48213"]);
    assert_eq!(out, ["login [ACCOUNT_1], cin [CIN_2]"]);
}

#[test]
fn vaults_belong_to_one_request() {
    let one = replace(
        &super::found(&[("cin", "DA48213")], &["DA48213"]),
        &texts(&["DA48213"]),
        &Policy::label_all("t"),
    )
    .unwrap();
    let other = replace(
        &super::found(&[("cin", "EE99999")], &["EE99999"]),
        &texts(&["EE99999"]),
        &Policy::label_all("t"),
    )
    .unwrap();
    assert_eq!(one.vault.restore("[CIN_1]", Escape::Plain), "DA48213");
    assert_eq!(other.vault.restore("[CIN_1]", Escape::Plain), "EE99999");
}

#[test]
fn overlaps_never_corrupt_the_text() {
    struct Overlapping;
    impl crate::Find for Overlapping {
        fn find_in(&self, _: &str, _: &crate::Place) -> Vec<crate::Finding> {
            [(4, 9), (0, 6), (5, 5), (8, 400), (2, 3)]
                .map(|(start, end)| super::finding("person", language::ByteSpan { start, end }))
                .to_vec()
        }
    }
    let of = texts(&["abcéé fgh ijk"]);
    let plan = replace(&find_all(&Overlapping, &of), &of, &Policy::label_all("t")).unwrap();
    let out = crate::apply(of[0].text, &plan.replacements[0]);
    assert_eq!(plan.vault.restore(&out, Escape::Plain), of[0].text);
    assert!(!out.contains("abc") && !out.contains("ijk"));
}

#[test]
fn a_text_outside_spans_is_unchanged() {
    check(
        &[("cin", "DA48213")],
        &["\u{feff} a\r\n\tDA48213\u{200f}  "],
        &["\u{feff} a\r\n\t[CIN_1]\u{200f}  "],
    );
}

#[test]
fn arabic_digits_do_no_harm() {
    check(
        &[("phone", "٠٦٦٢١٨٤٥٠٩"), ("phone", "0662184509")],
        &["٠٦٦٢١٨٤٥٠٩ = 0662184509"],
        &["[PHONE_1] = [PHONE_1b]"],
    );
}

#[test]
fn a_pseudonym_the_user_typed_is_not_restored_to_someones_value() {
    let out = protected(&[("person", "Sara Alaoui")], &["PERSON_1 est un exemple", "Sara Alaoui"]);
    assert_eq!(out, ["PERSON_1 est un exemple", "[PERSON_2]"]);
}

#[test]
fn nothing_shows_a_value_in_debug() {
    let of = texts(&["Sara Alaoui DA48213"]);
    let findings =
        super::found(&[("person", "Sara Alaoui"), ("cin", "DA48213")], &["Sara Alaoui DA48213"]);
    let plan = replace(&findings, &of, &Policy::label_all("t")).unwrap();
    let shown = format!("{findings:?} {plan:?} {:?}", plan.vault.restorer(Escape::Plain));
    assert!(!shown.contains("Sara") && !shown.contains("48213"), "{shown}");
}
