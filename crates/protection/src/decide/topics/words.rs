//! The words of topics: read from the pack, found in a text in one pass.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, MatchKind};
use language::{ByteSpan, Profile, normalize};
use serde::Deserialize;

use super::{TOPICS, Topic};
use crate::pack::PackError;
use crate::pack::toml_file::read_toml;

/// What a word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Says {
    /// The topic, alone.
    Strong(Topic),
    /// The topic, beside others.
    Weak(Topic),
    /// That somebody is spoken of.
    Someone,
    /// That nobody is.
    Nobody,
    /// That the number before it counts years or months of a life.
    Years,
}

/// Words by language.
type ByLanguage = BTreeMap<String, Vec<String>>;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    topic: BTreeMap<String, TopicWritten>,
    #[serde(default)]
    someone: ByLanguage,
    #[serde(default)]
    nobody: ByLanguage,
    #[serde(default)]
    years: YearsWritten,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicWritten {
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    strong: ByLanguage,
    #[serde(default)]
    weak: ByLanguage,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct YearsWritten {
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    minor_since: u16,
}

/// One word of the lists.
#[derive(Debug, Clone)]
struct Entry {
    says: Says,
    /// Whether the word may go on.
    open: bool,
    /// The word as the pack writes it, for explanations.
    written: String,
}

/// All words, in one automaton.
#[derive(Debug, Clone, Default)]
pub(super) struct TopicWords {
    automaton: Option<AhoCorasick>,
    /// For each pattern of the automaton, the entries that share it.
    entries: Vec<Vec<Entry>>,
    types: BTreeMap<Topic, Vec<String>>,
    /// Whoever was born in this year or later is a minor; 0 where the pack does not say.
    minor_since: u16,
}

/// A word of the lists that stands in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit<'w> {
    pub(super) says: Says,
    pub(super) written: &'w str,
    /// Where, in bytes of the folded text.
    pub(super) span: ByteSpan,
    /// The word's number among all, to count different words.
    pub(super) number: usize,
}

impl TopicWords {
    /// Reads the file; an empty one knows no topic.
    pub(super) fn read(file: &str, content: &str) -> Result<Self, PackError> {
        let written: File = read_toml(file, content)?;
        let mut patterns: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        let mut types = BTreeMap::new();
        let mut add = |says: Says, words: &mut dyn Iterator<Item = &String>| {
            for word in words {
                let (stem, open) = match word.strip_suffix('*') {
                    Some(stem) => (stem, true),
                    None => (word.as_str(), false),
                };
                let folded = folded(stem);
                if !folded.is_empty() {
                    let entry = Entry { says, open, written: word.clone() };
                    patterns.entry(folded).or_default().push(entry);
                }
            }
        };
        for (name, topic) in &written.topic {
            let Some(known) = Topic::named(name) else { return Err(unknown(file, content, name)) };
            add(Says::Strong(known), &mut topic.strong.values().flatten());
            add(Says::Weak(known), &mut topic.weak.values().flatten());
            types.insert(known, topic.types.clone());
        }
        add(Says::Someone, &mut written.someone.values().flatten());
        add(Says::Nobody, &mut written.nobody.values().flatten());
        add(Says::Years, &mut written.years.words.iter());
        if patterns.is_empty() {
            return Ok(Self::default());
        }
        let automaton = AhoCorasickBuilder::new()
            .match_kind(MatchKind::Standard)
            .build(patterns.keys())
            .map_err(|error| PackError {
                file: file.to_owned(),
                line: None,
                key: None,
                message: format!("the words are too many: {error}."),
                nearest: None,
            })?;
        Ok(Self {
            automaton: Some(automaton),
            entries: patterns.into_values().collect(),
            types,
            minor_since: written.years.minor_since,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.automaton.is_none()
    }

    /// Whether a birth date's year, of four digits of any script, is a minor's; nothing where it has none.
    pub(super) fn is_young(&self, date: &str) -> Option<bool> {
        let folded = folded(date);
        let year = folded
            .split(|letter: char| !letter.is_ascii_digit())
            .filter(|digits| digits.len() == 4)
            .find_map(|digits| digits.parse::<u16>().ok())?;
        // A year of the Hijri calendar is far below.
        (self.minor_since > 0 && year > 1_800).then_some(year >= self.minor_since)
    }

    /// The types of value that say a topic.
    pub(super) fn types(&self, topic: Topic) -> &[String] {
        self.types.get(&topic).map_or(&[], Vec::as_slice)
    }

    /// The words of the lists that stand in a folded text.
    pub(super) fn find<'w>(&'w self, text: &str, mut take: impl FnMut(Hit<'w>)) {
        let Some(automaton) = &self.automaton else { return };
        for found in automaton.find_overlapping_iter(text) {
            let (start, end) = (found.start(), found.end());
            let number = found.pattern().as_usize();
            if !begins_word(text, start) {
                continue;
            }
            for entry in self.entries.get(number).into_iter().flatten() {
                if entry.open || ends_word(text, end) {
                    take(Hit {
                        says: entry.says,
                        written: &entry.written,
                        span: ByteSpan { start, end },
                        number,
                    });
                }
            }
        }
    }
}

/// A text as the lists are compared with it.
pub(super) fn folded(text: &str) -> String {
    normalize(text, Profile::Search).text
}

/// What may stand before an Arabic word, written together with it.
const CLITICS: [&str; 14] =
    ["و", "ف", "ب", "ل", "ك", "ال", "وال", "بال", "فال", "كال", "لل", "ولل", "وب", "ول"];

fn begins_word(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let letters: usize = before
        .chars()
        .rev()
        .take(4)
        .take_while(|letter| letter.is_alphanumeric())
        .map(char::len_utf8)
        .sum();
    letters == 0
        || before.get(before.len() - letters..).is_some_and(|clitic| CLITICS.contains(&clitic))
}

/// Endings that make no other word of it: plurals, pronouns.
const ENDINGS: [&str; 12] = ["s", "e", "es", "x", "ها", "هم", "ه", "ي", "ك", "نا", "كم", "و"];

fn ends_word(text: &str, at: usize) -> bool {
    let after = text.get(at..).unwrap_or_default();
    let letters: usize = after
        .chars()
        .take(3)
        .take_while(|letter| letter.is_alphanumeric())
        .map(char::len_utf8)
        .sum();
    letters == 0 || after.get(..letters).is_some_and(|ending| ENDINGS.contains(&ending))
}

fn unknown(file: &str, content: &str, name: &str) -> PackError {
    let line =
        content.lines().position(|line| line.trim_start().starts_with(&format!("[topic.{name}")));
    let nearest = TOPICS
        .iter()
        .map(|topic| (strsim::damerau_levenshtein(name, topic.as_str()), topic.as_str()))
        .min()
        .map(|(_, nearest)| nearest.to_owned());
    PackError {
        file: file.to_owned(),
        line: line.map(|index| index + 1),
        key: Some(name.to_owned()),
        message: "there is no topic of this name.".to_owned(),
        nearest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "[topic.health.strong]\nfr = [\"diabet*\", \"fièvre\"]\nar = [\"مريض\"]\n[topic.health.weak]\nfr = [\"dr\"]\n";

    fn check(text: &str, expect: &[&str]) {
        let words = TopicWords::read("topics.toml", FILE).unwrap();
        let mut seen = Vec::new();
        words.find(&folded(text), |hit| seen.push(hit.written));
        assert_eq!(seen, expect, "{text}");
    }

    #[test]
    fn whole_words_with_their_clitics() {
        check("DIABÉTIQUE, fievre", &["diabet*", "fièvre"]);
        check("prédiabète", &[]);
        check("drap, Dr Alami", &["dr"]);
        check("والمريض مريضها", &["مريض", "مريض"]);
        check("المريضون", &[]);
    }

    #[test]
    fn a_misspelt_topic_is_named() {
        let error = TopicWords::read("topics.toml", "\n[topic.helth]\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "topics.toml:2: key `helth`: there is no topic of this name. Did you mean `health`?"
        );
    }
}
