//! The one file that knows there are two engines.
//!
//! Native pools behind an enum, no macro at the call sites: `conn.sql("…").bind(x).all::<Row>()`. The blanket traits
//! make the compiler check each bound value and each row for both engines; `tests/it/statements.rs` prepares each text.

use crate::error::{Result, StoreError};
use crate::ledger::Booked;
use crate::server::Server;
use chrono::{DateTime, SecondsFormat, Utc};
use sqlx::error::BoxDynError;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnection, PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments, Encode, FromRow, PgPool, SqlitePool, Transaction, Type};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A value that both engines store natively.
pub(crate) trait Value<'v>:
    Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres> + Send
{
}
impl<'v, T> Value<'v> for T where T: Encode<'v, Sqlite> + Type<Sqlite> + Encode<'v, Postgres> + Type<Postgres> + Send {}

/// A row that both engines decode; `#[derive(FromRow)]` gives it.
pub(crate) trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// Which engine holds the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file in the data folder.
    Sqlite,
    /// A server that several hosts share.
    Postgres,
}

/// An open database.
#[derive(Clone, Debug)]
pub enum Db {
    /// Readers beside the one writer that `SQLite` allows.
    Sqlite {
        /// Connections for reading.
        readers: SqlitePool,
        /// The connection for writing.
        writer: SqlitePool,
        /// The database file.
        path: PathBuf,
    },
    /// One pool for everything.
    Postgres {
        /// Connections.
        pool: PgPool,
        /// Where the server is, for outside tools.
        server: Arc<Server>,
    },
}

impl Db {
    /// Which engine this is.
    pub const fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres { .. } => Engine::Postgres,
        }
    }

    /// The database file, for `SQLite`.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Sqlite { path, .. } => Some(path),
            Self::Postgres { .. } => None,
        }
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// [`StoreError::Gone`] when the database cannot be reached.
    pub async fn read(&self) -> Result<Conn> {
        Ok(Conn(match self {
            Self::Sqlite { readers, .. } => Link::Sqlite(readers.acquire().await?),
            Self::Postgres { pool, .. } => Link::Postgres(pool.acquire().await?),
        }))
    }

    /// A transaction for writing; it holds `SQLite`'s write lock from the first moment, so it never has to be upgraded.
    ///
    /// # Errors
    /// [`StoreError::Gone`] when the database cannot be reached, [`StoreError::Busy`] when the lock is not to be had.
    pub async fn write(&self) -> Result<Tx> {
        let conn = Conn(match self {
            Self::Sqlite { writer, .. } => Link::SqliteTx(match writer.begin_with(BEGIN).await {
                // A full disk makes SQLite end the transaction itself, which the driver does not notice: the connection
                // believes for ever after that a transaction is open. A fresh one takes its place.
                Err(sqlx::Error::InvalidSavePointStatement) => {
                    writer.acquire().await?.close().await?;
                    writer.begin_with(BEGIN).await?
                }
                begun => begun?,
            }),
            Self::Postgres { pool, .. } => Link::PostgresTx(pool.begin().await?),
        });
        Ok(Tx(conn, None))
    }

    /// Closes every connection, after what runs on them.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { pool, .. } => pool.close().await,
        }
    }
}

/// Takes `SQLite`'s write lock at once.
const BEGIN: &str = "begin immediate";

/// A connection; the rooms hang their queries on it.
#[derive(Debug)]
pub struct Conn(Link);

#[derive(Debug)]
enum Link {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
    SqliteTx(Transaction<'static, Sqlite>),
    PostgresTx(Transaction<'static, Postgres>),
}

/// A transaction; the rooms hang their writes on it. Dropped without [`Tx::commit`], it is rolled back.
#[derive(Debug)]
pub struct Tx(Conn, Option<Vec<Booked>>);

impl Deref for Tx {
    type Target = Conn;
    fn deref(&self) -> &Conn {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.0
    }
}

impl Tx {
    /// Remembers from here on what is moved, for whoever wants to tell of it before it is done.
    pub fn watch(&mut self) {
        self.1 = Some(Vec::new());
    }

    /// What was moved since it is remembered, in its order.
    pub fn watched(&self) -> &[Booked] {
        self.1.as_deref().unwrap_or_default()
    }

    /// Notes what was moved, where that is remembered.
    pub(crate) fn note_moved(&mut self, all: &[Booked]) {
        if let Some(watched) = &mut self.1 {
            watched.extend_from_slice(all);
        }
    }

    /// Makes everything done so far durable.
    ///
    /// # Errors
    /// Whatever the engine says; nothing has been stored then.
    pub async fn commit(self) -> Result<()> {
        match self.0.0 {
            Link::SqliteTx(tx) => tx.commit().await?,
            Link::PostgresTx(tx) => tx.commit().await?,
            Link::Sqlite(_) | Link::Postgres(_) => {}
        }
        Ok(())
    }

    /// Takes back everything done so far, and lets go of what was held: one that is merely dropped does so a while later.
    ///
    /// # Errors
    /// Whatever the engine says; the transaction has then ended with its connection.
    pub async fn roll_back(self) -> Result<()> {
        match self.0.0 {
            Link::SqliteTx(tx) => tx.rollback().await?,
            Link::PostgresTx(tx) => tx.rollback().await?,
            Link::Sqlite(_) | Link::Postgres(_) => {}
        }
        Ok(())
    }

    /// A write; only a transaction has it.
    pub(crate) fn change(&mut self, text: impl Into<Text>) -> Statement<'_> {
        self.0.statement(text.into())
    }
}

impl Conn {
    /// Which engine this is.
    pub const fn engine(&self) -> Engine {
        match self.0 {
            Link::Sqlite(_) | Link::SqliteTx(_) => Engine::Sqlite,
            Link::Postgres(_) | Link::PostgresTx(_) => Engine::Postgres,
        }
    }

    /// A query.
    pub(crate) fn sql(&mut self, text: impl Into<Text>) -> Statement<'_> {
        self.statement(text.into())
    }

    fn statement(&mut self, text: Text) -> Statement<'_> {
        let bound = match &mut self.0 {
            Link::Sqlite(c) => Bound::Sqlite(c, text.sqlite, SqliteArguments::default()),
            Link::SqliteTx(c) => Bound::Sqlite(c, text.sqlite, SqliteArguments::default()),
            Link::Postgres(c) => Bound::Postgres(c, text.postgres, PgArguments::default()),
            Link::PostgresTx(c) => Bound::Postgres(c, text.postgres, PgArguments::default()),
        };
        Statement { bound, fault: None }
    }
}

/// One text for both engines, or one each where the dialects really differ.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text {
    sqlite: &'static str,
    postgres: &'static str,
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }
}

/// One text each, for the few statements that no shared text can say.
pub(crate) const fn per_engine(sqlite: &'static str, postgres: &'static str) -> Text {
    Text { sqlite, postgres }
}

/// A text in pieces, put together by the compiler: literals, and in brackets what a room says more than once or what
/// the engines say differently.
///
/// `text!["select" [columns] "from facility where id in" [ids "$1"]]`: `columns` is a macro of the room without
/// arguments that stands for a literal; `[ids "$1"]` are the ids of a JSON array; `[locked]` holds the rows that were
/// read until the transaction ends, `[shared]` lets others hold them so as well, `[alone]` lets others only refer to them, and
/// `[free]` holds only those that nobody else holds or changes, without the others; `[aside] "login.facility_id = $1"` is a condition that rows are held against, and
/// never one that they are looked up by.
///
/// Many rows come as one JSON array: `from [rows "$1"]` unpacks it, and `[string "code"]`, `[uuid "id"]`,
/// `[bytes "sort"]`, `[integer "line"]`, `[boolean "loses"]`, `[day "moved_in_on"]` and `[instant "heard_at"]` are the
/// values of a row. Bytes are written in hexadecimal digits, and so are ids, without hyphens; instants by [`instant`]. `from [strings "$1"]` unpacks an array of texts,
/// of which each is `value`; `[bytes]` are its bytes.
macro_rules! text {
    (@sqlite [ids $n:literal]) => { concat!("(select unhex(replace(value, '-', '')) from json_each(", $n, "))") };
    (@postgres [ids $n:literal]) => { concat!("(select value::uuid from jsonb_array_elements_text(", $n, "))") };
    // Of JSON as text, SQLite would write out a row and read it again for each of its values.
    (@sqlite [rows $n:literal]) => { concat!("jsonb_each(", $n, ")") };
    (@postgres [rows $n:literal]) => { concat!("jsonb_array_elements(", $n, ")") };
    (@sqlite [strings $n:literal]) => { concat!("json_each(", $n, ")") };
    (@postgres [strings $n:literal]) => { concat!("jsonb_array_elements_text(", $n, ")") };
    (@sqlite [bytes]) => { "unhex(value)" };
    (@postgres [bytes]) => { "decode(value, 'hex')" };
    (@$engine:ident [string $name:literal]) => { concat!("value ->> '", $name, "'") };
    (@sqlite [uuid $name:literal]) => { concat!("unhex(value ->> '", $name, "')") };
    (@postgres [uuid $name:literal]) => { concat!("(value ->> '", $name, "')::uuid") };
    (@sqlite [bytes $name:literal]) => { concat!("unhex(value ->> '", $name, "')") };
    (@postgres [bytes $name:literal]) => { concat!("decode(value ->> '", $name, "', 'hex')") };
    (@sqlite [integer $name:literal]) => { concat!("(value ->> '", $name, "')") };
    (@postgres [integer $name:literal]) => { concat!("(value ->> '", $name, "')::bigint") };
    (@sqlite [boolean $name:literal]) => { concat!("(value ->> '", $name, "')") };
    (@postgres [boolean $name:literal]) => { concat!("(value ->> '", $name, "')::boolean") };
    (@sqlite [day $name:literal]) => { concat!("(value ->> '", $name, "')") };
    (@postgres [day $name:literal]) => { concat!("(value ->> '", $name, "')::date") };
    (@sqlite [instant $name:literal]) => { concat!("(value ->> '", $name, "')") };
    (@postgres [instant $name:literal]) => { concat!("(value ->> '", $name, "')::timestamptz") };
    // Without figures about its tables, SQLite takes a facility's rows for as few as one person's. Postgres has figures.
    (@sqlite [aside]) => { "+" };
    (@postgres [aside]) => { "" };
    // SQLite's one writer holds everything already.
    (@sqlite [locked]) => { "" };
    (@postgres [locked]) => { "for update" };
    (@sqlite [shared]) => { "" };
    (@postgres [shared]) => { "for share" };
    (@sqlite [alone]) => { "" };
    (@postgres [alone]) => { "for no key update" };
    (@sqlite [free]) => { "" };
    // A row that somebody else merely refers to is free.
    (@postgres [free]) => { "for no key update skip locked" };
    (@$engine:ident [$fragment:ident]) => { $fragment!() };
    (@$engine:ident $literal:literal) => { $literal };
    ($($piece:tt)+) => {
        $crate::engine::per_engine(
            concat!($(text!(@sqlite $piece), " "),+),
            concat!($(text!(@postgres $piece), " "),+),
        )
    };
}
pub(crate) use text;

/// An instant in the rows of a statement, as the driver of `SQLite` writes one that is bound: instants of both ways
/// compare as texts.
pub(crate) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// A text with its values, waiting for one of four verbs.
pub(crate) struct Statement<'c> {
    bound: Bound<'c>,
    fault: Option<BoxDynError>,
}

enum Bound<'c> {
    Sqlite(&'c mut SqliteConnection, &'static str, SqliteArguments),
    Postgres(&'c mut PgConnection, &'static str, PgArguments),
}

impl<'c> Statement<'c> {
    /// Binds the next placeholder.
    pub(crate) fn bind<'v>(mut self, value: impl Value<'v>) -> Self {
        let added = match &mut self.bound {
            Bound::Sqlite(_, _, arguments) => arguments.add(value),
            Bound::Postgres(_, _, arguments) => arguments.add(value),
        };
        self.fault = self.fault.or(added.err());
        self
    }

    fn checked(self) -> Result<Bound<'c>> {
        match self.fault {
            Some(fault) => Err(StoreError::Driver(sqlx::Error::Encode(fault))),
            None => Ok(self.bound),
        }
    }

    /// All rows.
    pub(crate) async fn all<R: Record>(self) -> Result<Vec<R>> {
        Ok(match self.checked()? {
            Bound::Sqlite(c, text, arguments) => sqlx::query_as_with(text, arguments).fetch_all(c).await?,
            Bound::Postgres(c, text, arguments) => sqlx::query_as_with(text, arguments).fetch_all(c).await?,
        })
    }

    /// The row, if there is one.
    pub(crate) async fn optional<R: Record>(self) -> Result<Option<R>> {
        Ok(match self.checked()? {
            Bound::Sqlite(c, text, arguments) => sqlx::query_as_with(text, arguments).fetch_optional(c).await?,
            Bound::Postgres(c, text, arguments) => sqlx::query_as_with(text, arguments).fetch_optional(c).await?,
        })
    }

    /// The row that must be there.
    pub(crate) async fn one<R: Record>(self) -> Result<R> {
        Ok(match self.checked()? {
            Bound::Sqlite(c, text, arguments) => sqlx::query_as_with(text, arguments).fetch_one(c).await?,
            Bound::Postgres(c, text, arguments) => sqlx::query_as_with(text, arguments).fetch_one(c).await?,
        })
    }

    /// Runs the statement for its effect.
    pub(crate) async fn run(self) -> Result<Affected> {
        Ok(Affected(match self.checked()? {
            Bound::Sqlite(c, text, arguments) => sqlx::query_with(text, arguments).execute(c).await?.rows_affected(),
            Bound::Postgres(c, text, arguments) => sqlx::query_with(text, arguments).execute(c).await?.rows_affected(),
        }))
    }
}

/// How many rows a write touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a write that touched no row is usually a fault"]
pub struct Affected(pub u64);

impl Affected {
    /// Exactly one row, of that kind.
    ///
    /// # Errors
    /// [`StoreError::Missing`] otherwise.
    pub fn one(self, what: &'static str) -> Result<()> {
        if self.0 == 1 { Ok(()) } else { Err(StoreError::Missing(what)) }
    }

    /// Exactly one row, found by its id and its version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when the version has moved on.
    pub const fn unchanged(self) -> Result<()> {
        if self.0 == 1 { Ok(()) } else { Err(StoreError::Changed) }
    }

    /// Any number of rows, on purpose.
    pub const fn any(self) -> u64 {
        self.0
    }
}
