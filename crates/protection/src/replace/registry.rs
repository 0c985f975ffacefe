//! Which findings are one entity.
//!
//! Texts come in one after the other, and what was decided for a text is never revised for a later one:
//! so an entity's number stays the same when a conversation grows.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use language::decode_escapes;
use language::script::Script;

use super::crossing::{rough_key, same_name, script_of_name};
use super::identity::{is_initial, key, name_tokens};
use crate::label::{Compare, LabelWords, canonical_word};
use crate::{Finding, Kind};

/// How many full names with a common token are looked at for a partial one.
const MOST_CANDIDATES: usize = 256;
/// How many names in the other script are compared with a new one.
const MOST_CROSSINGS: usize = 16;
/// The most tokens of a name that says who someone is; a longer run is only equal to itself.
const MOST_TOKENS: usize = 12;

/// An entity without its number.
pub(super) struct Known {
    pub(super) kind: Kind,
    /// The label's canonical word.
    pub(super) word: String,
}

/// A name that says who someone is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct FullName {
    /// Its tokens, sorted: equal for every order in which it is written.
    sorted: Vec<String>,
    /// Its tokens as they were written.
    written: Vec<String>,
}

/// The full names of one text, by label word and token.
type NamesHere = BTreeMap<(String, String), BTreeSet<FullName>>;

/// A value that was found: how it is recognised elsewhere.
pub(super) struct Value {
    pub(super) entity: usize,
    pub(super) compare: Compare,
    pub(super) key: String,
    /// One spelling of it, with escaped characters as themselves.
    pub(super) decoded: String,
    /// The index of the text that first held it.
    pub(super) text: usize,
}

/// The entities so far, in discovery order.
pub(super) struct Registry<'w> {
    words: &'w LabelWords,
    pub(super) entities: Vec<Known>,
    pub(super) values: Vec<Value>,
    by_key: BTreeMap<(String, String), usize>,
    names: Vec<(FullName, usize)>,
    /// Full names by label word and token.
    by_token: BTreeMap<(String, String), Vec<usize>>,
    /// Full names by label word, script and rough key, to be met in the other script.
    by_rough_key: BTreeMap<(String, Script, String), Vec<usize>>,
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
            names: Vec::new(),
            by_token: BTreeMap::new(),
            by_rough_key: BTreeMap::new(),
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
                let decoded = decoded(finding.span.of(text));
                let compare = self.words.compare(&finding.kind);
                let key = key(&decoded, compare, self.words.country_code());
                let word = canonical_word(&finding.kind);
                let slot = (word, key);
                if let Some(&entity) = self.by_key.get(&slot) {
                    return entity;
                }
                let (word, key) = slot;
                let entity = match compare {
                    Compare::Name => self.person(&finding.kind, &word, &decoded, &here),
                    _ => self.create(&finding.kind, &word),
                };
                self.by_key.insert((word, key.clone()), entity);
                let decoded = decoded.into_owned();
                self.values.push(Value { entity, compare, key, decoded, text: index });
                entity
            })
            .collect()
    }

    /// The full names that this text brings, by each of their tokens.
    fn full_names_of(&self, text: &str, findings: &[Finding]) -> NamesHere {
        let mut names = NamesHere::new();
        for finding in findings {
            if self.words.compare(&finding.kind) != Compare::Name {
                continue;
            }
            let name = FullName::of(&decoded(finding.span.of(text)));
            if name.is_full() {
                let word = canonical_word(&finding.kind);
                for token in &name.sorted {
                    names.entry((word.clone(), token.clone())).or_default().insert(name.clone());
                }
            }
        }
        names
    }

    /// The entity of a name that was not seen before.
    fn person(&mut self, kind: &Kind, word: &str, spelling: &str, here: &NamesHere) -> usize {
        let name = FullName::of(spelling);
        if name.sorted.len() > MOST_TOKENS {
            return self.create(kind, word);
        }
        let whole = self.full_names_with(word, &name.sorted, here);
        if let [full_name] = whole.as_slice() {
            let slot = (word.to_owned(), full_name.sorted.join(" "));
            if let Some(&entity) = self.by_key.get(&slot) {
                return entity;
            }
            let entity = self.fully_named(kind, word, full_name, here);
            self.by_key.insert(slot, entity);
            return entity;
        }
        if name.is_full() {
            return self.fully_named(kind, word, &name, here);
        }
        let entity = self.create(kind, word);
        if let ([token], []) = (name.sorted.as_slice(), whole.as_slice()) {
            self.partial.insert((word.to_owned(), token.clone()), entity);
        }
        entity
    }

    /// The entity of a full name that was not seen before: one that was met under a part of it or in the
    /// other script, or a new one.
    fn fully_named(&mut self, kind: &Kind, word: &str, name: &FullName, here: &NamesHere) -> usize {
        let known = self
            .named_before_by_a_part(word, &name.sorted, here)
            .or_else(|| self.named_in_the_other_script(word, name));
        let entity = known.unwrap_or_else(|| self.create(kind, word));
        let index = self.names.len();
        for token in &name.sorted {
            let slot = (word.to_owned(), token.clone());
            if self.partial.get(&slot) == Some(&entity) {
                self.partial.remove(&slot);
            }
            self.by_token.entry(slot).or_default().push(index);
        }
        if let Some(script) = script_of_name(&name.written) {
            let slot = (word.to_owned(), script, rough_key(&name.written));
            self.by_rough_key.entry(slot).or_default().push(index);
        }
        self.names.push((name.clone(), entity));
        entity
    }

    /// The one entity whose full name is this one in the other script.
    fn named_in_the_other_script(&self, word: &str, name: &FullName) -> Option<usize> {
        let script = script_of_name(&name.written)?;
        let other = if script == Script::Arabic { Script::Latin } else { Script::Arabic };
        let slot = (word.to_owned(), other, rough_key(&name.written));
        let mut same = self
            .by_rough_key
            .get(&slot)?
            .iter()
            .take(MOST_CROSSINGS)
            .filter_map(|&index| self.names.get(index))
            .filter(|(known, _)| match script {
                Script::Arabic => same_name(&name.written, &known.written),
                _ => same_name(&known.written, &name.written),
            })
            .map(|&(_, entity)| entity);
        let entity = same.next()?;
        same.all(|other| other == entity).then_some(entity)
    }

    /// The one entity that was met before under a part of this full name that fits no other full name.
    fn named_before_by_a_part(
        &self,
        word: &str,
        sorted: &[String],
        here: &NamesHere,
    ) -> Option<usize> {
        let mut parts = sorted.iter().filter_map(|token| {
            let entity = self.partial.get(&(word.to_owned(), token.clone()))?;
            let whole = self.full_names_with(word, std::slice::from_ref(token), here);
            whole.iter().all(|other| other.sorted == sorted).then_some(*entity)
        });
        let entity = parts.next()?;
        parts.all(|other| other == entity).then_some(entity)
    }

    /// The full names, known before or brought by this text, that these tokens are a part of: at most two
    /// of them, since two already say that the part is ambiguous.
    fn full_names_with(&self, word: &str, tokens: &[String], here: &NamesHere) -> Vec<FullName> {
        let mut whole: Vec<FullName> = Vec::new();
        // An initial says too little on its own. Of the others, that with the fewest names is asked.
        let slots = tokens
            .iter()
            .filter(|token| !is_initial(token))
            .map(|token| (word.to_owned(), token.clone()));
        let names = |slot: &(String, String)| {
            self.by_token.get(slot).map_or(0, Vec::len) + here.get(slot).map_or(0, BTreeSet::len)
        };
        let Some(slot) = slots.min_by_key(|slot| names(slot)) else { return whole };
        let known = self.by_token.get(&slot).into_iter().flatten();
        let known = known.filter_map(|&index| self.names.get(index)).map(|(name, _)| name);
        let candidates = known.chain(here.get(&slot).into_iter().flatten());
        for candidate in candidates.take(MOST_CANDIDATES) {
            let seen = whole.iter().any(|other| other.sorted == candidate.sorted);
            if !seen && is_part(tokens, &candidate.sorted) {
                whole.push(candidate.clone());
                if whole.len() == 2 {
                    break;
                }
            }
        }
        whole
    }

    fn create(&mut self, kind: &Kind, word: &str) -> usize {
        let kind = kind.clone();
        self.entities.push(Known { kind, word: word.to_owned() });
        self.entities.len() - 1
    }
}

/// A spelling with escaped characters as themselves.
fn decoded(spelling: &str) -> Cow<'_, str> {
    decode_escapes(spelling).map_or(Cow::Borrowed(spelling), |decoded| Cow::Owned(decoded.text))
}

impl FullName {
    fn of(spelling: &str) -> Self {
        let written = name_tokens(spelling);
        let mut sorted = written.clone();
        sorted.sort();
        Self { sorted, written }
    }

    /// Whether it says who someone is: two tokens at least, none of them only an initial, and no more
    /// than a name has.
    fn is_full(&self) -> bool {
        (2..=MOST_TOKENS).contains(&self.sorted.len())
            && !self.sorted.iter().any(|token| is_initial(token))
    }
}

/// Whether each token is one of the full name's, or the initial of one, and the full name has more to say.
fn is_part(tokens: &[String], full_name: &[String]) -> bool {
    if tokens.len() > full_name.len() {
        return false;
    }
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
