//! Policies: what happens to each kind of value.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::pack::{PackError, toml_file::read_toml};
use crate::{Class, Kind};

/// What happens to a value of some kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// A label stands for it; the answer gets the value back.
    Label,
    /// It is blacked out for good.
    Mask,
    /// The request is refused.
    Block,
    /// It goes out as it is.
    Keep,
}

/// What happens to each kind of value for some destination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The policy's name, for records and errors.
    pub name: String,
    /// What happens to a kind that [`Policy::by_kind`] does not name.
    pub default: Action,
    /// What happens to the kinds that need their own rule. `[kinds]` in a file.
    #[serde(rename = "kinds", default)]
    pub by_kind: BTreeMap<Kind, Action>,
    /// The highest class the destinations of this policy may see; no limit where absent.
    #[serde(default)]
    pub highest_class: Option<Class>,
}

impl Policy {
    /// The policy that puts a label in the place of every value.
    pub fn label_all(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            default: Action::Label,
            by_kind: BTreeMap::new(),
            highest_class: None,
        }
    }

    /// Reads a policy from TOML:
    ///
    /// ```toml
    /// name = "remote"
    /// default = "label"        # label, mask, block or keep
    /// highest_class = "personal"   # optional: public, internal, personal or sensitive
    /// [kinds]
    /// cin = "mask"
    /// secret = "block"
    /// ```
    ///
    /// `file` names the source in errors. Where `known` is not empty, a kind outside it is an error that
    /// names the nearest known one: a misspelt kind would leave its values to the default in silence.
    pub fn read(file: &str, content: &str, known: &[Kind]) -> Result<Self, PackError> {
        let policy: Self = read_toml(file, content)?;
        for kind in policy.by_kind.keys() {
            if !known.is_empty() && !known.contains(kind) {
                return Err(unknown_kind(file, content, kind, known));
            }
        }
        Ok(policy)
    }

    /// What happens to values of this kind.
    pub fn action(&self, kind: &Kind) -> Action {
        self.by_kind.get(kind).copied().unwrap_or(self.default)
    }

    /// Whether a text of this class may go out under this policy.
    pub fn allows(&self, class: Class) -> bool {
        self.highest_class.is_none_or(|highest| class <= highest)
    }
}

fn unknown_kind(file: &str, content: &str, kind: &Kind, known: &[Kind]) -> PackError {
    let line = content
        .lines()
        .position(|line| {
            let key = line.split('=').next().unwrap_or_default();
            key.trim().trim_matches(['"', '\'']) == kind.as_str()
        })
        .map(|index| index + 1);
    let nearest = known
        .iter()
        .map(|other| (strsim::damerau_levenshtein(kind.as_str(), other.as_str()), other))
        .min()
        .map(|(_, other)| other.as_str().to_owned());
    PackError {
        file: file.to_owned(),
        line,
        key: Some(kind.as_str().to_owned()),
        message: "no kind of this name is known.".to_owned(),
        nearest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<Kind> {
        ["person", "cin", "secret"].map(Kind::new).to_vec()
    }

    fn check_error(content: &str, expect: &str) {
        let error = Policy::read("remote.toml", content, &known()).unwrap_err();
        assert_eq!(error.to_string(), expect);
    }

    #[test]
    fn a_policy_is_read_and_asked() {
        let policy = Policy::read(
            "remote.toml",
            "name = \"remote\"\ndefault = \"label\"\nhighest_class = \"personal\"\n[kinds]\ncin = \"mask\"\nsecret = \"block\"\n",
            &known(),
        )
        .unwrap();
        assert_eq!(policy.action(&Kind::new("person")), Action::Label);
        assert_eq!(policy.action(&Kind::new("cin")), Action::Mask);
        assert_eq!(policy.action(&Kind::new("secret")), Action::Block);
        assert!(policy.allows(Class::Personal) && !policy.allows(Class::Sensitive));
        assert_eq!(Policy::label_all("x").action(&Kind::new("cin")), Action::Label);
    }

    #[test]
    fn errors_name_line_key_and_the_nearest_right_one() {
        check_error(
            "name = \"r\"\ndefault = \"label\"\n\n[kinds]\ncni = \"mask\"\n",
            "remote.toml:5: key `cni`: no kind of this name is known. Did you mean `cin`?",
        );
        check_error(
            "name = \"r\"\ndefalt = \"label\"\n",
            "remote.toml:2: key `defalt`: unknown field `defalt`, expected one of `name`, `default`, `kinds`, `highest_class`. Did you mean `default`?",
        );
        check_error(
            "name = \"r\"\ndefault = \"label\"\n[kinds]\ncin = \"blok\"\n",
            "remote.toml:4: key `blok`: unknown variant `blok`, expected one of `label`, `mask`, `block`, `keep`. Did you mean `block`?",
        );
        check_error("name = \"r\"\n", "remote.toml:1: key `default`: missing field `default`.");
    }
}
