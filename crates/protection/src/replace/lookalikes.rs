//! Labels that someone typed: their numbers are never given to a value (DESIGN, law 6).

use std::collections::{BTreeMap, BTreeSet};

use crate::label::letters::fold_letter;
use crate::restore::{Cursor, WordTable, read_digit, read_word};

/// The most digits of an ordinal.
const LONGEST_ORDINAL: u32 = 9;

/// The ordinals of every label that the restorer could read in a text, by the label's word. Boundaries,
/// brackets and case are not asked for, and every beginning of a number counts: replacing a neighbour
/// can only make a label narrower.
pub(super) fn typed_ordinals(
    texts: impl Iterator<Item = impl AsRef<str>>,
    table: &WordTable,
) -> BTreeMap<String, BTreeSet<u32>> {
    let mut typed: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    let budget = table.longest() * 2 + 64;
    for text in texts {
        let text = text.as_ref();
        for (at, character) in text.char_indices() {
            let begins = match fold_letter(character) {
                Some(letter) => table.begins(letter),
                None => matches!(character, '\\' | '&'),
            };
            if begins {
                read_at(Cursor::new(text, at, true, budget), table, &mut typed);
            }
        }
    }
    typed
}

fn read_at(mut cursor: Cursor<'_>, table: &WordTable, typed: &mut BTreeMap<String, BTreeSet<u32>>) {
    let Ok(read) = read_word(&mut cursor, table) else { return };
    let mut ordinal = 0u32;
    let mut digits = 0;
    while let Ok(Some(digit)) = read_digit(&mut cursor)
        && digits < LONGEST_ORDINAL
    {
        digits += 1;
        ordinal = ordinal.saturating_mul(10).saturating_add(digit);
        for word in &read.words {
            typed.entry(word.label.clone()).or_default().insert(ordinal);
        }
    }
}
