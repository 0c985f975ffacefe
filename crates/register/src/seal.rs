//! The sealing of what people write when they contest: AES-256-GCM-SIV (RFC 8452) with a key of the
//! installation's own by HKDF-SHA256 (RFC 5869), bound to the contest and to which text it is. Never makes
//! randomness.

use std::fmt;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The key that seals contests. `Debug` masks it; its memory is wiped.
#[derive(Clone)]
pub struct ContestKey(Zeroizing<[u8; 32]>);

/// What was sealed cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed text of a contest was changed, or sealed by another installation")]
pub struct SealError;

impl ContestKey {
    /// Grows from the installation's master key, apart from the keys of sealed maps.
    pub fn derive(master: &[u8; 32]) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        let expanded = Hkdf::<Sha256>::new(None, master)
            .expand(b"igudar contest v1 aes-256-gcm-siv", secret.as_mut_slice());
        // Only an output beyond 255 blocks fails, and this is one block.
        debug_assert!(expanded.is_ok());
        Self(secret)
    }

    /// Seals `text` of the contest `id`; `part` says which of its texts. `nonce` must be random.
    pub fn seal(&self, id: &str, part: &str, text: &str, nonce: [u8; 12]) -> Vec<u8> {
        let bound = format!("{part}:{id}");
        let payload = Payload { msg: text.as_bytes(), aad: bound.as_bytes() };
        // Encryption fails only beyond 64 GiB; what is kept is then something that nobody can open.
        let sealed = self.cipher().encrypt(&Nonce::from(nonce), payload).unwrap_or_default();
        [&nonce[..], &sealed].concat()
    }

    /// Opens what `seal` gave for the same contest and part.
    pub fn open(&self, id: &str, part: &str, sealed: &[u8]) -> Result<String, SealError> {
        let (nonce, sealed) = sealed.split_first_chunk::<12>().ok_or(SealError)?;
        let bound = format!("{part}:{id}");
        let payload = Payload { msg: sealed, aad: bound.as_bytes() };
        let text = self.cipher().decrypt(&Nonce::from(*nonce), payload).map_err(|_| SealError)?;
        String::from_utf8(text).map_err(|_| SealError)
    }

    fn cipher(&self) -> Aes256GcmSiv {
        Aes256GcmSiv::new(&(*self.0).into())
    }
}

impl fmt::Debug for ContestKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ContestKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_sealed_opens_for_its_contest_alone(text in "\\PC{0,60}", nonce: [u8; 12], at: proptest::sample::Index) {
            let key = ContestKey::derive(&[7; 32]);
            let sealed = key.seal("c1", "text", &text, nonce);
            assert_eq!(key.open("c1", "text", &sealed), Ok(text));
            assert_eq!(key.open("c2", "text", &sealed), Err(SealError));
            assert_eq!(key.open("c1", "reason", &sealed), Err(SealError));
            assert_eq!(ContestKey::derive(&[8; 32]).open("c1", "text", &sealed), Err(SealError));
            let mut changed = sealed.clone();
            let place = at.index(changed.len());
            changed[place] ^= 1;
            assert_eq!(key.open("c1", "text", &changed), Err(SealError));
        }
    }
}
