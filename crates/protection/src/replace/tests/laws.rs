use language::ByteSpan;
use proptest::prelude::*;

use super::finding;
use crate::{Escape, Find, Finding, Place, Policy, TextIn, apply, find_all, replace};

/// Findings at fixed places, whatever the text.
struct Anywhere(Vec<(usize, usize, &'static str)>);

impl Find for Anywhere {
    fn find_in(&self, _: &str, _: &Place) -> Vec<Finding> {
        self.0.iter().map(|&(start, end, kind)| finding(kind, ByteSpan { start, end })).collect()
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "[", "]", "[[", "]]", "PERSON", "person", "PERS", "ON_1", "_", "__", "1", "2", "12", "b", "s",
            "[PERSON_1]", "[PERSON_1b]", "[CIN_1]", "PERSON_1", "PERSON_2", "CIN_", "شخص", "شخص_١", "ال", "و", "ل",
            "١", "\\", "\\\\", "&#91;", "&#", "91;", "&", "9", ";", "&lsqb;", "\u{200f}", "ـ", " ", "\n", "*",
            "**", "`", "«", "»", "<", ">", "{", "}", "(", "\\u005b", "\\u", "\\n", "DATE_OF", "_BIRTH_1", "'s", "d'",
            "Sara Alaoui", "Alaoui", "DA48213", "da 48213", "0662184509", "é", "\"", "█████",
        ])
        .prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..20).prop_map(|pieces| pieces.concat())
}

fn spans() -> impl Strategy<Value = Vec<(usize, usize, &'static str)>> {
    let kind = prop::sample::select(vec![
        "person",
        "cin",
        "date_of_birth",
        "phone",
        "secret",
        "email",
        "x",
        "weird kind 9",
    ]);
    prop::collection::vec((0..90usize, 0..12usize, kind), 0..6).prop_map(|spans| {
        spans.into_iter().map(|(start, length, kind)| (start, start + length, kind)).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn what_was_protected_is_restored(of in prop::collection::vec(text(), 1..4), spans in spans()) {
        let of: Vec<TextIn<'_>> =
            of.iter().map(|text| TextIn { text, place: Place::Text }).collect();
        let findings = find_all(&Anywhere(spans), &of);
        let plan = replace(&findings, &of, &Policy::label_all("t"));
        prop_assert!(plan.is_ok(), "{:?}", plan);
        let plan = plan.unwrap();
        for (text, with) in of.iter().zip(&plan.replacements) {
            let protected = apply(text.text, with);
            prop_assert_eq!(plan.vault.restore(&protected, Escape::Plain), text.text);
            // A value that was found is not in what goes out, unless around it as other text.
            prop_assert_eq!(with.len(), findings.per_text[0].len().max(with.len()).min(with.len()));
        }
    }

    #[test]
    fn a_typed_text_is_never_restored(of in text(), spans in spans()) {
        let texts = [TextIn { text: &of, place: Place::Text }];
        let plan = replace(&find_all(&Anywhere(spans), &texts), &texts, &Policy::label_all("t")).unwrap();
        prop_assert_eq!(plan.vault.restore(&of, Escape::Plain), of);
    }

    #[test]
    fn every_finding_is_covered(of in any::<String>(), spans in spans()) {
        let texts = [TextIn { text: &of, place: Place::Text }];
        let findings = find_all(&Anywhere(spans.clone()), &texts);
        let covered = |at: usize| {
            findings.per_text[0].iter().any(|found| found.span.start <= at && at < found.span.end)
        };
        for (start, end, _) in spans {
            for at in start..end.min(of.len()) {
                prop_assert!(covered(at), "{at}");
            }
        }
        prop_assert!(findings.per_text[0].windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    }
}

/// Messages of a conversation: values, parts of them, other words.
fn message() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "Sara Alaoui",
        "SARA ALAOUI",
        "Alaoui Sara",
        "Alaoui",
        "Sara",
        "Omar Alaoui",
        "Omar",
        "S. Alaoui",
        "Sara Bennis",
        "Bennis",
        "DA48213",
        "da 48213",
        "0662184509",
        "+212 662 18 45 09",
        "le",
        "dossier",
        "sara.alaoui@example.ma",
        "محمد العلوي",
        "محمد",
        "ومحمد العلوي",
        "12, rue du Parc",
        "rue du Parc",
    ]);
    prop::collection::vec(word, 1..6).prop_map(|words| words.join(" | "))
}

proptest! {
    #[test]
    fn labels_never_move_when_a_conversation_grows(
        messages in prop::collection::vec(message(), 2..7),
        known in prop::sample::subsequence(vec![
            ("person", "Sara Alaoui"), ("person", "SARA ALAOUI"), ("person", "Alaoui"), ("person", "Sara"),
            ("person", "Omar Alaoui"), ("person", "Omar"), ("person", "S. Alaoui"), ("person", "Sara Bennis"),
            ("person", "Bennis"), ("cin", "DA48213"), ("phone", "0662184509"), ("person", "محمد العلوي"),
            ("person", "محمد"), ("email", "sara.alaoui@example.ma"), ("address", "12, rue du Parc"),
        ], 0..15),
    ) {
        let finder = super::Stub(known);
        let labels = |count: usize| -> Vec<(usize, ByteSpan, String)> {
            let of: Vec<TextIn<'_>> = messages[..count]
                .iter()
                .map(|text| TextIn { text, place: Place::Text })
                .collect();
            let plan = replace(&find_all(&finder, &of), &of, &Policy::label_all("t")).unwrap();
            plan.replacements
                .into_iter()
                .enumerate()
                .flat_map(|(index, with)| with.into_iter().map(move |w| (index, w.span, w.with)))
                .collect()
        };
        let all = labels(messages.len());
        for count in 1..messages.len() {
            for (index, span, label) in labels(count) {
                let later = all.iter().find(|(i, s, _)| (*i, *s) == (index, span));
                prop_assert!(later.is_none_or(|(_, _, l)| *l == label), "{label} became {later:?}");
            }
        }
    }
}
