//! What a data folder remembers when its data has gone to a server, so that nobody goes on with the file by mistake.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Where the data of a folder went. It stands in `moved.json` beside the database file, which stays as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MovedData {
    /// The server, without a password.
    pub to: String,
    /// When the last step of the move began.
    pub begun_at: DateTime<Utc>,
    /// When it was over; none when it was broken off at its last step, and nobody here knows which side holds the data.
    pub finished_at: Option<DateTime<Utc>>,
}

impl MovedData {
    /// What the folder remembers; none for one whose data is in it.
    ///
    /// # Errors
    /// When the note cannot be read or understood: then nobody may guess.
    pub fn of(folder: &Path) -> std::io::Result<Option<Self>> {
        match std::fs::read(note(folder)) {
            Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Remembers it, whole or not at all.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn keep(&self, folder: &Path) -> std::io::Result<()> {
        let beside = folder.join("moved.new");
        let mut file = File::create(&beside)?;
        file.write_all(&serde_json::to_vec_pretty(self)?)?;
        file.sync_all()?;
        std::fs::rename(beside, note(folder))
    }

    /// Forgets it, if there is anything to forget: the data is in the folder.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn forget(folder: &Path) -> std::io::Result<()> {
        match std::fs::remove_file(note(folder)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Display for MovedData {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.finished_at {
            Some(at) => {
                write!(f, "the data was moved to {} at {}", self.to, at.to_rfc3339_opts(SecondsFormat::Secs, true))
            }
            None => write!(f, "a move to {} was broken off at its last step: run `stolpe-host promote` again", self.to),
        }
    }
}

fn note(folder: &Path) -> PathBuf {
    folder.join("moved.json")
}

/// The data of the folder is on a server, or was on its way there.
#[derive(Debug, thiserror::Error)]
#[error("{}: {moved}", .folder.display())]
pub struct DataMoved {
    /// The folder.
    pub folder: PathBuf,
    /// Where its data went.
    pub moved: MovedData,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_folder_remembers_comes_back_and_a_note_that_is_garbage_is_not_taken_for_none() {
        let folder = std::env::temp_dir().join(format!("stolpe-moved-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert_eq!(MovedData::of(&folder).unwrap(), None);
        let to = "postgres://stolpe@db.example:5432/stolpe".to_owned();
        let moved = MovedData { to, begun_at: DateTime::UNIX_EPOCH, finished_at: None };
        moved.keep(&folder).unwrap();
        assert_eq!(MovedData::of(&folder).unwrap(), Some(moved.clone()));
        assert!(moved.to_string().contains("broken off"));
        let finished = MovedData { finished_at: Some(DateTime::UNIX_EPOCH), ..moved };
        finished.keep(&folder).unwrap();
        assert_eq!(MovedData::of(&folder).unwrap(), Some(finished));
        std::fs::write(note(&folder), "{").unwrap();
        assert!(MovedData::of(&folder).is_err());
        MovedData::forget(&folder).unwrap();
        assert_eq!(MovedData::of(&folder).unwrap(), None);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
