//! The trained weights: one row of integers for each topic, added up over the features that are there.

use super::evidence::{HASHES, NAMED};
use super::{TRAINED, Topic};

/// How many features there are.
pub const FEATURES: usize = NAMED as usize + HASHES as usize;

/// How many steps of a weight make one unit of log-odds.
pub(super) const SCALE: i32 = 64;

/// The weights of every trained topic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weights(Vec<Vec<i16>>);

/// Bytes that are no weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the weights of topics have {given} bytes instead of {expected}")]
pub struct WeightsError {
    given: usize,
    expected: usize,
}

impl Weights {
    /// The weights of the trained topics in their order, in log-odds.
    pub fn from_rows(rows: &[Vec<f64>]) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "clamped to the range")]
        let quantised = |weight: &f64| {
            (weight * f64::from(SCALE)).round().clamp(f64::from(i16::MIN), f64::from(i16::MAX))
                as i16
        };
        Self(rows.iter().map(|row| row.iter().map(quantised).collect()).collect())
    }

    /// Little-endian rows, one for each trained topic.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flatten().flat_map(|weight| weight.to_le_bytes()).collect()
    }

    /// What [`Weights::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WeightsError> {
        let expected = TRAINED.len() * FEATURES * 2;
        if bytes.len() != expected {
            return Err(WeightsError { given: bytes.len(), expected });
        }
        let (pairs, _) = bytes.as_chunks::<2>();
        let all: Vec<i16> = pairs.iter().map(|pair| i16::from_le_bytes(*pair)).collect();
        Ok(Self(all.chunks(FEATURES).map(<[i16]>::to_vec).collect()))
    }

    /// How sure the topic is, from 0 to 100.
    pub(super) fn score(&self, topic: Topic, features: impl Iterator<Item = u16>) -> u8 {
        let row = TRAINED.iter().position(|own| *own == topic).and_then(|index| self.0.get(index));
        let Some(row) = row else { return 0 };
        let sum: i32 = features
            .filter_map(|feature| row.get(usize::from(feature)))
            .map(|weight| i32::from(*weight))
            .sum();
        percent(sum)
    }
}

/// The probability of so many steps of log-odds, in percent, from a table: the same on every machine.
fn percent(sum: i32) -> u8 {
    /// Log-odds (in steps) from which on the probability is 50, 55, … 95, 99 percent.
    const STEPS: [(i32, u8); 11] = [
        (0, 50),
        (13, 55),
        (26, 60),
        (40, 65),
        (54, 70),
        (70, 75),
        (89, 80),
        (111, 85),
        (141, 90),
        (188, 95),
        (294, 99),
    ];
    let upper = |sum: i32| {
        STEPS.iter().rev().find(|(from, _)| sum >= *from).map_or(50, |(_, percent)| *percent)
    };
    if sum >= 0 { upper(sum) } else { 100 - upper(-sum).max(51) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_back() {
        let rows = vec![vec![0.5; FEATURES], vec![-1.0; FEATURES], vec![1e9; FEATURES]];
        let weights = Weights::from_rows(&rows);
        assert_eq!(Weights::from_bytes(&weights.to_bytes()), Ok(weights.clone()));
        assert!(Weights::from_bytes(&[1, 2, 3]).is_err());
        assert_eq!(weights.score(Topic::Health, [0, 1].into_iter()), 70);
        assert_eq!(weights.score(Topic::Judicial, [0].into_iter()), 30);
        assert_eq!(weights.score(Topic::Religion, [0].into_iter()), 0);
    }

    #[test]
    fn the_built_in_weights_are_whole() {
        assert!(Weights::from_bytes(super::super::BUILT_IN).is_ok());
    }

    #[test]
    fn percents_rise() {
        let mut last = 0;
        for sum in -400..400 {
            assert!(percent(sum) >= last);
            last = percent(sum);
        }
        assert_eq!((percent(-1), percent(0)), (49, 50));
    }
}
