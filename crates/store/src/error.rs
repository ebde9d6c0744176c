//! What the database did.

use std::path::PathBuf;

/// The outcome of a store call.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// What the database did.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row that must exist does not.
    #[error("no such {0}")]
    Missing(&'static str),
    /// A unique rule stands in the way; the code names it.
    #[error("already taken: {0}")]
    Taken(&'static str),
    /// The row has changed since it was read.
    #[error("changed by someone else")]
    Changed,
    /// Something still refers to the row.
    #[error("still in use")]
    InUse,
    /// A text holds a sign that no text has: Postgres keeps no U+0000.
    #[error("a text that cannot be kept")]
    NotText(#[source] sqlx::Error),
    /// A row cannot be read back: our mistake, or a damaged database.
    #[error("unreadable {column} in {table}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// The database cannot be reached, or has gone away.
    #[error("the database cannot be reached")]
    Gone(#[source] sqlx::Error),
    /// Others could read along on the way to the server.
    #[error("a server on another computer needs sslmode=verify-full")]
    Unprotected,
    /// The disk is full.
    #[error("the disk is full")]
    DiskFull(#[source] sqlx::Error),
    /// Another program holds the database.
    #[error("the database is busy")]
    Busy(#[source] sqlx::Error),
    /// The database was written by a newer version.
    #[error("the database has version {found}, this program knows up to {known}")]
    Newer {
        /// Version of the database.
        found: i64,
        /// Newest version that this program knows.
        known: i64,
    },
    /// The integrity check of the database file failed.
    #[error("the database file is damaged: {0}")]
    Damaged(String),
    /// A file could not be read or written.
    #[error("the file {path} cannot be used")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// An outside tool, such as `pg_dump`, failed.
    #[error("{tool} failed: {message}")]
    Tool {
        /// The tool.
        tool: &'static str,
        /// What it said.
        message: String,
    },
    /// A migration failed.
    #[error("the database cannot be brought up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// Anything else that the driver says.
    #[error("the database refused a statement")]
    Driver(#[source] sqlx::Error),
}

/// `SQLite`'s result codes (sqlite.org/rescode.html) for a full disk: in the file itself, and in the index of its log.
const SQLITE_FULL: &str = "13";
const SQLITE_IOERR_SHMSIZE: &str = "4874";
/// For a file that is broken inside, and one that is no database at all.
const SQLITE_CORRUPT: &str = "11";
const SQLITE_NOTADB: &str = "26";
/// Postgres' SQLSTATE for a full disk.
const PG_DISK_FULL: &str = "53100";
/// Postgres' SQLSTATE for a sign that is not in its repertoire.
const PG_NOT_TEXT: &str = "22021";

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Gone(error),
            sqlx::Error::Database(inner) => match inner.code().as_deref() {
                Some(SQLITE_FULL | SQLITE_IOERR_SHMSIZE | PG_DISK_FULL) => Self::DiskFull(error),
                Some(SQLITE_CORRUPT | SQLITE_NOTADB) => Self::Damaged(inner.message().to_owned()),
                Some(PG_NOT_TEXT) => Self::NotText(error),
                // 5 busy, 6 locked, and their extended forms.
                Some("5" | "6" | "261" | "262" | "517" | "518") => Self::Busy(error),
                // Postgres closes connections with class 57P when it is going down; class 08 is a lost connection.
                Some(code) if code.starts_with("57P") || code.starts_with("08") => Self::Gone(error),
                _ if inner.is_foreign_key_violation() => Self::InUse,
                _ => Self::Driver(error),
            },
            _ => Self::Driver(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            // The disk and the server are to blame for more than a migration.
            sqlx::migrate::MigrateError::Execute(inner) => inner.into(),
            other => Self::Migrate(other),
        }
    }
}

impl StoreError {
    /// Whether a unique rule stood in the way.
    pub(crate) fn is_unique(&self) -> bool {
        matches!(self, Self::Driver(sqlx::Error::Database(inner)) if inner.is_unique_violation())
    }
}

/// Names the unique rule that a statement can break: `SQLite` does not say which one it was.
pub(crate) trait OnUnique<T> {
    /// Turns a unique violation into [`StoreError::Taken`] with this code.
    fn on_unique(self, code: &'static str) -> Result<T>;
}

impl<T> OnUnique<T> for Result<T> {
    fn on_unique(self, code: &'static str) -> Result<T> {
        self.map_err(|error| if error.is_unique() { StoreError::Taken(code) } else { error })
    }
}
