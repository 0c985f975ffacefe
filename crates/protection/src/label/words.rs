//! What a country pack says about the labels of each kind: `labels.toml`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use crate::pack::{PackError, toml_file::read_toml};
use crate::{Class, Kind};

/// How two spellings are seen to be the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compare {
    /// Tokens of letters and digits, whatever stands between them: `12345-A-6` is `12345 أ 6`'s
    /// neighbour but not `1234-5A-6`.
    #[default]
    Tokens,
    /// Letters and digits only, however they are grouped.
    Compact,
    /// As `compact`, with the country's international prefix taken off.
    Phone,
    /// Everything but case and invisible marks counts.
    Lower,
    /// Every character counts.
    Exact,
    /// The tokens of a person's name, in any order.
    Name,
}

/// What a pack says about labels: other words that a model may write for a kind, how its values are
/// compared, and what class it belongs to. Cheap to clone.
///
/// ```toml
/// country_code = "212"
/// [kind.phone]
/// words = ["téléphone", "teléfono", "هاتف"]
/// compare = "phone"      # tokens (default), compact, phone, lower, exact, name
/// class = "personal"     # internal, personal (default), sensitive
/// ```
#[derive(Debug, Clone)]
pub struct LabelWords(Arc<LabelsFile>);

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelsFile {
    #[serde(default)]
    country_code: String,
    #[serde(default)]
    kind: BTreeMap<Kind, KindLabels>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct KindLabels {
    words: Vec<String>,
    compare: Compare,
    class: Option<Class>,
}

/// The file's name in a pack.
pub(crate) const LABELS_FILE: &str = "labels.toml";

static BUILT_IN: LazyLock<LabelWords> = LazyLock::new(|| {
    LabelWords::read(LABELS_FILE, include_str!("../../../../packs/ma/labels.toml"))
        .unwrap_or_else(|_| LabelWords::none())
});

impl LabelWords {
    /// Reads the `labels.toml` of a pack; `file` names the source in errors.
    pub fn read(file: &str, content: &str) -> Result<Self, PackError> {
        Ok(Self(Arc::new(read_toml(file, content)?)))
    }

    /// No data: the kinds' own names are the only words, values are compared token by token.
    pub fn none() -> Self {
        Self(Arc::new(LabelsFile { country_code: String::new(), kind: BTreeMap::new() }))
    }

    /// The same data, with kinds that are known although nothing is said about them.
    #[must_use]
    pub fn with_kinds(&self, kinds: &[Kind]) -> Self {
        if kinds.iter().all(|kind| self.0.kind.contains_key(kind)) {
            return self.clone();
        }
        let mut file = (*self.0).clone();
        for kind in kinds {
            file.kind.entry(kind.clone()).or_default();
        }
        Self(Arc::new(file))
    }

    /// The other words for a kind's label.
    pub fn words(&self, kind: &Kind) -> &[String] {
        self.0.kind.get(kind).map_or(&[], |labels| &labels.words)
    }

    /// How values of a kind are compared.
    pub fn compare(&self, kind: &Kind) -> Compare {
        self.0.kind.get(kind).map_or(Compare::Tokens, |labels| labels.compare)
    }

    /// The class that a value of this kind gives its text.
    pub fn class(&self, kind: &Kind) -> Class {
        self.0.kind.get(kind).and_then(|labels| labels.class).unwrap_or(Class::Personal)
    }

    /// The country's telephone prefix, digits only; empty where unknown.
    pub fn country_code(&self) -> &str {
        &self.0.country_code
    }

    /// The kinds that the data names.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.0.kind.keys()
    }
}

/// The Moroccan pack's `labels.toml`, for callers whose pack brings none.
impl Default for LabelWords {
    fn default() -> Self {
        BUILT_IN.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_data_is_valid() {
        let words =
            LabelWords::read("labels.toml", include_str!("../../../../packs/ma/labels.toml"))
                .unwrap();
        let person = Kind::new("person");
        assert!(words.words(&person).iter().any(|word| word == "personne"));
        assert_eq!(words.compare(&person), Compare::Name);
        assert_eq!(words.class(&Kind::new("medical_record")), Class::Sensitive);
        assert_eq!(words.country_code(), "212");
    }

    #[test]
    fn a_misspelt_key_is_named() {
        let error = LabelWords::read("labels.toml", "[kind.cin]\nword = []\n").unwrap_err();
        assert_eq!(error.line, Some(2));
        assert_eq!(error.nearest.as_deref(), Some("words"));
    }

    #[test]
    fn without_data_everything_has_an_answer() {
        let words = LabelWords::none();
        let kind = Kind::new("anything");
        assert_eq!(words.words(&kind), &[] as &[String]);
        assert_eq!(words.compare(&kind), Compare::Tokens);
        assert_eq!(words.class(&kind), Class::Personal);
    }
}
