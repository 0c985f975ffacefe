//! Chance that comes from a seed: the same on every machine, for ever.

use sha2::{Digest as _, Sha256};

/// A stream of numbers from a seed: `SplitMix64` (Steele, Lea, Flood 2014).
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream of a study's seed for one purpose; purposes do not disturb each other.
    pub fn of(seed: u64, purpose: &[&str]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(seed.to_be_bytes());
        for part in purpose {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
        let digest: [u8; 32] = hasher.finalize().into();
        let mut state = 0;
        for byte in digest.iter().take(8) {
            state = state << 8 | u64::from(*byte);
        }
        Self(state)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, each as likely as the others to one part in 2⁶⁴ ÷ `bound`; 0 where `bound` is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let product = u128::from(self.draw()) * bound as u128;
        usize::try_from(product >> 64).unwrap_or(0)
    }

    /// Mixes a list (Fisher and Yates).
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        // The first numbers of `SplitMix64` from the state 1234567.
        let mut chance = Chance(1_234_567);
        assert_eq!(chance.draw(), 6_457_827_717_110_365_317);
        assert_eq!(chance.draw(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn purposes_are_apart() {
        let first = |purpose: &[&str]| Chance::of(7, purpose).draw();
        assert_eq!(first(&["a", "b"]), first(&["a", "b"]));
        assert_ne!(first(&["a", "b"]), first(&["ab"]));
        assert_ne!(first(&["a"]), Chance::of(8, &["a"]).draw());
    }

    proptest! {
        #[test]
        fn what_is_mixed_stays_what_it_is(seed: u64, length in 0_usize..40) {
            let mut list: Vec<usize> = (0..length).collect();
            Chance::of(seed, &[]).shuffle(&mut list);
            list.sort_unstable();
            prop_assert_eq!(list, (0..length).collect::<Vec<_>>());
        }

        #[test]
        fn numbers_stay_below(seed: u64, bound in 1_usize..1000) {
            prop_assert!(Chance::of(seed, &[]).below(bound) < bound);
        }
    }
}
