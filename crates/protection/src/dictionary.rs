//! The installation's own knowledge: values that its pack cannot know.
//!
//! Owns terms that are always protected, terms that never are, identifiers of the installation's own and
//! a list of values of which only keyed hashes are kept ([`HiddenList`]). A term of the second sort stands
//! for **whole** values: a longer value that merely contains it stays protected. Pure: contents and keys
//! come in as arguments.

mod file;
mod hidden;
mod phrases;
mod settle;

use std::collections::BTreeMap;
use std::fmt;

pub use hidden::{Added, HiddenList, HidingKey};

use crate::Kind;
use crate::find::{Candidate, View};
use crate::pack::PackError;
use crate::pack::identifiers::Identifier;
use phrases::Phrases;

/// What an installation adds to its country pack. `Debug` shows counts alone.
#[derive(Clone, Default)]
pub struct Dictionary {
    identifiers: Vec<Identifier>,
    phrases: Phrases<Meaning>,
    never: BTreeMap<String, Never>,
    entries: Vec<Entry>,
    hidden: Option<(HiddenList, HidingKey)>,
}

/// One entry of the file, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The line at which it begins, from 1.
    pub line: usize,
    /// The term.
    pub term: String,
    /// What happens to it.
    pub rule: Rule,
}

/// What happens to a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// It is always protected, as a value of this kind.
    Protect(Kind),
    /// A value that is this term is never protected; where phrases are given, only inside one of them.
    Never {
        /// The phrases; none for everywhere.
        inside: Vec<String>,
    },
}

/// What a phrase in a text stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Meaning {
    Protect(Kind),
    /// The phrase inside which a term is not protected, by its number.
    Inside(usize),
}

/// Where a term is not protected.
#[derive(Debug, Clone, Default)]
struct Never {
    everywhere: bool,
    inside: Vec<usize>,
}

impl Dictionary {
    /// Reads `dictionary.toml`; `file` names it in errors, which say line and key.
    pub fn read(file: &str, content: &str) -> Result<Self, PackError> {
        file::read(file, content)
    }

    /// The same dictionary with a list of hidden values and the key they were hashed with.
    #[must_use]
    pub fn with_hidden(mut self, list: HiddenList, key: HidingKey) -> Self {
        self.hidden = (!list.is_empty()).then_some((list, key));
        self
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.identifiers.is_empty() && self.entries.is_empty() && self.hidden.is_none()
    }

    /// The terms, in the order of the file.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The kinds of the installation's own identifiers, in the order of the file.
    pub fn identifier_kinds(&self) -> impl Iterator<Item = &Kind> {
        self.identifiers.iter().map(|identifier| &identifier.kind)
    }

    /// Every kind that a value can have by this dictionary.
    pub fn kinds(&self) -> Vec<Kind> {
        let terms = self.entries.iter().filter_map(|entry| match &entry.rule {
            Rule::Protect(kind) => Some(kind),
            Rule::Never { .. } => None,
        });
        let hidden = self.hidden.iter().flat_map(|(list, _)| list.kinds());
        let mut kinds: Vec<Kind> =
            self.identifier_kinds().chain(terms).chain(hidden).cloned().collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }

    /// How many values are hidden.
    pub fn hidden_count(&self) -> usize {
        self.hidden.as_ref().map_or(0, |(list, _)| list.len())
    }

    /// The rules of the installation's own identifiers.
    pub(crate) fn identifiers(&self) -> &[Identifier] {
        &self.identifiers
    }

    /// What stands when the dictionary has spoken: `standing` is sorted and without overlaps, and so is
    /// the answer.
    pub(crate) fn settle(&self, view: &View<'_>, standing: Vec<Candidate>) -> Vec<Candidate> {
        settle::settle(self, view, standing)
    }
}

impl fmt::Debug for Dictionary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Dictionary")
            .field("identifiers", &self.identifiers.len())
            .field("terms", &self.entries.len())
            .field("hidden", &self.hidden_count())
            .finish_non_exhaustive()
    }
}
