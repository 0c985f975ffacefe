//! Documents, their versions and the collections they belong to.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name by which a document is cited: what its front matter says, else its file name. One document has
/// one id for each of its versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentId(String);

/// Why a name cannot be a document's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a document's id has 1 to 200 characters, none of them a control character, a slash or a backslash"
)]
pub struct BadDocumentId;

impl DocumentId {
    /// The id, checked.
    pub fn new(id: &str) -> Result<Self, BadDocumentId> {
        let id = id.trim();
        let right = (1..=200).contains(&id.chars().count())
            && !id.chars().any(|letter| letter.is_control() || letter == '/' || letter == '\\');
        if right { Ok(Self(id.to_owned())) } else { Err(BadDocumentId) }
    }

    /// The id of a document whose file has no name that could be one.
    pub(crate) fn unnamed() -> Self {
        Self("document".to_owned())
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name that all versions of the document share: `fr-passeport` of `fr-passeport-v2`.
    pub fn series(&self) -> &str {
        let Some((series, version)) = self.0.rsplit_once(['-', '_', '.']) else { return &self.0 };
        let digits = version.strip_prefix(['v', 'V']).unwrap_or_default();
        let numbered = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if numbered && !series.is_empty() { series } else { &self.0 }
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What is known about a document as a whole. Everything may be missing: files say little of themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// The title.
    pub title: Option<String>,
    /// The language it says it is in, a BCP 47 tag; else it is identified.
    pub language: Option<String>,
    /// Who issued it.
    pub institution: Option<String>,
    /// The commune it holds for; it holds everywhere where this is missing.
    pub commune: Option<String>,
    /// The version, as the document counts.
    pub version: Option<u32>,
    /// The day it is dated, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// The licence under which it may be used.
    pub licence: Option<String>,
    /// Whom to name when it is used.
    pub attribution: Option<String>,
}

impl Facts {
    /// What decides which of two versions of a document is in force: the higher version, then the later
    /// date.
    pub fn age(&self) -> (u32, &str) {
        (self.version.unwrap_or_default(), self.date.as_deref().unwrap_or_default())
    }
}

/// Whether a text has the form in which days are compared, `YYYY-MM-DD`.
pub fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [4, 2, 2] && parts.iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Who may read a collection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sharing {
    /// Its project alone.
    #[default]
    Private,
    /// Its project and these.
    Projects(Vec<String>),
    /// Every project of the installation.
    Public,
}

/// What happens to personal data that is found in a document when it comes in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonalData {
    /// It stays; what goes to a model passes the policy like any request.
    #[default]
    Keep,
    /// It is blacked out before the document is kept.
    Mask,
    /// The document is refused.
    Refuse,
}

/// A set of documents with one owner and one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Its name, unique in the installation.
    pub name: String,
    /// The project that owns it.
    pub project: String,
    /// Who may read it.
    pub sharing: Sharing,
    /// What happens to personal data.
    pub personal_data: PersonalData,
    /// The licence of its documents where they name none; needed to publish.
    pub licence: Option<String>,
    /// Whom to name; needed to publish.
    pub attribution: Option<String>,
}

/// A collection that cannot be published as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("whoever publishes says under which licence, and whom to name: {0} is missing")]
pub struct NotPublishable(&'static str);

impl Collection {
    /// Lets every project of the installation read it; needs licence and attribution.
    pub fn publish(&mut self) -> Result<(), NotPublishable> {
        let has = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        if !has(&self.licence) {
            return Err(NotPublishable("the licence"));
        }
        if !has(&self.attribution) {
            return Err(NotPublishable("the attribution"));
        }
        self.sharing = Sharing::Public;
        Ok(())
    }

    /// Whether a project may read it.
    pub fn is_open_to(&self, project: &str) -> bool {
        self.project == project
            || match &self.sharing {
                Sharing::Private => false,
                Sharing::Projects(projects) => projects.iter().any(|name| name == project),
                Sharing::Public => true,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_share_a_series() {
        let check = |id: &str, expect: &str| {
            assert_eq!(DocumentId::new(id).unwrap().series(), expect);
        };
        check("fr-passeport-v2", "fr-passeport");
        check("fr-passeport", "fr-passeport");
        check("loi-09-08", "loi-09-08");
        check("bareme_V12", "bareme");
        check("v2", "v2");
        check("-v2", "-v2");
        check("fr-v", "fr-v");
        check("أثر-v3", "أثر");
    }

    #[test]
    fn ids_are_checked() {
        for bad in ["", "  ", "a/b", "a\\b", "a\nb", &"x".repeat(201)] {
            assert_eq!(DocumentId::new(bad), Err(BadDocumentId), "{bad:?}");
        }
        assert_eq!(DocumentId::new(" fiche 12 ").unwrap().as_str(), "fiche 12");
    }

    #[test]
    fn a_collection_is_open_to_those_it_names() {
        let mut collection = Collection {
            name: "procedures".to_owned(),
            project: "commune".to_owned(),
            sharing: Sharing::Private,
            personal_data: PersonalData::Keep,
            licence: None,
            attribution: None,
        };
        assert!(collection.is_open_to("commune") && !collection.is_open_to("other"));
        collection.sharing = Sharing::Projects(vec!["other".to_owned()]);
        assert!(collection.is_open_to("other") && !collection.is_open_to("third"));
        assert_eq!(collection.publish(), Err(NotPublishable("the licence")));
        collection.licence = Some("CC0-1.0".to_owned());
        assert_eq!(collection.publish(), Err(NotPublishable("the attribution")));
        assert!(!collection.is_open_to("third"));
        collection.attribution = Some("Commune".to_owned());
        collection.publish().unwrap();
        assert!(collection.is_open_to("third"));
    }
}
