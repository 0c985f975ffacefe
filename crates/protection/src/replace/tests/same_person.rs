//! When two names in one text are one person: one number, whatever form each has.

use super::protected;

fn number(label: &str) -> String {
    label.chars().filter(char::is_ascii_digit).collect()
}

fn check(same: bool, pairs: &[(&'static str, &'static str)]) {
    let wrong: Vec<_> = pairs
        .iter()
        .filter(|(one, other)| {
            let out = protected(&[("person", *one), ("person", *other)], &[one, other]);
            (number(&out[0]) == number(&out[1])) != same
        })
        .collect();
    assert!(wrong.is_empty(), "expected the same: {same}, wrong: {wrong:?}");
}

#[test]
fn one_person_has_one_number() {
    check(
        true,
        &[
            ("Zineb Oukacha", "OUKACHA Zineb"),
            ("Zineb Oukacha", "Z. OUKACHA"),
            ("Zineb Oukacha", "Oukacha"),
            ("Othmane El Fassi", "Othmane Fassi"),
            ("محمد العلوي", "Mohamed Alaoui"),
            ("محمد العلوي", "ALAOUI Mohammed"),
            ("خديجة الإدريسي", "Khadija Idrissi"),
            ("أحمد العلوي", "احمد العلوى"),
        ],
    );
}

#[test]
fn two_persons_stay_two() {
    check(
        false,
        &[
            ("Zineb Oukacha", "Zakaria Oukacha"),
            ("Mohamed Alaoui", "Ahmed Alaoui"),
            ("Mohamed Alaoui", "Mohamed Alami"),
            ("محمد العلوي", "Ahmed Alaoui"),
            ("Zineb Oukacha", "Y. Oukacha"),
            ("فاطمة بنعلي", "Fatiha Benali"),
        ],
    );
}
