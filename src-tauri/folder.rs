//! The folders of this desk. The one with the data has a name for the keychain, and a lock that keeps a second program out.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::error::ShellError;

/// Where this desk keeps its things.
pub(crate) struct Folders {
    /// What the desk remembers.
    pub(crate) config: PathBuf,
    data: PathBuf,
    open: Mutex<Option<Arc<DataFolder>>>,
}

impl Folders {
    /// Names the folders; nothing is made yet.
    pub(crate) fn new(config: PathBuf, data: PathBuf) -> Self {
        Self { config, data, open: Mutex::new(None) }
    }

    /// The folder with the data, which from now on is this program's until it ends.
    ///
    /// # Errors
    /// As [`DataFolder::open`].
    pub(crate) fn data(&self) -> Result<Arc<DataFolder>, ShellError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = open.as_ref() {
            return Ok(Arc::clone(folder));
        }
        let folder = Arc::new(DataFolder::open(&self.data)?);
        *open = Some(Arc::clone(&folder));
        Ok(folder)
    }
}

/// A folder that this program, and no other desk, has open.
pub(crate) struct DataFolder {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// What the keychain knows it by: it stays the same when the folder is moved or the computer renamed.
    pub(crate) id: Uuid,
    /// Held for as long as the folder is open; the operating system lets go of it even when the program dies.
    _lock: File,
}

impl DataFolder {
    /// Opens the folder, making it if need be.
    ///
    /// # Errors
    /// When another program has it open, or it cannot be written.
    pub(crate) fn open(path: &Path) -> Result<Self, ShellError> {
        fs::create_dir_all(path).map_err(ShellError::at(path))?;
        let lock_path = path.join("desk.lock");
        let lock = File::create(&lock_path).map_err(ShellError::at(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(ShellError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(ShellError::at(&lock_path)(error)),
        }
        let id = id(&path.join("folder.id"))?;
        Ok(Self { path: path.to_owned(), id, _lock: lock })
    }
}

fn id(path: &Path) -> Result<Uuid, ShellError> {
    match fs::read_to_string(path) {
        Ok(text) => Uuid::parse_str(text.trim()).map_err(|error| ShellError::at(path)(std::io::Error::other(error))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let id = Uuid::new_v4();
            fs::write(path, id.to_string()).map_err(ShellError::at(path))?;
            Ok(id)
        }
        Err(error) => Err(ShellError::at(path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_keeps_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("new/data");
        let first = DataFolder::open(&data).unwrap().id;
        assert_eq!(DataFolder::open(&data).unwrap().id, first);
    }

    #[test]
    fn a_folder_is_open_in_one_program_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let open = DataFolder::open(folder.path()).unwrap();
        assert!(matches!(DataFolder::open(folder.path()), Err(ShellError::InUse(_))));
        drop(open);
        assert!(DataFolder::open(folder.path()).is_ok());
    }

    #[test]
    fn a_name_that_is_garbage_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("folder.id"), "mine").unwrap();
        assert!(matches!(DataFolder::open(folder.path()), Err(ShellError::File { .. })));
    }
}
