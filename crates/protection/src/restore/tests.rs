//! The restorer against what models do to labels.

mod alterations;
mod laws;

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::{Escape, WordTable};
use crate::Kind;
use crate::label::LabelWords;
use crate::vault::{Entity, Vault};

/// A vault of invented values.
pub(super) fn vault() -> Vault {
    let entity = |kind: &str, ordinal: u32, forms: &[&str]| Entity {
        kind: Kind::new(kind),
        ordinal,
        forms: forms.iter().map(|form| Zeroizing::new((*form).to_owned())).collect(),
    };
    Vault::new(
        vec![
            entity("person", 1, &["Zineb Oukacha", "ZINEB", "زينب أوكاشا"]),
            entity("person", 2, &["كوثر الوزاني"]),
            entity("person", 12, &["Imane El Yazid"]),
            entity("phone", 2, &["0677401822"]),
            entity("cin", 1, &["HH77120"]),
            entity("date_of_birth", 1, &["03/11/1979"]),
            entity("address", 1, &["12, rue \"Oued\", Fès"]),
            entity("tax_id", 1, &["40123456"]),
            entity("email", 1, &["n.laroussi99@example.ma"]),
        ],
        Vec::new(),
        &LabelWords::default(),
    )
}

fn streamed(vault: &Vault, text: &str, escape: Escape, cuts: &[usize]) -> String {
    let mut restorer = vault.restorer(escape);
    let mut out = String::new();
    let mut from = 0;
    for &cut in cuts {
        restorer.push(text.get(from..cut).unwrap(), &mut out);
        from = cut;
    }
    restorer.push(text.get(from..).unwrap(), &mut out);
    restorer.finish(&mut out);
    out
}

/// Restores whole, cut at every place, and character by character; all must agree.
pub(super) fn restored(text: &str, escape: Escape) -> String {
    let vault = vault();
    let whole = vault.restore(text, escape);
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    for &place in &places {
        assert_eq!(streamed(&vault, text, escape, &[place]), whole, "{text:?} cut at {place}");
    }
    assert_eq!(streamed(&vault, text, escape, &places), whole, "{text:?} by characters");
    whole
}

#[test]
fn no_word_of_the_built_in_data_names_two_kinds() {
    let data = LabelWords::default();
    let kinds: BTreeMap<Kind, Vec<String>> =
        data.kinds().map(|kind| (kind.clone(), data.words(kind).to_vec())).collect();
    let table = WordTable::new(&kinds);
    for pair in table.all().windows(2) {
        assert!(pair[0].letters != pair[1].letters || pair[0].label == pair[1].label, "{pair:?}");
    }
}
