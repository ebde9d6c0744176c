//! Rows as plain SQL, written out for either engine: a database of an older program is filled by nothing of this one.

use std::fmt::Write as _;
use stolpe_store::Engine;
use uuid::Uuid;

/// A value as a literal.
#[derive(Clone, Debug)]
pub(super) enum Cell {
    Id(Uuid),
    Text(String),
    Number(i64),
    Flag(bool),
    Bytes(&'static [u8]),
    Nothing,
}

impl From<Uuid> for Cell {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Cell {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&'static [u8]> for Cell {
    fn from(bytes: &'static [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, T::into)
    }
}

impl Cell {
    fn literal(&self, engine: Engine) -> String {
        let hex = |bytes: &[u8]| {
            bytes.iter().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            })
        };
        match (self, engine) {
            (Self::Id(id), Engine::Sqlite) => format!("x'{}'", id.simple()),
            (Self::Id(id), Engine::Postgres) => format!("'{id}'"),
            (Self::Text(text), _) => format!("'{}'", text.replace('\'', "''")),
            (Self::Number(number), _) => number.to_string(),
            (Self::Flag(flag), Engine::Sqlite) => i64::from(*flag).to_string(),
            (Self::Flag(flag), Engine::Postgres) => flag.to_string(),
            (Self::Bytes(bytes), Engine::Sqlite) => format!("x'{}'", hex(bytes)),
            (Self::Bytes(bytes), Engine::Postgres) => format!("'\\x{}'", hex(bytes)),
            (Self::Nothing, _) => "null".to_owned(),
        }
    }
}

/// A row of a table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) table: &'static str,
    pub(super) cells: Vec<(&'static str, Cell)>,
}

impl Row {
    pub(super) fn insert(&self, engine: Engine) -> String {
        let columns: Vec<_> = self.cells.iter().map(|(column, _)| *column).collect();
        let values: Vec<_> = self.cells.iter().map(|(_, cell)| cell.literal(engine)).collect();
        format!("insert into {} ({}) values ({})", self.table, columns.join(", "), values.join(", "))
    }
}

/// `row!(payment { id: …, state: "awaiting" })`.
macro_rules! row {
    ($table:ident { $($column:ident: $value:expr),+ $(,)? }) => {
        $crate::upgrade::rows::Row {
            table: stringify!($table),
            cells: vec![$((stringify!($column), $crate::upgrade::rows::Cell::from($value))),+],
        }
    };
}
pub(super) use row;
