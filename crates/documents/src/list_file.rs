//! Lists from outside whose columns are known by their headings: circuits, charge points, tags and sessions.
//!
//! Unlike lists of people, which everybody writes in another way, these come from our own exports or are made for us, so
//! that nobody has to say what a column means: it is called as in one of our files, in any of their languages, or by a
//! word in common use. A row never stops the file, and nothing is stored here.

mod columns;
mod value;

use std::collections::BTreeMap;
use std::io::Cursor;

use crate::formula::unguarded;
use crate::table_file::{
    Delimiter, OtherKind, Row, RowFault, WorkbookError, inspect, looks_like_a_workbook, other_kind, read, read_workbook,
};

pub use columns::{CHARGE_POINTS, CIRCUITS, ListColumn, SESSIONS, SETTLEMENTS, TAGS};
pub use value::{Reading, ValueFault, whole_number, yes_no};

/// Why a file is no such list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListFileError {
    /// It cannot be read as a table.
    #[error("the file cannot be read as a table")]
    Unreadable(&'static str),
    /// It has no row beside its headings.
    #[error("there are no rows")]
    NoRows,
    /// A column is not there that must be.
    #[error("there is no column for {0}")]
    Missing(&'static str),
    /// Two columns mean the same.
    #[error("two columns mean {0}")]
    Twice(&'static str),
}

impl ListFileError {
    /// The stable word that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(code) => code,
            Self::NoRows => "import.no_rows",
            Self::Missing(_) => "list.column_missing",
            Self::Twice(_) => "list.column_twice",
        }
    }
}

/// Something that is wrong with a row, or with one of its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListFault {
    /// The line of the file on which the row begins, counted from 1.
    pub line: u64,
    /// The column, by its key; none when the row as a whole is meant.
    pub column: Option<&'static str>,
    /// A stable word.
    pub code: String,
}

/// One row by the keys of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// The line of the file on which the row begins, counted from 1.
    pub line: u64,
    cells: BTreeMap<&'static str, String>,
}

impl ListRow {
    /// What stands in a column; none when nothing does, or there is no such column.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.cells.get(key).map(String::as_str)
    }

    /// Something that is wrong with a cell of the row.
    pub fn fault(&self, column: &'static str, code: impl Into<String>) -> ListFault {
        ListFault { line: self.line, column: Some(column), code: code.into() }
    }
}

/// A list with how its numbers and dates are to be read.
#[derive(Debug, Clone)]
pub struct ListFile {
    /// Its rows, whole and broken, in their order.
    pub rows: Vec<Result<ListRow, ListFault>>,
    /// How its numbers and dates are to be read.
    pub reading: Reading,
    /// Headings that mean nothing here.
    pub unread: Vec<String>,
}

impl ListFile {
    /// Reads a file as a list of these columns.
    ///
    /// # Errors
    /// [`ListFileError`]; what is wrong with single rows stands in their place.
    pub fn read(content: &[u8], columns: &[ListColumn]) -> Result<Self, ListFileError> {
        let (mut rows, delimiter) = table(content)?;
        if rows.is_empty() {
            return Err(ListFileError::NoRows);
        }
        let headings = match rows.remove(0) {
            Ok(row) => row.cells,
            Err(fault) => return Err(ListFileError::Unreadable(fault.kind.code())),
        };
        if rows.is_empty() {
            return Err(ListFileError::NoRows);
        }
        let mut meant: Vec<Option<&'static str>> = Vec::with_capacity(headings.len());
        let mut unread = Vec::new();
        for heading in &headings {
            let found = columns.iter().find(|column| column.is_called(unguarded(heading))).map(|column| column.key);
            if let Some(key) = found.filter(|key| meant.contains(&Some(*key))) {
                return Err(ListFileError::Twice(key));
            }
            if found.is_none() {
                unread.push(heading.clone());
            }
            meant.push(found);
        }
        if let Some(column) = columns.iter().find(|column| column.required && !meant.contains(&Some(column.key))) {
            return Err(ListFileError::Missing(column.key));
        }
        let rows: Vec<_> = rows.into_iter().map(|row| by_key(row, &meant)).collect();
        let reading = Reading::of(&rows.iter().flatten(), columns, delimiter);
        Ok(Self { rows, reading, unread })
    }
}

type Table = Vec<Result<Row, RowFault>>;

fn table(content: &[u8]) -> Result<(Table, Option<Delimiter>), ListFileError> {
    if content.trim_ascii().is_empty() {
        return Err(ListFileError::Unreadable("import.empty"));
    }
    match other_kind(content) {
        Some(OtherKind::OldWorkbook) => return Err(ListFileError::Unreadable("import.old_workbook")),
        Some(OtherKind::Binary) => return Err(ListFileError::Unreadable("import.binary")),
        None => {}
    }
    if looks_like_a_workbook(content) {
        let book = read_workbook(content).map_err(|error| {
            ListFileError::Unreadable(match error {
                WorkbookError::TooLarge => "import.unpacked_too_large",
                WorkbookError::Empty => "import.empty",
                WorkbookError::Unreadable(_) => "import.unreadable",
            })
        })?;
        return Ok((book.rows.into_iter().map(Ok).collect(), None));
    }
    let shape = inspect(content);
    Ok((read(Cursor::new(content), &shape).collect(), Some(shape.delimiter.value)))
}

fn by_key(row: Result<Row, RowFault>, meant: &[Option<&'static str>]) -> Result<ListRow, ListFault> {
    let row = row.map_err(|fault| ListFault { line: fault.line, column: None, code: fault.kind.code().to_owned() })?;
    let text = |cell: &str| Some(unguarded(cell).trim().to_owned()).filter(|text| !text.is_empty());
    let cells = meant.iter().zip(&row.cells).filter_map(|(key, cell)| Some(((*key)?, text(cell)?)));
    Ok(ListRow { line: row.line, cells: cells.collect() })
}
