//! What each label stands for, for one request and its answer.
//!
//! Owns the values that were taken out of a request. Its `Debug` shows counts only, and its memory is
//! wiped when the last clone goes.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use language::script::{Script, script_of};
use zeroize::Zeroizing;

use crate::label::{LabelWords, canonical_word, form_letters};
use crate::restore::{Escape, LiveSurrogates, Restorer, Surrogate, WordTable};
use crate::{Counts, Kind};

/// The labels of one request and the values they stand for. Cheap to clone.
#[derive(Clone, Default)]
pub struct Vault(Arc<LiveLabels>);

impl Vault {
    pub(crate) fn new(
        entities: Vec<Entity>,
        surrogates: Vec<Surrogate>,
        data: &LabelWords,
    ) -> Self {
        let mut live = LiveLabels::new(entities, data);
        live.surrogates = LiveSurrogates::new(surrogates);
        Self(Arc::new(live))
    }

    pub(crate) fn with_words(
        entities: Vec<Entity>,
        surrogates: Vec<Surrogate>,
        words: BTreeMap<Kind, Vec<String>>,
    ) -> Self {
        let mut live = LiveLabels::with_words(entities, words);
        live.surrogates = LiveSurrogates::new(surrogates);
        Self(Arc::new(live))
    }

    /// Whether a text is nothing but a live surrogate.
    pub fn is_surrogate(&self, text: &str) -> bool {
        let found = self.0.surrogates.attempt(text, 0, true);
        found.is_ok_and(|found| found.end == text.len())
    }

    /// The text with every live label replaced by its value.
    pub fn restore(&self, text: &str, escape: Escape) -> String {
        let mut restorer = self.restorer(escape);
        let mut out = String::with_capacity(text.len());
        restorer.push(text, &mut out);
        restorer.finish(&mut out);
        out
    }

    /// Restores a text that arrives in pieces. One restorer for each text.
    pub fn restorer(&self, escape: Escape) -> Restorer {
        Restorer::new(self.clone(), escape)
    }

    /// Whether no label is live.
    pub fn is_empty(&self) -> bool {
        self.0.count() == 0 && self.0.surrogates.is_empty()
    }

    /// How many entities of each kind it holds.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::new();
        for entity in self.0.entities() {
            *counts.entry(entity.kind.clone()).or_default() += 1;
        }
        counts
    }

    pub(crate) fn live(&self) -> &LiveLabels {
        &self.0
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Vault").field("entities", &self.0.count()).finish_non_exhaustive()
    }
}

/// Something that has a label.
#[derive(Clone)]
pub(crate) struct Entity {
    pub(crate) kind: Kind,
    pub(crate) ordinal: u32,
    /// Its spellings; the first is the principal one.
    pub(crate) forms: Vec<Zeroizing<String>>,
}

impl Entity {
    /// The spelling of an index.
    pub(crate) fn spelling(&self, form: usize) -> &str {
        self.forms.get(form).map_or("", |value| value.as_str())
    }

    /// The principal spelling in a script: the first one written in it, else the first of all.
    pub(crate) fn principal(&self, surrounding: Script) -> &str {
        let in_script = self.forms.iter().find(|value| {
            value.chars().map(script_of).find(|&script| script != Script::Common)
                == Some(surrounding)
        });
        in_script.map_or_else(|| self.spelling(0), |value| value.as_str())
    }

    /// The form these letters name; `None` where there is no such form.
    pub(crate) fn form(&self, letters: &str) -> Option<usize> {
        let mut index = 0usize;
        for byte in letters.bytes() {
            index = index.checked_mul(26)?.checked_add(usize::from(byte.checked_sub(b'a')?))?;
        }
        (index < self.forms.len() && form_letters(index) == letters).then_some(index)
    }
}

impl fmt::Debug for Entity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}: {} spellings", self.kind, self.ordinal, self.forms.len())
    }
}

/// The live labels, ready to be looked up by a reader.
#[derive(Default)]
pub(crate) struct LiveLabels {
    by_word: BTreeMap<String, BTreeMap<u32, Entity>>,
    table: WordTable,
    /// The other words of each kind, kept to be sealed with the values.
    words: BTreeMap<Kind, Vec<String>>,
    longest_form: usize,
    budget: usize,
    surrogates: LiveSurrogates,
}

impl LiveLabels {
    fn new(entities: Vec<Entity>, data: &LabelWords) -> Self {
        let mut words: BTreeMap<Kind, Vec<String>> = BTreeMap::new();
        for entity in &entities {
            if !words.contains_key(&entity.kind) {
                words.insert(entity.kind.clone(), data.words(&entity.kind).to_vec());
            }
        }
        Self::with_words(entities, words)
    }

    /// The live labels of these entities, with the other words of their kinds.
    pub(crate) fn with_words(entities: Vec<Entity>, words: BTreeMap<Kind, Vec<String>>) -> Self {
        let table = WordTable::new(&words);
        let mut by_word: BTreeMap<String, BTreeMap<u32, Entity>> = BTreeMap::new();
        let (mut highest, mut longest_form) = (0, 0);
        for entity in entities {
            highest = highest.max(entity.ordinal);
            longest_form =
                longest_form.max(form_letters(entity.forms.len().saturating_sub(1)).len());
            by_word.entry(canonical_word(&entity.kind)).or_default().insert(entity.ordinal, entity);
        }
        let longest = table.longest() + highest.to_string().len() + longest_form + "[_]".len();
        let surrogates = LiveSurrogates::default();
        Self { by_word, table, words, longest_form, budget: longest + SLACK, surrogates }
    }

    pub(crate) fn table(&self) -> &WordTable {
        &self.table
    }

    pub(crate) fn surrogates(&self) -> &LiveSurrogates {
        &self.surrogates
    }

    pub(crate) fn words(&self) -> &BTreeMap<Kind, Vec<String>> {
        &self.words
    }

    pub(crate) fn entities(&self) -> impl Iterator<Item = &Entity> {
        self.by_word.values().flat_map(BTreeMap::values)
    }

    pub(crate) fn entity(&self, word: &str, ordinal: u32) -> Option<&Entity> {
        self.by_word.get(word)?.get(&ordinal)
    }

    /// Whether some live ordinal of the word begins with these digits.
    pub(crate) fn may_begin(&self, word: &str, digits: u32) -> bool {
        let Some(ordinals) = self.by_word.get(word) else { return false };
        if digits == 0 {
            return true;
        }
        let (mut from, mut span) = (digits, 1u32);
        loop {
            if ordinals.range(from..=from.saturating_add(span - 1)).next().is_some() {
                return true;
            }
            let (Some(next), Some(wider)) = (from.checked_mul(10), span.checked_mul(10)) else {
                return false;
            };
            (from, span) = (next, wider);
        }
    }

    /// The letters of the longest live form.
    pub(crate) fn longest_form(&self) -> usize {
        self.longest_form
    }

    /// How many characters a reader may look at for one label: the longest live form and eight more
    /// (DESIGN, law 4). An escape or entity counts as the one character it stands for.
    pub(crate) fn budget(&self) -> usize {
        self.budget
    }

    fn count(&self) -> usize {
        self.by_word.values().map(BTreeMap::len).sum()
    }
}

/// What a reader may look at beyond the longest live form, in characters.
const SLACK: usize = 8;
