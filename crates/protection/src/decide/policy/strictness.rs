//! Which of two policies is the stricter one.
//!
//! Of actions the greater is the stricter (see [`Action`]). A lower highest class and a lower highest risk
//! are stricter; so is needing an authorisation for more.

use std::collections::BTreeSet;
use std::fmt;

use super::{Policy, Rule};
use crate::{Class, Kind};

/// The first rule of a policy that is laxer than another policy allows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Laxer {
    /// The laxer rule.
    pub rule: Rule,
    /// What it says.
    pub says: String,
    /// The rule that it must not undercut.
    pub than: Rule,
    /// What that says.
    pub demanded: String,
}

impl fmt::Display for Laxer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, says, than, demanded } = self;
        formatter.write_str(&rule.file)?;
        if let Some(line) = rule.line {
            write!(formatter, ":{line}")?;
        }
        write!(
            formatter,
            ": key `{}`: {says} is laxer than {demanded} ({than}); leave the key out or write what is \
             at least as strict.",
            rule.key
        )
    }
}

impl Policy {
    /// Whether nothing in this policy is laxer than in `other`; else the first thing that is, in the order
    /// of this policy's file.
    pub fn is_at_least_as_strict_as(&self, other: &Self) -> Result<(), Box<Laxer>> {
        let mut laxer = Vec::new();
        let mut note = |rule: &Rule, says: String, than: &Rule, demanded: String| {
            laxer.push(Laxer { rule: rule.clone(), says, than: than.clone(), demanded });
        };
        for kind in self.kinds_of_both(other) {
            let (mine, theirs) = (self.action(&kind), other.action(&kind));
            if mine < theirs {
                let says = format!("`{mine}` for `{kind}`");
                note(self.rule(&kind), says, other.rule(&kind), format!("`{theirs}`"));
            }
        }
        if self.default < other.default {
            let says = format!("`{}`", self.default);
            note(&self.default_rule, says, &other.default_rule, format!("`{}`", other.default));
        }
        if let Some(theirs) = other.highest_class
            && self.highest_class.is_none_or(|mine| mine > theirs)
        {
            let says = self.highest_class.map_or("no limit".to_owned(), |mine| format!("`{mine}`"));
            let than = &other.highest_class_rule;
            note(&self.highest_class_rule, says, than, format!("`{theirs}`"));
        }
        if let Some(theirs) = other.highest_risk
            && self.highest_risk.is_none_or(|mine| mine > theirs)
        {
            let says = self.highest_risk.map_or("no limit".to_owned(), |mine| mine.to_string());
            let than = &other.highest_risk_rule;
            note(&self.highest_risk_rule, says, than, theirs.to_string());
        }
        for named in other.needs_authorisation.iter().filter(|named| !self.lists(named)) {
            let mine = self.authorisation_rules.values().next().cloned();
            let than = other.authorisation_rule(named);
            let rule = mine
                .unwrap_or_else(|| Rule::new(&self.default_rule.file, None, "needs_authorisation"));
            note(&rule, format!("a list without `{named}`"), &than, "a list with it".to_owned());
        }
        laxer.sort_by(|left, right| {
            let place = |laxer: &Laxer| (laxer.rule.line.is_none(), laxer.rule.line);
            place(left).cmp(&place(right))
        });
        laxer.into_iter().next().map_or(Ok(()), |first| Err(Box::new(first)))
    }

    /// The stricter of both in everything, under this policy's name.
    #[must_use]
    pub fn stricter(&self, other: &Self) -> Self {
        let mut both = self.clone();
        if other.default > self.default {
            both.default = other.default;
            both.default_rule = other.default_rule.clone();
        }
        both.by_kind.clear();
        for kind in self.kinds_of_both(other) {
            let stricter = if other.action(&kind) > self.action(&kind) { other } else { self };
            if stricter.action(&kind) != both.default {
                both.by_kind.insert(kind.clone(), stricter.action(&kind));
            }
            both.rules_of_kinds.insert(kind.clone(), stricter.rule(&kind).clone());
        }
        if let Some(theirs) = other.highest_class {
            both.limit_class(theirs, other.highest_class_rule.clone());
        }
        if let Some(theirs) = other.highest_risk
            && self.highest_risk.is_none_or(|mine| theirs < mine)
        {
            both.highest_risk = Some(theirs);
            both.highest_risk_rule = other.highest_risk_rule.clone();
        }
        for named in other.needs_authorisation.difference(&self.needs_authorisation) {
            both.needs_authorisation.insert(named.clone());
            both.authorisation_rules.insert(named.clone(), other.authorisation_rule(named));
        }
        both
    }

    /// Whether this policy's list names it, or a class below it: what holds for a class holds for the
    /// higher ones.
    fn lists(&self, named: &str) -> bool {
        let class = |name: &str| Class::ALL.into_iter().find(|class| class.as_str() == name);
        self.needs_authorisation.contains(named)
            || class(named).is_some_and(|theirs| {
                self.needs_authorisation
                    .iter()
                    .filter_map(|mine| class(mine))
                    .any(|mine| mine <= theirs)
            })
    }

    pub(super) fn authorisation_rule(&self, named: &str) -> Rule {
        self.authorisation_rules
            .get(named)
            .cloned()
            .unwrap_or_else(|| Rule::new(&self.default_rule.file, None, "needs_authorisation"))
    }

    fn kinds_of_both(&self, other: &Self) -> BTreeSet<Kind> {
        let kinds = |policy: &Self| {
            let named: Vec<Kind> =
                policy.by_kind.keys().chain(policy.rules_of_kinds.keys()).cloned().collect();
            named
        };
        kinds(self).into_iter().chain(kinds(other)).collect()
    }
}
