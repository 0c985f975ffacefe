//! A policy as it is written: one TOML file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::rules::{Rules, Written, settle};
use super::{Laxer, Policy};
use crate::pack::{PackError, toml_file::read_toml};
use crate::{Action, Class, Kind, LabelWords};

/// The rules of one file, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyFile {
    /// The policy's name.
    pub name: String,
    /// How the country of the installation is written in the `place` of destinations; empty where the file
    /// names none.
    pub country: Vec<String>,
    general: Rules,
    destinations: BTreeMap<String, Rules>,
    /// The law behind rules, by their key.
    law: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    name: Option<String>,
    country: Option<Spanned<Vec<String>>>,
    default: Option<Spanned<Action>>,
    highest_class: Option<Spanned<Class>>,
    highest_risk: Option<Spanned<f64>>,
    needs_authorisation: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    types: BTreeMap<String, Spanned<Action>>,
    #[serde(default)]
    classes: BTreeMap<Class, Spanned<Action>>,
    #[serde(default)]
    destinations: BTreeMap<String, Spanned<RulesText>>,
    #[serde(default)]
    law: BTreeMap<String, Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesText {
    default: Option<Spanned<Action>>,
    highest_class: Option<Spanned<Class>>,
    highest_risk: Option<Spanned<f64>>,
    needs_authorisation: Option<Spanned<Vec<Spanned<String>>>>,
    #[serde(default)]
    types: BTreeMap<String, Spanned<Action>>,
    #[serde(default)]
    classes: BTreeMap<Class, Spanned<Action>>,
}

impl PolicyFile {
    /// Reads a policy from TOML; docs/policies.md describes it. `file` names the source in errors and
    /// explanations. A type, class or destination that nobody knows is an error that names the nearest
    /// known one: a misspelt rule would leave its values to the default in silence. Where `destinations`
    /// is `None`, their names are not checked.
    pub fn read(
        file: &str,
        content: &str,
        words: &LabelWords,
        destinations: Option<&[&str]>,
    ) -> Result<Self, PackError> {
        let text: FileText = read_toml(file, content)?;
        let reader = Reader { file, content, words };
        let mut written = BTreeMap::new();
        for (name, rules) in text.destinations {
            let line = reader.line(rules.span().start);
            if let Some(known) = destinations
                && !known.contains(&name.as_str())
            {
                return Err(reader.unknown(line, &name, "no destination has this name.", known));
            }
            let prefix = format!("destinations.{name}.");
            let rules = reader.rules(rules.into_inner(), prefix)?;
            written.insert(name, rules);
        }
        let law_keys = reader.law_keys();
        for (key, value) in &text.law {
            if !law_keys.contains(key.as_str()) {
                let line = reader.line(value.span().start);
                let known: Vec<&str> = law_keys.iter().map(String::as_str).collect();
                return Err(reader.unknown(line, key, "no rule has this key.", &known));
            }
        }
        let general = RulesText {
            default: text.default,
            highest_class: text.highest_class,
            highest_risk: text.highest_risk,
            needs_authorisation: text.needs_authorisation,
            types: text.types,
            classes: text.classes,
        };
        Ok(Self {
            name: text.name.unwrap_or_else(|| file.trim_end_matches(".toml").to_owned()),
            country: text.country.map(Spanned::into_inner).unwrap_or_default(),
            general: reader.rules(general, String::new())?,
            destinations: written,
            law: text.law.into_iter().map(|(key, law)| (key, law.into_inner())).collect(),
        })
    }

    /// As [`Self::read`], for a project: it may not say in which country the installation stands, and every
    /// destination it names must be among `destinations`. A rule for one that was renamed would lapse.
    pub fn read_of_project(
        file: &str,
        content: &str,
        words: &LabelWords,
        destinations: &[&str],
    ) -> Result<Self, PackError> {
        let policy = Self::read(file, content, words, Some(destinations))?;
        if policy.country.is_empty() {
            return Ok(policy);
        }
        let line = content.lines().position(|line| line.trim_start().starts_with("country"));
        Err(PackError {
            line: line.map(|index| index + 1),
            ..PackError::of(file, "the country is the installation's, not a project's.")
                .with_key("country")
        })
    }

    /// The policy for a destination; `None` for texts that go to none. `nearer` are rules that count more
    /// than the file's, the nearest first. What nobody says: a label for every value.
    pub fn settled(
        &self,
        destination: Option<&str>,
        nearer: &[&Rules],
        words: &LabelWords,
    ) -> Policy {
        let base = Policy::label_all(&self.name);
        settle(&self.name, &self.layers(destination, nearer), &base, words, &self.law)
    }

    /// As [`Self::settled`], over another policy, which says what neither this file nor `nearer` says.
    pub fn settled_over(
        &self,
        base: &Policy,
        destination: Option<&str>,
        nearer: &[&Rules],
        words: &LabelWords,
    ) -> Policy {
        settle(&self.name, &self.layers(destination, nearer), base, words, &self.law)
    }

    /// The law behind a rule of this key.
    pub fn law(&self, key: &str) -> Option<String> {
        self.law.get(key).cloned()
    }

    /// What a project's file makes of the installation's policy for a destination: the file's rules where
    /// it has some, the installation's elsewhere. Nothing is made stricter here.
    fn over(&self, installation: &Policy, destination: Option<&str>, words: &LabelWords) -> Policy {
        let layers = self.layers(destination, &[]);
        let law = &self.law;
        let mut policy = settle(&installation.name, &layers, installation, words, law);
        policy.name = format!("{}+{}", installation.name, self.name);
        policy
    }

    /// Whether this project's file is nowhere laxer than the installation's policy for a destination.
    pub fn may_stand_over(
        &self,
        installation: &Policy,
        destination: Option<&str>,
        words: &LabelWords,
    ) -> Result<(), Box<Laxer>> {
        self.over(installation, destination, words).is_at_least_as_strict_as(installation)
    }

    /// The policy of a project for a destination: the stricter of this file and the installation's policy,
    /// for every kind and rule.
    pub fn together_with(
        &self,
        installation: &Policy,
        destination: Option<&str>,
        words: &LabelWords,
    ) -> Policy {
        self.over(installation, destination, words).stricter(installation)
    }

    fn layers<'r>(&'r self, destination: Option<&str>, nearer: &[&'r Rules]) -> Vec<&'r Rules> {
        let own = destination.and_then(|name| self.destinations.get(name));
        nearer.iter().copied().chain(own).chain([&self.general]).collect()
    }
}

struct Reader<'f> {
    file: &'f str,
    content: &'f str,
    words: &'f LabelWords,
}

impl Reader<'_> {
    fn rules(&self, text: RulesText, prefix: String) -> Result<Rules, PackError> {
        let known: Vec<&str> = self.words.kinds().map(Kind::as_str).collect();
        for (name, action) in &text.types {
            if !known.is_empty() && !known.contains(&name.as_str()) {
                let line = self.line(action.span().start);
                return Err(self.unknown(line, name, "no type of this name is known.", &known));
            }
        }
        if let Some(risk) = &text.highest_risk
            && !(risk.get_ref().is_finite() && *risk.get_ref() >= 0.0)
        {
            let message = "is the number of values that may be missed, 0 or more.";
            let line = self.line(risk.span().start);
            return Err(PackError::at(self.file, line, message).with_key("highest_risk"));
        }
        let needs_authorisation = match text.needs_authorisation {
            Some(list) => Some(self.authorisations(list, &known)?),
            None => None,
        };
        Ok(Rules {
            file: Arc::from(self.file),
            prefix,
            default: text.default.map(|action| self.written(action)),
            types: text
                .types
                .into_iter()
                .map(|(name, action)| (Kind::new(&name), self.written(action)))
                .collect(),
            classes: text
                .classes
                .into_iter()
                .map(|(class, action)| (class, self.written(action)))
                .collect(),
            highest_class: text.highest_class.map(|class| self.written(class)),
            highest_risk: text.highest_risk.map(|risk| self.written(risk)),
            needs_authorisation,
        })
    }

    fn authorisations(
        &self,
        list: Spanned<Vec<Spanned<String>>>,
        kinds: &[&str],
    ) -> Result<Written<BTreeSet<String>>, PackError> {
        let line = Some(self.line(list.span().start));
        let mut named = BTreeSet::new();
        let mut known: Vec<&str> = kinds.to_vec();
        known.extend(Class::ALL.map(Class::as_str));
        for one in list.into_inner() {
            let span = one.span();
            let one = one.into_inner();
            if !kinds.is_empty() && !known.contains(&one.as_str()) {
                let message = "no type, topic or class of this name is known.";
                return Err(self.unknown(self.line(span.start), &one, message, &known));
            }
            named.insert(one);
        }
        Ok(Written { value: named, line })
    }

    /// The keys that a law may stand behind.
    fn law_keys(&self) -> BTreeSet<String> {
        let mut keys: BTreeSet<String> =
            ["default", "highest_class", "highest_risk", "needs_authorisation"]
                .map(str::to_owned)
                .into();
        for kind in self.words.kinds() {
            keys.insert(format!("types.{kind}"));
            keys.insert(format!("needs_authorisation.{kind}"));
        }
        for class in Class::ALL {
            keys.insert(format!("classes.{class}"));
            keys.insert(format!("needs_authorisation.{class}"));
        }
        keys
    }

    fn written<T>(&self, spanned: Spanned<T>) -> Written<T> {
        let line = Some(self.line(spanned.span().start));
        Written { value: spanned.into_inner(), line }
    }

    fn line(&self, at: usize) -> usize {
        self.content.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
    }

    fn unknown(&self, line: usize, key: &str, message: &str, known: &[&str]) -> PackError {
        let nearest = known
            .iter()
            .map(|other| (strsim::damerau_levenshtein(key, other), *other))
            .min()
            .map(|(_, other)| other.to_owned());
        PackError { nearest, ..PackError::at(self.file, line, message).with_key(key) }
    }
}
