//! Concepts: what words of several languages and scripts stand for.
//!
//! A vocabulary lists, for each concept, the words that people use for it in each language. A text is
//! about a concept when it holds one of its terms, in any spelling that `language::analyze` makes alike. So
//! an Arabizi question and a French passage meet, though they share no word.

mod read;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use language::analyze::{TermKind, terms};
use language::identify::Language;

pub use read::VocabularyError;

/// Terms of concepts, ready to be recognised.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    concepts: Vec<String>,
    /// The French term that says best what each concept is; empty where there is none.
    glosses: Vec<String>,
    terms: Vec<ConceptTerm>,
    /// The terms that may begin with a word, by each key of their first word.
    by_first_key: HashMap<Key, Vec<usize>>,
}

/// One term of one concept.
#[derive(Debug, Clone)]
struct ConceptTerm {
    concept: usize,
    words: Vec<BTreeSet<Key>>,
}

/// What two words have in common when they are alike.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Key {
    /// The word or its stem.
    Spelt(String),
    /// Its consonants, for words whose spelling is free.
    Sounds(String),
}

/// A concept that a text holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mention<'v> {
    /// The concept's id.
    pub concept: &'v str,
    /// How sure it is: 1 for a word as it is spelt, less for one that sounds alike.
    pub weight: f32,
}

/// Words beyond this many are passed over: a passage is shorter.
const MOST_WORDS: usize = 4_000;
/// A word of fewer consonants sounds like too many others.
const FEW_CONSONANTS: usize = 3;

impl Vocabulary {
    /// Reads tables of concepts; `files` gives each file's name, for errors, and its content.
    ///
    /// The first line names the columns, `id` and language tags; every other line is a concept, the terms
    /// of a language parted by semicolons. Lines that begin with `#` are for readers.
    pub fn read<'f>(
        files: impl IntoIterator<Item = (&'f str, &'f str)>,
    ) -> Result<Self, VocabularyError> {
        let mut vocabulary = Self::default();
        for (file, content) in files {
            read::read(&mut vocabulary, file, content)?;
        }
        Ok(vocabulary)
    }

    /// How many concepts it has.
    pub fn len(&self) -> usize {
        self.concepts.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.concepts.is_empty()
    }

    /// A concept in French, the language that most documents and embedders know.
    pub fn gloss(&self, concept: &str) -> Option<&str> {
        let place = self.concepts.iter().position(|known| known == concept)?;
        self.glosses.get(place).map(String::as_str).filter(|gloss| !gloss.is_empty())
    }

    fn add_term(&mut self, concept: usize, term: &str, language: Option<Language>) {
        let words = keys(term, language, is_spelt_freely(language));
        let Some(first) = words.first() else { return };
        for key in first {
            self.by_first_key.entry(key.clone()).or_default().push(self.terms.len());
        }
        self.terms.push(ConceptTerm { concept, words });
    }

    /// The concepts of a text, each once, in the order of their ids.
    pub fn concepts(&self, text: &str, language: Option<Language>) -> Vec<Mention<'_>> {
        let words = keys(text, language, is_spelt_freely(language));
        let mut found: Vec<Candidate> = Vec::new();
        for at in 0..words.len() {
            let begins: BTreeSet<usize> = words
                .get(at)
                .into_iter()
                .flatten()
                .filter_map(|key| self.by_first_key.get(key))
                .flatten()
                .copied()
                .collect();
            found.extend(begins.into_iter().filter_map(|term| self.candidate(term, at, &words)));
        }
        // The longest and surest first; a word belongs to those that claim it most.
        found.sort_by(|left, right| {
            right
                .strength
                .cmp(&left.strength)
                .then(left.at.cmp(&right.at))
                .then(left.term.cmp(&right.term))
        });
        let mut claimed = vec![0_u32; words.len()];
        let mut best: BTreeMap<&str, u32> = BTreeMap::new();
        for candidate in found {
            let span = candidate.at..candidate.at + candidate.words;
            let Some(claims) = claimed.get_mut(span) else { continue };
            if claims.iter().any(|claim| *claim > candidate.strength) {
                continue;
            }
            claims.fill(candidate.strength);
            let Some(term) = self.terms.get(candidate.term) else { continue };
            let Some(concept) = self.concepts.get(term.concept) else { continue };
            let strength = best.entry(concept).or_default();
            *strength = (*strength).max(candidate.strength);
        }
        best.into_iter()
            .map(|(concept, strength)| Mention { concept, weight: weight(strength) })
            .collect()
    }

    fn candidate(&self, term: usize, at: usize, words: &[BTreeSet<Key>]) -> Option<Candidate> {
        let wanted = &self.terms.get(term)?.words;
        let here = words.get(at..at + wanted.len())?;
        let (mut spelt, mut consonants) = (true, usize::MAX);
        for (want, have) in wanted.iter().zip(here) {
            let (mut alike, mut alike_spelt) = (false, false);
            for key in want.intersection(have) {
                alike = true;
                match key {
                    Key::Spelt(_) => alike_spelt = true,
                    Key::Sounds(root) => consonants = consonants.min(root.chars().count()),
                }
            }
            if !alike {
                return None;
            }
            spelt &= alike_spelt;
        }
        // In tenths of a word.
        let mut strength = u32::try_from(wanted.len()).unwrap_or(u32::MAX).saturating_mul(10);
        if spelt {
            strength += 5;
        } else if wanted.len() == 1 && consonants < FEW_CONSONANTS {
            strength -= 4;
        }
        Some(Candidate { term, at, words: wanted.len(), strength })
    }
}

struct Candidate {
    term: usize,
    at: usize,
    words: usize,
    strength: u32,
}

fn weight(strength: u32) -> f32 {
    match strength {
        15.. => 1.0,
        10..15 => 0.6,
        _ => 0.4,
    }
}

/// Languages that people write as they hear them.
fn is_spelt_freely(language: Option<Language>) -> bool {
    matches!(
        language,
        None | Some(
            Language::DarijaLatin
                | Language::DarijaArabic
                | Language::TamazightLatin
                | Language::TamazightTifinagh
                | Language::Kabyle
        )
    )
}

/// The keys of each word of a text.
fn keys(text: &str, language: Option<Language>, sounds: bool) -> Vec<BTreeSet<Key>> {
    let mut words: Vec<BTreeSet<Key>> = Vec::new();
    let mut last = None;
    for term in terms(text, language) {
        if last != Some(term.span) {
            if words.len() == MOST_WORDS {
                break;
            }
            words.push(BTreeSet::new());
            last = Some(term.span);
        }
        let Some(word) = words.last_mut() else { continue };
        match term.kind {
            TermKind::Word | TermKind::Stem => word.insert(Key::Spelt(term.text)),
            TermKind::Root if sounds && term.text.chars().nth(1).is_some() => {
                word.insert(Key::Sounds(term.text))
            }
            TermKind::Root => false,
        };
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "# For readers.\nid\tfr\tar\tary-Latn\tzgh\n\
        passport\tpasseport;document de voyage\tجواز السفر\tbasbor;lpassport\tabasbur\n\
        price\tcombien;tarif\tالثمن;كم\tbch7al;ch7al\tmencek\n\
        residence-permit\tcarte de séjour\tبطاقة الإقامة\tlacarte de séjour\t\n\
        card\tcarte\tبطاقة\tlakart\t\n";

    fn check(text: &str, language: Option<Language>, expect: &[&str]) {
        let vocabulary = Vocabulary::read([("table", TABLE)]).unwrap();
        let found: Vec<&str> =
            vocabulary.concepts(text, language).iter().map(|mention| mention.concept).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn words_of_every_script_meet() {
        check("combien coûtent les passeports", Some(Language::French), &["passport", "price"]);
        check("ch7al kayswa lbasbor", Some(Language::DarijaLatin), &["passport", "price"]);
        check("ما هو ثمن جواز السفر", Some(Language::Arabic), &["passport", "price"]);
        check("ⴰⴱⴰⵙⴱⵓⵔ", Some(Language::TamazightTifinagh), &["passport"]);
        check("", None, &[]);
        check("le musée", Some(Language::French), &[]);
    }

    #[test]
    fn the_longer_term_takes_its_words() {
        check("ma carte de séjour", Some(Language::French), &["residence-permit"]);
        check("ma carte", Some(Language::French), &["card"]);
        check(
            "ma carte de séjour et une carte",
            Some(Language::French),
            &["card", "residence-permit"],
        );
    }

    #[test]
    fn errors_name_file_and_line() {
        let check = |content: &str, expect: &str| {
            let error = Vocabulary::read([("papers.tsv", content)]).unwrap_err().to_string();
            assert!(error.starts_with("papers.tsv") && error.contains(expect), "{error}");
        };
        check("", "no line that names");
        check("name\tfr\n", "begins with `id`");
        check("id\tklingon\n", "klingon");
        check("id\tfr\na\tun\tdeux\n", "papers.tsv:2: 3 columns");
        check("id\tfr\n\tun\n", "papers.tsv:2: no id");
        check("id\tfr\na\tun\na\tdeux\n", "papers.tsv:3: `a` stands twice");
    }

    /// What is doubled would be missing from every passage that uses the other concept's words, and questions
    /// about it would be refused.
    #[test]
    fn what_stands_elsewhere_stands_nowhere_else() {
        let read = |table: &str| -> BTreeSet<(String, String)> {
            let mut lines = table.lines().filter(|line| !line.starts_with('#'));
            let head: Vec<&str> = lines.next().unwrap().split('\t').collect();
            lines
                .flat_map(|line| line.split('\t').zip(&head).skip(1).collect::<Vec<_>>())
                .flat_map(|(cell, tag)| {
                    let tag = (*tag).to_owned();
                    cell.split(';').map(move |term| (tag.clone(), term.trim().to_lowercase()))
                })
                .filter(|(_, term)| !term.is_empty())
                .collect()
        };
        let elsewhere = read(include_str!("../../../packs/ma/vocabulary/elsewhere.tsv"));
        for table in [
            include_str!("../../../packs/ma/vocabulary/life.tsv"),
            include_str!("../../../packs/ma/vocabulary/papers.tsv"),
            include_str!("../../../packs/ma/vocabulary/questions.tsv"),
        ] {
            let both: Vec<_> = read(table).intersection(&elsewhere).cloned().collect();
            assert_eq!(both, []);
        }
    }
}
