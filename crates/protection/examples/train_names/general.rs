//! How often words stand in general text: read from corpora outside of the repository, once, into
//! `models/names/frequencies.bin`.
//!
//! The folder holds `lid_train.tsv` (label, source, text), `parallel_doda.tsv` (texts), `doda/*/*.csv`
//! (word lists of Darija) and `wordfreq.tsv` (language, word, hundred times the Zipf value).

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use language::{Profile, normalize};
use protection::find::names::lexicon::{Lexicon, gazetteer};
use protection::find::names::sound::exact;
use protection::find::names::vocabulary::Vocabulary;

/// How often words stand in lower case (or in a script without case), in steps 1 to 5.
pub(crate) fn frequencies(languages: &Path, lexicon: &Lexicon) -> BTreeMap<u64, u8> {
    let mut counts: BTreeMap<u64, u32> = BTreeMap::new();
    let mut count = |text: &str| {
        let folded = normalize(text, Profile::Match).text;
        for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            if !word.chars().any(char::is_uppercase) && word.chars().any(char::is_alphabetic) {
                *counts.entry(Vocabulary::short(exact(word))).or_default() += 1;
            }
        }
    };
    let general = fs::read_to_string(languages.join("lid_train.tsv")).expect("general text");
    for line in general.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let source = columns[1].to_lowercase();
        if !source.contains("mediawiki") && !source.contains("firefox") {
            count(columns[2]);
        }
    }
    let chat = fs::read_to_string(languages.join("parallel_doda.tsv")).expect("general text");
    for line in chat.lines().skip(1) {
        line.split('\t').for_each(&mut count);
    }
    for folder in ["semantic", "syntactic"] {
        let mut files: Vec<_> = fs::read_dir(languages.join("doda").join(folder))
            .expect("word lists")
            .map(|entry| entry.unwrap().path())
            .filter(|path| !path.to_string_lossy().contains("names"))
            .collect();
        files.sort();
        for file in files {
            listed_words(&fs::read_to_string(file).unwrap(), &mut count);
        }
    }
    let mut steps = steps_of(counts);
    let lists = fs::read_to_string(languages.join("wordfreq.tsv")).expect("word frequencies");
    for line in lists.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let folded = normalize(columns[1], Profile::Match).text;
        if !folded.chars().all(char::is_alphabetic) {
            continue;
        }
        let key = exact(&folded);
        let known = lexicon.word(key).names;
        let listed = known & (gazetteer::FIRST | gazetteer::FAMILY | gazetteer::PART) != 0;
        if listed && known & gazetteer::WORD == 0 {
            continue;
        }
        let step = match columns[2].parse::<u32>().unwrap() {
            0..330 => 1,
            330..400 => 2,
            // Names and places are counted too: these lists alone make no everyday word.
            _ => 3,
        };
        let slot = steps.entry(Vocabulary::short(key)).or_default();
        *slot = (*slot).max(step);
    }
    steps
}

/// Counts each word of a list of words, as often as makes it known; the last column is English.
fn listed_words(list: &str, count: &mut impl FnMut(&str)) {
    let english = list.lines().next().is_some_and(|head| head.contains("eng"));
    for line in list.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').map(|cell| cell.trim_matches('"')).collect();
        let own = cells.len() - usize::from(english);
        for cell in &cells[..own] {
            for _ in 0..4 {
                count(&cell.to_lowercase());
            }
        }
    }
}

fn steps_of(counts: BTreeMap<u64, u32>) -> BTreeMap<u64, u8> {
    counts
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|(key, count)| {
            let step = match count {
                0..=3 => 1,
                4..=9 => 2,
                10..=39 => 3,
                40..=199 => 4,
                _ => 5,
            };
            (key, step)
        })
        .collect()
}
