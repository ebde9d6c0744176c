//! Secrets of this computer's user: in the keychain of the operating system, or, only when the user says so, in a file
//! that only the user may read. Nothing here ever chooses the file by itself.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use keyring::{Entry, Error};
use serde::Serialize;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::secrets::{KeyKeeper, MasterKey};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

/// The name under which the keychain files what is ours.
const SERVICE: &str = "stolpe";

/// Why the keychain did not help.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeychainError {
    /// There is none on this computer, or none running.
    #[error("this computer offers no keychain")]
    Absent,
    /// It is locked, and was not unlocked when the user was asked.
    #[error("the keychain is locked")]
    Locked(#[source] Error),
    /// It failed in another way.
    #[error("the keychain failed")]
    Failed(#[source] Error),
}

impl KeychainError {
    /// The word that the page knows it by.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Absent => "keychain.absent",
            Self::Locked(_) => "keychain.locked",
            Self::Failed(_) => "keychain.failed",
        }
    }
}

impl From<Error> for KeychainError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoDefaultStore => Self::Absent,
            Error::NoStorageAccess(_) => Self::Locked(error),
            _ => Self::Failed(error),
        }
    }
}

/// How the keychain is, without asking the user to unlock it.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum KeychainState {
    /// There is one.
    Present,
    /// There is none.
    Absent,
}

/// Whether this computer has a keychain. Blocks for a round trip to it.
pub(crate) fn state() -> KeychainState {
    if Entry::store_status().is_ok() { KeychainState::Present } else { KeychainState::Absent }
}

/// What is filed under a name. Blocks, for as long as the user takes to unlock the keychain.
///
/// # Errors
/// When the keychain is absent, locked or broken; a name under which nothing is filed is no error.
pub(crate) fn read(name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
    match Entry::new(SERVICE, name)?.get_secret() {
        Ok(secret) => Ok(Some(Zeroizing::new(secret))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// As [`read`], for a secret that is text.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_text(name: &str) -> Result<Option<Zeroizing<String>>, KeychainError> {
    let secret = read(name)?;
    Ok(secret.and_then(|bytes| std::str::from_utf8(&bytes).ok().map(|text| Zeroizing::new(text.to_owned()))))
}

/// Files a secret under a name, in place of an earlier one. Blocks as [`read`].
///
/// # Errors
/// As [`read`].
pub(crate) fn write(name: &str, secret: &[u8]) -> Result<(), KeychainError> {
    Ok(Entry::new(SERVICE, name)?.set_secret(secret)?)
}

/// Forgets what is filed under a name. Blocks as [`read`].
///
/// # Errors
/// As [`read`].
pub(crate) fn forget(name: &str) -> Result<(), KeychainError> {
    match Entry::new(SERVICE, name)?.delete_credential() {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Keeps the key of a vault in the keychain.
pub(crate) struct KeychainKeeper {
    /// Which data the key belongs to.
    pub(crate) name: String,
}

impl KeyKeeper for KeychainKeeper {
    fn load(&self) -> Result<Option<MasterKey>, PortError> {
        const WHAT: &str = "read the key of the vault from the keychain";
        let secret = read(&self.name).map_err(|error| PortError::new(PortErrorKind::Unavailable, WHAT, error))?;
        secret.map(|bytes| key_of(&bytes, WHAT)).transpose()
    }

    fn keep(&self, key: &MasterKey) -> Result<(), PortError> {
        const WHAT: &str = "keep the key of the vault in the keychain";
        write(&self.name, key.as_slice()).map_err(|error| PortError::new(PortErrorKind::Unavailable, WHAT, error))
    }
}

/// Keeps the key of a vault in a file, for a computer without a keychain whose user has agreed to it.
pub(crate) struct FileKeeper {
    /// Where the file is; not in the folder of the data, so that a copy of the data does not carry its key.
    pub(crate) path: PathBuf,
}

impl KeyKeeper for FileKeeper {
    fn load(&self) -> Result<Option<MasterKey>, PortError> {
        const WHAT: &str = "read the key of the vault from its file";
        match fs::read(&self.path).map(Zeroizing::new) {
            Ok(bytes) => key_of(&bytes, WHAT).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(PortError::new(PortErrorKind::Unavailable, WHAT, error)),
        }
    }

    fn keep(&self, key: &MasterKey) -> Result<(), PortError> {
        const WHAT: &str = "keep the key of the vault in its file";
        let keep = || {
            let folder = self.path.parent().ok_or_else(|| std::io::Error::other("the key has no folder"))?;
            fs::create_dir_all(folder)?;
            // A temporary file of this kind is its owner's alone from the first moment, and so is what becomes of it.
            let mut file = NamedTempFile::new_in(folder)?;
            file.write_all(key.as_slice())?;
            file.as_file().sync_all()?;
            file.persist(&self.path).map_err(|error| error.error)
        };
        keep().map(drop).map_err(|error| PortError::new(PortErrorKind::Refused, WHAT, error))
    }
}

fn key_of(bytes: &[u8], what: &'static str) -> Result<MasterKey, PortError> {
    let key = bytes.try_into().map_err(|error| PortError::new(PortErrorKind::Unexpected, what, error))?;
    Ok(Zeroizing::new(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_and_a_locked_keychain_are_told_apart() {
        assert_eq!(KeychainError::from(Error::NoDefaultStore).code(), "keychain.absent");
        let locked = Error::NoStorageAccess("prompt dismissed".into());
        assert_eq!(KeychainError::from(locked).code(), "keychain.locked");
        let broken = Error::BadStoreFormat("garbage".into());
        assert_eq!(KeychainError::from(broken).code(), "keychain.failed");
    }

    #[test]
    fn a_key_file_gives_back_what_it_keeps() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = FileKeeper { path: folder.path().join("config/vault.key") };
        assert!(keeper.load().unwrap().is_none());
        keeper.keep(&Zeroizing::new([7; 32])).unwrap();
        assert_eq!(keeper.load().unwrap().unwrap(), Zeroizing::new([7; 32]));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let keeper = FileKeeper { path: folder.path().join("vault.key") };
        keeper.keep(&Zeroizing::new([7; 32])).unwrap();
        assert_eq!(fs::metadata(&keeper.path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.key");
        fs::write(&path, "too short").unwrap();
        assert_eq!(FileKeeper { path }.load().unwrap_err().kind, PortErrorKind::Unexpected);
    }
}
