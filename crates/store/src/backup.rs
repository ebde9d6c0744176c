//! Copies of the whole database.

use crate::engine::Db;
use crate::error::{Result, StoreError};
use crate::server::Server;
use sqlx::AssertSqlSafe;
use std::path::Path;
use tokio::process::Command;

impl Db {
    /// Writes a copy of the whole database to a file that must not exist yet, while work goes on.
    ///
    /// `SQLite`'s copy is a database file; Postgres' is an archive of its own tool `pg_dump`, which must be installed.
    ///
    /// # Errors
    /// [`StoreError::File`] when the file exists or cannot be written, [`StoreError::Tool`] when `pg_dump` fails.
    pub async fn backup(&self, to: &Path) -> Result<()> {
        // Both engines write into a file that is there and empty, and leave it as private as it is.
        make_private(to).map_err(|source| StoreError::File { path: to.to_owned(), source })?;
        let written = self.write_copy(to).await;
        if written.is_err() {
            let _ = tokio::fs::remove_file(to).await;
        }
        written
    }

    async fn write_copy(&self, to: &Path) -> Result<()> {
        match self {
            Self::Sqlite { readers, .. } => {
                // The name is a bound value, so no text is ever built from it.
                sqlx::query(AssertSqlSafe("vacuum into $1"))
                    .bind(to.to_string_lossy().into_owned())
                    .execute(readers)
                    .await?;
                Ok(())
            }
            Self::Postgres { server, .. } => {
                let mut dump = server.tool("pg_dump", "--dbname");
                dump.args(["--format=custom", "--no-owner", "--file"]).arg(to);
                run("pg_dump", dump).await
            }
        }
    }

    /// Replaces everything in a Postgres database by an archive.
    ///
    /// # Errors
    /// [`StoreError::Tool`] when `pg_restore` fails; it works in one transaction, so nothing has changed then.
    /// [`StoreError::Unprotected`] when others could read along on the way there.
    pub async fn restore_postgres(url: &str, from: &Path) -> Result<()> {
        let mut restore = Server::parse(url)?.tool("pg_restore", "--dbname");
        restore.args(["--clean", "--if-exists", "--no-owner", "--single-transaction"]).arg(from);
        run("pg_restore", restore).await
    }

    /// Puts a backup in the place of a `SQLite` database that nobody has open; the old file is kept beside it.
    ///
    /// The backup is opened and checked first.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] or [`StoreError::Newer`] for the backup, [`StoreError::File`] for the disk. The old
    /// file is in its place then.
    pub async fn restore_sqlite(path: &Path, from: &Path) -> Result<()> {
        let file = |source| StoreError::File { path: path.to_owned(), source };
        let new = crate::migrate::beside(path, "restoring");
        let _ = tokio::fs::remove_file(&new).await;
        make_private(&new).map_err(file)?;
        copy(from, &new).await.map_err(|source| StoreError::File { path: from.to_owned(), source })?;
        let checked = Self::open_sqlite(&new).await;
        match checked {
            Ok(db) => db.close().await,
            Err(error) => {
                let _ = tokio::fs::remove_file(&new).await;
                return Err(error);
            }
        }
        if path.exists() {
            tokio::fs::rename(path, crate::migrate::beside(path, "before-restore")).await.map_err(file)?;
        }
        for suffix in ["-wal", "-shm"] {
            let mut side = path.as_os_str().to_owned();
            side.push(suffix);
            let _ = tokio::fs::remove_file(side).await;
        }
        tokio::fs::rename(&new, path).await.map_err(file)
    }
}

/// Makes a file that nobody but its owner can read.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path).map(drop)
}

/// Copies what is in a file, and not who may read it.
async fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    let mut from = tokio::fs::File::open(from).await?;
    let mut to = tokio::fs::File::options().write(true).open(to).await?;
    tokio::io::copy(&mut from, &mut to).await?;
    to.sync_all().await
}

async fn run(name: &'static str, mut tool: Command) -> Result<()> {
    let failed = |message: String| StoreError::Tool { tool: name, message };
    let output = tool.output().await.map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}
