//! The words that may stand in a label, ready to be read letter by letter.

use std::collections::BTreeMap;

use crate::Kind;
use crate::label::canonical_word;
use crate::label::letters::{fold_letter, is_ignorable};
use language::script::{Script, script_of};

/// One way to write a label's word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Word {
    /// Its letters, folded, without separators.
    pub(crate) letters: Vec<char>,
    /// The letter counts after which a separator may stand.
    pub(crate) breaks: Vec<usize>,
    /// The label's canonical word.
    pub(crate) label: String,
    /// What stays before the value: the preposition of `لل`.
    pub(crate) stays: &'static str,
    /// Whether the word bears the Arabic article.
    pub(crate) definite: bool,
}

/// All words of some kinds, sorted by their letters.
#[derive(Debug, Clone, Default)]
pub(crate) struct WordTable {
    words: Vec<Word>,
    first: Vec<char>,
    /// The first two letters of each word, sorted.
    pairs: Vec<(char, char)>,
    longest: usize,
}

impl WordTable {
    /// The table of some kinds and the other words for each.
    pub(crate) fn new(kinds: &BTreeMap<Kind, Vec<String>>) -> Self {
        let mut words = Vec::new();
        for (kind, others) in kinds {
            let label = canonical_word(kind);
            add(&mut words, &label, &label);
            for other in others {
                add(&mut words, other, &label);
            }
        }
        words.sort_unstable();
        words.dedup();
        let mut first: Vec<char> =
            words.iter().filter_map(|word| word.letters.first().copied()).collect();
        first.dedup();
        let mut pairs: Vec<(char, char)> = words
            .iter()
            .filter_map(|word| match word.letters.as_slice() {
                [first, second, ..] => Some((*first, *second)),
                _ => None,
            })
            .collect();
        pairs.dedup();
        let longest =
            words.iter().map(|word| word.letters.len() + word.breaks.len()).max().unwrap_or(0);
        Self { words, first, pairs, longest }
    }

    pub(crate) fn all(&self) -> &[Word] {
        &self.words
    }

    /// Whether some word begins with this folded letter.
    pub(crate) fn begins(&self, letter: char) -> bool {
        self.first.binary_search(&letter).is_ok()
    }

    /// Whether the letters at the start of `rest` rule out that a word begins there. What is no letter
    /// rules out nothing: it may part the letters of a word, or spell one.
    pub(crate) fn rules_out(&self, rest: &str) -> bool {
        let mut characters = rest.chars();
        let mut next = || characters.next().and_then(fold_letter);
        match (next(), next()) {
            (Some(first), Some(second)) => self.pairs.binary_search(&(first, second)).is_err(),
            _ => false,
        }
    }

    /// The folded letters with which words begin, sorted.
    pub(crate) fn first_letters(&self) -> &[char] {
        &self.first
    }

    /// The longest word, separators included, in characters.
    pub(crate) fn longest(&self) -> usize {
        self.longest
    }

    /// Of `candidates`, all alike in their first `count` letters, those whose next letter is `letter`.
    pub(crate) fn narrow(candidates: &[Word], count: usize, letter: char) -> &[Word] {
        let next = |word: &Word| word.letters.get(count).copied();
        let from = candidates.partition_point(|word| next(word) < Some(letter));
        let to = candidates.partition_point(|word| next(word) <= Some(letter));
        candidates.get(from..to).unwrap_or_default()
    }
}

fn add(words: &mut Vec<Word>, spelled: &str, label: &str) {
    let mut letters = Vec::new();
    let mut breaks = Vec::new();
    for character in spelled.chars() {
        match fold_letter(character) {
            Some(letter) => letters.push(letter),
            None if is_ignorable(character) => {}
            None if letters.is_empty() || breaks.last() == Some(&letters.len()) => {}
            None => breaks.push(letters.len()),
        }
    }
    breaks.retain(|&count| count < letters.len());
    let arabic = letters.first().is_some_and(|&letter| script_of(letter) == Script::Arabic);
    if letters.len() < 2 {
        return;
    }
    let plain = Word { letters, breaks, label: label.to_owned(), stays: "", definite: false };
    if !arabic {
        words.push(plain);
        return;
    }
    let bare = match plain.letters.strip_prefix(&['ا', 'ل']) {
        Some(rest) if rest.len() >= 2 => Word {
            letters: rest.to_vec(),
            breaks: plain.breaks.iter().filter_map(|&count| count.checked_sub(2)).collect(),
            ..plain
        },
        _ => plain,
    };
    words.push(prefixed(&bare, &['ا', 'ل'], ""));
    words.push(prefixed(&bare, &['ل', 'ل'], "ل"));
    words.push(bare);
}

fn prefixed(word: &Word, prefix: &[char], stays: &'static str) -> Word {
    Word {
        letters: prefix.iter().chain(&word.letters).copied().collect(),
        breaks: word.breaks.iter().map(|count| count + prefix.len()).collect(),
        label: word.label.clone(),
        stays,
        definite: true,
    }
}
