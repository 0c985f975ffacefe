//! The rules of one layer of a policy, and how layers become a [`Policy`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::Policy;
use crate::{Action, Class, Kind, LabelWords};

/// Where a rule stands, and the law behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The file.
    pub file: Arc<str>,
    /// The line, from 1, where known.
    pub line: Option<usize>,
    /// The key: `types.cin`, `destinations.abroad.default`.
    pub key: String,
    /// The law and article, as the policy names them.
    pub law: Option<String>,
}

impl Rule {
    /// A rule without a law behind it.
    pub fn new(file: &Arc<str>, line: Option<usize>, key: &str) -> Self {
        Self { file: Arc::clone(file), line, key: key.to_owned(), law: None }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
        }
        write!(formatter, " {}", self.key)
    }
}

/// A value and the line where it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Written<T> {
    pub(super) value: T,
    pub(super) line: Option<usize>,
}

impl<T> Written<T> {
    fn without_line(value: T) -> Self {
        Self { value, line: None }
    }
}

/// What one layer says: a file in general, a file about one destination, the configuration. Whatever it
/// leaves out, the layers below say.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    pub(super) file: Arc<str>,
    /// What stands before each key: `destinations.abroad.`
    pub(super) prefix: String,
    pub(super) default: Option<Written<Action>>,
    pub(super) types: BTreeMap<Kind, Written<Action>>,
    pub(super) classes: BTreeMap<Class, Written<Action>>,
    pub(super) highest_class: Option<Written<Class>>,
    pub(super) highest_risk: Option<Written<f64>>,
    pub(super) needs_authorisation: Option<Written<BTreeSet<String>>>,
}

impl Rules {
    /// Rules that stand in a file which is no policy file; `prefix` is what stands before each key.
    pub fn written_elsewhere(
        file: &str,
        prefix: &str,
        default: Option<Action>,
        types: impl IntoIterator<Item = (Kind, Action)>,
    ) -> Self {
        let types = types.into_iter().map(|(kind, action)| (kind, Written::without_line(action)));
        Self {
            file: Arc::from(file),
            prefix: prefix.to_owned(),
            default: default.map(Written::without_line),
            types: types.collect(),
            classes: BTreeMap::new(),
            highest_class: None,
            highest_risk: None,
            needs_authorisation: None,
        }
    }

    fn rule<T>(&self, written: &Written<T>, key: &str) -> Rule {
        Rule::new(&self.file, written.line, &format!("{}{key}", self.prefix))
    }

    fn default_ruled(&self) -> Option<(Action, Rule)> {
        self.default.as_ref().map(|written| (written.value, self.rule(written, "default")))
    }
}

/// Settles `layers`, the nearest first, over `base`, which says what none of them says. A type's own rule
/// counts more than one for its class, and that more than a default, in whichever layer they stand;
/// otherwise the nearest layer counts.
pub(super) fn settle(
    name: &str,
    layers: &[&Rules],
    base: &Policy,
    words: &LabelWords,
    law: &BTreeMap<String, String>,
) -> Policy {
    let with_law = |mut rule: Rule, keys: &[&str]| {
        rule.law = keys.iter().find_map(|key| law.get(*key)).cloned();
        rule
    };
    let class_rule = |class: Class| {
        layers.iter().find_map(|layer| {
            let written = layer.classes.get(&class)?;
            let key = format!("classes.{class}");
            Some((written.value, with_law(layer.rule(written, &key), &[&key])))
        })
    };
    let default = layers
        .iter()
        .find_map(|layer| layer.default_ruled())
        .map(|(action, rule)| (action, with_law(rule, &["default"])));
    let mut policy = Policy { name: name.to_owned(), ..base.clone() };
    // A kind that the pack does not know counts as personal.
    if let Some((action, rule)) = class_rule(Class::Personal).or_else(|| default.clone()) {
        (policy.default, policy.default_rule) = (action, rule);
    }
    let mut kinds: BTreeSet<Kind> = words.kinds().cloned().collect();
    kinds.extend(layers.iter().flat_map(|layer| layer.types.keys().cloned()));
    kinds.extend(base.by_kind.keys().cloned());
    policy.by_kind.clear();
    for kind in kinds {
        let own = layers.iter().find_map(|layer| {
            let written = layer.types.get(&kind)?;
            let key = format!("types.{kind}");
            let class = format!("classes.{}", words.class(&kind));
            Some((written.value, with_law(layer.rule(written, &key), &[&key, &class])))
        });
        let (action, rule) = own
            .or_else(|| class_rule(words.class(&kind)))
            .or_else(|| default.clone())
            .unwrap_or_else(|| (base.action(&kind), base.rule(&kind).clone()));
        if action != policy.default {
            policy.by_kind.insert(kind.clone(), action);
        }
        policy.rules_of_kinds.insert(kind, rule);
    }
    for layer in layers {
        if let Some(written) = &layer.highest_class {
            policy.highest_class = Some(written.value);
            policy.highest_class_rule =
                with_law(layer.rule(written, "highest_class"), &["highest_class"]);
            break;
        }
    }
    for layer in layers {
        if let Some(written) = &layer.highest_risk {
            policy.highest_risk = Some(written.value);
            policy.highest_risk_rule =
                with_law(layer.rule(written, "highest_risk"), &["highest_risk"]);
            break;
        }
    }
    for layer in layers {
        if let Some(written) = &layer.needs_authorisation {
            policy.needs_authorisation.clone_from(&written.value);
            policy.authorisation_rules = written
                .value
                .iter()
                .map(|named| {
                    let own = format!("needs_authorisation.{named}");
                    let rule = layer.rule(written, "needs_authorisation");
                    (named.clone(), with_law(rule, &[&own, "needs_authorisation"]))
                })
                .collect();
            break;
        }
    }
    policy
}
