//! What the routes of the public register need.

use futures_core::future::BoxFuture;
use serde::Serialize;

/// One entry as everyone may see it: the newest version that was published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Published {
    /// Its name.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// `published` or `withdrawn`.
    pub state: &'static str,
    /// When it became that, in milliseconds since the Unix epoch.
    pub changed_ms: i64,
    /// SHA-256 of the published document, as the ledger has it.
    pub digest: String,
    /// The statement in the ledger; the receipt of whoever asks for it by this name.
    pub statement: String,
    /// Why it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The published document, byte for byte.
    #[serde(skip)]
    pub document: String,
}

/// The register cannot be read now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the register cannot be read now; try again later")]
pub struct RegisterFault;

/// The public register.
pub trait Register: Send + Sync {
    /// Every entry that was published, withdrawn ones included, by id.
    fn list(&self) -> BoxFuture<'_, Result<Vec<Published>, RegisterFault>>;

    /// One entry; `None` where none of that name was published.
    fn entry(&self, id: &str) -> BoxFuture<'_, Result<Option<Published>, RegisterFault>>;
}
