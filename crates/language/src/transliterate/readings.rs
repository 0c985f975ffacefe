//! The hand-written words: what they are read as whatever the model thinks.

use super::letters::List;
use super::spelling::plain;

/// From plain Latin words to their Arabic form.
#[derive(Debug, Clone, Default)]
pub(super) struct Readings {
    words: List<Box<[u8]>, Box<str>>,
    spellings: List<Box<str>, Box<str>>,
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
        let mut words = List::default();
        let mut spellings = List::default();
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

    /// The word of a plain spelling. Where the very spelling is not in the list, one of the same sounds counts:
    /// `5` and `kh`, `4` and `gh`, `8` and `h`, `sh` and `ch`, and capitals left out.
    pub(super) fn get(&self, plain: &[u8]) -> Option<&str> {
        if let Some(word) = self.words.get(plain) {
            return Some(word);
        }
        let special = |letter: &u8| letter.is_ascii_uppercase() || b"4568q".contains(letter);
        if !plain.iter().any(special) && !plain.windows(2).any(|pair| pair == b"sh") {
            return None;
        }
        self.words.get(usual(plain).as_slice()).map(AsRef::as_ref)
    }
}

/// The spelling with the usual letters for the same sounds.
fn usual(plain: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(plain.len() + 4);
    let mut before = 0;
    for letter in plain {
        match letter {
            b'4' => out.extend(b"gh"),
            b'5' => out.extend(b"kh"),
            b'6' => out.push(b't'),
            b'8' => out.push(b'h'),
            b'q' => out.push(b'9'),
            b'h' if before == b's' => {
                out.pop();
                out.extend(b"ch");
            }
            other => out.push(other.to_ascii_lowercase()),
        }
        before = *letter;
    }
    out
}
