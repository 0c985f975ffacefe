//! The name of a receipt.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

const PREFIX: &str = "rcp_";

/// `rcp_` and 32 lower-case hexadecimal digits. Random, so it tells nothing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ReceiptId(String);

/// The text is not the name of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a receipt is named `rcp_` and 32 hexadecimal digits")]
pub struct ReceiptIdError;

impl ReceiptId {
    /// Names a receipt after 16 random bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(format!("{PREFIX}{}", hex::encode(bytes)))
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Result<Self, ReceiptIdError> {
        let digits = text.strip_prefix(PREFIX).ok_or(ReceiptIdError)?;
        let right = digits.len() == 32
            && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if right { Ok(Self(text.to_owned())) } else { Err(ReceiptIdError) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReceiptId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ReceiptId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
