//! Protection of bare texts, for `detect`, `protect` and `restore`: the caller keeps the map, sealed.

use protection::seal::{self, SealError, SealHeader, SealingKey};
use protection::{
    Class, Counts, Finder, Finding, Place, Policy, ReplaceError, TextIn, Vault, apply,
};

/// Texts with their values replaced, and what puts them back.
#[derive(Debug)]
pub struct ProtectedTexts {
    /// The protected texts, in the order they came.
    pub texts: Vec<String>,
    /// The findings of each text, in bytes of the text as it came.
    pub findings: Vec<Vec<Finding>>,
    /// How many values of each type were found.
    pub counts: Counts,
    /// The class of their content.
    pub class: Class,
    /// From label to value.
    pub vault: Vault,
}

/// Replaces the personal values of several texts that belong together: the same value gets the same label
/// in all of them.
pub fn protect(
    finder: &Finder,
    policy: &Policy,
    texts: &[String],
) -> Result<ProtectedTexts, ReplaceError> {
    let inputs: Vec<TextIn<'_>> =
        texts.iter().map(|text| TextIn { text, place: Place::Text }).collect();
    let findings = protection::find_all(finder, &inputs);
    let protected = protection::replace(&findings, &inputs, policy)?;
    let texts = texts
        .iter()
        .zip(&protected.replacements)
        .map(|(text, replacements)| apply(text, replacements))
        .collect();
    Ok(ProtectedTexts {
        texts,
        counts: findings.counts(),
        class: findings.class(),
        findings: findings.per_text,
        vault: protected.vault,
    })
}

/// Puts the values of a sealed map back into texts. `key_for` yields the key that the map's header names.
pub fn restore(
    texts: &[String],
    sealed: &str,
    now_unix_s: i64,
    key_for: impl FnOnce(&SealHeader) -> Option<SealingKey>,
) -> Result<Vec<String>, SealError> {
    let header = seal::peek(sealed)?;
    let key = key_for(&header).ok_or(SealError::OtherKey)?;
    let vault = seal::open(sealed, &key, now_unix_s)?;
    Ok(texts.iter().map(|text| vault.restore(text, protection::Escape::Plain)).collect())
}
