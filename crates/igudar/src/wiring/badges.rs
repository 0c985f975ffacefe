//! The issuer of badges: its key, its id, ids and times.

use gateway::ports::Ambient as _;
use learning::BadgeSigner;
use sha2::{Digest as _, Sha256};
use store::{Secrets, SystemAmbient};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The key of badges grows from the ledger's seed, apart from it: neither signature can stand for the other.
pub(crate) fn badge_signer(secrets: &Secrets) -> BadgeSigner {
    let mut hasher = Sha256::new();
    hasher.update(b"igudar badges v1\0");
    hasher.update(secrets.ledger_seed.reveal());
    BadgeSigner::new(&hasher.finalize().into())
}

/// The issuer's id and name.
pub(crate) fn badge_issuer(signer: &BadgeSigner) -> (String, String) {
    (learning::issuer_id(&signer.public_key()), "Igudar".to_owned())
}

/// A random UUID, version 4.
pub(crate) fn random_id() -> String {
    let mut bytes = [0; 16];
    SystemAmbient.random(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// A moment as RFC 3339, UTC.
pub(crate) fn rfc_3339(seconds: i64) -> anyhow::Result<String> {
    Ok(OffsetDateTime::from_unix_timestamp(seconds)?.format(&Rfc3339)?)
}
