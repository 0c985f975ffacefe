//! The installation's secrets: files of their own in the data folder, readable by their owner only, made
//! once and never overwritten. Whoever loses `ledger.key` cannot continue the ledger; whoever loses
//! `sealing.key` cannot open a sealed map.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use zeroize::{Zeroize, Zeroizing};

use crate::files::{self, Readers};

/// The file of the seed of the key that signs checkpoints.
pub const LEDGER_KEY: &str = "ledger.key";
/// The file of the key from which the keys of sealed maps are derived.
pub const SEALING_KEY: &str = "sealing.key";

/// 32 secret bytes: wiped when dropped, masked by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// The bytes, for the one who computes with them.
    pub fn reveal(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl From<[u8; 32]> for Secret {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// The secrets of one installation.
#[derive(Debug, Clone)]
pub struct Secrets {
    /// The seed of the Ed25519 key that signs checkpoints.
    pub ledger_seed: Secret,
    /// The master key of sealed maps.
    pub sealing_master: Secret,
}

/// Why a secret cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It is not there, though it must be.
    #[error("{} is missing; this installation was made with it: restore it from a backup", .0.display())]
    Missing(PathBuf),
    /// Not what Igudar writes.
    #[error("{} is damaged: 64 hexadecimal digits are expected; restore it from a backup", .0.display())]
    Damaged(PathBuf),
    /// Others can read it.
    #[error("{path} can be read by others; run: chmod 600 {path}", path = .0.display())]
    Exposed(PathBuf),
    /// The system's error.
    #[error("{} cannot be used: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

/// Reads the secrets of `folder`; what is missing is an error.
pub fn load(folder: &Path) -> Result<Secrets, SecretError> {
    Ok(Secrets {
        ledger_seed: read(&folder.join(LEDGER_KEY))?,
        sealing_master: read(&folder.join(SEALING_KEY))?,
    })
}

/// Makes the secrets that are missing, then reads them. For an installation that has nothing to lose yet.
pub fn load_or_create(
    folder: &Path,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<Secrets, SecretError> {
    for name in [LEDGER_KEY, SEALING_KEY] {
        let path = folder.join(name);
        let mut bytes = Zeroizing::new([0; 32]);
        random(bytes.as_mut_slice());
        let text = Zeroizing::new(format!("{}\n", hex::encode(*bytes)));
        files::create(&path, text.as_bytes(), Readers::Owner)
            .map_err(|cause| SecretError::File { path, cause })?;
    }
    load(folder)
}

fn read(path: &Path) -> Result<Secret, SecretError> {
    let failed = |cause: io::Error| match cause.kind() {
        io::ErrorKind::NotFound => SecretError::Missing(path.to_path_buf()),
        _ => SecretError::File { path: path.to_path_buf(), cause },
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
        // A container platform may mount secrets for the owner and a group of the container's own.
        if mode & 0o027 != 0 {
            return Err(SecretError::Exposed(path.to_path_buf()));
        }
    }
    let text = Zeroizing::new(fs::read(path).map_err(failed)?);
    let damaged = || SecretError::Damaged(path.to_path_buf());
    let digits = text.trim_ascii();
    let mut bytes = [0; 32];
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| damaged())?;
    Ok(Secret(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(folder: &Path) -> Secrets {
        let mut next = 0;
        let mut random = |bytes: &mut [u8]| {
            next += 1;
            bytes.fill(next);
        };
        load_or_create(folder, &mut random).unwrap()
    }

    #[test]
    fn secrets_are_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let missing = load(folder.path()).unwrap_err();
        assert!(matches!(missing, SecretError::Missing(_)), "{missing}");
        let first = made(folder.path());
        let again = load_or_create(folder.path(), &mut |bytes| bytes.fill(9)).unwrap();
        assert_eq!(first.ledger_seed, again.ledger_seed);
        assert_eq!(first.sealing_master, again.sealing_master);
        assert_ne!(first.ledger_seed, first.sealing_master);
        assert_eq!(format!("{:?}", first.ledger_seed), "Secret(…)");
    }

    #[test]
    fn damaged_and_exposed_secrets_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        made(folder.path());
        let path = folder.path().join(LEDGER_KEY);
        fs::write(&path, "00ff").unwrap();
        assert!(matches!(load(folder.path()), Err(SecretError::Damaged(_))));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
            let exposed = load(folder.path()).unwrap_err();
            assert!(exposed.to_string().contains("chmod 600"), "{exposed}");
        }
    }
}
