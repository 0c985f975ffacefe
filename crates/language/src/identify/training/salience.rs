//! How much a feature says about a language by counts alone: the size of the log ratio of its shares in
//! the texts of the language and in all others (as in naive Bayes). A feature that is as frequent
//! elsewhere, or was hardly ever seen, learns slowly and so adds little noise to the sum of a text.

use std::collections::BTreeSet;

use super::chance::Chance;
use super::pieces::Shelf;
use crate::identify::family::Family;
use crate::identify::features::visit_rows;
use crate::identify::words::read_words;

/// Added to every count, so that what was never seen has a ratio.
const UNSEEN: f32 = 1.0;

/// The salience of every row of the table for every column; `shelves` are in the order of the columns.
pub(super) fn saliences<const N: usize>(
    family: Family,
    shelves: &[Shelf],
    bits: u32,
    chance: &mut Chance,
) -> Vec<[f32; N]> {
    let mut counts = vec![[0.0_f32; N]; 1 << bits];
    let mut totals = [1.0_f32; N];
    for (column, shelf) in shelves.iter().enumerate() {
        for text in shelf.texts(chance) {
            for row in rows_of(&text, family, bits) {
                if let Some(count) = counts.get_mut(row).and_then(|counts| counts.get_mut(column)) {
                    *count += 1.0;
                }
                if let Some(total) = totals.get_mut(column) {
                    *total += 1.0;
                }
            }
        }
    }
    let total: f32 = totals.iter().sum();
    #[expect(clippy::cast_precision_loss, reason = "a handful of languages")]
    let others = shelves.len().saturating_sub(1) as f32;
    for counts in &mut counts {
        let all: f32 = counts.iter().sum();
        for (count, own_total) in counts.iter_mut().zip(totals) {
            let here = (*count + UNSEEN) / own_total;
            let elsewhere = (all - *count + UNSEEN * others) / (total - own_total);
            *count = (here / elsewhere).ln().abs();
        }
    }
    counts
}

/// The features of a text, each once.
fn rows_of(text: &str, family: Family, bits: u32) -> BTreeSet<usize> {
    let mut rows = BTreeSet::new();
    read_words(text, |word| {
        if word.family == family {
            visit_rows(word, bits, |row| {
                rows.insert(row);
            });
        }
    });
    rows
}
