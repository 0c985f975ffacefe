//! Money in integers.

use std::fmt;
use std::ops::{Add, AddAssign, Sub, SubAssign};

use serde::{Deserialize, Serialize};

/// Millionths of the currency unit (MAD unless the installation says otherwise). Sums stop at the largest
/// number instead of wrapping.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Micro(pub i64);

impl Micro {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Whole currency units.
    pub const fn from_units(units: i64) -> Self {
        Self(units.saturating_mul(1_000_000))
    }
}

impl Add for Micro {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Micro {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Micro {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Micro {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

/// Currency units with as many of the six decimals as are not zero, at least two: `1.50`, `0.000125`.
impl fmt::Display for Micro {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let amount = self.0.unsigned_abs();
        let mut decimals = format!("{:06}", amount % 1_000_000);
        while decimals.len() > 2 && decimals.ends_with('0') {
            decimals.pop();
        }
        write!(formatter, "{sign}{}.{decimals}", amount / 1_000_000)
    }
}

/// What a model costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Price {
    /// For a million tokens of the request.
    pub input_per_million: Micro,
    /// For a million tokens of the answer.
    pub output_per_million: Micro,
}

impl Price {
    /// What these tokens cost, rounded up to the next millionth; a price below zero counts as zero.
    pub fn cost(&self, prompt_tokens: u64, completion_tokens: u64) -> Micro {
        let part = |tokens: u64, price: Micro| i128::from(tokens) * i128::from(price.0.max(0));
        let sum = part(prompt_tokens, self.input_per_million)
            .saturating_add(part(completion_tokens, self.output_per_million));
        let rounded_up = sum.saturating_add(999_999) / 1_000_000;
        Micro(i64::try_from(rounded_up).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(price: (i64, i64), tokens: (u64, u64), expect: i64) {
        let price = Price { input_per_million: Micro(price.0), output_per_million: Micro(price.1) };
        assert_eq!(price.cost(tokens.0, tokens.1), Micro(expect), "{price:?} {tokens:?}");
    }

    #[test]
    fn costs() {
        check((0, 0), (1000, 1000), 0);
        check((1_000_000, 0), (1, 0), 1);
        check((1, 0), (1, 0), 1);
        check((1, 0), (1_000_000, 0), 1);
        check((1, 0), (1_000_001, 0), 2);
        check((2_000_000, 6_000_000), (1_000, 500), 5_000);
        check((-5, 10), (1_000_000, 1_000_000), 10);
        check((i64::MAX, i64::MAX), (u64::MAX, u64::MAX), i64::MAX);
    }

    #[test]
    fn amounts_read_well() {
        for (micro, expect) in [
            (0, "0.00"),
            (1, "0.000001"),
            (1_500_000, "1.50"),
            (125, "0.000125"),
            (-2_000_000, "-2.00"),
            (i64::MIN, "-9223372036854.775808"),
        ] {
            assert_eq!(Micro(micro).to_string(), expect);
        }
    }

    proptest! {
        #[test]
        fn more_tokens_never_cost_less(
            input in 0..i64::MAX, output in 0..i64::MAX, prompt: u64, completion: u64, more in 0_u64..9999,
        ) {
            let price = Price { input_per_million: Micro(input), output_per_million: Micro(output) };
            let cost = price.cost(prompt, completion);
            prop_assert!(cost >= Micro::ZERO);
            prop_assert!(price.cost(prompt.saturating_add(more), completion) >= cost);
            prop_assert!(price.cost(prompt, completion.saturating_add(more)) >= cost);
        }
    }
}
