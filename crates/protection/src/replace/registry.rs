//! Which findings are one entity.
//!
//! Texts come in one after the other, and what was decided for a text is never revised for a later one:
//! so an entity's number stays the same when a conversation grows.

use std::collections::{BTreeMap, BTreeSet};

use super::identity::{is_initial, key, name_tokens};
use crate::label::{Compare, LabelWords, canonical_word};
use crate::{Finding, Kind};

/// How many full names with a common token are looked at for a partial one.
const MOST_CANDIDATES: usize = 256;

/// An entity without its number.
pub(super) struct Known {
    pub(super) kind: Kind,
    /// The label's canonical word.
    pub(super) word: String,
    /// The tokens of its full name, sorted; empty while only a part is known, and for other kinds.
    full_name: Vec<String>,
}

/// A value that was found: how it is recognised elsewhere.
pub(super) struct Value {
    pub(super) entity: usize,
    pub(super) compare: Compare,
    pub(super) key: String,
    /// One spelling of it.
    pub(super) spelling: String,
    /// The index of the text that first held it.
    pub(super) text: usize,
}

/// The entities so far, in discovery order.
pub(super) struct Registry<'w> {
    words: &'w LabelWords,
    pub(super) entities: Vec<Known>,
    pub(super) values: Vec<Value>,
    by_key: BTreeMap<(String, String), usize>,
    /// Full names by each of their tokens.
    full_names: BTreeMap<(String, String), Vec<usize>>,
    /// Entities of which only a part of a name is known, by that part.
    partial: BTreeMap<(String, String), usize>,
}

impl<'w> Registry<'w> {
    pub(super) fn new(words: &'w LabelWords) -> Self {
        Self {
            words,
            entities: Vec::new(),
            values: Vec::new(),
            by_key: BTreeMap::new(),
            full_names: BTreeMap::new(),
            partial: BTreeMap::new(),
        }
    }

    /// The entities of one text's findings, which are sorted by place.
    pub(super) fn add_text(
        &mut self,
        index: usize,
        text: &str,
        findings: &[Finding],
    ) -> Vec<usize> {
        let here = self.full_names_of(text, findings);
        findings
            .iter()
            .map(|finding| {
                let spelling = finding.span.of(text);
                let compare = self.words.compare(&finding.kind);
                let key = key(spelling, compare, self.words.country_code());
                let word = canonical_word(&finding.kind);
                let slot = (word, key);
                if let Some(&entity) = self.by_key.get(&slot) {
                    return entity;
                }
                let (word, key) = slot;
                let entity = match compare {
                    Compare::Name => self.person(&finding.kind, &word, spelling, &here),
                    _ => self.create(&finding.kind, &word),
                };
                self.by_key.insert((word, key.clone()), entity);
                let spelling = spelling.to_owned();
                self.values.push(Value { entity, compare, key, spelling, text: index });
                entity
            })
            .collect()
    }

    /// The full names that this text brings, by each of their tokens.
    fn full_names_of(
        &self,
        text: &str,
        findings: &[Finding],
    ) -> BTreeMap<(String, String), BTreeSet<Vec<String>>> {
        let mut names: BTreeMap<(String, String), BTreeSet<Vec<String>>> = BTreeMap::new();
        for finding in findings {
            if self.words.compare(&finding.kind) != Compare::Name {
                continue;
            }
            let tokens = sorted_tokens(finding.span.of(text));
            if is_full(&tokens) {
                let word = canonical_word(&finding.kind);
                for token in &tokens {
                    names.entry((word.clone(), token.clone())).or_default().insert(tokens.clone());
                }
            }
        }
        names
    }

    /// The entity of a name that was not seen before.
    fn person(
        &mut self,
        kind: &Kind,
        word: &str,
        spelling: &str,
        here: &BTreeMap<(String, String), BTreeSet<Vec<String>>>,
    ) -> usize {
        let tokens = sorted_tokens(spelling);
        let whole = self.full_names_with(word, &tokens, here);
        if let [full_name] = whole.as_slice() {
            let slot = (word.to_owned(), full_name.join(" "));
            let entity = match self.by_key.get(&slot) {
                Some(&entity) => entity,
                None => self.create(kind, word),
            };
            self.by_key.insert(slot, entity);
            self.name(entity, full_name);
            return entity;
        }
        if is_full(&tokens) {
            let entity = match self.named_before_by_a_part(word, &tokens, here) {
                Some(entity) => entity,
                None => self.create(kind, word),
            };
            self.name(entity, &tokens);
            return entity;
        }
        let entity = self.create(kind, word);
        if let ([token], []) = (tokens.as_slice(), whole.as_slice()) {
            self.partial.insert((word.to_owned(), token.clone()), entity);
        }
        entity
    }

    /// The one entity that was met before under a part of this full name that fits no other full name.
    fn named_before_by_a_part(
        &self,
        word: &str,
        tokens: &[String],
        here: &BTreeMap<(String, String), BTreeSet<Vec<String>>>,
    ) -> Option<usize> {
        let mut parts = tokens.iter().filter_map(|token| {
            let entity = self.partial.get(&(word.to_owned(), token.clone()))?;
            let whole = self.full_names_with(word, std::slice::from_ref(token), here);
            whole.iter().all(|other| other == tokens).then_some(*entity)
        });
        let entity = parts.next()?;
        parts.all(|other| other == entity).then_some(entity)
    }

    /// The full names, known before or brought by this text, that these tokens are a part of: at most two
    /// of them, since two already say that the part is ambiguous.
    fn full_names_with(
        &self,
        word: &str,
        tokens: &[String],
        here: &BTreeMap<(String, String), BTreeSet<Vec<String>>>,
    ) -> Vec<Vec<String>> {
        let mut whole: Vec<Vec<String>> = Vec::new();
        // An initial says too little on its own.
        let longest = tokens.iter().max_by_key(|token| token.chars().count());
        let Some(longest) = longest.filter(|token| !is_initial(token)) else {
            return whole;
        };
        let slot = (word.to_owned(), longest.clone());
        let known = self.full_names.get(&slot).into_iter().flatten();
        let known = known.filter_map(|&entity| self.entities.get(entity)).map(|e| &e.full_name);
        let candidates = known.chain(here.get(&slot).into_iter().flatten());
        for candidate in candidates.take(MOST_CANDIDATES) {
            if is_part(tokens, candidate) && !whole.contains(candidate) {
                whole.push(candidate.clone());
                if whole.len() == 2 {
                    break;
                }
            }
        }
        whole
    }

    /// Makes a full name known as this entity's.
    fn name(&mut self, entity: usize, tokens: &[String]) {
        let Some(known) = self.entities.get_mut(entity) else { return };
        if !known.full_name.is_empty() {
            return;
        }
        known.full_name = tokens.to_vec();
        let word = known.word.clone();
        for token in tokens {
            let slot = (word.clone(), token.clone());
            if self.partial.get(&slot) == Some(&entity) {
                self.partial.remove(&slot);
            }
            self.full_names.entry(slot).or_default().push(entity);
        }
    }

    fn create(&mut self, kind: &Kind, word: &str) -> usize {
        let kind = kind.clone();
        self.entities.push(Known { kind, word: word.to_owned(), full_name: Vec::new() });
        self.entities.len() - 1
    }
}

fn sorted_tokens(name: &str) -> Vec<String> {
    let mut tokens = name_tokens(name);
    tokens.sort();
    tokens
}

/// Whether a name says who someone is: two tokens at least, none of them only an initial.
fn is_full(tokens: &[String]) -> bool {
    tokens.len() >= 2 && !tokens.iter().any(|token| is_initial(token))
}

/// Whether each token is one of the full name's, or the initial of one, and the full name has more to say.
fn is_part(tokens: &[String], full_name: &[String]) -> bool {
    let mut rest: Vec<&String> = full_name.iter().collect();
    let mut shortened = tokens.len() < full_name.len();
    let (initials, whole): (Vec<&String>, Vec<&String>) =
        tokens.iter().partition(|token| is_initial(token));
    for token in whole {
        match rest.iter().position(|other| *other == token) {
            Some(index) => rest.swap_remove(index),
            None => return false,
        };
    }
    for initial in initials {
        match rest.iter().position(|other| other.starts_with(initial.as_str())) {
            Some(index) => {
                shortened |= rest.swap_remove(index) != initial;
            }
            None => return false,
        }
    }
    shortened
}
