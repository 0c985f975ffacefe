//! Bounds and estimates of tokens, for the reservation before a call and for calls that end without a count.

/// Tokens that a chat template may add around one message.
const TOKENS_AROUND_A_MESSAGE: u64 = 16;

/// No tokenizer in use makes more tokens than bytes, so a body of `bytes` bytes with `messages` strings has
/// at most this many prompt tokens.
pub(crate) fn prompt_bound(bytes: usize, messages: usize) -> u64 {
    to_u64(bytes)
        .saturating_add(TOKENS_AROUND_A_MESSAGE.saturating_mul(to_u64(messages).saturating_add(1)))
}

/// The tokens of a text whose server did not count them: one for every four characters, rounded up. French
/// and English stand near four, Arabic script near two and a half characters a token, hence the name
/// `estimated` in the record.
pub(crate) fn tokens_of(characters: usize) -> u64 {
    to_u64(characters).div_ceil(4)
}

fn to_u64(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_never_below_estimates() {
        for length in [0, 1, 4, 5, 1000] {
            assert!(prompt_bound(length, 0) >= tokens_of(length));
        }
        assert_eq!(tokens_of(9), 3);
        assert_eq!(prompt_bound(100, 2), 148);
        assert_eq!(prompt_bound(usize::MAX, usize::MAX), u64::MAX);
    }
}
