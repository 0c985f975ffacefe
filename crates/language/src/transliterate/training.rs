//! Trains the model of transliteration. Pure: texts in, the bytes of the model file out; the same texts give
//! the same bytes. The example `train_transliteration` reads and writes the files.

mod align;
mod correspondences;
mod counts;
mod grams;

use std::collections::BTreeMap;

use super::beam::{PART, Search};
use super::letters;
use super::model::Model;
use super::prior::Prior;
use super::readings::Readings;
use super::spelling::{Unit, plain, units};
use super::table::Table;
use counts::Counts;

/// Spellings of one word, and what is known of it.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// The Latin spellings.
    pub spellings: Vec<String>,
    /// What the word begins with in Arabic letters.
    pub begins: &'static str,
    /// What the word ends in.
    pub ends: &'static str,
    /// A last letter the word cannot have.
    pub never_ends: &'static str,
}

/// Everything the model learns from.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file of correspondences.
    pub correspondences: String,
    /// The file of known words.
    pub lexicon: String,
    /// Words whose Arabic form is not known.
    pub groups: Vec<Group>,
    /// Texts in Arabic letters with the share of known words that is theirs.
    pub arabic: Vec<(f64, Vec<String>)>,
    /// Texts in French, English and Darija in Latin letters.
    pub latin: [Vec<String>; 3],
}

/// What came of a training.
#[derive(Debug)]
pub struct Trained {
    /// The bytes of the model file.
    pub bytes: Vec<u8>,
    /// Spellings of the file of known words that no correspondences spell.
    pub unexplained: Vec<String>,
    /// The word each group was read as.
    pub readings: Vec<String>,
}

const ROUNDS: usize = 4;
/// The share of known words that is the hand-written ones'.
const SHARE_OF_LEXICON: f64 = 0.1;
/// The share of known words that is the groups'.
const SHARE_OF_GROUPS: f64 = 0.2;
/// What a spelling of a group counts for beside one of the hand-written words.
const WEIGHT_OF_GROUPS: f64 = 0.2;

/// Trains a model.
pub fn train(sources: &Sources) -> Trained {
    let start = correspondences::read(&sources.correspondences);
    let pairs = Readings::pairs(&sources.lexicon);
    let pairs: Vec<(&str, Vec<Unit>, Vec<u8>)> = pairs
        .iter()
        .filter_map(|(latin, arabic)| Some((*latin, units_of(latin), letters::numbers(arabic)?)))
        .collect();
    let texts: Vec<(f64, BTreeMap<Vec<u8>, f64>)> =
        sources.arabic.iter().map(|(share, lines)| (*share, words_of(lines))).collect();
    let mut lexicon: BTreeMap<Vec<u8>, f64> = BTreeMap::new();
    for (_, _, arabic) in &pairs {
        lexicon.insert(arabic.clone(), 1.0);
    }
    let mut read: BTreeMap<Vec<u8>, f64> = BTreeMap::new();
    let alone = grams::alone(&texts, &lexicon);
    let mut channel = start.channel(&Counts::default(), alone);
    let mut unexplained = Vec::new();
    let mut readings = Vec::new();
    let mut prior = prior_of(&texts, &lexicon, &read);
    for round in 0..=ROUNDS {
        let mut counts = Counts::default();
        unexplained.clear();
        for (latin, units, arabic) in &pairs {
            match align::align(&channel, units, arabic) {
                Some(path) => counts.add(units, &path, 1.0),
                None => unexplained.push(format!("{latin}={}", letters::word(arabic))),
            }
        }
        if round > 0 {
            readings.clear();
            read.clear();
            let mut search = Search::default();
            for group in &sources.groups {
                let spelled: Vec<_> =
                    group.spellings.iter().map(|spelling| units_of(spelling)).collect();
                let Some(word) = reading(&mut search, &channel, &prior, group, &spelled) else {
                    readings.push(String::new());
                    continue;
                };
                for units in &spelled {
                    if let Some(path) = align::align(&channel, units, &word) {
                        counts.add(units, &path, WEIGHT_OF_GROUPS);
                    }
                }
                readings.push(letters::word(&word));
                *read.entry(word).or_default() += 1.0;
            }
        }
        channel = start.channel(&counts, alone);
        prior = prior_of(&texts, &lexicon, &read);
    }
    let [french, english, darija] = &sources.latin;
    let own = latin_costs(darija, true);
    let foreign = foreign_table(&latin_costs(french, false), &latin_costs(english, false));
    let own: Vec<_> = own.into_iter().map(|(key, cost)| (key, u16::from(cost))).collect();
    let model = Model { channel, prior, foreign, own: Table::new(own.into_iter()) };
    Trained { bytes: model.write(), unexplained, readings }
}

fn units_of(spelling: &str) -> Vec<Unit> {
    let (mut plainly, mut own) = (Vec::new(), Vec::new());
    plain(spelling, &mut plainly);
    units(&plainly, &mut own);
    own.truncate(PART);
    own
}

/// The word that explains all spellings of a group best.
fn reading(
    search: &mut Search,
    channel: &super::channel::Channel,
    prior: &Prior,
    group: &Group,
    spelled: &[Vec<Unit>],
) -> Option<Vec<u8>> {
    const MISSING: i32 = 48;
    let [begins, ends, never] = [group.begins, group.ends, group.never_ends].map(letters::numbers);
    let (begins, ends, never) = (begins?, ends?, never?);
    let mut costs: BTreeMap<Vec<u8>, (i32, i32)> = BTreeMap::new();
    let mut total = 0;
    for units in spelled {
        let found = search.run(channel, prior, units);
        let worst = found.last().map_or(0, |last| last.cost) + MISSING;
        total += worst;
        for own in found {
            let sum = costs.entry(own.letters).or_default();
            sum.0 += own.cost - worst;
            sum.1 += 1;
        }
    }
    let fits = |word: &[u8]| {
        word.starts_with(&begins)
            && word.ends_with(&ends)
            && (never.is_empty() || !word.ends_with(&never))
    };
    let best = |strict: bool| {
        costs
            .iter()
            .filter(|(word, _)| !strict || fits(word))
            .min_by_key(|(_, (cost, _))| total + cost)
            .map(|(word, _)| word.clone())
    };
    best(true).or_else(|| best(false))
}

/// How often each word stands in lines of Arabic.
fn words_of(lines: &[String]) -> BTreeMap<Vec<u8>, f64> {
    let mut words = BTreeMap::new();
    for line in lines {
        let mark = |letter: char| matches!(letter, '\u{64B}'..='\u{652}' | '\u{640}' | '\u{670}');
        for word in line.split(|letter: char| !letter.is_alphabetic() && !mark(letter)) {
            if let Some(numbers) = letters::numbers(word)
                && !numbers.is_empty()
                && numbers.len() < 24
            {
                *words.entry(numbers).or_default() += 1.0;
            }
        }
    }
    words
}

fn prior_of(
    texts: &[(f64, BTreeMap<Vec<u8>, f64>)],
    lexicon: &BTreeMap<Vec<u8>, f64>,
    read: &BTreeMap<Vec<u8>, f64>,
) -> Prior {
    let mut shares: BTreeMap<&[u8], f64> = BTreeMap::new();
    let own = [(SHARE_OF_LEXICON, lexicon), (SHARE_OF_GROUPS, read)];
    let texts = texts.iter().map(|(share, words)| (*share, words));
    for (share, words) in texts.clone().chain(own) {
        let total: f64 = words.values().sum();
        for (word, count) in words {
            *shares.entry(word).or_default() += share * count / total;
        }
    }
    let costs: Vec<_> = shares
        .iter()
        .map(|(word, share)| (letters::key(word), grams::sixteenths(*share)))
        .collect();
    Prior::new(grams::table(&shares, lexicon), Table::new(costs.into_iter()))
}

/// What each Latin word costs, by its key.
fn latin_costs(lines: &[String], plainly: bool) -> BTreeMap<u32, u8> {
    let mut words: BTreeMap<Vec<u8>, f64> = BTreeMap::new();
    let mut spelled = Vec::new();
    for line in lines {
        for word in line.split(|letter: char| !letter.is_alphanumeric()) {
            if plainly {
                plain(word, &mut spelled);
            } else {
                spelled = word.to_lowercase().into_bytes();
            }
            if spelled.iter().any(|letter| !letter.is_ascii_digit()) {
                *words.entry(spelled.clone()).or_default() += 1.0;
            }
        }
    }
    let total: f64 = words.values().sum();
    words
        .iter()
        .map(|(word, count)| {
            let cost = grams::sixteenths(count / total).min(255);
            (letters::key(word), u8::try_from(cost).unwrap_or(u8::MAX))
        })
        .collect()
}

fn foreign_table(french: &BTreeMap<u32, u8>, english: &BTreeMap<u32, u8>) -> Table {
    let mut both: BTreeMap<u32, u16> = BTreeMap::new();
    for (key, cost) in french {
        both.insert(*key, 0xFF00 | u16::from(*cost));
    }
    for (key, cost) in english {
        let own = both.entry(*key).or_insert(0xFFFF);
        *own = (*own & 0xFF) | u16::from(*cost) << 8;
    }
    let pairs: Vec<_> = both.into_iter().collect();
    Table::new(pairs.into_iter())
}
