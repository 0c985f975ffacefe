//! The pieces shown in training: whole texts and a few words of them, as written and as people type them.

use std::collections::{BTreeMap, BTreeSet};

use super::Row;
use super::chance::Chance;
use super::rough::{arabic_letters_of, plain_latin_of, with_short_vowels, without_accents};
use crate::identify::languages::Language;

/// The texts of one language, by source.
#[derive(Debug)]
pub(super) struct Shelf {
    language: Language,
    sources: Vec<Source>,
    /// Words that say what a text is about, not in which Arabic; empty for other languages.
    topics: Vec<String>,
}

#[derive(Debug)]
struct Source {
    weight: f32,
    texts: Vec<Vec<String>>,
}

impl Shelf {
    pub(super) fn new(language: Language, rows: &[Row]) -> Self {
        let mut names: Vec<&str> = Vec::new();
        let mut sources: Vec<Source> = Vec::new();
        let doubtful = Doubtful::new(language, rows);
        for row in rows.iter().filter(|row| row.language == language) {
            if doubtful.holds(&row.text) {
                continue;
            }
            let words = row.text.split_whitespace().map(str::to_owned).collect();
            let place = names.iter().position(|name| *name == row.source);
            if let Some(source) = place.and_then(|place| sources.get_mut(place)) {
                source.texts.push(words);
            } else {
                names.push(&row.source);
                sources.push(Source { weight: 0.0, texts: vec![words] });
            }
        }
        if language == Language::DarijaArabic {
            // The only chat-like Darija of the data is in Latin letters; without it in Arabic letters the
            // model would know the Darija of an encyclopaedia only.
            let chat = rows.iter().filter(|row| row.language == Language::DarijaLatin);
            let texts =
                chat.map(|row| row.text.split_whitespace().map(str::to_owned).collect()).collect();
            sources.push(Source { weight: 0.0, texts });
        }
        for source in &mut sources {
            #[expect(clippy::cast_precision_loss, reason = "a weight")]
            {
                source.weight = (source.texts.len() as f32).sqrt();
            }
        }
        sources.retain(|source| !source.texts.is_empty());
        let topics = match language {
            Language::Arabic | Language::DarijaArabic | Language::EgyptianArabic => {
                topics_of_dialects(rows)
            }
            _ => Vec::new(),
        };
        Self { language, sources, topics }
    }

    /// How often pieces of this language are shown beside the others: less for those that are here
    /// because they are confused with a language of Morocco, so that in doubt the latter wins; and less
    /// for Standard Arabic, which every text with few words of its dialect resembles.
    pub(super) fn rate(&self) -> f32 {
        match self.language {
            Language::Arabic => 0.82,
            Language::EgyptianArabic => 0.5,
            Language::Kabyle => 0.35,
            Language::Tamasheq => 0.08,
            Language::Spanish => 0.7,
            _ => 1.0,
        }
    }

    /// Every text of this language once, as somebody may type it.
    pub(super) fn texts(&self, chance: &mut Chance) -> Vec<String> {
        let texts = self.sources.iter().flat_map(|source| &source.texts);
        let typed = texts.map(|words| {
            let words: Vec<_> = words.iter().map(|word| self.typed(word, chance)).collect();
            words.join(" ")
        });
        typed.collect()
    }

    /// Some words of a text of this language.
    pub(super) fn piece(&self, chance: &mut Chance) -> String {
        let total: f32 = self.sources.iter().map(|source| source.weight).sum();
        let mut left = chance.share() * total;
        let chosen = self.sources.iter().find(|source| {
            left -= source.weight;
            left <= 0.0
        });
        let Some(words) =
            chosen.or(self.sources.last()).and_then(|source| chance.of(&source.texts))
        else {
            return String::new();
        };
        let words = window(words, chance);
        let mut text = String::new();
        for word in words {
            let separator = if text.is_empty() { "" } else { " " };
            text.push_str(separator);
            let topic = if chance.happens(TOPIC_SHARE) { chance.of(&self.topics) } else { None };
            text.push_str(&self.typed(topic.unwrap_or(word), chance));
        }
        text
    }

    /// The word as somebody may type it.
    fn typed(&self, word: &str, chance: &mut Chance) -> String {
        let mut word = word.to_owned();
        match self.language {
            Language::DarijaArabic if word.chars().any(|own| own.is_ascii_alphabetic()) => {
                word = arabic_letters_of(&word, chance);
            }
            Language::TamazightLatin if chance.happens(0.15) => {
                word = with_short_vowels(&word, chance);
            }
            Language::TamazightLatin | Language::Kabyle if chance.happens(0.12) => {
                word = plain_latin_of(&word, chance);
            }
            Language::French | Language::Spanish if chance.happens(0.15) => {
                word = without_accents(&word);
            }
            Language::Arabic | Language::DarijaArabic | Language::EgyptianArabic
                if chance.happens(0.25) =>
            {
                word = word
                    .replace(['أ', 'إ', 'آ'], "ا")
                    .replace(['\u{64B}', '\u{64C}', '\u{64D}'], "");
                if chance.happens(0.3) {
                    word = word.replace('ة', "ه").replace('ى', "ي");
                }
            }
            _ => {}
        }
        if chance.happens(0.04) { slipped(&word, chance) } else { word }
    }
}

/// The share of words of a piece in one of the Arabics that are replaced by words of other topics.
const TOPIC_SHARE: f32 = 0.25;

/// The longer words that Darija and Egyptian texts share and use now and then. The encyclopaedia rows of
/// both dialects translate the same articles, of which Standard Arabic has none: without these words
/// in its pieces, a word such as "hydrogen" would speak for a dialect. In pieces of the dialects they
/// leave the decision to the words that are not about the subject.
fn topics_of_dialects(rows: &[Row]) -> Vec<String> {
    let mut counts: BTreeMap<&str, [u32; 2]> = BTreeMap::new();
    for row in rows {
        let dialect = match row.language {
            Language::DarijaArabic => 0,
            Language::EgyptianArabic => 1,
            _ => continue,
        };
        for word in row.text.split_whitespace() {
            let count = counts.entry(word).or_default();
            if let Some(count) = count.get_mut(dialect) {
                *count += 1;
            }
        }
    }
    let shared = counts.into_iter().filter(|(word, [darija, egyptian])| {
        word.chars().count() >= 5 && *darija >= 2 && *egyptian >= 2 && darija + egyptian <= 60
    });
    let repeated = shared.flat_map(|(word, [darija, egyptian])| {
        let times = (darija + egyptian).isqrt() as usize;
        std::iter::repeat_n(word.to_owned(), times)
    });
    repeated.collect()
}

/// Rows of a confusable language that are in the other language in truth. A third of the Tamasheq rows
/// of OLDI Seed repeat rows of its Tamazight file; Tamasheq is told by letters Tamazight does not use.
struct Doubtful<'r> {
    elsewhere: BTreeSet<&'r str>,
    needed: Option<&'static [char]>,
}

impl<'r> Doubtful<'r> {
    fn new(language: Language, rows: &'r [Row]) -> Self {
        if language != Language::Tamasheq {
            return Self { elsewhere: BTreeSet::new(), needed: None };
        }
        let others = rows.iter().filter(|row| row.language == Language::TamazightTifinagh);
        Self {
            elsewhere: others.map(|row| row.text.as_str()).collect(),
            needed: Some(&['ⵗ', 'ⵂ', 'ⴾ', 'ⴶ', 'ⵈ', 'ⵋ', 'ⵆ']),
        }
    }

    fn holds(&self, text: &str) -> bool {
        self.elsewhere.contains(text) || self.needed.is_some_and(|letters| !text.contains(letters))
    }
}

/// Whole, or one, a few or several words; the beginning of a text more often than elsewhere.
fn window<'w>(words: &'w [String], chance: &mut Chance) -> &'w [String] {
    let length = match chance.below(20) {
        0..=4 => 1,
        5 => 2,
        6..=9 => 3,
        10 | 11 => 4 + chance.below(4),
        _ => words.len(),
    };
    let length = length.min(words.len());
    let start = if chance.happens(0.3) { 0 } else { chance.below(words.len() - length + 1) };
    words.get(start..start + length).unwrap_or_default()
}

/// A slip of the finger: a letter lost, doubled or swapped with the next.
fn slipped(word: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = chance.below(letters.len());
    match chance.below(3) {
        0 if letters.len() > 2 => {
            letters.remove(at);
        }
        1 => {
            if let Some(letter) = letters.get(at).copied() {
                letters.insert(at, letter);
            }
        }
        _ if at + 1 < letters.len() => letters.swap(at, at + 1),
        _ => {}
    }
    letters.into_iter().collect()
}
