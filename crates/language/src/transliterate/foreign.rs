//! Which Latin words of a Darija text are French or English and stay as they are.

use super::letters::{List, key};
use super::model::Model;
use crate::identify::{Identifier, Language};
use crate::span::ByteSpan;

/// A word is foreign by itself only where the sources have it several times (sixteenths of a nat).
const FREQUENT: u16 = 168;
/// How much more usual than in Darija a word must be to be foreign by itself.
const MUCH: u16 = 48;
/// How much less usual a word may be in the language its neighbours are in.
const LITTLE: u16 = 24;
const MISSING: u16 = 255;

/// The hand-written list of words that stay wherever they stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Foreign {
    words: List<Box<str>, &'static str>,
}

impl Foreign {
    /// Reads the file `foreign.tsv`: a language, a tab, its words.
    pub(super) fn read(text: &str) -> Self {
        let mut words = List::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (language, own) = match line.split_once('\t') {
                Some(("fr", own)) => ("fr", own),
                Some(("en", own)) => ("en", own),
                _ => continue,
            };
            for word in own.split_whitespace() {
                words.entry(word.into()).or_insert(language);
            }
        }
        Self { words }
    }

    /// The language of a lower-case word.
    pub(super) fn get(&self, word: &str) -> Option<&'static str> {
        self.words.get(word).copied()
    }
}

/// Where the identifier of languages finds French and English.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    spans: Vec<(ByteSpan, &'static str)>,
    at: usize,
}

impl Neighbours {
    /// The French and English spans of a text.
    pub(super) fn of(text: &str) -> Self {
        let spans =
            Identifier::built_in().spans(text).into_iter().filter_map(|part| match part.language {
                Language::French => Some((part.span, "fr")),
                Language::English => Some((part.span, "en")),
                _ => None,
            });
        Self { spans: spans.collect(), at: 0 }
    }

    /// The language of the span a word stands in; words are asked for in order.
    pub(super) fn at(&mut self, word: ByteSpan) -> Option<(&'static str, bool)> {
        while self.spans.get(self.at).is_some_and(|(span, _)| span.end <= word.start) {
            self.at += 1;
        }
        let (span, language) = self.spans.get(self.at)?;
        span.overlaps(word).then(|| (*language, span.len() > word.len() + 1))
    }
}

/// A word in its spellings.
#[derive(Debug)]
pub(super) struct Spelt<'d> {
    /// As it stands in the text.
    pub(super) word: &'d str,
    /// Plain (see `spelling`).
    pub(super) plain: &'d [u8],
    /// Room for its lower-case letters.
    pub(super) lower: &'d mut String,
    /// Whether it is in the list of known words.
    pub(super) listed: bool,
}

/// The language of a word that stays as it is: `fr` or `en`.
pub(super) fn language(
    (model, list): (&Model, &Foreign),
    Spelt { word, plain, lower, listed }: Spelt<'_>,
    neighbour: Option<(&'static str, bool)>,
) -> Option<&'static str> {
    if word.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if let [letter] = word.as_bytes() {
        // One letter is a particle, unless both sides of it are foreign.
        let (language, longer) = neighbour?;
        return (longer && matches!(letter, b'a' | b'y' | b'I')).then_some(language);
    }
    let accented = !word.is_ascii()
        && word
            .contains(['é', 'è', 'ê', 'à', 'ç', 'ù', 'î', 'ô', 'œ', 'û', 'É', 'È', 'Ê', 'À', 'Ç']);
    if accented {
        return Some("fr");
    }
    lower.clear();
    if word.is_ascii() {
        lower.push_str(word);
        lower.make_ascii_lowercase();
    } else {
        lower.extend(word.chars().flat_map(char::to_lowercase));
    }
    // What is elided before a French word: the word after it decides.
    let bare = match lower.split_once(['\'', '’']) {
        Some(("l" | "d" | "j" | "m" | "n" | "s" | "t" | "c" | "qu", rest)) => rest,
        _ => lower,
    };
    let elided = bare.len() < lower.len();
    let among_foreign = neighbour.is_some_and(|(_, longer)| longer);
    if let Some(language) = list.get(lower).or_else(|| list.get(bare))
        && (!listed || among_foreign)
    {
        return Some(language);
    }
    let costs = model.foreign.get(key(bare.as_bytes()));
    let [french, english] = costs.map_or([MISSING; 2], |costs| [costs & 0xFF, costs >> 8]);
    let own = model.own.get(key(plain)).unwrap_or(MISSING);
    let best = if french <= english { ("fr", french) } else { ("en", english) };
    if let Some((language, longer)) = neighbour {
        let cost = if language == "fr" { french } else { english };
        let known = cost < MISSING && cost < own.saturating_add(LITTLE);
        let unknown = french == MISSING && own == MISSING && longer && !listed;
        if (known && (!listed || (longer && cost < own))) || unknown {
            return Some(language);
        }
    }
    if elided && !listed && own == MISSING {
        return Some("fr");
    }
    if listed || best.1 >= MISSING {
        return None;
    }
    let alone = if own == MISSING { best.1 <= FREQUENT } else { best.1 + MUCH < own };
    alone.then_some(best.0)
}
