//! Character error rate.

use unicode_normalization::UnicodeNormalization as _;

use super::number;

/// Insertions, deletions and replacements that make the answer of the target, for each character of the target.
/// Both are brought to NFC and white space at the ends is left out. An empty target is reached by an empty answer
/// (0) and missed by any other (1).
pub fn character_error_rate(answer: &str, target: &str) -> f64 {
    let answer: Vec<char> = answer.trim().nfc().collect();
    let target: Vec<char> = target.trim().nfc().collect();
    if target.is_empty() {
        return if answer.is_empty() { 0.0 } else { 1.0 };
    }
    number(distance(&answer, &target)) / number(target.len())
}

/// Levenshtein's distance, row by row.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, own) in from.iter().enumerate() {
        let mut above_left = line;
        let mut left = line + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(to) {
            let above = *cell;
            let replaced = above_left + usize::from(own != other);
            *cell = replaced.min(above + 1).min(left + 1);
            (above_left, left) = (above, *cell);
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_worked_out_by_hand() {
        fn check(answer: &str, target: &str, expect: f64) {
            let value = character_error_rate(answer, target);
            assert!((value - expect).abs() < 1e-9, "{answer:?} {target:?}: {value}");
        }
        check("kitten", "sitting", 3.0 / 7.0);
        check("salam", "salam", 0.0);
        check(" salam\n", "salam", 0.0);
        check("", "salam", 1.0);
        check("salamsalamsalam", "salam", 2.0);
        check("e\u{301}", "é", 0.0);
        check("سلام", "سالم", 2.0 / 4.0);
        check("ba", "ab", 1.0);
        check("", "", 0.0);
        check("x", "", 1.0);
    }

    proptest! {
        #[test]
        fn it_is_a_distance(one in "[ab]{0,8}", two in "[ab]{0,8}", three in "[ab]{0,8}") {
            let between = |from: &str, to: &str| {
                let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
                distance(&from, &to)
            };
            prop_assert_eq!(between(&one, &two), between(&two, &one));
            prop_assert!(between(&one, &three) <= between(&one, &two) + between(&two, &three));
            prop_assert_eq!(between(&one, &two) == 0, one == two);
        }
    }
}
