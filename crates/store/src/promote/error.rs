//! Why an installation cannot be moved.

use crate::error::StoreError;
use crate::migrate::SCHEMA_VERSION;

/// Tables that are named when the server is not empty; the rest is counted.
const NAMED: usize = 3;

/// The outcome of a step of the move.
pub type Result<T, E = PromoteError> = std::result::Result<T, E>;

/// Why an installation cannot be moved. The file is unchanged always, the server unless it says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum PromoteError {
    /// The file or the server did something.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file was written by an older program.
    #[error("the database file has version {found}, this program writes {known}: run `stolpe-host migrate` first")]
    Older {
        /// Version of the file.
        found: i64,
        /// The version that this program writes.
        known: i64,
    },
    /// Nobody has set the installation up: there is nothing to move.
    #[error("nobody has set up what is in the database file: there is nothing to move")]
    NotSetUp,
    /// The server has something already.
    #[error("the Postgres database is not empty: {0}")]
    NotEmpty(Contents),
    /// The two schemas do not go together.
    #[error("the file and the server do not go together: {0}")]
    Schema(String),
    /// A value that `SQLite` holds and Postgres cannot.
    #[error("{table}.{column} of {key} cannot be moved: {why}")]
    Unfit {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The row, as far as its key says nothing about a person.
        key: String,
        /// What is the matter.
        why: &'static str,
    },
    /// What arrived is not what was sent.
    #[error("{table} did not arrive as it was: {arrived} rows for {sent}")]
    Differs {
        /// The table.
        table: String,
        /// Rows that were sent.
        sent: u64,
        /// Rows that arrived; when there are as many, their contents differ.
        arrived: u64,
    },
}

impl From<sqlx::Error> for PromoteError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// What stands in a database that should be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Its tables, views and sequences.
    pub relations: Vec<String>,
    /// The version of its schema, if it is one of ours.
    pub version: Option<i64>,
}

impl std::fmt::Display for Contents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let named = self.relations.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        write!(f, "it holds {named}")?;
        if let Some(more) = self.relations.len().checked_sub(NAMED).filter(|more| *more > 0) {
            write!(f, " and {more} more tables")?;
        }
        match self.version {
            Some(version) if version > SCHEMA_VERSION => {
                write!(f, ", of a newer Stolpe (version {version}, this program knows up to {SCHEMA_VERSION})")
            }
            Some(version) if version < SCHEMA_VERSION => {
                write!(f, ", of an older Stolpe (version {version}, this program writes {SCHEMA_VERSION})")
            }
            Some(version) => write!(f, ", of another installation of Stolpe (version {version})"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_way_is_named() {
        let contents = |names: &[&str], version| Contents {
            relations: names.iter().map(|name| (*name).to_owned()).collect(),
            version,
        };
        assert_eq!(contents(&["bank"], None).to_string(), "it holds bank");
        let text = contents(&["a", "b", "c", "d", "e"], Some(SCHEMA_VERSION + 1)).to_string();
        assert!(text.starts_with("it holds a, b, c and 2 more tables, of a newer Stolpe"), "{text}");
        assert!(contents(&["a"], Some(SCHEMA_VERSION - 1)).to_string().contains("an older Stolpe"));
    }
}
