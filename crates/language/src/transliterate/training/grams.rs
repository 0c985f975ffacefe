//! The n-gram model of letters (interpolated after Witten and Bell), over the kinds of words.

use std::collections::BTreeMap;

use crate::transliterate::letters::{BOUNDARY, LETTERS};
use crate::transliterate::prior::{BEGINNING, after, shorter};
use crate::transliterate::table::Table;

/// How much more a hand-written word counts than one that merely stands in a text.
const WEIGHT_OF_LEXICON: f64 = 3.0;

/// Minus the logarithm of a share, in sixteenths of a nat.
pub(super) fn sixteenths(share: f64) -> u16 {
    let cost = (-share.max(1e-30).ln() * 16.0).round().max(0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 1106"
    )]
    let cost = cost as u16;
    cost
}

/// What each letter costs by itself.
pub(super) fn alone(
    texts: &[(f64, BTreeMap<Vec<u8>, f64>)],
    lexicon: &BTreeMap<Vec<u8>, f64>,
) -> [u8; LETTERS] {
    let mut counts = [0.5; LETTERS];
    let words = texts.iter().flat_map(|(_, words)| words.keys()).chain(lexicon.keys());
    for letter in words.flatten() {
        if let Some(count) = counts.get_mut(usize::from(*letter)) {
            *count += 1.0;
        }
    }
    let total: f64 = counts.iter().sum();
    counts.map(|count| u8::try_from(sixteenths(count / total).min(255)).unwrap_or(u8::MAX))
}

/// The table of the n-grams of the words; the words of the lexicon weigh more.
pub(super) fn table(words: &BTreeMap<&[u8], f64>, lexicon: &BTreeMap<Vec<u8>, f64>) -> Table {
    // From a history to its followers.
    let mut seen: BTreeMap<u32, BTreeMap<u8, f64>> = BTreeMap::new();
    for word in words.keys() {
        let weight = if lexicon.contains_key(*word) { WEIGHT_OF_LEXICON } else { 1.0 };
        let mut history = BEGINNING;
        for letter in word.iter().chain([&BOUNDARY]) {
            let mut shortened = history;
            loop {
                *seen.entry(shortened).or_default().entry(*letter).or_default() += weight;
                if shortened == 0 {
                    break;
                }
                shortened = shorter(shortened);
            }
            history = after(history, *letter);
        }
    }
    let mut shares: BTreeMap<u32, f64> = BTreeMap::new();
    let mut leaving: BTreeMap<u32, f64> = BTreeMap::new();
    // Shorter histories have smaller keys, so that what they share is known before it is needed.
    let mut entries: BTreeMap<u32, u16> = BTreeMap::new();
    let low = |cost: u16| cost.min(255);
    for (history, followers) in &seen {
        #[expect(clippy::cast_precision_loss, reason = "at most 64 letters follow")]
        let kinds = followers.len() as f64;
        let total: f64 = followers.values().sum();
        let left = kinds / (total + kinds);
        leaving.insert(*history, left);
        for (letter, count) in followers {
            let behind = if *history == 0 {
                1.0 / 41.0
            } else {
                let key = shorter(*history) << 6 | u32::from(*letter);
                shares.get(&key).copied().unwrap_or(1e-6)
            };
            let share = (count + kinds * behind) / (total + kinds);
            let key = history << 6 | u32::from(*letter);
            shares.insert(key, share);
            entries.insert(key, low(sixteenths(share)));
        }
    }
    for (history, left) in leaving {
        let own = entries.entry(history).or_insert(255);
        *own |= low(sixteenths(left)) << 8;
    }
    entries.remove(&0);
    let pairs: Vec<_> = entries.into_iter().collect();
    Table::new(pairs.into_iter())
}
