//! Surrogates: given, restored exactly, never one that somebody typed.

use std::collections::BTreeSet;

use language::ByteSpan;
use proptest::prelude::*;

use super::{Stub, finding};
use crate::pack::Surrogates;
use crate::{
    Action, Escape, Find, Finding, Kind, Place, Policy, ReplaceError, TextIn, Wishes, apply,
    find_all, replace, replace_with,
};

const RIB: &str = "007 780 0003284000314477 27";
const MAIL: &str = "n.laroussi@example.ma";

fn moroccan() -> Surrogates {
    let content = include_str!("../../../../../packs/ma/surrogates.toml");
    Surrogates::read("surrogates.toml", content).unwrap()
}

/// A finder of a pack with safe made-up values.
struct Safe<F>(F);

impl<F: Find> Find for Safe<F> {
    fn find_in(&self, text: &str, place: &Place) -> Vec<Finding> {
        self.0.find_in(text, place)
    }

    fn surrogates(&self) -> Surrogates {
        moroccan()
    }
}

fn stub() -> Safe<Stub> {
    Safe(Stub(vec![
        ("rib", RIB),
        ("rib", "007780000328400031447727"),
        ("email", MAIL),
        ("email", "a.b@example.ma"),
        ("cin", "DA48213"),
        ("card", "4111111111111111"),
    ]))
}

fn policy(default: Action) -> Policy {
    let mut policy = Policy::label_all("test");
    policy.default = default;
    policy
}

fn plain(text: &str) -> TextIn<'_> {
    TextIn { text, place: Place::Text }
}

/// Protects texts, checks that they restore exactly, and gives what goes out.
fn protected(texts: &[TextIn<'_>], default: Action, wishes: &Wishes) -> Vec<String> {
    let findings = find_all(&stub(), texts);
    let plan = replace_with(&findings, texts, &policy(default), wishes).unwrap();
    texts
        .iter()
        .zip(&plan.replacements)
        .map(|(text, with)| {
            let out = apply(text.text, with);
            assert_eq!(plan.vault.restore(&out, Escape::Plain), text.text);
            out
        })
        .collect()
}

fn check(text: &str, expect: &str) {
    assert_eq!(protected(&[plain(text)], Action::Surrogate, &Wishes::default()), [expect]);
}

#[test]
fn values_of_the_same_form_stand_for_values() {
    check("RIB 007 780 0003284000314477 27.", "RIB 999 999 0000000000000001 00.");
    check("écris à n.laroussi@example.ma, merci", "écris à personne1@example.org, merci");
    check(
        "n.laroussi@example.ma et a.b@example.ma et n.laroussi@example.ma",
        "personne1@example.org et personne2@example.org et personne1@example.org",
    );
    check("CIN DA48213", "CIN [CIN_1]");
    check(
        "007 780 0003284000314477 27 = 007780000328400031447727",
        "999 999 0000000000000001 00 = 999999000000000000000100",
    );
}

#[test]
fn what_somebody_typed_is_never_a_surrogate() {
    check(
        "n.laroussi@example.ma et PERSONNE1@example.org",
        "personne2@example.org et PERSONNE1@example.org",
    );
    check(
        "personne1&#64;example.org n.laroussi@example.ma",
        "personne1&#64;example.org personne2@example.org",
    );
    check(
        "9999 9900 0000 0000 0000 0100: 007 780 0003284000314477 27",
        "9999 9900 0000 0000 0000 0100: 999 999 0000000000000002 00",
    );
}

/// Made-up addresses with the numbers from 1 on, each with a blank behind it.
fn typed(last: u32) -> String {
    let all: Vec<String> =
        (1..=last).map(|number| format!("personne{number}@example.org")).collect();
    all.join(" ") + " "
}

#[test]
fn a_long_row_of_typed_ones_is_passed_over() {
    for (last, expect) in [(40, "personne41@example.org"), (1990, "personne1991@example.org")] {
        let row = typed(last);
        check(&format!("{row}{MAIL} {RIB}"), &format!("{row}{expect} 999 999 0000000000000001 00"));
    }
    // Where all were typed, that value has a label, and the others keep their surrogates.
    let row = typed(2100);
    check(&format!("{row}{MAIL} {RIB}"), &format!("{row}[EMAIL_1] 999 999 0000000000000001 00"));
}

#[test]
fn behind_a_long_typed_row_many_values_have_surrogates() {
    let own: Vec<String> = (0..400).map(|number| format!("x{number}@example.ma")).collect();
    let text = format!("{}{}", typed(1500), own.join(" "));
    let texts = [plain(&text)];
    let findings = find_all(&Safe(OwnMails), &texts);
    let plan = replace(&findings, &texts, &policy(Action::Surrogate)).unwrap();
    let out = apply(&text, &plan.replacements[0]);
    assert!(!out.contains("example.ma") && out.contains("personne1900@example.org"));
}

/// Finds every address of the texts' own.
struct OwnMails;

impl Find for OwnMails {
    fn find_in(&self, text: &str, place: &Place) -> Vec<Finding> {
        let mut found = Mails.find_in(text, place);
        found.retain(|finding| finding.span.of(text).ends_with("example.ma"));
        found
    }
}

#[test]
fn where_no_surrogate_can_be_read_a_label_stands() {
    check("n.laroussi@example.ma.b", "[EMAIL_1].b");
}

fn answered(answer: &str, escape: Escape, expect: &str) {
    let text = format!("{MAIL} {RIB} {} 10.1.2.3", "007780000328400031447727");
    let finder = Safe(Stub(vec![
        ("email", MAIL),
        ("rib", RIB),
        ("rib", "007780000328400031447727"),
        ("ip_address", "10.1.2.3"),
    ]));
    let texts = [plain(&text)];
    let plan = replace(&find_all(&finder, &texts), &texts, &policy(Action::Surrogate)).unwrap();
    let whole = plan.vault.restore(answer, escape);
    assert_eq!(whole, expect);
    for (at, _) in answer.char_indices() {
        let mut restorer = plan.vault.restorer(escape);
        let mut out = String::new();
        restorer.push(answer.get(..at).unwrap(), &mut out);
        restorer.push(answer.get(at..).unwrap(), &mut out);
        restorer.finish(&mut out);
        assert_eq!(out, whole, "{answer:?} cut at {at}");
    }
}

#[test]
fn an_answer_gets_its_values_back() {
    let plain = |answer, expect| answered(answer, Escape::Plain, expect);
    plain("(personne1@example.org).", "(n.laroussi@example.ma).");
    plain("Personne1@Example.org", MAIL);
    plain("PERSONNE1@EXAMPLE.ORG", MAIL);
    plain("وpersonne1@example.org", "وn.laroussi@example.ma");
    plain("personne1@example\\.org", MAIL);
    plain("personne1&#64;example.org", MAIL);
    plain(
        "[personne1@example.org](mailto:personne1@example.org)",
        "[n.laroussi@example.ma](mailto:n.laroussi@example.ma)",
    );
    plain("xpersonne1@example.org", "xpersonne1@example.org");
    plain("x.personne1@example.org", "x.personne1@example.org");
    plain("personne1@example.org.ma", "personne1@example.org.ma");
    plain("personne12@example.org", "personne12@example.org");
    plain("999 999 0000000000000001 00", RIB);
    plain("999999000000000000000100", "007780000328400031447727");
    plain("9999-9900-0000-0000-0000-0100", RIB);
    plain("٩٩٩٩٩٩٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠١٠٠", RIB);
    plain("9999990000000000000001005", "9999990000000000000001005");
    plain("9999 9900 0000 0000 0000 0100 5", "9999 9900 0000 0000 0000 0100 5");
    plain("192.0.2.1.", "10.1.2.3.");
    plain("http://192.0.2.1:8080/", "http://10.1.2.3:8080/");
    plain("192.0.2.15", "192.0.2.15");
    plain("192.0.2.1.5", "192.0.2.1.5");
    let json = |answer, expect| answered(answer, Escape::Json, expect);
    json(r#"{"a":"personne1@example.org"}"#, r#"{"a":"n.laroussi@example.ma"}"#);
    json(r#"{"a":999999000000000000000100}"#, r#"{"a":"007780000328400031447727"}"#);
    json(r#"{"a":"\"999999000000000000000100"}"#, r#"{"a":"\"007780000328400031447727"}"#);
}

#[test]
fn keys_numbers_and_schemas_take_surrogates() {
    let key = TextIn { text: MAIL, place: Place::Key };
    let number = TextIn { text: "4111111111111111", place: Place::Number { key: None } };
    let both = [key, number, plain("n.laroussi@example.ma DA48213")];
    assert_eq!(
        protected(&both, Action::Label, &Wishes::default()),
        ["personne1@example.org", "9999000000000010", "personne1@example.org [CIN_1]"]
    );
    let wishes = Wishes { kinds: BTreeSet::from([Kind::new("email")]), ..Wishes::default() };
    assert_eq!(
        protected(&[plain("n.laroussi@example.ma 4111111111111111")], Action::Label, &wishes),
        ["personne1@example.org [CARD_1]"]
    );
    let wishes = Wishes { no_labels: BTreeSet::from([0]), ..Wishes::default() };
    assert_eq!(protected(&[plain(MAIL)], Action::Label, &wishes), ["personne1@example.org"]);
}

#[test]
fn without_a_safe_value_the_request_is_refused() {
    let refused = |texts: &[TextIn<'_>], default, wishes: &Wishes| {
        let plan = replace_with(&find_all(&stub(), texts), texts, &policy(default), wishes);
        assert!(matches!(plan, Err(ReplaceError::Unreplaceable { text: 0, .. })), "{plan:?}");
    };
    refused(&[TextIn { text: "DA48213", place: Place::Key }], Action::Label, &Wishes::default());
    refused(&[TextIn { text: MAIL, place: Place::Key }], Action::Mask, &Wishes::default());
    let number = Place::Number { key: None };
    refused(&[TextIn { text: MAIL, place: number }], Action::Label, &Wishes::default());
    let wishes = Wishes { no_labels: BTreeSet::from([0]), ..Wishes::default() };
    refused(&[plain("DA48213")], Action::Surrogate, &wishes);
}

/// Finds every word with an `@`.
struct Mails;

impl Find for Mails {
    fn find_in(&self, text: &str, _: &Place) -> Vec<Finding> {
        let words = text.split(' ').filter(|word| word.contains('@'));
        let spans = words.map(|word| {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            ByteSpan { start, end: start + word.len() }
        });
        spans.map(|span| finding("email", span)).collect()
    }
}

/// The same address in ever other cases, which are spellings of one value.
fn spellings(count: u32) -> String {
    let spelling = |number: u32| -> String {
        let letters = "abcdefghijklmnopqr@example.ma".chars().enumerate();
        letters
            .map(|(at, letter)| {
                let upper = at < 18 && number >> at & 1 == 1;
                if upper { letter.to_ascii_uppercase() } else { letter }
            })
            .collect()
    };
    (0..count).map(spelling).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_spelling_has_a_surrogate_of_its_own() {
    let text = spellings(4000);
    let texts = [plain(&text)];
    let findings = find_all(&Safe(Mails), &texts);
    let plan = replace(&findings, &texts, &policy(Action::Surrogate)).unwrap();
    let out = apply(&text, &plan.replacements[0]);
    assert!(!out.contains("example.ma"));
    assert_eq!(out.split(' ').collect::<BTreeSet<_>>().len(), 4000);
}

#[test]
fn a_spelling_found_late_moves_no_other_surrogate() {
    let finder = Safe(Mails);
    let out = |text: &str| {
        let texts = [plain(text)];
        let plan = replace(&find_all(&finder, &texts), &texts, &policy(Action::Surrogate)).unwrap();
        apply(text, &plan.replacements[0])
    };
    let before = out("a.b@example.ma c.d@example.ma");
    assert_eq!(before, "personne1@example.org personne2@example.org");
    let after = out("a.b@example.ma c.d@example.ma A.B@example.ma");
    assert_eq!(after, format!("{before} personne1001@example.org"));
}

/// Findings at fixed places, whatever the text.
struct Anywhere(Vec<(usize, usize, &'static str)>);

impl Find for Anywhere {
    fn find_in(&self, _: &str, _: &Place) -> Vec<Finding> {
        self.0.iter().map(|&(start, end, kind)| finding(kind, ByteSpan { start, end })).collect()
    }
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        5 => prop::sample::select(vec![
            "personne1@example.org", "personne2", "@example.org", ".", "192.0.2.1", "192.0.2.", "1", "2",
            "2001:db8::1", "999999", "0000000000000001", "00", " ", "-", "é", "و", "\u{200f}", "\\", "&#64;",
            "[EMAIL_1]", "EMAIL_2", "x", "@", "_", "00:00:5e:00:53:01", "\n", "\\u0031", "٩",
        ])
        .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

fn spans() -> impl Strategy<Value = Vec<(usize, usize, &'static str)>> {
    let kind = prop::sample::select(vec![
        "email",
        "rib",
        "ip_address",
        "mac_address",
        "card",
        "iban",
        "ice",
        "person",
        "cin",
    ]);
    prop::collection::vec((0..90usize, 0..30usize, kind), 0..6).prop_map(|spans| {
        spans.into_iter().map(|(start, length, kind)| (start, start + length, kind)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn what_was_protected_with_surrogates_is_restored(
        of in prop::collection::vec(text(), 1..4),
        spans in spans(),
    ) {
        let of: Vec<TextIn<'_>> = of.iter().map(|text| plain(text)).collect();
        let findings = find_all(&Safe(Anywhere(spans)), &of);
        let plan = replace(&findings, &of, &policy(Action::Surrogate));
        prop_assert!(plan.is_ok(), "{:?}", plan);
        let plan = plan.unwrap();
        let mut given = BTreeSet::new();
        for (text, with) in of.iter().zip(&plan.replacements) {
            let out = apply(text.text, with);
            prop_assert_eq!(plan.vault.restore(&out, Escape::Plain), text.text);
            // Cutting it anywhere changes nothing.
            for (at, _) in out.char_indices() {
                let mut restorer = plan.vault.restorer(Escape::Plain);
                let mut restored = String::new();
                restorer.push(out.get(..at).unwrap(), &mut restored);
                restorer.push(out.get(at..).unwrap(), &mut restored);
                restorer.finish(&mut restored);
                prop_assert_eq!(&restored, text.text, "{} cut at {}", out, at);
            }
            for one in with {
                given.insert((one.with.clone(), one.span.of(text.text)));
            }
        }
        // Distinct values have distinct stand-ins.
        let stand_ins: BTreeSet<&String> = given.iter().map(|(with, _)| with).collect();
        prop_assert_eq!(stand_ins.len(), given.len());
    }

    #[test]
    fn a_typed_text_is_never_taken_for_a_surrogate(of in text(), spans in spans()) {
        let texts = [plain(&of)];
        let findings = find_all(&Safe(Anywhere(spans)), &texts);
        let plan = replace(&findings, &texts, &policy(Action::Surrogate)).unwrap();
        prop_assert_eq!(plan.vault.restore(&of, Escape::Plain), of);
    }
}
