//! How many spellings of the country pack's names meet under one key, and how often the rules alone find the
//! usual spelling. `cargo test -p language --test names_pairs -- --nocapture` prints the figures.

#![expect(clippy::indexing_slicing, reason = "a row without its columns must fail the test")]

use std::collections::BTreeMap;

use language::names::{NameList, phonetic_key};

struct Name<'l> {
    arabic: Vec<&'l str>,
    latin: Vec<&'l str>,
}

fn names() -> Vec<Name<'static>> {
    let tables = [
        include_str!("../../../packs/ma/names/first.tsv"),
        include_str!("../../../packs/ma/names/family.tsv"),
    ];
    let lines = tables.into_iter().flat_map(|table| table.lines().skip(1));
    lines
        .map(|line| {
            let cells: Vec<&'static str> = line.split('\t').collect();
            let list = |cell: &'static str| cell.split('|').filter(|own| !own.is_empty());
            let latin = list(cells[1]).chain(list(cells[2])).collect();
            Name { arabic: list(cells[0]).collect(), latin }
        })
        .filter(|name| !name.arabic.is_empty() && !name.latin.is_empty())
        .collect()
}

#[test]
fn spellings_of_a_name_meet_and_other_names_do_not() {
    let (mut pairs, mut met) = (0, 0);
    let mut owners: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names() {
        let key = phonetic_key(name.arabic[0]);
        owners.entry(key.clone()).or_default().push(name.latin[0]);
        for latin in &name.latin {
            pairs += 1;
            let own = phonetic_key(latin);
            if name.arabic.iter().any(|arabic| phonetic_key(arabic) == own) {
                met += 1;
            }
        }
    }
    let names: usize = owners.values().map(Vec::len).sum();
    println!("{met} of {pairs} spellings meet; {} keys for {names} names", owners.len());
    assert!(f64::from(met) / f64::from(pairs) > 0.85, "{met} of {pairs}");
    assert!(owners.len() * 2 > names, "{} keys for {names} names", owners.len());
}

#[test]
fn the_rules_alone_find_many_usual_spellings() {
    let empty = NameList::default();
    let (mut count, mut arabic, mut arabic_any, mut latin, mut latin_any) = (0, 0, 0, 0, 0);
    for name in names() {
        count += 1;
        let found = empty.to_arabic(name.latin[0]);
        arabic += usize::from(found.first().is_some_and(|own| name.arabic.contains(&own.as_str())));
        arabic_any += usize::from(found.iter().any(|own| name.arabic.contains(&own.as_str())));
        let found = empty.to_latin(name.arabic[0]);
        latin += usize::from(found.first().is_some_and(|own| own == name.latin[0]));
        latin_any +=
            usize::from(found.first().is_some_and(|own| name.latin.contains(&own.as_str())));
    }
    println!(
        "of {count} names by rules: Arabic {arabic} first, {arabic_any} among five; Latin {latin} the usual \
         spelling, {latin_any} one of its spellings"
    );
    assert!(arabic * 100 > count * 30, "{arabic} of {count}");
    assert!(latin_any * 100 > count * 15, "{latin_any} of {count}");
}
