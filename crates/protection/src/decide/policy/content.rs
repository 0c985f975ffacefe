//! Whether a text may go to a destination at all.

use std::collections::BTreeSet;

use super::{Policy, Rule};
use crate::{Action, Class, Kind};

/// What is known of a text: what was found in it, not what it says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Content {
    /// Its class.
    pub class: Class,
    /// The kinds of values found in it.
    pub kinds: BTreeSet<Kind>,
    /// The sensitive topics about an identifiable person found in it.
    pub topics: BTreeSet<Kind>,
    /// How many values may have been missed in it, where that is estimated.
    pub risk: Option<f64>,
}

/// Where a text would go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Journey<'d> {
    /// Nothing leaves this machine.
    pub stays_here: bool,
    /// It leaves the country.
    pub leaves_the_country: bool,
    /// The reference of the authorisation that the destination names.
    pub authorisation: Option<&'d str>,
}

/// Why a text may not go to a destination. Names kinds and rules, never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refused {
    /// The rule's name: `policy.needs_authorisation`.
    pub name: &'static str,
    /// Where the rule stands.
    pub rule: Rule,
    /// What it says, with place and law.
    pub message: String,
}

impl Refused {
    fn new(name: &'static str, rule: &Rule, what: &str, advice: &str) -> Self {
        let law = rule.law.as_ref().map_or_else(String::new, |law| format!("; {law}"));
        let message = format!("{what} (rule {name}, {rule}{law}); {advice}");
        Self { name, rule: rule.clone(), message }
    }
}

impl Policy {
    /// Whether a text may go on this journey, whatever is replaced in it. Values of a blocked kind are not
    /// looked at: [`crate::replace()`] refuses them where they stand.
    pub fn admits(&self, content: &Content, journey: Journey<'_>) -> Result<(), Refused> {
        let elsewhere = "use a model on this machine or in the country";
        if let Some(topic) = content.topics.iter().find(|topic| self.action(topic) == Action::Block)
        {
            let what = format!("content about {topic} may not go there");
            return Err(Refused::new("policy.types", self.rule(topic), &what, elsewhere));
        }
        if !self.allows(content.class) {
            let what = format!("content of class {} may not go there", content.class);
            let rule = &self.highest_class_rule;
            return Err(Refused::new("policy.highest_class", rule, &what, elsewhere));
        }
        if let (Some(highest), false) = (self.highest_risk, journey.stays_here)
            && content.risk.is_none_or(|risk| risk.is_nan() || risk > highest)
        {
            // What nobody estimated may be any number (law 2).
            let missed = content
                .risk
                .map_or("nobody knows how many".to_owned(), |risk| format!("{risk:.2}"));
            let what = format!("{missed} values may have been missed, {highest} are allowed");
            let rule = &self.highest_risk_rule;
            let advice = "use a model on this machine";
            return Err(Refused::new("policy.highest_risk", rule, &what, advice));
        }
        if journey.leaves_the_country && journey.authorisation.is_none() {
            self.needs_none(content)?;
        }
        Ok(())
    }

    /// Refuses what leaves the country only with an authorisation.
    fn needs_none(&self, content: &Content) -> Result<(), Refused> {
        for named in &self.needs_authorisation {
            let kind = Kind::new(named);
            let class = Class::ALL.into_iter().find(|class| class.as_str() == named);
            let what = if class.is_some_and(|named| content.class >= named) {
                let class = content.class;
                format!("content of class {class} leaves the country only with an authorisation")
            } else if content.topics.contains(&kind) {
                format!("content about {named} leaves the country only with an authorisation")
            } else if content.kinds.contains(&kind) && self.action(&kind) == Action::Keep {
                format!("values of type {named} leave the country only with an authorisation")
            } else {
                continue;
            };
            let advice = "use a model on this machine or in the country, or name the authorisation of \
                          the destination (`authorisation`)";
            let rule = self.authorisation_rule(named);
            return Err(Refused::new("policy.needs_authorisation", &rule, &what, advice));
        }
        Ok(())
    }
}
