//! Copies of the whole database.

use crate::engine::Db;
use crate::error::{Result, StoreError};
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
        if to.exists() {
            let source = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
            return Err(StoreError::File { path: to.to_owned(), source });
        }
        match self {
            Self::Sqlite { readers, .. } => {
                // The name is a bound value, so no text is ever built from it.
                sqlx::query(AssertSqlSafe("vacuum into $1"))
                    .bind(to.to_string_lossy().into_owned())
                    .execute(readers)
                    .await?;
                Ok(())
            }
            Self::Postgres { url, .. } => {
                tool("pg_dump", &["--format=custom", "--no-owner", "--file", &to.to_string_lossy(), url]).await
            }
        }
    }

    /// Replaces everything in a Postgres database by an archive.
    ///
    /// # Errors
    /// [`StoreError::Tool`] when `pg_restore` fails; it works in one transaction, so nothing has changed then.
    pub async fn restore_postgres(url: &str, from: &Path) -> Result<()> {
        let file = from.to_string_lossy();
        let arguments = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--dbname", url, &*file];
        tool("pg_restore", &arguments).await
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
        tokio::fs::copy(from, &new).await.map_err(|source| StoreError::File { path: from.to_owned(), source })?;
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

async fn tool(name: &'static str, arguments: &[&str]) -> Result<()> {
    let failed = |message: String| StoreError::Tool { tool: name, message };
    let output = Command::new(name).args(arguments).output().await.map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
    }
}
