//! API keys: 256 random bits that are shown once; afterwards only their hash is known.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroize;

use crate::project::ProjectId;

const PREFIX: &str = "igd_";
const SECRET_DIGITS: usize = 43;
const CHECK_DIGITS: usize = 6;
/// Letters and digits only: a double click selects the whole key, and no shell needs quotes.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A key: `igd_`, 43 letters and digits, 6 more that check them. Wiped when dropped; `Debug` masks it.
#[derive(Clone)]
pub struct ApiKey(String);

impl Drop for ApiKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// The text cannot be a key of Igudar: mistyped, cut off, or something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Igudar key: it is cut off or mistyped")]
pub struct KeyFormatError;

impl ApiKey {
    /// Makes a key out of 32 random bytes.
    pub fn from_entropy(mut entropy: [u8; 32]) -> Self {
        let mut text = String::with_capacity(PREFIX.len() + SECRET_DIGITS + CHECK_DIGITS);
        text.push_str(PREFIX);
        push_digits(&mut entropy, SECRET_DIGITS, &mut text);
        entropy.zeroize();
        push_check(&mut text);
        Self(text)
    }

    /// Checks the form of a key that somebody presents. The check digits keep mistyped keys from the store.
    pub fn parse(text: &str) -> Result<Self, KeyFormatError> {
        let right_length = text.len() == PREFIX.len() + SECRET_DIGITS + CHECK_DIGITS;
        let digits = text.strip_prefix(PREFIX).ok_or(KeyFormatError)?;
        if !right_length || !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(KeyFormatError);
        }
        let without_check = text.get(..PREFIX.len() + SECRET_DIGITS).ok_or(KeyFormatError)?;
        let mut right = Self(String::with_capacity(text.len()));
        right.0.push_str(without_check);
        push_check(&mut right.0);
        if right.0 == text { Ok(right) } else { Err(KeyFormatError) }
    }

    /// The text to show, once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored.
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(&self.0)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey(igd_…)")
    }
}

/// Writes a big-endian number as `count` base-62 digits, the last digit first.
fn push_digits(number: &mut [u8], count: usize, text: &mut String) {
    for _ in 0..count {
        let mut remainder = 0_u32;
        for byte in number.iter_mut() {
            let value = remainder << 8 | u32::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            remainder = value % 62;
        }
        text.push(DIGITS.get(remainder as usize).copied().map_or('0', char::from));
    }
}

fn push_check(text: &mut String) {
    let digest: [u8; 32] = Sha256::digest(text.as_bytes()).into();
    let [first, second, third, fourth, ..] = digest;
    push_digits(&mut [first, second, third, fourth], CHECK_DIGITS, text);
}

/// SHA-256 of a key's text. Keys are found by their hash, so no comparison's time depends on the key; a
/// plain hash is enough because the key has 256 random bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyHash(pub [u8; 32]);

impl KeyHash {
    /// The hash of a presented key.
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second, ..] = self.0;
        write!(formatter, "KeyHash({}…)", hex::encode([first, second]))
    }
}

/// A key's name in lists and in the ledger. Tells nothing about the key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(String);

impl KeyId {
    /// Takes an id that was made before.
    pub fn new(id: &str) -> Self {
        Self(id.to_owned())
    }

    /// `key_` and 12 hexadecimal digits, from random bytes.
    pub fn from_bytes(bytes: [u8; 6]) -> Self {
        Self(format!("key_{}", hex::encode(bytes)))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What is known about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRecord {
    /// Its name in lists.
    pub id: KeyId,
    /// The project it belongs to.
    pub project: ProjectId,
    /// What people call it.
    pub name: String,
    /// The hash of its text.
    pub hash: KeyHash,
    /// Milliseconds since the Unix epoch.
    pub created_ms: i64,
    /// Since when it is refused.
    pub revoked_ms: Option<i64>,
    /// From when on it will be refused.
    pub expires_ms: Option<i64>,
    /// What it is for.
    pub stage: Stage,
}

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// To try things out.
    #[default]
    Test,
    /// To serve people. They can then look up which system they meet: such a key works only while the public
    /// register has a published entry of its project.
    Production {
        /// Whether there is such an entry.
        registered: bool,
    },
}

impl Stage {
    /// The word in lists and in the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Production { .. } => "production",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_is_masked() {
        let key = ApiKey::from_entropy([7; 32]);
        assert!(!format!("{key:?}").contains(key.reveal().get(4..12).unwrap()));
        assert!(format!("{:?}", key.hash()).len() < 20);
    }

    #[test]
    fn forms() {
        let key = ApiKey::from_entropy([0xff; 32]);
        let text = key.reveal().to_owned();
        assert_eq!(text.len(), 53);
        assert!(ApiKey::parse(&text).is_ok());
        for wrong in [
            "",
            "igd_",
            "sk-abc",
            text.get(1..).unwrap(),
            text.get(..52).unwrap(),
            &format!("{text}0"),
            &text.to_lowercase(),
            &text.replace("igd_", "IGD_"),
            &format!("igd_{}", "é".repeat(24)),
        ] {
            assert!(ApiKey::parse(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(KeyId::from_bytes([0xab; 6]).as_str(), "key_abababababab");
    }

    proptest! {
        #[test]
        fn keys_are_read_back_and_differ(one: [u8; 32], other: [u8; 32]) {
            let key = ApiKey::from_entropy(one);
            let read = ApiKey::parse(key.reveal()).unwrap();
            prop_assert_eq!(read.hash(), key.hash());
            prop_assert_eq!(key.hash(), KeyHash::of(key.reveal()));
            let other_key = ApiKey::from_entropy(other);
            prop_assert_eq!(one == other, other_key.hash() == key.hash());
        }

        #[test]
        fn a_mistyped_digit_shows(entropy: [u8; 32], place in 4_usize..53, digit in 0_usize..62) {
            let text = ApiKey::from_entropy(entropy).reveal().to_owned();
            let mut bytes = text.clone().into_bytes();
            bytes[place] = DIGITS[digit];
            let typed = String::from_utf8(bytes).unwrap();
            prop_assert_eq!(ApiKey::parse(&typed).is_ok(), typed == text);
        }
    }
}
