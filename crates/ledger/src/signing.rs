//! The keys that sign checkpoints and check them: Ed25519, in the notation of C2SP signed-note.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// The signature type of Ed25519 in C2SP signed-note.
const ED25519: u8 = 0x01;

/// The text is not a verifier key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PublicKeyError {
    /// Not `name+hash+base64`.
    #[error("a public key is written `name+8 hexadecimal digits+base64`")]
    Malformed,
    /// Another kind of key than Ed25519.
    #[error("only Ed25519 keys (type 1) are known")]
    UnknownType,
    /// The hash in the text is not the hash of its key.
    #[error("the public key's text is damaged: its hash does not belong to it")]
    WrongHash,
}

/// The key that signs. Never printed; wiped from memory when dropped.
pub struct CheckpointSigner {
    origin: String,
    key: SigningKey,
}

impl fmt::Debug for CheckpointSigner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CheckpointSigner")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

impl CheckpointSigner {
    /// Signs for `origin` with the key that grows from `seed`.
    pub fn new(origin: &str, seed: &[u8; 32]) -> Self {
        Self { origin: origin.to_owned(), key: SigningKey::from_bytes(seed) }
    }

    /// The ledger's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The key that checks what this one signs.
    pub fn public_key(&self) -> PublicKey {
        PublicKey { name: self.origin.clone(), key: self.key.verifying_key() }
    }

    /// Signs a note's text, which ends with a line break, and gives the whole note.
    pub(crate) fn sign_note(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes());
        let mut bytes = self.public_key().key_hash().to_vec();
        bytes.extend_from_slice(&signature.to_bytes());
        format!("{text}\n\u{2014} {} {}\n", self.origin, STANDARD.encode(bytes))
    }
}

/// The key that checks, with its name: a C2SP verifier key.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    key: VerifyingKey,
}

impl PublicKey {
    /// Reads `name+hash+base64`.
    pub fn parse(text: &str) -> Result<Self, PublicKeyError> {
        let (name, rest) = text.split_once('+').ok_or(PublicKeyError::Malformed)?;
        let (hash, encoded) = rest.split_once('+').ok_or(PublicKeyError::Malformed)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| PublicKeyError::Malformed)?;
        let (kind, key) = bytes.split_first().ok_or(PublicKeyError::Malformed)?;
        if *kind != ED25519 {
            return Err(PublicKeyError::UnknownType);
        }
        let key: [u8; 32] = key.try_into().map_err(|_| PublicKeyError::Malformed)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| PublicKeyError::Malformed)?;
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(PublicKeyError::Malformed);
        }
        let public = Self { name: name.to_owned(), key };
        if hex::encode(public.key_hash()) != hash {
            return Err(PublicKeyError::WrongHash);
        }
        Ok(public)
    }

    /// The name of the ledger that the key speaks for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of SHA-256(name ‖ line break ‖ type ‖ key).
    pub(crate) fn key_hash(&self) -> [u8; 4] {
        let mut hasher = Sha256::new();
        hasher.update(self.name.as_bytes());
        hasher.update([b'\n', ED25519]);
        hasher.update(self.key.as_bytes());
        let digest: [u8; 32] = hasher.finalize().into();
        let [first, second, third, fourth, ..] = digest;
        [first, second, third, fourth]
    }

    /// Whether the note carries this key's valid signature over its text.
    pub(crate) fn verifies(&self, text: &str, signature_lines: &str) -> bool {
        signature_lines.lines().any(|line| {
            let Some(encoded) = line
                .strip_prefix("\u{2014} ")
                .and_then(|rest| rest.strip_prefix(self.name.as_str()))
                .and_then(|rest| rest.strip_prefix(' '))
            else {
                return false;
            };
            let Ok(bytes) = STANDARD.decode(encoded) else { return false };
            let Some((hash, signature)) = bytes.split_first_chunk::<4>() else { return false };
            let Ok(signature) = Signature::from_slice(signature) else { return false };
            *hash == self.key_hash() && self.key.verify_strict(text.as_bytes(), &signature).is_ok()
        })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        let hash = hex::encode(self.key_hash());
        write!(formatter, "{}+{hash}+{}", self.name, STANDARD.encode(bytes))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}
