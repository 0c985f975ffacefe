//! The hand-written words: what they are read as whatever the model thinks.

use std::collections::HashMap;

use super::spelling::plain;

/// From plain Latin words to their Arabic form.
#[derive(Debug, Clone, Default)]
pub(super) struct Readings {
    words: HashMap<Box<[u8]>, Box<str>>,
    spellings: HashMap<Box<str>, Box<str>>,
}

impl Readings {
    /// The spellings and words of the file `lexicon.tsv`, in its order: spellings separated by blanks, a tab,
    /// the word.
    pub(super) fn pairs(text: &str) -> Vec<(&str, &str)> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines
            .filter_map(|line| line.split_once('\t'))
            .flat_map(|(spellings, word)| {
                spellings.split_whitespace().map(move |spelling| (spelling, word.trim()))
            })
            .collect()
    }

    /// Reads the file; of a spelling that stands twice the first line counts.
    pub(super) fn read(text: &str) -> Self {
        let mut words = HashMap::new();
        let mut spellings = HashMap::new();
        let mut spelled = Vec::new();
        for (spelling, word) in Self::pairs(text) {
            plain(spelling, &mut spelled);
            words.entry(spelled.as_slice().into()).or_insert_with(|| word.into());
            spellings.entry(word.into()).or_insert_with(|| spelling.into());
        }
        Self { words, spellings }
    }

    /// The first spelling of a word in Arabic letters.
    pub(super) fn spelling(&self, word: &str) -> Option<&str> {
        self.spellings.get(word).map(AsRef::as_ref)
    }

    /// The word of a plain spelling; capitals that mean emphatic consonants may be left out in the file.
    pub(super) fn get(&self, plain: &[u8]) -> Option<&str> {
        if let Some(word) = self.words.get(plain) {
            return Some(word);
        }
        if plain.iter().any(u8::is_ascii_uppercase) {
            return self.words.get(plain.to_ascii_lowercase().as_slice()).map(AsRef::as_ref);
        }
        None
    }
}
