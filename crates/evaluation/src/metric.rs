//! Metrics: how near an answer is to what was expected. Each is a pure function of two texts, from 0 to 1 unless
//! it says otherwise; none knows a language.

mod character_error;
mod character_f;
mod exact;
mod overlap;

use serde::{Deserialize, Serialize};

pub use character_error::character_error_rate;
pub use character_f::character_f_score;
pub use exact::{comparable, exact_match};
pub use overlap::{line_f1, token_f1};

/// A metric, by the name that studies and reports write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The right option was chosen.
    Accuracy,
    /// The option with the highest log-likelihood for each of its characters is the right one.
    AccuracyNorm,
    /// The answer is one of the targets, case, white space and the punctuation around it aside.
    ExactMatch,
    /// The answer is one of the targets, character for character.
    ExactMatchStrict,
    /// F1 over words.
    F1,
    /// F1 over lines: the answer is a list.
    LineF1,
    /// chrF2: F over runs of one to six characters, recall counted twice.
    Chrf,
    /// Character error rate: edits for each character of the target. 0 is best; above 1 is possible.
    Cer,
}

/// All metrics, in the order in which reports show them.
pub const METRICS: [Metric; 8] = [
    Metric::Accuracy,
    Metric::AccuracyNorm,
    Metric::ExactMatch,
    Metric::ExactMatchStrict,
    Metric::F1,
    Metric::LineF1,
    Metric::Chrf,
    Metric::Cer,
];

impl Metric {
    /// The name in studies and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accuracy => "accuracy",
            Self::AccuracyNorm => "accuracy_norm",
            Self::ExactMatch => "exact_match",
            Self::ExactMatchStrict => "exact_match_strict",
            Self::F1 => "f1",
            Self::LineF1 => "line_f1",
            Self::Chrf => "chrf",
            Self::Cer => "cer",
        }
    }

    /// Whether a higher value is a better one.
    pub fn higher_is_better(self) -> bool {
        self != Self::Cer
    }

    /// What an item counts whose answer is missing, where the worst is assumed.
    pub fn worst(self) -> f64 {
        if self == Self::Cer { 1.0 } else { 0.0 }
    }

    /// Whether it judges a choice among options and not a text.
    pub fn judges_choices(self) -> bool {
        matches!(self, Self::Accuracy | Self::AccuracyNorm)
    }

    /// The value for an answer where any of the targets is right: the best of them. A choice is judged elsewhere.
    pub fn of_text(self, answer: &str, targets: &[String]) -> f64 {
        let values = targets.iter().map(|target| match self {
            Self::Accuracy | Self::AccuracyNorm | Self::ExactMatch => {
                f64::from(u8::from(exact_match(answer, target)))
            }
            Self::ExactMatchStrict => f64::from(u8::from(answer == target)),
            Self::F1 => token_f1(answer, target),
            Self::LineF1 => line_f1(answer, target),
            Self::Chrf => character_f_score(answer, target),
            Self::Cer => character_error_rate(answer, target),
        });
        let best = if self.higher_is_better() { f64::max } else { f64::min };
        values.reduce(best).unwrap_or_else(|| self.worst())
    }
}

/// A count as a number to divide. Texts of 2⁵² characters do not occur.
#[expect(clippy::cast_precision_loss, reason = "counts of characters stay far below 2^52")]
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_target_counts() {
        fn check(metric: Metric, answer: &str, targets: &[&str], expect: f64) {
            let targets: Vec<String> = targets.iter().map(|own| (*own).to_owned()).collect();
            let value = metric.of_text(answer, &targets);
            assert!((value - expect).abs() < 1e-9, "{metric:?} {answer}: {value}");
        }
        check(Metric::ExactMatch, "Deux", &["un", "deux"], 1.0);
        check(Metric::ExactMatchStrict, "Deux", &["un", "deux"], 0.0);
        check(Metric::Cer, "ab", &["xy", "abc"], 1.0 / 3.0);
        check(Metric::F1, "a b", &["a", "c"], 2.0 / 3.0);
        check(Metric::Chrf, "a", &[], 0.0);
        check(Metric::Cer, "a", &[], 1.0);
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for metric in METRICS {
            let written = serde_json::to_string(&metric).unwrap();
            assert_eq!(written, format!("\"{}\"", metric.as_str()));
            assert_eq!(serde_json::from_str::<Metric>(&written).unwrap(), metric);
        }
    }
}
