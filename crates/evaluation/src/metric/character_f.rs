//! chrF, the character n-gram F-score (Popović 2015), with β = 2 and runs of one to six characters.

use std::collections::BTreeMap;

use super::number;

const LONGEST: usize = 6;
/// Recall counts β times as much as precision.
const BETA: f64 = 2.0;

/// chrF2 of one answer, from 0 to 1. White space does not count; letter case does. Precision and recall are averaged
/// over the lengths for which both texts have a run, so that short texts are not punished for being short. Two texts
/// without characters are alike.
pub fn character_f_score(answer: &str, target: &str) -> f64 {
    let answer: Vec<char> = answer.chars().filter(|own| !own.is_whitespace()).collect();
    let target: Vec<char> = target.chars().filter(|own| !own.is_whitespace()).collect();
    if answer.is_empty() && target.is_empty() {
        return 1.0;
    }
    let (mut precision, mut recall, mut lengths) = (0.0, 0.0, 0.0);
    for length in 1..=LONGEST.min(answer.len()).min(target.len()) {
        let shared = shared(&answer, &target, length);
        precision += number(shared) / number(answer.len() - length + 1);
        recall += number(shared) / number(target.len() - length + 1);
        lengths += 1.0;
    }
    if precision + recall == 0.0 {
        return 0.0;
    }
    let (precision, recall) = (precision / lengths, recall / lengths);
    let beta = BETA * BETA;
    (1.0 + beta) * precision * recall / (beta * precision + recall)
}

/// How many runs of this length the two share, each as often as both have it.
fn shared(answer: &[char], target: &[char], length: usize) -> usize {
    let mut left: BTreeMap<&[char], usize> = BTreeMap::new();
    for run in target.windows(length) {
        *left.entry(run).or_default() += 1;
    }
    let mut shared = 0;
    for run in answer.windows(length) {
        if let Some(count) = left.get_mut(run).filter(|count| **count > 0) {
            *count -= 1;
            shared += 1;
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_worked_out_by_hand() {
        fn check(answer: &str, target: &str, expect: f64) {
            let value = character_f_score(answer, target);
            assert!((value - expect).abs() < 1e-9, "{answer:?} {target:?}: {value}");
        }
        check("salam", "salam", 1.0);
        check("sa lam", "salam", 1.0);
        check("", "", 1.0);
        check("", "a", 0.0);
        check("x", "a", 0.0);
        // One character: a, b shared of two and three. Two: ab shared, of one and two.
        // Precision (2/2 + 1/1) / 2 = 1, recall (2/3 + 1/2) / 2 = 7/12; F2 = 5·7/12 / (4 + 7/12) = 7/11.
        check("ab", "abc", 7.0 / 11.0);
        // The other way round: precision 7/12, recall 1; F2 = 5·7/12 / (4·7/12 + 1) = 7/8.
        check("abc", "ab", 7.0 / 8.0);
        // Runs of one: b, c of three each; runs of two: bc of two each; runs of three: none.
        // Precision = recall = (2/3 + 1/2 + 0) / 3 = 7/18.
        check("xbc", "abc", 7.0 / 18.0);
        check("ⴰⵎⴰⵏ", "ⴰⵎⴰⵏ", 1.0);
    }

    proptest! {
        #[test]
        fn it_lies_between_none_and_all(answer in "\\PC{0,24}", target in "\\PC{0,24}") {
            let value = character_f_score(&answer, &target);
            prop_assert!((0.0..=1.0).contains(&value));
            prop_assert!((character_f_score(&target, &target) - 1.0).abs() < 1e-9);
        }
    }
}
