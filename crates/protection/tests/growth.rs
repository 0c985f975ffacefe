//! Time grows with the size of a request and no faster, whatever the request holds.
#![expect(clippy::disallowed_methods, reason = "the test reads the clock")]
#![expect(clippy::unwrap_used, reason = "a broken pack fails the test")]

use std::sync::LazyLock;
use std::time::Instant;

use protection::{Finder, Pack, Place, Policy, ReplaceError, TextIn, find_all, replace};

static FINDER: LazyLock<Finder> =
    LazyLock::new(|| Finder::new(&Pack::read(&packs::morocco()).unwrap()));

/// Seconds to protect texts.
fn seconds(texts: &[TextIn<'_>]) -> f64 {
    let start = Instant::now();
    let findings = find_all(&*FINDER, texts);
    let plan = replace(&findings, texts, &Policy::label_all("t"));
    assert!(matches!(
        plan,
        Ok(_) | Err(ReplaceError::Ambiguous { .. } | ReplaceError::Unreplaceable { .. })
    ));
    start.elapsed().as_secs_f64()
}

/// A text of about `length` bytes from pieces, with the place of the piece in it for `#`.
fn text(piece: &str, length: usize) -> String {
    let mut text = String::with_capacity(length + piece.len());
    let mut number = 0_usize;
    while text.len() < length {
        if piece.contains('#') {
            let letters: String = (0..4)
                .scan(number, |rest, _| {
                    let letter = u8::try_from(*rest % 26).unwrap_or(0);
                    *rest /= 26;
                    Some(char::from(b'a' + letter))
                })
                .collect();
            let digits = format!("{:06}", number * 7919 % 1_000_000);
            text.push_str(&piece.replace("#d", &digits).replace('#', &letters));
        } else {
            text.push_str(piece);
        }
        number += 1;
    }
    text
}

/// What is repeated: `#` becomes letters and `#d` digits that differ each time.
const SHAPES: [&str; 46] = [
    "Mohamed ",
    "Mohamed Ahmed ",
    "Mohamed Ah# ",
    "Monsieur Mohamed Al#.\n",
    "Monsieur M. Alaoui# Tazi, ",
    "السيد محمد العلوي، ",
    "محمد ",
    "nom: Mohamed Tazi#\n",
    "{\"nom\": \"Zineb Oukacha#\"}\n",
    "{\"nom\": \"محمد العلوي\", \"x\": \"Mohamed Alaoui\"}\n",
    "CIN BK#d ",
    "tel 0612#d\n",
    "+2126 ",
    "mail a#@b#.ma ",
    "mot de passe: x#d#!\n",
    "rue #, n° 12, Casablanca\n",
    "né le 12/03/1990 ",
    "[PERSON_1] ",
    "PERSON_#d ",
    "PERSON",
    "person_",
    "[",
    "\\",
    "\\\\n",
    "\\u0645",
    "\\ud83d",
    "&amp;",
    "&amp;#1605;",
    "&",
    "%25",
    "%D9%85",
    "%",
    "C:\\new\\",
    "a\\",
    "\"",
    "\"a\":\"",
    "\\\"a\\\":\\\"",
    "\"a\":\"x\\n\",",
    ")VALUES",
    "(a) VALUES ('",
    "(a) VALUES (",
    "<td>",
    "<a>x",
    "1",
    "a",
    "م",
];

/// Four times as much takes no more than about four times as long; the slack is for a busy machine.
fn assert_linear(what: &str, short: impl Fn() -> f64, long: impl Fn() -> f64) {
    let (mut first, mut second) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..3 {
        first = first.min(short());
        second = second.min(long());
        if second < first * 9.0 + 0.2 {
            return;
        }
    }
    assert!(second < first * 9.0 + 0.2, "{what:?}: {first} s, then {second} s for 4 times as much");
}

#[test]
fn one_long_text_of_any_shape() {
    for shape in SHAPES {
        let of = |length| {
            let text = text(shape, length);
            move || seconds(&[TextIn { text: &text, place: Place::Text }])
        };
        assert_linear(shape, of(25_000), of(100_000));
    }
}

#[test]
fn many_texts_of_any_shape() {
    for shape in SHAPES {
        let of = |count: usize| {
            let whole = text(shape, count * 40);
            let parts: Vec<String> = whole
                .chars()
                .collect::<Vec<_>>()
                .chunks(40)
                .map(|part| part.iter().collect())
                .collect();
            move || {
                let texts: Vec<TextIn<'_>> =
                    parts.iter().map(|part| TextIn { text: part, place: Place::Text }).collect();
                seconds(&texts)
            }
        };
        assert_linear(shape, of(400), of(1600));
    }
}

#[test]
fn a_name_of_many_tokens_takes_little_time() {
    let text = "Mohamed ".repeat(50_000);
    let texts = [TextIn { text: &text, place: Place::Text }];
    seconds(&[TextIn { text: "Mohamed", place: Place::Text }]);
    let taken = (0..3).map(|_| seconds(&texts)).fold(f64::INFINITY, f64::min);
    assert!(taken < 1.0, "{taken} s");
    // Nothing of it stays in clear.
    let plan = replace(&find_all(&*FINDER, &texts), &texts, &Policy::label_all("t")).unwrap();
    let out = protection::apply(&text, plan.replacements.first().unwrap());
    assert!(!out.contains("Mohamed"), "{}", out.len());
}

#[test]
fn a_long_member_name_costs_nothing_for_each_element() {
    for key in ["nom".to_owned(), "k".repeat(128), "k".repeat(100_000)] {
        let place = Place::Value { key: key.as_str().into() };
        let texts: Vec<TextIn<'_>> =
            (0..20_000).map(|_| TextIn { text: "x", place: place.clone() }).collect();
        let taken = (0..3).map(|_| seconds(&texts)).fold(f64::INFINITY, f64::min);
        assert!(taken < 5.0, "{}: {taken} s", key.len());
    }
}
