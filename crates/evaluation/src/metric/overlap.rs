//! F1 over words and over lines.

use std::collections::BTreeMap;

use super::exact::comparable;
use super::number;

/// F1 over words: the harmonic mean of the share of the answer's words that the target has and of the target's that
/// the answer has, each word counted as often as it stands. Words stand between white space, compared as exact match
/// compares. Two texts without words are alike.
pub fn token_f1(answer: &str, target: &str) -> f64 {
    f1(words(answer), words(target))
}

/// F1 over the lines of a list; order and empty lines do not count, a line that stands twice counts twice. Two empty
/// lists are alike.
pub fn line_f1(answer: &str, target: &str) -> f64 {
    f1(lines(answer), lines(target))
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(comparable).filter(|word| !word.is_empty()).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(comparable).filter(|line| !line.is_empty()).collect()
}

fn f1(answer: Vec<String>, target: Vec<String>) -> f64 {
    if answer.is_empty() || target.is_empty() {
        return if answer.is_empty() && target.is_empty() { 1.0 } else { 0.0 };
    }
    let both = number(answer.len() + target.len());
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for piece in target {
        *left.entry(piece).or_default() += 1;
    }
    let mut shared = 0;
    for piece in answer {
        if let Some(count) = left.get_mut(&piece).filter(|count| **count > 0) {
            *count -= 1;
            shared += 1;
        }
    }
    2.0 * number(shared) / both
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_worked_out_by_hand() {
        fn check(answer: &str, target: &str, expect: f64) {
            let value = token_f1(answer, target);
            assert!((value - expect).abs() < 1e-9, "{answer:?} {target:?}: {value}");
        }
        check("la carte nationale", "la carte nationale", 1.0);
        // Two of three words in both: precision 2/3, recall 2/3.
        check("la carte verte", "la carte nationale", 2.0 / 3.0);
        // Precision 1/4, recall 1/1.
        check("oui c'est la carte", "carte", 0.4);
        check("carte carte", "carte", 2.0 / 3.0);
        check("La Carte,", "la carte", 1.0);
        check("بطاقة وطنية", "البطاقة وطنية", 0.5);
        check("non", "oui", 0.0);
        check("", "", 1.0);
        check("…", "oui", 0.0);
    }

    #[test]
    fn lists_worked_out_by_hand() {
        fn check(answer: &str, target: &str, expect: f64) {
            let value = line_f1(answer, target);
            assert!((value - expect).abs() < 1e-9, "{answer:?} {target:?}: {value}");
        }
        check("- Zineb Oukacha\n- DA48213\n", "DA48213\nZineb Oukacha", 1.0);
        check("Zineb\nDA48213", "DA48213\nZineb Oukacha", 0.5);
        check("", "", 1.0);
        check("rien", "", 0.0);
    }
}
