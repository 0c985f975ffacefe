//! Labels that someone typed: their numbers are never given to a value (DESIGN, law 6).

use std::collections::{BTreeMap, BTreeSet};

use language::ByteSpan;

use crate::label::letters::fold_letter;
use crate::restore::{Cursor, WordTable, read_digit, read_word};

/// The most digits of an ordinal.
const LONGEST_ORDINAL: u32 = 9;

/// The ordinals of every label that the restorer could read in the texts, by the label's word. Each text
/// comes with the places where values will be taken out of it, sorted.
///
/// Boundaries, brackets and case are not asked for, since what stands around a label may be taken out.
/// Where a value begins inside a number, the digits before it count as a number too.
pub(super) fn typed_ordinals<'t>(
    texts: impl Iterator<Item = (&'t str, Vec<ByteSpan>)>,
    table: &WordTable,
) -> BTreeMap<String, BTreeSet<u32>> {
    let mut typed: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    let budget = table.longest() * 2 + 64;
    for (text, values) in texts {
        for (at, character) in text.char_indices() {
            let begins = match fold_letter(character) {
                Some(letter) => table.begins(letter),
                None => matches!(character, '\\' | '&'),
            };
            if begins && !table.rules_out(text.get(at..).unwrap_or_default()) {
                read_at(Cursor::new(text, at, true, budget), table, &values, &mut typed);
            }
        }
    }
    typed
}

fn read_at(
    mut cursor: Cursor<'_>,
    table: &WordTable,
    values: &[ByteSpan],
    typed: &mut BTreeMap<String, BTreeSet<u32>>,
) {
    let Ok(read) = read_word(&mut cursor, table) else { return };
    let mut reserve = |ordinal: u32| {
        for word in &read.words {
            typed.entry(word.label.clone()).or_default().insert(ordinal);
        }
    };
    let mut ordinal = 0u32;
    let mut digits = 0;
    let mut digit_end = cursor.at();
    while let Ok(Some(digit)) = read_digit(&mut cursor) {
        let next = values.partition_point(|value| value.start < digit_end);
        let cut = values.get(next).is_some_and(|value| value.start < cursor.at());
        if digits > 0 && cut {
            reserve(ordinal);
        }
        digits += 1;
        if digits > LONGEST_ORDINAL {
            return;
        }
        ordinal = ordinal.saturating_mul(10).saturating_add(digit);
        digit_end = cursor.at();
    }
    reserve(ordinal);
}
