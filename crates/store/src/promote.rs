//! Moving a whole installation from the database file to a server: everything, proved, in one transaction.
//!
//! What is moved follows from the schemas, never from a list. The file is only ever read. The tables are made, filled
//! and proved in one transaction of the server: broken off at any point, it leaves the server as empty as it was.

mod cell;
mod error;
mod schema;

use crate::error::StoreError;
use crate::migrate::{ACQUIRE_TIMEOUT, BUSY_TIMEOUT, POSTGRES, SCHEMA_VERSION};
use crate::server::Server;
use cell::Cell;
use futures::TryStreamExt;
use schema::Table;
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, PgPool, Postgres, Transaction};
use std::path::Path;

pub use error::{Contents, PromoteError, Result};
pub use schema::continue_sequences;

/// Bytes that are gathered before they are sent: with one row beyond it, all that is ever held in memory.
const CHUNK: usize = 256 * 1024;

/// What is told while it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// So many rows of a table are on their way.
    Copying {
        /// The table.
        table: &'a str,
        /// Rows so far.
        rows: u64,
        /// Rows in all.
        of: u64,
    },
    /// A table is over, and not proved yet.
    Copied {
        /// The table.
        table: &'a str,
        /// Its rows.
        rows: u64,
    },
}

/// A table that arrived as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// SHA-256 over every value of every row, the same on both sides.
    pub digest: [u8; 32],
}

/// The database file, proved, and read as it was at one moment.
#[derive(Debug)]
pub struct Source {
    conn: SqliteConnection,
    head: (i64, Vec<u8>),
}

impl Source {
    /// Opens the file for reading alone, and proves it: its pages, its references, its version.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], [`StoreError::Newer`], [`PromoteError::Older`], [`PromoteError::NotSetUp`].
    pub async fn open(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY_TIMEOUT);
        let mut conn = SqliteConnection::connect_with(&options).await?;
        prove_file(&mut conn).await.map_err(|error| match error {
            PromoteError::Store(StoreError::Driver(sqlx::Error::Database(inner))) => {
                StoreError::Damaged(inner.message().to_owned()).into()
            }
            other => other,
        })?;
        let head: (i64, Vec<u8>) =
            sqlx::query_as("select seq, hash from audit_head where id = 1").fetch_one(&mut conn).await?;
        if head.0 == 0 {
            return Err(PromoteError::NotSetUp);
        }
        Ok(Self { conn, head })
    }

    /// The last row of the audit log in the file.
    pub const fn last_audit_row(&self) -> i64 {
        self.head.0
    }
}

async fn prove_file(conn: &mut SqliteConnection) -> Result<()> {
    // From the first statement on, everything is read as it is now.
    sqlx::query("begin").execute(&mut *conn).await?;
    let (answer,): (String,) = sqlx::query_as("pragma integrity_check(1)").fetch_one(&mut *conn).await?;
    if answer != "ok" {
        return Err(StoreError::Damaged(answer).into());
    }
    let loose: Option<(String, String)> =
        sqlx::query_as("select \"table\", parent from pragma_foreign_key_check").fetch_optional(&mut *conn).await?;
    if let Some((table, parent)) = loose {
        return Err(StoreError::Damaged(format!("{table} refers to a {parent} that is not there")).into());
    }
    let (ours,): (i64,) = sqlx::query_as("select count(*) from sqlite_schema where name = '_sqlx_migrations'")
        .fetch_one(&mut *conn)
        .await?;
    let found = if ours == 0 {
        0
    } else {
        let (found,): (Option<i64>,) =
            sqlx::query_as("select max(version) from _sqlx_migrations").fetch_one(&mut *conn).await?;
        found.unwrap_or(0)
    };
    match found.cmp(&SCHEMA_VERSION) {
        std::cmp::Ordering::Greater => Err(StoreError::Newer { found, known: SCHEMA_VERSION }.into()),
        std::cmp::Ordering::Less => Err(PromoteError::Older { found, known: SCHEMA_VERSION }),
        std::cmp::Ordering::Equal => Ok(()),
    }
}

/// How the server is before anything is moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetState {
    /// Nothing is there.
    Empty,
    /// The installation of the file is there already, and may have gone on since.
    HasIt,
    /// Something else is there.
    Other(Contents),
}

/// The Postgres database that shall hold the installation.
#[derive(Debug)]
pub struct Target {
    pool: PgPool,
    address: String,
}

impl Target {
    /// Reaches the server.
    ///
    /// # Errors
    /// [`StoreError::Gone`] when it cannot be reached, [`StoreError::Unprotected`] when others could read along.
    pub async fn connect(url: &str) -> Result<Self> {
        let options = Server::parse(url)?.options();
        let address = address(&options);
        let pool =
            PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE_TIMEOUT).connect_with(options).await?;
        Ok(Self { pool, address })
    }

    /// Where the server is, in a form that may be written down: without the password.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Looks at what is there.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn state(&self, source: &Source) -> Result<TargetState> {
        let mut conn = self.pool.acquire().await?;
        let relations = schema::relations(&mut conn).await?;
        if relations.is_empty() {
            return Ok(TargetState::Empty);
        }
        let mut version = None;
        if ["_sqlx_migrations", "audit", "audit_head"].iter().all(|ours| relations.iter().any(|it| it == ours)) {
            let (found,): (Option<i64>,) =
                sqlx::query_as("select max(version) from _sqlx_migrations").fetch_one(&mut *conn).await?;
            version = found;
        }
        if version == Some(SCHEMA_VERSION) {
            // One hash covers every row before it: whoever has this one has the whole log of the file.
            let (has_it,): (bool,) = sqlx::query_as("select exists (select from audit where seq = $1 and hash = $2)")
                .bind(source.head.0)
                .bind(&source.head.1)
                .fetch_one(&mut *conn)
                .await?;
            if has_it {
                return Ok(TargetState::HasIt);
            }
        }
        Ok(TargetState::Other(Contents { relations, version }))
    }

    /// Makes the tables, fills them from the file and proves them, all in a transaction that is still open: nothing is
    /// there for good before [`Copied::commit`].
    ///
    /// # Errors
    /// [`PromoteError`]; the server is as it was.
    pub async fn copy(&self, source: &mut Source, mut tell: impl FnMut(Step<'_>) + Send) -> Result<Copied> {
        let mut tx = self.pool.begin().await?;
        POSTGRES.run_direct(None, &mut *tx, false).await.map_err(StoreError::from)?;
        let tables = schema::tables(&mut tx).await?;
        schema::agree(&tables, &mut source.conn).await?;
        for table in tables.iter().rev() {
            // What a migration puts into its tables stands in the file already.
            let empty = format!("delete from {}", schema::quoted(&table.name));
            sqlx::query(AssertSqlSafe(empty)).execute(&mut *tx).await?;
        }
        let mut sent = Vec::with_capacity(tables.len());
        for table in &tables {
            sent.push(send(table, &mut source.conn, &mut tx, &mut tell).await?);
        }
        continue_sequences(&mut tx).await?;
        // The first questions come before the server has looked at its new tables by itself.
        sqlx::query("analyze").execute(&mut *tx).await?;
        for (table, sent) in tables.iter().zip(&sent) {
            let arrived = read_back(table, &mut tx).await?;
            if arrived != *sent {
                return Err(PromoteError::Differs {
                    table: table.name.clone(),
                    sent: sent.rows,
                    arrived: arrived.rows,
                });
            }
        }
        Ok(Copied { tx, tables: sent })
    }

    /// Lets the server go.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Everything is on the server, proved, and waits for the last word. Dropped without it, nothing is.
#[derive(Debug)]
pub struct Copied {
    tx: Transaction<'static, Postgres>,
    /// What was moved.
    pub tables: Vec<Moved>,
}

impl Copied {
    /// Makes it durable.
    ///
    /// # Errors
    /// Whatever the server says. When it went away meanwhile, nobody knows whether it is durable: ask
    /// [`Target::state`].
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}

async fn send(
    table: &Table,
    from: &mut SqliteConnection,
    to: &mut PgConnection,
    tell: &mut (impl FnMut(Step<'_>) + Send),
) -> Result<Moved> {
    let count = format!("select count(*) from {}", schema::quoted(&table.name));
    let (of,): (i64,) = sqlx::query_as(AssertSqlSafe(count)).fetch_one(&mut *from).await?;
    let of = of.unsigned_abs();
    let mut digest = Sha256::new();
    let mut rows = 0;
    let mut buffer = Vec::with_capacity(2 * CHUNK);
    let mut found = sqlx::query(AssertSqlSafe(table.select_from_sqlite())).fetch(from);
    let mut sink = to.copy_in_raw(&table.copy()).await?;
    while let Some(row) = found.try_next().await? {
        let cells = table.columns.iter().enumerate().map(|(at, column)| Cell::of_sqlite(&row, at, column.kind));
        let cells = cells.collect::<sqlx::Result<Vec<_>>>()?;
        refuse_unfit(table, &cells)?;
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                buffer.push(b'\t');
            }
            cell.write(&mut buffer);
            cell.feed(&mut digest);
        }
        buffer.push(b'\n');
        rows += 1;
        if buffer.len() >= CHUNK {
            sink.send(buffer.as_slice()).await?;
            buffer.clear();
            tell(Step::Copying { table: &table.name, rows, of });
        }
    }
    sink.send(buffer.as_slice()).await?;
    sink.finish().await?;
    tell(Step::Copied { table: &table.name, rows });
    Ok(Moved { table: table.name.clone(), rows, digest: digest.finalize().into() })
}

fn refuse_unfit(table: &Table, cells: &[Cell]) -> Result<()> {
    let columns = || table.columns.iter().zip(cells);
    match columns().find_map(|(column, cell)| cell.unfit().map(|why| (column, why))) {
        None => Ok(()),
        Some((column, why)) => {
            let key: Vec<_> =
                columns().filter(|(column, _)| table.is_key(column)).filter_map(|(_, cell)| cell.name()).collect();
            let (table, column, key) = (table.name.clone(), column.name.clone(), key.join(" "));
            Err(PromoteError::Unfit { table, column, key, why })
        }
    }
}

async fn read_back(table: &Table, conn: &mut PgConnection) -> Result<Moved> {
    let mut digest = Sha256::new();
    let mut rows = 0;
    let mut found = sqlx::query(AssertSqlSafe(table.select_from_postgres())).fetch(conn);
    while let Some(row) = found.try_next().await? {
        for (at, column) in table.columns.iter().enumerate() {
            Cell::of_postgres(&row, at, column.kind)?.feed(&mut digest);
        }
        rows += 1;
    }
    Ok(Moved { table: table.name.clone(), rows, digest: digest.finalize().into() })
}

/// The address without its password; a socket in the form in which it is given.
fn address(options: &PgConnectOptions) -> String {
    let user = options.get_username();
    let database = options.get_database().unwrap_or(user);
    match options.get_socket() {
        Some(socket) => format!("postgres://{user}@/{database}?host={}", socket.display()),
        None => format!("postgres://{user}@{}:{}/{database}", options.get_host(), options.get_port()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_down_without_its_password() {
        let plain = |url: &str| address(&url.parse().unwrap());
        assert_eq!(plain("postgres://siv:hemlig@db.example:5433/hus"), "postgres://siv@db.example:5433/hus");
        assert_eq!(plain("postgres://db.example/hus?user=siv&password=hemlig"), "postgres://siv@db.example:5432/hus");
        let socket = plain("postgres:///hus?host=/run/postgresql&user=siv");
        assert_eq!(socket, "postgres://siv@/hus?host=/run/postgresql");
    }
}
