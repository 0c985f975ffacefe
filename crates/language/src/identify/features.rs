//! The features of a word: its runs of two to four or five characters and the word itself, hashed to rows of
//! the weight table.

use super::words::Word;

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
/// Distinguishes a whole word from a run of the same characters.
const WHOLE_WORD: u64 = 0x5851_F42D_4C95_7F2D;

/// Shows the row number of every feature of `word` to `visit`; a row
/// number has `bits` bits. Returns how many features there were.
#[inline]
pub(super) fn visit_rows(word: &Word<'_>, bits: u32, mut visit: impl FnMut(usize)) -> u32 {
    let shift = 64 - bits;
    let mut features = 0;
    let mut rest = word.codes;
    let longest_run = word.family.longest_run();
    let mut whole = WHOLE_WORD;
    while let Some((first, tail)) = rest.split_first() {
        whole = mix(whole, *first);
        let mut run = mix(0, *first);
        for code in tail.iter().take(longest_run - 1) {
            run = mix(run, *code);
            visit(row(run, shift));
            features += 1;
        }
        rest = tail;
    }
    visit(row(whole, shift));
    features + 1
}

#[inline]
fn mix(hash: u64, code: u32) -> u64 {
    (hash.rotate_left(23) ^ u64::from(code)).wrapping_mul(MULTIPLIER)
}

#[inline]
fn row(hash: u64, shift: u32) -> usize {
    #[expect(clippy::cast_possible_truncation, reason = "a row number has at most 24 bits")]
    {
        (hash >> shift) as usize
    }
}
