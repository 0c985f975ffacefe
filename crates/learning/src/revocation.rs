//! What an issuer has taken back: a 1EdTech revocation list.

use serde::{Deserialize, Serialize};

/// The list, as it is published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationList {
    /// The issuer's id.
    pub issuer: String,
    /// The badges taken back.
    #[serde(rename = "revokedCredential", default)]
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    id: String,
    revoked: bool,
    #[serde(rename = "revocationReason", default)]
    reason: String,
}

impl RevocationList {
    /// A list without badges.
    pub fn new(issuer: &str) -> Self {
        Self { issuer: issuer.to_owned(), entries: Vec::new() }
    }

    /// Takes a badge back. Taking it back again changes nothing.
    pub fn revoke(&mut self, badge: &str, reason: &str) {
        if self.reason(badge).is_none() {
            let (id, reason) = (badge.to_owned(), reason.to_owned());
            self.entries.push(Entry { id, revoked: true, reason });
        }
    }

    /// Why a badge was taken back; `None` where it was not.
    pub fn reason(&self, badge: &str) -> Option<&str> {
        let entry = self.entries.iter().find(|entry| entry.revoked && entry.id == badge)?;
        Some(&entry.reason)
    }
}
