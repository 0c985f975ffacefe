//! Bootstrap intervals: how far a mean would move were the items others of the same kind.

use crate::chance::Chance;
use crate::metric::number;

/// How intervals are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampling {
    /// How often the items are drawn anew.
    pub resamples: usize,
    /// The share of the drawn means that lie inside, such as 0.95.
    pub confidence: f64,
}

/// A mean between its bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The mean.
    pub mean: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

/// The mean of all values, with the percentiles of the means of as many drawn with replacement (Efron 1979). `None`
/// without values. Values that are all alike give bounds without width: that says that the sample cannot tell, not
/// that the mean is certain.
pub fn interval(values: &[f64], resampling: Resampling, chance: &mut Chance) -> Option<Interval> {
    let mean = mean_of(values)?;
    let means = (0..resampling.resamples).filter_map(|_| drawn_mean(values, chance)).collect();
    Some(between(mean, means, resampling.confidence))
}

/// The difference of two means (first less second) of items that are not paired, each drawn by itself.
pub fn difference_interval(
    first: &[f64],
    second: &[f64],
    resampling: Resampling,
    chance: &mut Chance,
) -> Option<Interval> {
    let mean = mean_of(first)? - mean_of(second)?;
    let differences = (0..resampling.resamples)
        .filter_map(|_| Some(drawn_mean(first, chance)? - drawn_mean(second, chance)?))
        .collect();
    Some(between(mean, differences, resampling.confidence))
}

/// The mean; `None` without values.
pub fn mean_of(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / number(values.len()))
}

fn drawn_mean(values: &[f64], chance: &mut Chance) -> Option<f64> {
    let mut sum = 0.0;
    for _ in values {
        sum += values.get(chance.below(values.len()))?;
    }
    Some(sum / number(values.len()))
}

fn between(mean: f64, mut drawn: Vec<f64>, confidence: f64) -> Interval {
    drawn.sort_by(f64::total_cmp);
    let outside = (1.0 - confidence.clamp(0.0, 1.0)) / 2.0;
    let last = drawn.len().saturating_sub(1);
    let low = drawn.get(place(outside, last)).copied().unwrap_or(mean);
    let high = drawn.get(last - place(outside, last)).copied().unwrap_or(mean);
    Interval { mean, low, high }
}

/// The place of a percentile from 0 to `last`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a small number, from 0 on"
)]
fn place(share: f64, last: usize) -> usize {
    ((share * number(last)).floor() as usize).min(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const USUAL: Resampling = Resampling { resamples: 1000, confidence: 0.95 };

    fn of(values: &[f64]) -> Interval {
        interval(values, USUAL, &mut Chance::of(1, &["test"])).unwrap()
    }

    #[test]
    fn one_in_two_of_a_hundred() {
        let values: Vec<f64> = (0..100).map(|own| f64::from(own % 2)).collect();
        let found = of(&values);
        // The binomial's 95 % lie between .402 and .598.
        assert!((found.mean - 0.5).abs() < 1e-9);
        assert!((found.low - 0.40).abs() < 0.02 && (found.high - 0.60).abs() < 0.02, "{found:?}");
        assert_eq!(of(&values), of(&values));
    }

    #[test]
    fn ends() {
        assert_eq!(interval(&[], USUAL, &mut Chance::of(1, &[])), None);
        assert_eq!(of(&[0.25; 9]), Interval { mean: 0.25, low: 0.25, high: 0.25 });
        let none = Resampling { resamples: 0, ..USUAL };
        let found = interval(&[0.0, 1.0], none, &mut Chance::of(1, &[])).unwrap();
        assert_eq!(found, Interval { mean: 0.5, low: 0.5, high: 0.5 });
    }

    #[test]
    fn differences_have_a_sign() {
        let (high, low) = (vec![1.0; 40], vec![0.0; 40]);
        let found = difference_interval(&high, &low, USUAL, &mut Chance::of(1, &[])).unwrap();
        assert_eq!(found, Interval { mean: 1.0, low: 1.0, high: 1.0 });
        assert_eq!(difference_interval(&high, &[], USUAL, &mut Chance::of(1, &[])), None);
    }

    proptest! {
        #[test]
        fn bounds_stay_among_the_values(
            values in prop::collection::vec(0.0_f64..1.0, 1..40), seed: u64,
        ) {
            let resampling = Resampling { resamples: 200, confidence: 0.9 };
            let found = interval(&values, resampling, &mut Chance::of(seed, &[])).unwrap();
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let most = values.iter().copied().fold(0.0, f64::max);
            prop_assert!(least - 1e-12 <= found.low && found.low <= found.high);
            prop_assert!(found.high <= most + 1e-12);
        }

        #[test]
        fn more_confidence_is_wider(values in prop::collection::vec(0.0_f64..1.0, 2..30), seed: u64) {
            let at = |confidence| {
                let resampling = Resampling { resamples: 200, confidence };
                interval(&values, resampling, &mut Chance::of(seed, &[])).unwrap()
            };
            let (wide, narrow) = (at(0.99), at(0.5));
            prop_assert!(wide.low <= narrow.low && narrow.high <= wide.high);
        }
    }
}
