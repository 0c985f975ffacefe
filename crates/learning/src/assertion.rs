//! What must be seen when a submission runs. Deterministic: the same observation always gives the same
//! verdict.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What was seen when a submission ran on one case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Observed {
    /// The answer, or the text in the other script.
    pub answer: String,
    /// What left, where something did: what a model would see.
    pub sent: String,
    /// What was found: kind and text.
    pub found: Vec<(String, String)>,
    /// The class of the content.
    pub class: String,
    /// What the policy does with each kind.
    pub actions: BTreeMap<String, String>,
    /// Whether it was refused.
    pub refused: bool,
    /// The documents cited.
    pub cited: Vec<String>,
    /// Tokens that a model took and gave.
    pub tokens: u64,
}

/// One thing that must be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assertion {
    /// The answer is this, white space folded.
    Equals(String),
    /// The answer holds this, upper and lower case alike.
    Contains(String),
    /// The answer does not hold this.
    Lacks(String),
    /// What left holds this.
    SentContains(String),
    /// What left holds one of these.
    SentContainsAny(Vec<String>),
    /// What left does not hold this.
    SentLacks(String),
    /// This value is found, as this kind.
    Finds(Found),
    /// No value of this kind covers this text.
    Passes(Found),
    /// The content has this class.
    Class(String),
    /// The policy does this with this kind.
    Action(String, String),
    /// It is refused, or it is not.
    Refused(bool),
    /// This document is cited.
    Cites(String),
    /// The answer has at most this many characters.
    AtMost(usize),
}

/// A value and its kind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// The kind, as in `igudar detect`.
    pub kind: String,
    /// The value.
    pub text: String,
}

/// A case as it is written: what the submission runs on, and what must be seen.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaseText {
    #[serde(default)]
    pub(crate) input: String,
    pub(crate) target: Option<String>,
    equals: Option<String>,
    #[serde(default)]
    contains: Vec<String>,
    #[serde(default)]
    lacks: Vec<String>,
    #[serde(default)]
    sent_contains: Vec<String>,
    #[serde(default)]
    sent_contains_any: Vec<String>,
    #[serde(default)]
    sent_lacks: Vec<String>,
    #[serde(default)]
    finds: Vec<Found>,
    #[serde(default)]
    passes: Vec<Found>,
    class: Option<String>,
    #[serde(default)]
    actions: BTreeMap<String, String>,
    refused: Option<bool>,
    #[serde(default)]
    cites: Vec<String>,
    at_most: Option<usize>,
}

impl CaseText {
    pub(crate) fn assertions(self) -> Vec<Assertion> {
        let mut all: Vec<Assertion> = Vec::new();
        all.extend(self.refused.map(Assertion::Refused));
        all.extend(self.equals.map(Assertion::Equals));
        all.extend(self.contains.into_iter().map(Assertion::Contains));
        all.extend(self.lacks.into_iter().map(Assertion::Lacks));
        all.extend(self.sent_contains.into_iter().map(Assertion::SentContains));
        if !self.sent_contains_any.is_empty() {
            all.push(Assertion::SentContainsAny(self.sent_contains_any));
        }
        all.extend(self.sent_lacks.into_iter().map(Assertion::SentLacks));
        all.extend(self.finds.into_iter().map(Assertion::Finds));
        all.extend(self.passes.into_iter().map(Assertion::Passes));
        all.extend(self.class.map(Assertion::Class));
        all.extend(self.actions.into_iter().map(|(kind, action)| Assertion::Action(kind, action)));
        all.extend(self.cites.into_iter().map(Assertion::Cites));
        all.extend(self.at_most.map(Assertion::AtMost));
        all
    }
}

/// What a learner is told about an assertion of a case that everyone may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether it holds.
    pub holds: bool,
    /// What was asked.
    pub asked: String,
    /// What was seen instead, where it does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

impl Assertion {
    /// Whether it holds.
    pub fn holds(&self, seen: &Observed) -> bool {
        match self {
            Self::Equals(text) => folded(&seen.answer) == folded(text),
            Self::Contains(text) => holds_text(&seen.answer, text),
            Self::Lacks(text) => !holds_text(&seen.answer, text),
            Self::SentContains(text) => holds_text(&seen.sent, text),
            Self::SentContainsAny(texts) => texts.iter().any(|text| holds_text(&seen.sent, text)),
            Self::SentLacks(text) => !holds_text(&seen.sent, text),
            Self::Finds(found) => {
                seen.found.iter().any(|(kind, text)| *kind == found.kind && *text == found.text)
            }
            Self::Passes(found) => !seen
                .found
                .iter()
                .any(|(kind, text)| *kind == found.kind && text.contains(&found.text)),
            Self::Class(class) => seen.class == *class,
            Self::Action(kind, action) => seen.actions.get(kind) == Some(action),
            Self::Refused(refused) => seen.refused == *refused,
            Self::Cites(document) => seen.cited.contains(document),
            Self::AtMost(limit) => seen.answer.chars().count() <= *limit,
        }
    }

    /// The verdict with its explanation. For cases that everyone may see only.
    pub fn verdict(&self, seen: &Observed) -> Verdict {
        let holds = self.holds(seen);
        let (asked, saw) = match self {
            Self::Equals(text) => (format!("the answer is \"{text}\""), seen.answer.clone()),
            Self::Contains(text) => (format!("the answer holds \"{text}\""), seen.answer.clone()),
            Self::Lacks(text) => {
                (format!("the answer does not hold \"{text}\""), seen.answer.clone())
            }
            Self::SentContains(text) => (format!("what left holds \"{text}\""), seen.sent.clone()),
            Self::SentContainsAny(texts) => {
                (format!("what left holds one of \"{}\"", texts.join("\", \"")), seen.sent.clone())
            }
            Self::SentLacks(text) => {
                (format!("what left does not hold \"{text}\""), seen.sent.clone())
            }
            Self::Finds(Found { kind, text }) => {
                (format!("\"{text}\" is found as {kind}"), list(&seen.found))
            }
            Self::Passes(Found { kind, text }) => {
                (format!("\"{text}\" is not taken for {kind}"), list(&seen.found))
            }
            Self::Class(class) => (format!("the class is {class}"), seen.class.clone()),
            Self::Action(kind, action) => (
                format!("the policy says {action} for {kind}"),
                seen.actions.get(kind).cloned().unwrap_or_else(|| "nothing".to_owned()),
            ),
            Self::Refused(true) => ("it is refused".to_owned(), "it is not".to_owned()),
            Self::Refused(false) => ("it is not refused".to_owned(), "it is".to_owned()),
            Self::Cites(document) => (format!("{document} is cited"), seen.cited.join(", ")),
            Self::AtMost(limit) => (
                format!("the answer has at most {limit} characters"),
                seen.answer.chars().count().to_string(),
            ),
        };
        Verdict { holds, asked, seen: (!holds).then_some(saw) }
    }
}

fn list(found: &[(String, String)]) -> String {
    let items: Vec<String> =
        found.iter().map(|(kind, text)| format!("{kind} \"{text}\"")).collect();
    if items.is_empty() { "nothing".to_owned() } else { items.join(", ") }
}

fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn holds_text(text: &str, part: &str) -> bool {
    folded(text).to_lowercase().contains(&folded(part).to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen() -> Observed {
        Observed {
            answer: "Le  passeport\ncoûte 550 DH".to_owned(),
            sent: "Bonjour [PERSON_1]".to_owned(),
            found: vec![("person".to_owned(), "Idder Aourik".to_owned())],
            class: "personal".to_owned(),
            actions: BTreeMap::from([("cin".to_owned(), "block".to_owned())]),
            cited: vec!["fr-passeport-v2".to_owned()],
            ..Observed::default()
        }
    }

    fn check(case: &str, expect: bool) {
        let expected: CaseText = toml::from_str(case).unwrap();
        let assertions = expected.assertions();
        assert_eq!(assertions.len(), 1, "{case}");
        let verdict = assertions[0].verdict(&seen());
        assert_eq!(
            (verdict.holds, verdict.seen.is_none()),
            (expect, expect),
            "{case}: {verdict:?}"
        );
    }

    #[test]
    fn each_kind_holds_and_fails() {
        check("equals = 'Le passeport coûte 550 DH'", true);
        check("equals = 'Le passeport'", false);
        check("contains = ['550 dh']", true);
        check("contains = ['500']", false);
        check("lacks = ['500']", true);
        check("lacks = ['Passeport coûte']", false);
        check("sent_contains = ['[PERSON_1]']", true);
        check("sent_contains = ['Idder']", false);
        check("sent_contains_any = ['adieu', 'bonjour']", true);
        check("sent_contains_any = ['adieu']", false);
        check("sent_lacks = ['Idder']", true);
        check("sent_lacks = ['bonjour']", false);
        check("finds = [{ kind = 'person', text = 'Idder Aourik' }]", true);
        check("finds = [{ kind = 'person', text = 'Idder' }]", false);
        check("passes = [{ kind = 'cin', text = 'Idder' }]", true);
        check("passes = [{ kind = 'person', text = 'Idder' }]", false);
        check("class = 'personal'", true);
        check("class = 'public'", false);
        check("actions = { cin = 'block' }", true);
        check("actions = { phone = 'label' }", false);
        check("refused = false", true);
        check("refused = true", false);
        check("cites = ['fr-passeport-v2']", true);
        check("cites = ['fr-passeport-v1']", false);
        check("at_most = 40", true);
        check("at_most = 4", false);
    }
}
