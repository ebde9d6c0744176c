//! Where the data is, and the lock that keeps a second host out of the folder.

use crate::StartError;
use crate::moved::{DataMoved, MovedData};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use stolpe_store::Db;

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A database file in a folder on this computer.
    Embedded(PathBuf),
    /// A Postgres server, which several hosts may share.
    Postgres(String),
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Embedded(folder) => f.debug_tuple("Embedded").field(folder).finish(),
            // The address has a password in it.
            Self::Postgres(_) => f.write_str("Postgres"),
        }
    }
}

/// Another host has the data folder open.
#[derive(Debug, thiserror::Error)]
#[error("{} is in use", .0.display())]
pub struct DataLocked(pub PathBuf);

/// A data folder that belongs to this process alone.
#[derive(Debug)]
pub struct DataFolder {
    _lock: File,
}

impl DataFolder {
    /// The database file of a data folder.
    pub fn database(folder: &Path) -> PathBuf {
        folder.join("stolpe.db")
    }

    /// Makes the folder if it is missing, for its owner alone, and locks it: for whoever works with the data in it.
    ///
    /// # Errors
    /// As [`DataFolder::lock`]; [`StartError::Moved`] when the data has gone elsewhere.
    pub fn open(folder: &Path) -> Result<Self, StartError> {
        let held = Self::lock(folder)?;
        Self::still_holds_its_data(folder)?;
        Ok(held)
    }

    /// Stops when the data of the folder has gone elsewhere.
    ///
    /// # Errors
    /// [`StartError::Moved`]; [`StartError::Data`] when the note of it cannot be read.
    pub fn still_holds_its_data(folder: &Path) -> Result<(), StartError> {
        match MovedData::of(folder)? {
            None => Ok(()),
            Some(moved) => Err(DataMoved { folder: folder.to_owned(), moved }.into()),
        }
    }

    /// Makes the folder if it is missing, for its owner alone, and locks it, wherever its data is.
    ///
    /// # Errors
    /// [`StartError::Locked`] when another process has it, [`StartError::Data`] when it cannot be made.
    pub fn lock(folder: &Path) -> Result<Self, StartError> {
        std::fs::create_dir_all(folder)?;
        keep_private(folder)?;
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(DataLocked(folder.to_owned()).into()),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

#[cfg(unix)]
fn keep_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> std::io::Result<()> {
    // A folder under the user's profile is private to the user already.
    Ok(())
}

/// Opens the database of a place.
pub(crate) async fn open(place: Place) -> Result<(Db, Option<DataFolder>), StartError> {
    match place {
        Place::Embedded(folder) => {
            let held = DataFolder::open(&folder)?;
            let db = Db::open_sqlite(&DataFolder::database(&folder)).await?;
            Ok((db, Some(held)))
        }
        Place::Postgres(url) => Ok((Db::open_postgres(&url).await?, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_written_in_a_log_keeps_its_password() {
        let place = Place::Postgres("postgres://stolpe:hemlig@db.example/stolpe".to_owned());
        assert_eq!(format!("{place:?}"), "Postgres");
    }

    #[test]
    fn a_data_folder_lets_one_host_in() {
        let folder = std::env::temp_dir().join(format!("stolpe-lock-{}", std::process::id()));
        let first = DataFolder::lock(&folder).unwrap();
        assert!(matches!(DataFolder::lock(&folder), Err(StartError::Locked(_))));
        drop(first);
        assert!(DataFolder::lock(&folder).is_ok());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
