//! What is inside a sealed map.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::Kind;
use crate::restore::Surrogate;
use crate::vault::{Entity, Vault};

#[derive(Serialize)]
struct Content<'v> {
    entities: Vec<EntityContent<'v>>,
    words: &'v BTreeMap<Kind, Vec<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    surrogates: Vec<SurrogateContent<'v>>,
}

#[derive(Serialize)]
struct SurrogateContent<'v> {
    kind: &'v Kind,
    written: &'v str,
    grouped: bool,
    value: &'v str,
}

#[derive(Serialize)]
struct EntityContent<'v> {
    kind: &'v Kind,
    ordinal: u32,
    forms: Vec<&'v str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContentRead {
    entities: Vec<EntityRead>,
    words: BTreeMap<Kind, Vec<String>>,
    /// Missing in maps that were sealed before there were surrogates.
    #[serde(default)]
    surrogates: Vec<SurrogateRead>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SurrogateRead {
    kind: Kind,
    written: String,
    grouped: bool,
    value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntityRead {
    kind: Kind,
    ordinal: u32,
    forms: Vec<String>,
}

/// The labels, values and words of a vault, as bytes.
pub(super) fn write(vault: &Vault) -> Zeroizing<Vec<u8>> {
    let entities = vault.live().entities().map(|entity| EntityContent {
        kind: &entity.kind,
        ordinal: entity.ordinal,
        forms: entity.forms.iter().map(|form| form.as_str()).collect(),
    });
    let surrogates = vault.live().surrogates().iter().map(|one| SurrogateContent {
        kind: &one.kind,
        written: &one.written,
        grouped: one.grouped,
        value: &one.value,
    });
    let content = Content {
        entities: entities.collect(),
        words: vault.live().words(),
        surrogates: surrogates.collect(),
    };
    Zeroizing::new(serde_json::to_vec(&content).unwrap_or_default())
}

/// A vault from its bytes; `None` where they are none.
pub(super) fn read(bytes: &[u8]) -> Option<Vault> {
    let content: ContentRead = serde_json::from_slice(bytes).ok()?;
    let entities = content.entities.into_iter().map(|entity| Entity {
        kind: entity.kind,
        ordinal: entity.ordinal,
        forms: entity.forms.into_iter().map(Zeroizing::new).collect(),
    });
    let surrogates = content.surrogates.into_iter().map(|one| Surrogate {
        kind: one.kind,
        written: one.written,
        grouped: one.grouped,
        value: Zeroizing::new(one.value),
    });
    Some(Vault::with_words(entities.collect(), surrogates.collect(), content.words))
}
