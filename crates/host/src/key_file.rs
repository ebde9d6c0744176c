//! The master key of a headless host: in a file that only its owner can read, or handed over by the environment.

use std::path::PathBuf;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::secrets::{KeyKeeper, MasterKey};
use zeroize::Zeroizing;

/// Keeps the key in a file, as 64 hexadecimal digits.
#[derive(Clone, Debug)]
pub struct KeyFile(pub PathBuf);

impl KeyKeeper for KeyFile {
    fn load(&self) -> Result<Option<MasterKey>, PortError> {
        match std::fs::read_to_string(&self.0) {
            Ok(text) => parse(&Zeroizing::new(text)).map(Some),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(PortError::new(PortErrorKind::Unavailable, "read the key file", error)),
        }
    }

    fn keep(&self, key: &MasterKey) -> Result<(), PortError> {
        let failed = |error| PortError::new(PortErrorKind::Unavailable, "write the key file", error);
        let text = Zeroizing::new(hex::encode(**key));
        // Beside and then over, so that a full disk never leaves half a key.
        let beside = self.0.with_extension("new");
        write_private(&beside, &text).map_err(failed)?;
        std::fs::rename(&beside, &self.0).map_err(failed)
    }
}

fn write_private(path: &std::path::Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let mut options = std::fs::File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// A key that somebody else keeps: the environment, a secret manager.
pub struct FixedKey(MasterKey);

impl std::fmt::Debug for FixedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FixedKey")
    }
}

impl FixedKey {
    /// The key from 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`PortErrorKind::Misconfigured`] for anything else.
    pub fn parse(text: &str) -> Result<Self, PortError> {
        parse(text).map(Self)
    }
}

impl KeyKeeper for FixedKey {
    fn load(&self) -> Result<Option<MasterKey>, PortError> {
        Ok(Some(self.0.clone()))
    }

    fn keep(&self, _: &MasterKey) -> Result<(), PortError> {
        Err(PortError::bare(PortErrorKind::Refused, "a key from the environment cannot be replaced here"))
    }

    fn given(&self) -> Option<MasterKey> {
        Some(self.0.clone())
    }
}

fn parse(text: &str) -> Result<MasterKey, PortError> {
    let mut key = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), key.as_mut_slice())
        .map_err(|error| PortError::new(PortErrorKind::Misconfigured, "a key is 64 hexadecimal digits", error))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_gives_back_what_it_kept_and_is_private() {
        let path = std::env::temp_dir().join(format!("stolpe-key-{}", std::process::id()));
        let file = KeyFile(path.clone());
        assert!(file.load().unwrap().is_none());
        file.keep(&Zeroizing::new([7; 32])).unwrap();
        assert_eq!(*file.load().unwrap().unwrap(), [7; 32]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&path, "half a key").unwrap();
        assert_eq!(file.load().unwrap_err().kind, PortErrorKind::Misconfigured);
        std::fs::remove_file(&path).unwrap();
    }
}
