//! What is inside a sealed map.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::Kind;
use crate::vault::{Entity, Vault};

#[derive(Serialize)]
struct Content<'v> {
    entities: Vec<EntityContent<'v>>,
    words: &'v BTreeMap<Kind, Vec<String>>,
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
    let content = Content { entities: entities.collect(), words: vault.live().words() };
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
    Some(Vault::with_words(entities.collect(), content.words))
}
