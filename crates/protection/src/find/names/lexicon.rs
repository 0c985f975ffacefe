//! What the pack says about single words: names, parts of names, places, and the words around names.
//!
//! Owns the look-up tables, built once from the pack's files. Never looks at a text.

use language::{Profile, normalize};
use serde::Deserialize;

use super::sound::{exact, sound};
use crate::find::keys::{KeyMap, join};
use crate::pack::toml_file::read_toml;
use crate::pack::{Pack, PackError};

/// Bits of what the gazetteers know about a word.
pub mod gazetteer {
    /// A given name.
    pub const FIRST: u16 = 1;
    /// A family name.
    pub const FAMILY: u16 = 2;
    /// Part of a name of several words.
    pub const PART: u16 = 4;
    /// Also a common word.
    pub const WORD: u16 = 8;
    /// A place, or part of a place's name.
    pub const PLACE: u16 = 16;
    /// Sounds like a given name.
    pub const SOUNDS_FIRST: u16 = 32;
    /// Sounds like a family name.
    pub const SOUNDS_FAMILY: u16 = 64;
    /// Known only without an article or a clitic.
    pub const STRIPPED: u16 = 128;
    /// In the name of a place of several words.
    pub const IN_PLACE: u16 = 256;
    /// In a wish or set phrase: certainly no person.
    pub const FORMULA: u16 = 512;
    /// In what a person of the past, after whom places are called, is called.
    pub const FIGURE: u16 = 1024;
    /// A maker, shop, bank, club or service.
    pub const BRAND: u16 = 2048;
    /// Any of the bits that speak for a name.
    pub const NAME: u16 = FIRST | FAMILY | PART | SOUNDS_FIRST | SOUNDS_FAMILY;
}

/// Bits of what a word may be a part of, and of what it says of the words beside it.
pub mod word_flag {
    /// The last word of a phrase that has a class.
    pub const PHRASE_END: u8 = 1;
    /// The first word of a set phrase.
    pub const SET_START: u8 = 2;
    /// A territory or town: what it is called follows.
    pub const TERRITORY: u8 = 4;
    /// An office that has its seat somewhere.
    pub const OFFICE: u8 = 8;
    /// What is called after somebody: the name follows.
    pub const NAMED_AFTER: u8 = 16;
    /// What is called after somebody: the name stands before.
    pub const NAMED_BEFORE: u8 = 32;
    /// Joins what belongs together.
    pub const OF: u8 = 64;
}

/// Bits of the word classes of `names/words.toml`.
pub mod class {
    /// Titles.
    pub const TITLE: u32 = 1;
    /// Honorifics.
    pub const HONORIFIC: u32 = 1 << 1;
    /// Kin and neighbours.
    pub const KIN: u32 = 1 << 2;
    /// Verbs of saying and doing.
    pub const SAY: u32 = 1 << 3;
    /// Words of introduction.
    pub const INTRODUCTION: u32 = 1 << 4;
    /// Labels of forms, columns and members that hold a name.
    pub const LABEL: u32 = 1 << 5;
    /// Trades, offices and parts.
    pub const ROLE: u32 = 1 << 6;
    /// Greetings.
    pub const GREETING: u32 = 1 << 7;
    /// Closings of letters.
    pub const CLOSING: u32 = 1 << 8;
    /// Parts that begin or join names.
    pub const PARTICLE: u32 = 1 << 9;
    /// Parts that end names.
    pub const PARTICLE_AFTER: u32 = 1 << 10;
    /// Words of streets and quarters.
    pub const STREET: u32 = 1 << 11;
    /// Words of institutions.
    pub const INSTITUTION: u32 = 1 << 12;
    /// Names of the past.
    pub const HISTORICAL: u32 = 1 << 13;
    /// Months and days.
    pub const CALENDAR: u32 = 1 << 14;
    /// Parties: labels that hold a name or say who speaks.
    pub const PARTY: u32 = 1 << 15;
    /// Small words before a person.
    pub const WITH: u32 = 1 << 16;
    /// Words that join two persons.
    pub const AND: u32 = 1 << 17;
    /// Words behind the name of a company.
    pub const COMPANY: u32 = 1 << 18;
    /// Things that carry names of their own.
    pub const THING: u32 = 1 << 19;
    /// Any class after which a name may stand.
    pub const BEFORE_NAMES: u32 =
        ANNOUNCES | SAY | ROLE | GREETING | CLOSING | WITH | AND | PARTICLE | PARTICLE_AFTER;
    /// Any class after which a name is likely.
    pub const ANNOUNCES: u32 = TITLE | HONORIFIC | KIN | INTRODUCTION | LABEL | PARTY;
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    formula: Vec<String>,
    figure: Vec<String>,
    brand: Vec<String>,
    abroad: Vec<String>,
    clitic: Vec<String>,
    article: Vec<String>,
    title: Vec<String>,
    honorific: Vec<String>,
    kin: Vec<String>,
    say: Vec<String>,
    introduction: Vec<String>,
    label: Vec<String>,
    party: Vec<String>,
    with: Vec<String>,
    and: Vec<String>,
    company: Vec<String>,
    thing: Vec<String>,
    role: Vec<String>,
    greeting: Vec<String>,
    closing: Vec<String>,
    particle_before: Vec<String>,
    particle_after: Vec<String>,
    street: Vec<String>,
    institution: Vec<String>,
    historical: Vec<String>,
    calendar: Vec<String>,
    #[serde(default)]
    territory: Vec<String>,
    #[serde(default)]
    office: Vec<String>,
    #[serde(default)]
    named_after: Vec<String>,
    #[serde(default)]
    named_before: Vec<String>,
    #[serde(default)]
    of: Vec<String>,
}

/// What the pack says of one word.
#[derive(Debug, Default, Clone, Copy)]
pub struct Word {
    /// Bits of [`class`].
    pub classes: u32,
    /// Bits of [`gazetteer`].
    pub names: u16,
    /// Bits of [`word_flag`].
    pub flags: u8,
}

/// The pack's knowledge of words.
#[derive(Debug, Default)]
pub struct Lexicon {
    words: KeyMap<Word>,
    sounds: KeyMap<u16>,
    phrases: KeyMap<u32>,
    set_phrases: KeyMap<u16>,
    clitics: Prefixes,
    articles: Prefixes,
}

/// The pack's file of word classes.
pub const WORDS: &str = "names/words.toml";
/// The pack's file of given names.
pub const FIRST: &str = "names/first.tsv";
/// The pack's file of family names.
pub const FAMILY: &str = "names/family.tsv";
/// The pack's file of places.
pub const PLACES: &str = "places/places.tsv";

impl Lexicon {
    /// Reads the pack's files on names. A pack without them gives an empty lexicon.
    pub fn read(pack: &Pack) -> Result<Self, PackError> {
        let mut lexicon = Self::default();
        if !pack.file(WORDS).is_empty() {
            lexicon.read_words(read_toml(WORDS, pack.file(WORDS))?);
        }
        lexicon.read_names(
            FIRST,
            pack.file(FIRST),
            gazetteer::FIRST,
            gazetteer::SOUNDS_FIRST,
            5,
        )?;
        lexicon.read_names(
            FAMILY,
            pack.file(FAMILY),
            gazetteer::FAMILY,
            gazetteer::SOUNDS_FAMILY,
            3,
        )?;
        lexicon.read_places(pack.file(PLACES));
        Ok(lexicon)
    }

    fn read_words(&mut self, words: WordsFile) {
        use class as c;
        let fold = |list: Vec<String>| -> Vec<String> {
            list.iter().map(|word| normalize(word, Profile::Match).text.to_lowercase()).collect()
        };
        for (list, alone, together) in [
            (words.formula, gazetteer::FORMULA, gazetteer::FORMULA),
            (words.figure, gazetteer::FIGURE, gazetteer::FIGURE),
            (words.brand, gazetteer::BRAND, gazetteer::BRAND),
            (words.abroad, gazetteer::PLACE, gazetteer::IN_PLACE),
        ] {
            for phrase in fold(list) {
                let keys: Vec<u64> = words_of(&phrase).map(exact).collect();
                match keys.as_slice() {
                    [] => {}
                    [word] => self.entry(*word).names |= alone,
                    [first, rest @ ..] => self.add_set_phrase(*first, rest, together),
                }
            }
        }
        for (list, flag) in [
            (words.territory, word_flag::TERRITORY),
            (words.office, word_flag::OFFICE),
            (words.named_after, word_flag::NAMED_AFTER),
            (words.named_before, word_flag::NAMED_BEFORE),
            (words.of, word_flag::OF),
        ] {
            for word in fold(list) {
                self.entry(exact(&word)).flags |= flag;
            }
        }
        self.clitics = Prefixes::of(fold(words.clitic));
        self.articles = Prefixes::of(fold(words.article));
        for (list, bit) in [
            (words.title, c::TITLE),
            (words.honorific, c::HONORIFIC),
            (words.kin, c::KIN),
            (words.say, c::SAY),
            (words.introduction, c::INTRODUCTION),
            (words.label, c::LABEL),
            (words.party, c::PARTY),
            (words.with, c::WITH),
            (words.and, c::AND),
            (words.company, c::COMPANY),
            (words.thing, c::THING),
            (words.role, c::ROLE),
            (words.greeting, c::GREETING),
            (words.closing, c::CLOSING),
            (words.particle_before, c::PARTICLE),
            (words.particle_after, c::PARTICLE_AFTER),
            (words.street, c::STREET),
            (words.institution, c::INSTITUTION),
            (words.historical, c::HISTORICAL),
            (words.calendar, c::CALENDAR),
        ] {
            for phrase in list {
                let keys = self.word_keys(&phrase);
                match keys.as_slice() {
                    [] => {}
                    [word] => self.entry(*word).classes |= bit,
                    [first, rest @ ..] => {
                        let key = rest.iter().fold(*first, |key, word| join(key, *word));
                        *self.phrases.entry(key).or_default() |= bit;
                        if let Some(last) = rest.last() {
                            self.entry(*last).flags |= word_flag::PHRASE_END;
                        }
                    }
                }
            }
        }
    }

    fn read_names(
        &mut self,
        file: &str,
        content: &str,
        bit: u16,
        sounds: u16,
        ambiguous: usize,
    ) -> Result<(), PackError> {
        for row in rows(file, content, ambiguous) {
            let columns = row?;
            let note = columns.get(ambiguous).copied().unwrap_or_default();
            let mut bits = bit;
            if note.contains("place") {
                bits |= gazetteer::PLACE;
            }
            if note.contains(':') {
                bits |= gazetteer::WORD;
            }
            let tifinagh = if ambiguous == 5 { 3 } else { 0 };
            for column in [0, 1, 2, tifinagh] {
                let cell = columns.get(column).copied().unwrap_or_default();
                for spelling in cell.split('|').filter(|spelling| !spelling.is_empty()) {
                    self.add_name(spelling, bits, sounds);
                }
            }
        }
        Ok(())
    }

    fn add_name(&mut self, spelling: &str, bits: u16, sounds: u16) {
        let folded = normalize(spelling, Profile::Match).text.to_lowercase();
        let words: Vec<&str> = words_of(&folded).collect();
        let several = words.len() > 1;
        for word in &words {
            let key = exact(word);
            let particle = self.word(key).classes
                & (class::PARTICLE | class::PARTICLE_AFTER | class::HONORIFIC)
                != 0;
            if several && particle {
                continue;
            }
            let own = if several { gazetteer::PART | (bits & !gazetteer::WORD) } else { bits };
            self.entry(key).names |= own;
            if let Some(bare) = word.strip_prefix("ال").filter(|bare| bare.chars().count() > 2) {
                self.entry(exact(bare)).names |= own;
            }
            if let Some(sound) = sound(word) {
                *self.sounds.entry(sound).or_default() |= sounds;
            }
        }
        if several {
            let glued: String = words.concat();
            self.entry(exact(&glued)).names |= bits;
        }
    }

    fn read_places(&mut self, content: &str) {
        for line in content.lines().skip(1) {
            for cell in line.split('\t').skip(1).take(2) {
                let folded = normalize(cell, Profile::Match).text.to_lowercase();
                let keys: Vec<u64> = words_of(&folded).map(exact).collect();
                if let [first, rest @ ..] = keys.as_slice()
                    && !rest.is_empty()
                {
                    self.add_set_phrase(*first, rest, gazetteer::IN_PLACE);
                    // "Ben Guerir" is written "Benguerir" too.
                    let glued: String = words_of(&folded).collect();
                    self.entry(exact(&glued)).names |= gazetteer::PLACE;
                }
                for word in words_of(&folded).filter(|word| word.chars().count() > 2) {
                    self.entry(exact(word)).names |= gazetteer::PLACE;
                }
            }
        }
    }

    fn add_set_phrase(&mut self, first: u64, rest: &[u64], bit: u16) {
        self.entry(first).flags |= word_flag::SET_START;
        let key = rest.iter().fold(first, |key, word| join(key, *word));
        *self.set_phrases.entry(key).or_default() |= bit;
    }

    /// How many of these words, from the first, are a set phrase (a place of several words, a wish), the
    /// longest, and which bit of [`gazetteer`] it gives them.
    pub fn set_phrase(&self, words: impl IntoIterator<Item = u64>) -> (usize, u16) {
        let mut words = words.into_iter();
        let Some(mut key) = words.next() else { return (0, 0) };
        let mut longest = (0, 0);
        for (at, word) in words.take(4).enumerate() {
            key = join(key, word);
            if let Some(bit) = self.set_phrases.get(&key) {
                longest = (at + 2, *bit);
            }
        }
        longest
    }

    fn entry(&mut self, key: u64) -> &mut Word {
        self.words.entry(key).or_default()
    }

    /// What the pack knows of a word.
    pub fn word(&self, key: u64) -> Word {
        self.words.get(&key).copied().unwrap_or_default()
    }

    /// What the gazetteers know of a sound.
    pub fn sounds(&self, key: u64) -> u16 {
        self.sounds.get(&key).copied().unwrap_or_default()
    }

    /// The classes of a phrase that ends with the last of `keys` (two or three words).
    pub fn phrase_classes(&self, before: Option<u64>, previous: Option<u64>, last: u64) -> u32 {
        let Some(previous) = previous else { return 0 };
        let of = |key: u64| self.phrases.get(&key).copied().unwrap_or_default();
        let two = of(join(previous, last));
        before.map_or(two, |before| two | of(join(join(before, previous), last)))
    }

    fn word_keys(&self, phrase: &str) -> Vec<u64> {
        let folded = normalize(phrase, Profile::Match).text.to_lowercase();
        words_of(&folded).map(|word| exact(self.without_article(word).unwrap_or(word))).collect()
    }

    /// The word behind a glued article; `None` where there is none, or too little would be left.
    pub fn without_article<'w>(&self, word: &'w str) -> Option<&'w str> {
        self.articles.strip(word, |article| if article.len() == 1 { 4 } else { 3 })
    }

    /// The word behind a one-letter word glued to it.
    pub fn without_clitic<'w>(&self, word: &'w str) -> Option<&'w str> {
        self.clitics.strip(word, |clitic| if clitic.is_ascii() { 4 } else { 2 })
    }
}

/// What may be glued to the front of a word.
#[derive(Debug, Default)]
struct Prefixes {
    list: Vec<String>,
    /// By the byte that tells letters apart: whether any prefix begins with such a letter.
    starts: Vec<bool>,
}

impl Prefixes {
    fn of(list: Vec<String>) -> Self {
        let mut starts = vec![false; 256];
        for prefix in &list {
            if let Some(slot) = starts.get_mut(usize::from(telling_byte(prefix))) {
                *slot = true;
            }
        }
        Self { list, starts }
    }

    /// What stands behind the first prefix that leaves at least as many letters as it asks for.
    fn strip<'w>(&self, word: &'w str, least: impl Fn(&str) -> usize) -> Option<&'w str> {
        if !self.starts.get(usize::from(telling_byte(word))).copied().unwrap_or(false) {
            return None;
        }
        self.list.iter().find_map(|prefix| {
            let rest = word.strip_prefix(prefix.as_str())?;
            (rest.chars().nth(least(prefix) - 1).is_some()).then_some(rest)
        })
    }
}

/// The first byte of an ASCII letter, the second of any other: the first is the same for a whole script.
fn telling_byte(word: &str) -> u8 {
    match word.as_bytes() {
        [first, ..] if first.is_ascii() => *first,
        [_, second, ..] => *second,
        _ => 0,
    }
}

/// What is wrong with the pack's files on names and places.
pub fn check(pack: &Pack) -> Result<(), PackError> {
    if !pack.file(WORDS).is_empty() {
        read_toml::<WordsFile>(WORDS, pack.file(WORDS))?;
    }
    for (file, last) in [(FIRST, 5), (FAMILY, 3), (PLACES, 2)] {
        rows(file, pack.file(file), last).try_for_each(|row| row.map(drop))?;
    }
    Ok(())
}

/// The columns of each row behind the first, at least up to column `last`.
fn rows<'f>(
    file: &'f str,
    content: &'f str,
    last: usize,
) -> impl Iterator<Item = Result<Vec<&'f str>, PackError>> {
    content.lines().enumerate().skip(1).map(move |(number, line)| {
        let columns: Vec<&str> = line.split('\t').collect();
        if columns.len() > last {
            return Ok(columns);
        }
        let message = format!("a row has {} columns where {} are needed.", columns.len(), last + 1);
        Err(PackError::at(file, number + 1, message))
    })
}

/// The words of a phrase in match form.
fn words_of(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty())
}
