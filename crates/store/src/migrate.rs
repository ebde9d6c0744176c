//! Opening a database: reach it, check it, back it up, bring it up to date.

use crate::engine::Db;
use crate::error::{Result, StoreError};
use crate::server::Server;
use sqlx::Executor as _;
use sqlx::migrate::Migrator;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
pub(crate) static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// The newest schema that this program knows.
pub const SCHEMA_VERSION: i64 = 45;

/// Readers beside the writer: enough for a busy desk, few enough for a laptop.
const SQLITE_READERS: u32 = 4;
/// Connections of one host; a Postgres server takes a hundred by default, and several hosts share it.
const POSTGRES_CONNECTIONS: u32 = 12;
/// How long a statement waits for `SQLite`'s write lock before it says "busy".
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a caller waits for a connection: a server that is away is reported, not waited for.
pub(crate) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);

/// What the one writer may keep of the database in memory, in KiB. An import touches the indexes of a whole register in
/// no order; with the 2 MB that `SQLite` takes by itself, most pages were read and written again for every run of rows.
const WRITER_CACHE: &str = "-32768";
/// After how many pages the log is written back: 32 MB, so that pages that every run changes are written back once for
/// several runs.
const WAL_PAGES: &str = "8000";

/// Postgres keeps the plan of a statement that it has seen a few times. One that was made while a table was empty would
/// be kept through an import that fills it, and look at every row for each name.
const PLAN_ANEW: &str = "set plan_cache_mode = force_custom_plan";

impl Db {
    /// Opens the database file of the embedded default, making it if it is missing, and brings it up to date.
    ///
    /// A copy is kept beside the file before an upgrade.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the integrity check fails, [`StoreError::Newer`] when the file was written by a
    /// newer program. The file is unchanged then.
    pub async fn open_sqlite(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT);
        // No file goes away between two uses of it: asking each time costs two changes of threads. Whoever gives a connection
        // back has it tested.
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(BUSY_TIMEOUT)
            .test_before_acquire(false)
            .connect_with(
                options
                    .clone()
                    .pragma("cache_size", WRITER_CACHE)
                    .pragma("wal_autocheckpoint", WAL_PAGES)
                    // What a statement would need to be taken back alone goes nowhere but into memory.
                    .pragma("temp_store", "memory"),
            )
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .acquire_timeout(BUSY_TIMEOUT)
            .test_before_acquire(false)
            .connect_lazy_with(options.create_if_missing(false));
        let db = Self::Sqlite { readers, writer, path: path.to_owned() };
        db.check_integrity().await?;
        db.upgrade().await?;
        Ok(db)
    }

    /// Opens a Postgres database and brings it up to date.
    ///
    /// # Errors
    /// [`StoreError::Gone`] when the server cannot be reached, [`StoreError::Newer`] when it is ahead of this program,
    /// [`StoreError::Unprotected`] when others could read along on the way there.
    pub async fn open_postgres(url: &str) -> Result<Self> {
        let server = Arc::new(Server::parse(url)?);
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .after_connect(|conn, _| Box::pin(async move { conn.execute(PLAN_ANEW).await.map(drop) }))
            .connect_with(server.options())
            .await?;
        let db = Self::Postgres { pool, server };
        db.upgrade().await?;
        Ok(db)
    }

    /// The schema version of the database, zero for an empty one.
    async fn version(&self) -> Result<i64> {
        let mut conn = self.read().await?;
        // The table is the migrator's; it is not there before the first run.
        let known: Option<(i64,)> = match self {
            Self::Sqlite { .. } => {
                conn.sql("select count(*) from sqlite_schema where name = '_sqlx_migrations'").optional().await?
            }
            Self::Postgres { .. } => {
                conn.sql("select count(*) from information_schema.tables where table_name = '_sqlx_migrations' and table_schema = current_schema()").optional().await?
            }
        };
        if known.is_none_or(|(count,)| count == 0) {
            return Ok(0);
        }
        let (version,): (Option<i64>,) = conn.sql("select max(version) from _sqlx_migrations").one().await?;
        Ok(version.unwrap_or(0))
    }

    async fn upgrade(&self) -> Result<()> {
        let found = self.version().await?;
        if found > SCHEMA_VERSION {
            return Err(StoreError::Newer { found, known: SCHEMA_VERSION });
        }
        if let (Self::Sqlite { path, .. }, true) = (self, found > 0 && found < SCHEMA_VERSION) {
            self.backup(&beside(path, &format!("before-version-{SCHEMA_VERSION}"))).await?;
        }
        match self {
            Self::Sqlite { writer, .. } => SQLITE.run(writer).await?,
            Self::Postgres { pool, .. } => POSTGRES.run(pool).await?,
        }
        Ok(())
    }

    /// Asks `SQLite` whether the file is whole; Postgres checks its own pages.
    async fn check_integrity(&self) -> Result<()> {
        if let Self::Sqlite { .. } = self {
            let damaged = |error: StoreError| match error {
                StoreError::Driver(sqlx::Error::Database(inner)) => StoreError::Damaged(inner.message().to_owned()),
                other => other,
            };
            let mut conn = self.read().await.map_err(damaged)?;
            let (answer,): (String,) = conn.sql("pragma quick_check(1)").one().await.map_err(damaged)?;
            if answer != "ok" {
                return Err(StoreError::Damaged(answer));
            }
        }
        Ok(())
    }
}

/// A file beside the database, named after why it was made.
pub(crate) fn beside(path: &Path, why: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}.{why}.db"))
}
