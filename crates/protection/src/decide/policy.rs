//! Policies: what happens to each kind of value, and what may go out at all, for one destination.

mod content;
mod file;
mod rules;
mod strictness;
#[cfg(test)]
mod tests;

pub use content::{Content, Journey, Refused};
pub use file::PolicyFile;
pub use rules::{Rule, Rules};
pub use strictness::Laxer;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::{Action, Class, Kind};

/// What happens to each kind of value for some destination, and what may go there: every rule of a
/// [`PolicyFile`] settled, with the place where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// The policy's name, for records and errors.
    pub name: String,
    /// What happens to a kind that [`Policy::by_kind`] does not name.
    pub default: Action,
    /// What happens to the kinds that need another action than the default.
    pub by_kind: BTreeMap<Kind, Action>,
    /// The highest class the destination may see; no limit where absent.
    pub highest_class: Option<Class>,
    /// The most missed values a text may be expected to hold that leaves this machine; no limit where
    /// absent.
    pub highest_risk: Option<f64>,
    /// Kinds, topics and classes that leave the country only to a destination that names its
    /// authorisation.
    pub needs_authorisation: BTreeSet<String>,
    /// Where the action of each kind is decided.
    rules_of_kinds: BTreeMap<Kind, Rule>,
    default_rule: Rule,
    highest_class_rule: Rule,
    highest_risk_rule: Rule,
    authorisation_rules: BTreeMap<String, Rule>,
}

impl Policy {
    /// The policy that puts a label in the place of every value.
    pub fn label_all(name: &str) -> Self {
        let built_in = |key: &str| Rule::new(&Arc::from("built in"), None, key);
        Self {
            name: name.to_owned(),
            default: Action::Label,
            by_kind: BTreeMap::new(),
            highest_class: None,
            highest_risk: None,
            needs_authorisation: BTreeSet::new(),
            rules_of_kinds: BTreeMap::new(),
            default_rule: built_in("default"),
            highest_class_rule: built_in("highest_class"),
            highest_risk_rule: built_in("highest_risk"),
            authorisation_rules: BTreeMap::new(),
        }
    }

    /// What happens to values of this kind.
    pub fn action(&self, kind: &Kind) -> Action {
        self.by_kind.get(kind).copied().unwrap_or(self.default)
    }

    /// The rule that decides what happens to values of this kind.
    pub fn rule(&self, kind: &Kind) -> &Rule {
        self.rules_of_kinds.get(kind).unwrap_or(&self.default_rule)
    }

    /// Whether a text of this class may go out under this policy.
    pub fn allows(&self, class: Class) -> bool {
        self.highest_class.is_none_or(|highest| class <= highest)
    }

    /// Lowers the highest class to `highest`, as `rule` says; a lower one stays.
    pub fn limit_class(&mut self, highest: Class, rule: Rule) {
        if self.highest_class.is_none_or(|known| highest < known) {
            self.highest_class = Some(highest);
            self.highest_class_rule = rule;
        }
    }
}
