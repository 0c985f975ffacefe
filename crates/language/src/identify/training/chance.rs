//! Repeatable choices (the generator `SplitMix64`).

/// A sequence of choices that depends on its seed only.
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; 0 when there is none.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        #[expect(clippy::cast_possible_truncation, reason = "below a bound that is a usize")]
        {
            (self.next() % (bound.max(1) as u64)) as usize
        }
    }

    /// A number from 0 to 1.
    pub(super) fn share(&mut self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "24 bits are exact")]
        {
            (self.next() >> 40) as f32 / 16_777_216.0
        }
    }

    /// True with the given probability.
    pub(super) fn happens(&mut self, probability: f32) -> bool {
        self.share() < probability
    }

    /// One of the choices.
    pub(super) fn of<'c, T>(&mut self, choices: &'c [T]) -> Option<&'c T> {
        choices.get(self.below(choices.len()))
    }
}
