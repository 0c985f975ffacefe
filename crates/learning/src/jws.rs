//! Compact JSON Web Signatures with Ed25519: RFC 7515 and RFC 8037, and nothing else of them.
//!
//! Exactly one algorithm is spoken, `EdDSA`; every other header, `none` among them, is refused before a
//! signature is looked at.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The key that signs badges. Never printed; wiped from memory when dropped.
pub struct BadgeSigner {
    key: SigningKey,
}

impl fmt::Debug for BadgeSigner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("BadgeSigner").finish_non_exhaustive()
    }
}

/// The key that checks, as a JSON Web Key (RFC 8037): `{"kty":"OKP","crv":"Ed25519","x":…}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadgeKey {
    kty: String,
    crv: String,
    x: String,
    /// Its name; the signature's header carries it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
}

/// Why a signed text proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Not three parts of base64url with JSON inside.
    #[error("it is not a compact JSON Web Signature")]
    Malformed,
    /// The header asks for something else than `EdDSA`.
    #[error("it is signed by another algorithm than EdDSA, which is the only one taken")]
    OtherAlgorithm,
    /// The header has critical members that nobody here knows.
    #[error("its header has critical members, and none is known")]
    Critical,
    /// The key is no Ed25519 key.
    #[error("the issuer's key is not an Ed25519 JSON Web Key")]
    Key,
    /// The signature is not the key's.
    #[error("the signature does not hold: it was changed, or another issuer signed it")]
    Signature,
}

#[derive(Debug, Deserialize)]
struct Header {
    alg: String,
    crit: Option<Value>,
    b64: Option<bool>,
}

impl BadgeSigner {
    /// The key that grows from `seed`.
    pub fn new(seed: &[u8; 32]) -> Self {
        Self { key: SigningKey::from_bytes(seed) }
    }

    /// The key that checks what this one signs.
    pub fn public_key(&self) -> BadgeKey {
        let x = URL_SAFE_NO_PAD.encode(self.key.verifying_key().as_bytes());
        let mut key = BadgeKey { kty: "OKP".to_owned(), crv: "Ed25519".to_owned(), x, kid: None };
        key.kid = Some(key.thumbprint());
        key
    }

    /// Signs a payload. The header names the algorithm, the type and the key.
    pub(crate) fn sign(&self, payload: &Value) -> String {
        let header = serde_json::json!({
            "alg": "EdDSA",
            "typ": "JWT",
            "kid": self.public_key().kid,
        });
        let text = format!("{}.{}", encoded(&header), encoded(payload));
        let signature = self.key.sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

impl BadgeKey {
    /// RFC 7638: SHA-256 over the members that every such key has, in order.
    pub(crate) fn thumbprint(&self) -> String {
        use sha2::Digest as _;
        let text = format!(r#"{{"crv":"{}","kty":"{}","x":"{}"}}"#, self.crv, self.kty, self.x);
        URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(text.as_bytes()))
    }

    fn verifying(&self) -> Result<VerifyingKey, JwsError> {
        if self.kty != "OKP" || self.crv != "Ed25519" {
            return Err(JwsError::Key);
        }
        let bytes = URL_SAFE_NO_PAD.decode(&self.x).map_err(|_| JwsError::Key)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| JwsError::Key)?;
        VerifyingKey::from_bytes(&bytes).map_err(|_| JwsError::Key)
    }

    /// The payload of a compact signature that is this key's.
    pub(crate) fn verify(&self, text: &str) -> Result<Value, JwsError> {
        let text = text.trim();
        let (signed, signature) = text.rsplit_once('.').ok_or(JwsError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(JwsError::Malformed)?;
        let header: Header = decoded(header)?;
        if header.alg != "EdDSA" {
            return Err(JwsError::OtherAlgorithm);
        }
        if header.crit.is_some() || header.b64.is_some() {
            return Err(JwsError::Critical);
        }
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| JwsError::Malformed)?;
        let signature = Signature::from_slice(&signature).map_err(|_| JwsError::Malformed)?;
        self.verifying()?
            .verify_strict(signed.as_bytes(), &signature)
            .map_err(|_| JwsError::Signature)?;
        decoded(payload)
    }
}

fn encoded(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn decoded<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, JwsError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| JwsError::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| JwsError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 8037, appendix A: key, thumbprint and signature.
    #[test]
    fn the_example_of_rfc_8037() {
        let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        let signer = BadgeSigner::new(&seed.try_into().unwrap());
        let key = signer.public_key();
        assert_eq!(key.x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(key.kid.as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
        let signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = signer.key.sign(signed.as_bytes());
        let expect = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        assert_eq!(URL_SAFE_NO_PAD.encode(signature.to_bytes()), expect);
    }

    #[test]
    fn any_change_shows() {
        let signer = BadgeSigner::new(&[7; 32]);
        let key = signer.public_key();
        let text = signer.sign(&serde_json::json!({"iss": "a"}));
        assert_eq!(key.verify(&text).unwrap()["iss"], "a");
        for place in 0..text.len() {
            for other in ['A', 'z', '.'] {
                let mut changed: Vec<char> = text.chars().collect();
                if changed[place] == other {
                    continue;
                }
                changed[place] = other;
                assert!(key.verify(&changed.iter().collect::<String>()).is_err(), "{place}");
            }
        }
        let other = BadgeSigner::new(&[8; 32]).public_key();
        assert_eq!(other.verify(&text), Err(JwsError::Signature));
    }

    #[test]
    fn other_algorithms_are_refused() {
        let key = BadgeSigner::new(&[7; 32]).public_key();
        let check = |header: serde_json::Value, expect: JwsError| {
            let text = format!("{}.{}.AAAA", encoded(&header), encoded(&serde_json::json!({})));
            assert_eq!(key.verify(&text), Err(expect));
        };
        check(serde_json::json!({"alg": "none"}), JwsError::OtherAlgorithm);
        check(serde_json::json!({"alg": "HS256"}), JwsError::OtherAlgorithm);
        check(
            serde_json::json!({"alg": "EdDSA", "crit": ["b64"], "b64": false}),
            JwsError::Critical,
        );
        check(serde_json::json!({"alg": "EdDSA"}), JwsError::Malformed);
        assert_eq!(key.verify("a.b"), Err(JwsError::Malformed));
        assert_eq!(key.verify(""), Err(JwsError::Malformed));
    }
}
