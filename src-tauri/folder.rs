//! The folders of this desk, and the name by which the keychain knows the data on this computer. The host locks its data.

use std::fs;
use std::path::PathBuf;

use stolpe_host::DataFolder;
use uuid::Uuid;

use crate::error::ShellError;

/// Where this desk keeps its things.
#[derive(Clone, Debug)]
pub(crate) struct Folders {
    /// What the desk remembers.
    pub(crate) config: PathBuf,
    /// The data of the host inside this desk.
    pub(crate) data: PathBuf,
}

impl Folders {
    /// Whether the data that this desk has worked with is still there. Without this question a folder that is away, on a
    /// disk that is not plugged in, would be taken for a new and empty one.
    ///
    /// # Errors
    /// [`ShellError::DataGone`].
    pub(crate) fn check_data(&self) -> Result<(), ShellError> {
        let is_there = self.id_file().exists() && DataFolder::database(&self.data).exists();
        if is_there { Ok(()) } else { Err(ShellError::DataGone(self.data.clone())) }
    }

    fn id_file(&self) -> PathBuf {
        self.data.join("folder.id")
    }

    /// The name of the data: it stays the same when the folder is moved or the computer renamed. The folder is made if
    /// need be.
    ///
    /// # Errors
    /// When the folder cannot be read or written, or the name in it is garbage; a new one would lose the key.
    pub(crate) fn data_id(&self) -> Result<Uuid, ShellError> {
        let path = self.id_file();
        match fs::read_to_string(&path) {
            Ok(text) => {
                Uuid::parse_str(text.trim()).map_err(|error| ShellError::at(&path)(std::io::Error::other(error)))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let id = Uuid::new_v4();
                let write = fs::create_dir_all(&self.data).and_then(|()| fs::write(&path, id.to_string()));
                write.map_err(ShellError::at(&path)).map(|()| id)
            }
            Err(error) => Err(ShellError::at(path)(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_keeps_its_name() {
        let root = tempfile::tempdir().unwrap();
        let folders = Folders { config: root.path().join("config"), data: root.path().join("new/data") };
        let first = folders.data_id().unwrap();
        assert_eq!(folders.data_id().unwrap(), first);
    }

    #[test]
    fn data_that_is_away_is_not_begun_anew() {
        let root = tempfile::tempdir().unwrap();
        let folders = Folders { config: root.path().join("config"), data: root.path().join("data") };
        assert!(matches!(folders.check_data(), Err(ShellError::DataGone(_))));
        folders.data_id().unwrap();
        assert!(matches!(folders.check_data(), Err(ShellError::DataGone(_))), "a name without a database is no data");
        fs::write(root.path().join("data/stolpe.db"), "").unwrap();
        assert!(folders.check_data().is_ok());
    }

    #[test]
    fn a_name_that_is_garbage_is_not_replaced() {
        let root = tempfile::tempdir().unwrap();
        let folders = Folders { config: root.path().join("config"), data: root.path().to_owned() };
        fs::write(root.path().join("folder.id"), "mine").unwrap();
        assert!(matches!(folders.data_id(), Err(ShellError::File { .. })));
        assert_eq!(fs::read_to_string(root.path().join("folder.id")).unwrap(), "mine");
    }
}
