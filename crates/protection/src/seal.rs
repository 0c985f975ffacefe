//! Sealed maps: a vault that its owner carries and that only this installation can open.
//!
//! Owns the sealed form: `igm1.HEADER.BODY`, both parts base64url without padding. HEADER is JSON (whose
//! map it is, which key seals it, until when); BODY is a 12-byte nonce and the AES-256-GCM-SIV
//! ciphertext (RFC 8452) of the labels and values, with `igm1.HEADER` as associated data. Keys come from
//! HKDF-SHA256 (RFC 5869). Never makes randomness and never asks the clock.

mod content;

use std::fmt;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::vault::Vault;

/// The format's name and version, the first part of every sealed map.
const PREFIX: &str = "igm1";

/// The key that seals one project's maps. `Debug` masks it; its memory is wiped.
#[derive(Clone)]
pub struct SealingKey {
    secret: Zeroizing<[u8; 32]>,
    project: String,
    key_id: String,
}

impl SealingKey {
    /// Derives a project's key from the installation's master key and the salt stored under `key_id`.
    /// Deleting the salt makes every map sealed with the key unreadable.
    pub fn derive(master: &[u8; 32], project: &str, key_id: &str, salt: &[u8]) -> Self {
        let mut secret = Zeroizing::new([0; 32]);
        let parts: [&[u8]; 6] = [
            b"igudar sealed map v1",
            &length(project),
            project.as_bytes(),
            &length(key_id),
            key_id.as_bytes(),
            b"aes-256-gcm-siv",
        ];
        let expanded =
            Hkdf::<Sha256>::new(Some(salt), master).expand(&parts.concat(), secret.as_mut_slice());
        // Only an output beyond 255 blocks fails, and this is one block.
        debug_assert!(expanded.is_ok());
        Self { secret, project: project.to_owned(), key_id: key_id.to_owned() }
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SealingKey({} of {})", self.key_id, self.project)
    }
}

/// What a sealed map says openly; changing it makes the map unreadable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealHeader {
    /// Whose map it is.
    pub project: String,
    /// Which key seals it.
    pub key_id: String,
    /// When it stops being readable, in seconds since 1970 (UTC).
    pub expires_unix_s: i64,
}

/// Why a sealed map cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It is no sealed map.
    #[error("this is no sealed map: {0}; pass it on exactly as it was given")]
    Malformed(&'static str),
    /// It is of a version that is not known here.
    #[error(
        "this sealed map is of another version than `igm1`; open it with the release that made it"
    )]
    Version,
    /// Another project's key would be needed.
    #[error("this sealed map belongs to another project; use that project's key")]
    OtherProject,
    /// Another key of the project would be needed.
    #[error("this sealed map was made with another sealing key of the project")]
    OtherKey,
    /// It was changed, or was never made here.
    #[error("this sealed map was changed or made elsewhere; pass it on exactly as it was given")]
    Tampered,
    /// Its time is over.
    #[error("this sealed map expired {seconds} s ago; protect the text again")]
    Expired {
        /// How long ago.
        seconds: i64,
    },
}

/// Seals a vault. `nonce` must be random; a repeated one is harmless but shows when two maps are equal.
#[expect(clippy::needless_pass_by_value, reason = "a header is made for one map")]
pub fn seal(vault: &Vault, key: &SealingKey, header: SealHeader, nonce: [u8; 12]) -> String {
    let header = serde_json::to_vec(&header).unwrap_or_default();
    let open_part = format!("{PREFIX}.{}", URL_SAFE_NO_PAD.encode(header));
    let content = content::write(vault);
    let payload = Payload { msg: &content, aad: open_part.as_bytes() };
    // Encryption fails only beyond 64 GiB; an empty body is then a map that nobody can open.
    let ciphertext = cipher(key).encrypt(&Nonce::from(nonce), payload).unwrap_or_default();
    let body = [&nonce[..], &ciphertext].concat();
    format!("{open_part}.{}", URL_SAFE_NO_PAD.encode(body))
}

/// What a sealed map says openly. Nothing of it is proved before [`open`].
pub fn peek(sealed: &str) -> Result<SealHeader, SealError> {
    Ok(split(sealed)?.header)
}

/// Opens a sealed map at the time `now_unix_s` (seconds since 1970, UTC).
pub fn open(sealed: &str, key: &SealingKey, now_unix_s: i64) -> Result<Vault, SealError> {
    let parts = split(sealed)?;
    if parts.header.project != key.project {
        return Err(SealError::OtherProject);
    }
    if parts.header.key_id != key.key_id {
        return Err(SealError::OtherKey);
    }
    let (nonce, ciphertext) = parts
        .body
        .split_first_chunk::<12>()
        .ok_or(SealError::Malformed("its body is too short"))?;
    let payload = Payload { msg: ciphertext, aad: parts.open_part.as_bytes() };
    let content = cipher(key)
        .decrypt(&Nonce::from(*nonce), payload)
        .map(Zeroizing::new)
        .map_err(|_| SealError::Tampered)?;
    let seconds = now_unix_s.saturating_sub(parts.header.expires_unix_s);
    if seconds >= 0 {
        return Err(SealError::Expired { seconds });
    }
    content::read(&content).ok_or(SealError::Malformed("its content cannot be read"))
}

struct Parts<'s> {
    open_part: &'s str,
    header: SealHeader,
    body: Vec<u8>,
}

fn split(sealed: &str) -> Result<Parts<'_>, SealError> {
    let sealed = sealed.trim();
    let (open_part, body) =
        sealed.rsplit_once('.').ok_or(SealError::Malformed("it has no parts"))?;
    let (prefix, header) =
        open_part.split_once('.').ok_or(SealError::Malformed("it has no header"))?;
    if prefix != PREFIX {
        let versioned =
            prefix.strip_prefix("igm").is_some_and(|version| version.parse::<u32>().is_ok());
        let error = SealError::Malformed("it does not begin with `igm1.`");
        return Err(if versioned { SealError::Version } else { error });
    }
    let header = URL_SAFE_NO_PAD
        .decode(header)
        .ok()
        .and_then(|header| serde_json::from_slice(&header).ok())
        .ok_or(SealError::Malformed("its header cannot be read"))?;
    let body = URL_SAFE_NO_PAD
        .decode(body)
        .map_err(|_| SealError::Malformed("its body is no base64url"))?;
    Ok(Parts { open_part, header, body })
}

fn cipher(key: &SealingKey) -> Aes256GcmSiv {
    Aes256GcmSiv::new(&(*key.secret).into())
}

fn length(text: &str) -> [u8; 8] {
    u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::label::LabelWords;
    use crate::restore::Surrogate;
    use crate::vault::Entity;
    use crate::{Escape, Kind};

    const NOW: i64 = 1_800_000_000;

    fn key(project: &str, key_id: &str, salt: &[u8]) -> SealingKey {
        SealingKey::derive(&[7; 32], project, key_id, salt)
    }

    fn header(expires_unix_s: i64) -> SealHeader {
        SealHeader { project: "p1".to_owned(), key_id: "k1".to_owned(), expires_unix_s }
    }

    fn vault() -> Vault {
        let forms = ["Zineb \"Oukacha\"", "ZINEB"];
        let entity = Entity {
            kind: Kind::new("person"),
            ordinal: 3,
            forms: forms.map(|form| Zeroizing::new(form.to_owned())).to_vec(),
        };
        Vault::new(vec![entity], vec![surrogate()], &LabelWords::default())
    }

    fn surrogate() -> Surrogate {
        Surrogate {
            kind: Kind::new("email"),
            written: "personne1@example.org".to_owned(),
            grouped: false,
            value: Zeroizing::new("n.l@example.ma".to_owned()),
        }
    }

    fn sealed() -> String {
        seal(&vault(), &key("p1", "k1", b"salt"), header(NOW + 60), [9; 12])
    }

    fn check(sealed: &str, key: &SealingKey, now: i64, expect: &SealError) {
        assert_eq!(&open(sealed, key, now).unwrap_err(), expect);
    }

    #[test]
    fn what_was_sealed_opens_and_restores() {
        let opened = open(&sealed(), &key("p1", "k1", b"salt"), NOW).unwrap();
        let text = "[PERSON_3] [PERSON_3b] PERSONNE_3 شخص_٣ [PERSON_1]";
        assert_eq!(opened.restore(text, Escape::Plain), vault().restore(text, Escape::Plain));
        assert!(opened.restore(text, Escape::Plain).contains("Zineb"));
        assert_eq!(opened.restore("<personne1@example.org>", Escape::Plain), "<n.l@example.ma>");
        assert_eq!(peek(&sealed()).unwrap(), header(NOW + 60));
        let empty = seal(&Vault::default(), &key("p1", "k1", b""), header(NOW + 1), [0; 12]);
        assert!(open(&empty, &key("p1", "k1", b""), NOW).unwrap().is_empty());
    }

    #[test]
    fn each_reason_has_its_own_error() {
        let key_one = key("p1", "k1", b"salt");
        check(&sealed(), &key_one, NOW + 60, &SealError::Expired { seconds: 0 });
        check(&sealed(), &key_one, NOW + 99, &SealError::Expired { seconds: 39 });
        check(&sealed(), &key("p2", "k1", b"salt"), NOW, &SealError::OtherProject);
        check(&sealed(), &key("p1", "k2", b"salt"), NOW, &SealError::OtherKey);
        check(&sealed(), &key("p1", "k1", b"another"), NOW, &SealError::Tampered);
        check(&sealed().replacen("igm1", "igm2", 1), &key_one, NOW, &SealError::Version);
        let malformed =
            |text: &str| matches!(open(text, &key_one, NOW), Err(SealError::Malformed(_)));
        for text in ["", "igm1", "igm1.", "igm1..", "x.y.z", "igm1.e30.AAAA", "{}"] {
            assert!(malformed(text), "{text}");
        }
        let (open_part, _) =
            sealed().rsplit_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
        assert!(malformed(&format!("{open_part}.AAAA")));
    }

    #[test]
    fn a_longer_life_cannot_be_written_in() {
        let longer = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header(NOW + 9_999)).unwrap());
        let body = sealed().rsplit_once('.').unwrap().1.to_owned();
        let forged = format!("igm1.{longer}.{body}");
        check(&forged, &key("p1", "k1", b"salt"), NOW, &SealError::Tampered);
    }

    #[test]
    fn every_changed_byte_shows() {
        let sealed = sealed();
        let key = key("p1", "k1", b"salt");
        for at in 0..sealed.len() {
            for change in [1u8, 0x20, 0x40, 3] {
                let mut bytes = sealed.clone().into_bytes();
                bytes[at] ^= change;
                if let Ok(text) = String::from_utf8(bytes) {
                    assert!(open(&text, &key, NOW).is_err(), "byte {at}");
                }
            }
        }
        for length in 0..sealed.len() {
            assert!(open(sealed.get(..length).unwrap(), &key, NOW).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn neither_key_nor_map_shows_what_is_inside() {
        assert_eq!(format!("{:?}", key("p1", "k1", b"salt")), "SealingKey(k1 of p1)");
        assert!(!sealed().contains("Zineb"));
        assert_ne!(
            seal(&vault(), &key("p1", "k1", b"salt"), header(NOW), [1; 12]),
            seal(&vault(), &key("p1", "k1", b"salt"), header(NOW), [2; 12])
        );
    }
}
