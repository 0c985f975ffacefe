//! The log-linear model: a power of two over a sum of integers.

use super::{FEATURES, Features, Risk};
use crate::replace::{Findings, TextIn};

/// Steps of a weight that make one doubling.
const WEIGHT_SCALE: i64 = 4096;

/// The trained weights that are part of the program.
const BUILT_IN: &[u8] = include_bytes!("../../../../../models/risk/weights.bin");

/// Estimates how many values were missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskModel([i32; FEATURES]);

/// Bytes that are no weights.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the weights of the residual risk have {given} bytes instead of {}", FEATURES * 4)]
pub struct WeightsError {
    given: usize,
}

impl RiskModel {
    /// The model that is part of the program; nothing where its bytes are damaged, and then nothing is
    /// estimated.
    pub fn built_in() -> Option<Self> {
        Self::from_bytes(BUILT_IN).ok()
    }

    /// The model with these weights, in doublings.
    pub fn from_weights(weights: &[f64; FEATURES]) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "clamped to the range")]
        Self(weights.map(|weight| (weight.clamp(-64.0, 64.0) * 4096.0).round() as i32))
    }

    /// Little-endian weights, in the order of the features.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|weight| weight.to_le_bytes()).collect()
    }

    /// What [`RiskModel::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WeightsError> {
        let error = WeightsError { given: bytes.len() };
        let (words, rest) = bytes.as_chunks::<4>();
        let weights: Vec<i32> = words.iter().map(|word| i32::from_le_bytes(*word)).collect();
        if !rest.is_empty() {
            return Err(error);
        }
        weights.try_into().map(Self).map_err(|_| error)
    }

    /// What may have been missed in the texts of one request.
    pub fn estimate(&self, texts: &[TextIn<'_>], findings: &Findings) -> Risk {
        self.of(&Features::of(texts, findings))
    }

    /// What may have been missed in texts with these features.
    pub fn of(&self, features: &Features) -> Risk {
        if features.is_blank() {
            return Risk::new(0.0, features.found());
        }
        let sum: i64 = features
            .values()
            .iter()
            .zip(&self.0)
            .map(|(value, weight)| i64::from(*value) * i64::from(*weight))
            .sum();
        #[expect(clippy::cast_precision_loss, reason = "sums stay far below 2^53")]
        let doublings = sum as f64 / (WEIGHT_SCALE * i64::from(Features::ONE)) as f64;
        Risk::new(power_of_two(doublings) * features.pieces(), features.found())
    }
}

/// Two to the power of `exponent`, held to 2^±20: by additions and multiplications alone, which every
/// machine does in the same way.
pub fn power_of_two(exponent: f64) -> f64 {
    let exponent = exponent.clamp(-20.0, 20.0);
    let whole = exponent.floor();
    let rest = (exponent - whole) * std::f64::consts::LN_2;
    // The series of the exponential, by Horner; the ninth term is below 10^-7 here.
    let series = (1..=9).rev().fold(1.0, |sum, term| 1.0 + sum * rest / f64::from(term));
    #[expect(clippy::cast_possible_truncation, reason = "held to ±20")]
    let steps = whole as i32;
    (0..steps.abs()).fold(series, |value, _| if steps > 0 { value * 2.0 } else { value / 2.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers() {
        for (exponent, expect) in [(0.0, 1.0), (1.0, 2.0), (-3.0, 0.125), (-0.25, 0.840_896_4)] {
            assert!((power_of_two(exponent) - expect).abs() < 1e-6, "{exponent}");
        }
        assert!(power_of_two(1e9) < 1.1e6 && power_of_two(-1e9) > 0.0);
    }

    #[test]
    fn weights_are_read_back() {
        let model = RiskModel::from_weights(&[-0.5; FEATURES]);
        assert_eq!(RiskModel::from_bytes(&model.to_bytes()), Ok(model));
        assert!(RiskModel::from_bytes(&[0; 5]).is_err());
        assert!(RiskModel::built_in().is_some());
    }
}
