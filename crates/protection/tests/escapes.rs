//! Values that are written with escapes of JSON, HTML or web addresses are found, replaced as a whole and
//! restored byte for byte.
#![expect(clippy::unwrap_used, reason = "a broken pack fails the test")]

use std::fmt::Write;
use std::sync::LazyLock;

use proptest::prelude::*;
use protection::{Escape, Finder, Pack, Place, Policy, TextIn, apply, find_all, replace};

static FINDER: LazyLock<Finder> =
    LazyLock::new(|| Finder::new(&Pack::read(&packs::morocco()).unwrap()));

/// Protects texts, checks that they restore exactly, and gives what goes out.
fn protected(texts: &[&str]) -> Vec<String> {
    let inputs: Vec<TextIn<'_>> =
        texts.iter().map(|text| TextIn { text, place: Place::Text }).collect();
    let findings = find_all(&*FINDER, &inputs);
    let plan = replace(&findings, &inputs, &Policy::label_all("t")).unwrap();
    let out: Vec<String> =
        texts.iter().zip(&plan.replacements).map(|(text, with)| apply(text, with)).collect();
    for (text, out) in texts.iter().zip(&out) {
        assert_eq!(plan.vault.restore(out, Escape::Plain), *text);
    }
    out
}

fn check(text: &str, expect: &str) {
    assert_eq!(protected(&[text]), [expect], "{text:?}");
}

fn json(text: &str) -> String {
    text.encode_utf16().fold(String::new(), |mut out, unit| {
        write!(out, "\\u{unit:04x}").unwrap();
        out
    })
}

fn html(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, character| {
        write!(out, "&#{};", u32::from(character)).unwrap();
        out
    })
}

fn web(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        write!(out, "%{byte:02X}").unwrap();
        out
    })
}

#[test]
fn a_name_in_escapes_is_found_in_whatever_holds_it() {
    let name = json("محمد العلوي");
    for (before, after) in [
        ("{\"nom\": \"", "\"}\n{\"nom\": \"x\"}"),
        ("{\"note\": NaN, \"nom\": \"", "\"}"),
        ("Voici le dossier : {\"nom\": \"", "\"}"),
        ("{\"x\": \"\\ud83d\", \"nom\": \"", "\"}"),
        ("{\"nom\": \"", "\", \"x\": \"\\ud83"),
    ] {
        check(&format!("{before}{name}{after}"), &format!("{before}[PERSON_1]{after}"));
    }
    let (open, close) = ("[".repeat(130), "]".repeat(130));
    check(
        &format!("{open}{{\"nom\": \"{name}\"}}{close}"),
        &format!("{open}{{\"nom\": \"[PERSON_1]\"}}{close}"),
    );
    let twice = name.replace('\\', "\\\\");
    check(
        &format!(r#"{{"a": "{{\"nom\": \"{twice}\"}}"}}"#),
        r#"{"a": "{\"nom\": \"[PERSON_1]\"}"}"#,
    );
}

#[test]
fn digits_and_signs_in_escapes() {
    check("tel 06&#49;2345678", "tel [PHONE_1]");
    check(&format!("tel {}", json("0612345678")), "tel [PHONE_1]");
    check(&format!("tel {}", html("0612345678")), "tel [PHONE_1]");
    check("tel=%2B212%20612345678&x=1", "tel=[PHONE_1]&x=1");
    check("mail nora.tazi%40gmail.com", "mail [EMAIL_1]");
    check("mail nora.tazi&commat;gmail&period;com", "mail [EMAIL_1]");
    check("CIN&nbsp;:&nbsp;BK412097", "CIN&nbsp;:&nbsp;[CIN_1]");
    check(r"Bonjour,\nCIN BK412097\nMerci", r"Bonjour,\nCIN [CIN_1]\nMerci");
    check("nom=Zineb%20Oukacha&age=4", "nom=[PERSON_1]&age=4");
    check(&format!("q={}", web("محمد العلوي")), "q=[PERSON_1]");
}

#[test]
fn file_names_lose_no_finding() {
    check(r"C:\nora.tazi@gmail.com", r"C:\[EMAIL_1]");
    check(r"C:\new\tests\BK412097 CIN BK412097", r"C:\new\tests\[CIN_1] CIN [CIN_1]");
}

#[test]
fn a_value_found_once_is_replaced_however_it_is_written() {
    let plain = "Monsieur Zineb Oukacha, CIN BK412097";
    for spell in [json, html, web] {
        let escaped = format!("x {} y {}", spell("Zineb Oukacha"), spell("BK412097"));
        for texts in [[plain, escaped.as_str()], [escaped.as_str(), plain]] {
            for out in protected(&texts) {
                assert!(out.contains("[PERSON_1"), "{out}");
                assert!(out.contains("[CIN_1"), "{out}");
            }
        }
    }
}

#[test]
fn a_label_typed_in_escapes_gives_its_number_to_nobody() {
    for spell in [json, html, web] {
        let typed = spell("[PERSON_1]");
        check(&format!("{typed} Monsieur Zineb Oukacha"), &format!("{typed} Monsieur [PERSON_2]"));
    }
}

fn piece() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "Zineb Oukacha",
        "محمد العلوي",
        "0612345678",
        "BK412097",
        "nora.tazi@gmail.com",
        "[PERSON_1]",
        "PERSON_1",
        "12",
    ]);
    let around = prop::sample::select(vec![
        "\\",
        "\\\\",
        "\\n",
        "\\u",
        "\\u00",
        "&",
        "&#",
        "&#6",
        "&amp;",
        "%",
        "%2",
        "%25",
        "%D9",
        ";",
        "\"",
        "[",
        "]",
        " ",
        "\n",
        "a",
        "4",
        "C:\\",
        "\\ud83d",
        "CIN ",
        "&#91;",
        "\\t",
        "\\/",
        "Monsieur ",
        "_",
        "\u{200f}",
    ]);
    prop_oneof![
        (value, 0_usize..4).prop_map(|(value, how)| match how {
            0 => json(value),
            1 => html(value),
            2 => web(value),
            _ => value.to_owned(),
        }),
        around.prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn what_was_protected_is_restored_with_escapes_around(
        texts in prop::collection::vec(prop::collection::vec(piece(), 0..10), 1..3)
    ) {
        let texts: Vec<String> = texts.iter().map(|pieces| pieces.concat()).collect();
        protected(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    }
}
