//! Probabilities of tokens from the scores that a model gives them.

/// The probability of one token at its place, and the likeliest tokens there. Natural logarithms.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TokenScore {
    pub(crate) logprob: f32,
    /// The likeliest tokens, the likeliest first; of two alike, the lower number first.
    pub(crate) top: Vec<(i32, f32)>,
}

/// What stands for a probability of nought, which JSON cannot say.
const NEVER: f32 = -9999.0;

/// The probability of `token` where `scores` has the score of every token, and the `most` likeliest. `None`
/// where the scores are no numbers.
///
/// The largest score is taken off first, so no exponential overflows; the sum is of 64 bits.
pub(crate) fn score(scores: &[f32], token: usize, most: usize) -> Option<TokenScore> {
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let largest = f64::from(largest);
    let sum: f64 = scores.iter().map(|score| (f64::from(*score) - largest).exp()).sum();
    // One that is no number makes the sum none.
    if !sum.is_finite() {
        return None;
    }
    let whole = sum.ln();
    #[expect(clippy::cast_possible_truncation, reason = "the scores have 32 bits themselves")]
    let logprob = |score: f32| ((f64::from(score) - largest - whole) as f32).max(NEVER);
    let mut top: Vec<(i32, f32)> = Vec::with_capacity(most + 1);
    for (number, score) in (0..).zip(scores) {
        let least = top.get(most.wrapping_sub(1)).map(|(_, score)| *score);
        if most > 0 && least.is_none_or(|least| *score > least) {
            let place = top.partition_point(|(_, better)| better >= score);
            top.insert(place, (number, *score));
            top.truncate(most);
        }
    }
    Some(TokenScore {
        logprob: logprob(*scores.get(token)?),
        top: top.into_iter().map(|(number, score)| (number, logprob(score))).collect(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(scores: &[f32], token: usize, expect: f64) {
        let found = score(scores, token, 2).unwrap();
        assert!((f64::from(found.logprob) - expect).abs() < 1e-6, "{found:?}, not {expect}");
    }

    #[test]
    fn probabilities_are_those_of_the_definition() {
        check(&[0.0, 0.0], 1, -(2_f64.ln()));
        check(&[1.0, 2.0, 3.0], 2, -((1.0 + (-1_f64).exp() + (-2_f64).exp()).ln()));
        check(&[-1000.0, 0.0], 0, -1000.0);
        // The exponential of this would overflow 64 bits too.
        check(&[1e30, 1e30], 0, -(2_f64.ln()));
        check(&[f32::NEG_INFINITY, 0.0], 1, 0.0);
        check(&[f32::NEG_INFINITY, 0.0], 0, -9999.0);
        assert_eq!(score(&[f32::NAN, 0.0], 1, 1), None);
        assert_eq!(score(&[f32::NEG_INFINITY], 0, 1), None);
        assert_eq!(score(&[0.0], 1, 1), None);
    }

    #[test]
    fn the_likeliest_come_in_order() {
        let numbers = |scores: &[f32], most: usize| -> Vec<i32> {
            score(scores, 0, most).unwrap().top.iter().map(|(number, _)| *number).collect()
        };
        assert_eq!(numbers(&[1.0, 3.0, 2.0], 2), [1, 2]);
        assert_eq!(numbers(&[1.0, 1.0, 1.0], 2), [0, 1]);
        assert_eq!(numbers(&[1.0, 2.0], 5), [1, 0]);
        assert_eq!(numbers(&[1.0, 2.0], 0), [] as [i32; 0]);
    }

    proptest! {
        #[test]
        fn probabilities_sum_to_one(scores in prop::collection::vec(-50_f32..50.0, 1..200)) {
            let all = score(&scores, 0, scores.len()).unwrap();
            let sum: f64 = all.top.iter().map(|(_, logprob)| f64::from(*logprob).exp()).sum();
            prop_assert!((sum - 1.0).abs() < 1e-5, "{sum}");
            prop_assert_eq!(all.top.len(), scores.len());
            prop_assert!(all.top.windows(2).all(|pair| pair[0].1 >= pair[1].1));
            let best = score(&scores, usize::try_from(all.top[0].0).unwrap(), 1).unwrap();
            prop_assert_eq!(best.logprob.to_bits(), best.top[0].1.to_bits());
        }
    }
}
