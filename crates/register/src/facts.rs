//! What runs, as the register keeps it at publication, and how it is compared with what runs later.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What serves a project's requests.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Facts {
    /// Where its requests may go, by name.
    pub destinations: BTreeMap<String, DestinationFacts>,
}

/// One destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DestinationFacts {
    /// Who runs it.
    pub operator: String,
    /// Where.
    pub place: String,
    /// Under which law.
    pub law: String,
    /// The reference of the authorisation for what needs one to leave the country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorisation: Option<String>,
    /// The models there, sorted.
    pub models: Vec<String>,
    /// The name of the policy that protects what goes there.
    pub policy: String,
    /// SHA-256 over all rules of that policy, as hexadecimal digits: the name may stay while a rule changes.
    pub policy_digest: String,
}

/// What the ledger counts of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Traffic {
    /// The first and the last day, UTC; none where there was no request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<(String, String)>,
    /// Requests that may have left, by destination.
    pub requests: BTreeMap<String, u64>,
    /// Values found and protected in them, by type.
    pub findings: BTreeMap<String, u64>,
}

/// One thing that is no longer as it was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What changed.
    pub kind: ChangeKind,
    /// At which destination.
    pub destination: String,
    /// As it was published; none for what was added.
    pub was: Option<String>,
    /// As it runs; none for what is gone.
    pub is: Option<String>,
}

/// What can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// A destination came, went, or is run by others or elsewhere.
    Destination,
    /// A model came or went.
    Model,
    /// A policy has another name or other rules.
    Policy,
    /// The law of a destination, or its authorisation.
    Law,
}

impl ChangeKind {
    /// The word in lists and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Destination => "destination",
            Self::Model => "model",
            Self::Policy => "policy",
            Self::Law => "law",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, destination, was, is } = self;
        let kind = kind.as_str();
        match (was, is) {
            (Some(was), Some(is)) => {
                write!(formatter, "{kind} of `{destination}`: published as {was}, runs as {is}")
            }
            (None, Some(is)) => write!(formatter, "{kind} of `{destination}`: {is} was added"),
            (Some(was), None) => write!(formatter, "{kind} of `{destination}`: {was} is gone"),
            (None, None) => write!(formatter, "{kind} of `{destination}`"),
        }
    }
}

impl Facts {
    /// What differs between what was published (`self`) and what runs; nothing when the entry is true.
    pub fn changes(&self, running: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        for (name, was) in &self.destinations {
            match running.destinations.get(name) {
                Some(is) => was.changes(name, is, &mut changes),
                None => changes.push(change(ChangeKind::Destination, name, Some(&was.place), None)),
            }
        }
        for (name, is) in &running.destinations {
            if !self.destinations.contains_key(name) {
                changes.push(change(ChangeKind::Destination, name, None, Some(&is.place)));
            }
        }
        changes
    }
}

impl DestinationFacts {
    fn changes(&self, name: &str, is: &Self, changes: &mut Vec<Change>) {
        let none = || "none".to_owned();
        let mut compare = |kind, was: &str, is: &str| {
            if was != is {
                changes.push(change(kind, name, Some(was), Some(is)));
            }
        };
        compare(ChangeKind::Destination, &self.operator, &is.operator);
        compare(ChangeKind::Destination, &self.place, &is.place);
        compare(ChangeKind::Law, &self.law, &is.law);
        let authorisation = |facts: &Self| facts.authorisation.clone().unwrap_or_else(none);
        compare(ChangeKind::Law, &authorisation(self), &authorisation(is));
        compare(ChangeKind::Policy, &self.policy, &is.policy);
        if self.policy == is.policy && self.policy_digest != is.policy_digest {
            let rules = |facts: &Self| {
                format!(
                    "{} with rules {}",
                    facts.policy,
                    facts.policy_digest.chars().take(12).collect::<String>()
                )
            };
            changes.push(change(ChangeKind::Policy, name, Some(&rules(self)), Some(&rules(is))));
        }
        for model in self.models.iter().filter(|model| !is.models.contains(model)) {
            changes.push(change(ChangeKind::Model, name, Some(model), None));
        }
        for model in is.models.iter().filter(|model| !self.models.contains(model)) {
            changes.push(change(ChangeKind::Model, name, None, Some(model)));
        }
    }
}

fn change(kind: ChangeKind, destination: &str, was: Option<&str>, is: Option<&str>) -> Change {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Change { kind, destination: destination.to_owned(), was: owned(was), is: owned(is) }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn facts() -> Facts {
        let destination = |place: &str| DestinationFacts {
            operator: "Exemple SA".to_owned(),
            place: place.to_owned(),
            law: "EU".to_owned(),
            authorisation: None,
            models: vec!["large".to_owned(), "small".to_owned()],
            policy: "law-09-08".to_owned(),
            policy_digest: "ab".repeat(32),
        };
        let destinations = [("here", destination("here")), ("cloud", destination("FR"))];
        Facts { destinations: destinations.map(|(name, facts)| (name.to_owned(), facts)).into() }
    }

    fn cloud(facts: &mut Facts) -> &mut DestinationFacts {
        facts.destinations.get_mut("cloud").unwrap()
    }

    #[test]
    fn every_change_shows() {
        let check = |change: fn(&mut Facts), expect: &str| {
            let mut running = facts();
            change(&mut running);
            let changes = facts().changes(&running);
            let all: Vec<String> = changes.iter().map(ToString::to_string).collect();
            assert_eq!(all, [expect]);
        };
        assert_eq!(facts().changes(&facts()), []);
        check(
            |f| cloud(f).place = "US".to_owned(),
            "destination of `cloud`: published as FR, runs as US",
        );
        check(|f| cloud(f).law = "US".to_owned(), "law of `cloud`: published as EU, runs as US");
        check(
            |f| cloud(f).authorisation = Some("D-1".to_owned()),
            "law of `cloud`: published as none, runs as D-1",
        );
        check(
            |f| cloud(f).policy = "own".to_owned(),
            "policy of `cloud`: published as law-09-08, runs as own",
        );
        check(
            |f| cloud(f).policy_digest = "cd".repeat(32),
            "policy of `cloud`: published as law-09-08 with rules abababababab, runs as law-09-08 with rules cdcdcdcdcdcd",
        );
        check(|f| drop(cloud(f).models.remove(0)), "model of `cloud`: large is gone");
        check(|f| cloud(f).models.push("new".to_owned()), "model of `cloud`: new was added");
        check(|f| drop(f.destinations.remove("cloud")), "destination of `cloud`: FR is gone");
        check(
            |f| {
                let more = cloud(f).clone();
                f.destinations.insert("more".to_owned(), more);
            },
            "destination of `more`: FR was added",
        );
    }
}
