//! Tables that come from outside: CSV and its cousins as people and programs really write them.
//!
//! [`inspect`] looks at the bytes and says how the file is written; [`read`] then gives its rows one by one, in
//! constant memory, and a broken row is a [`RowFault`] in its place, never the end of the file. What a column means is
//! the business of [`crate::people_file`]; how its dates and numbers are to be read, of [`columns`].
//!
//! A workbook is read as a whole by [`read_workbook`], into the same rows.
//!
//! Cells are text. One that begins like a formula is a text that begins like a formula: nothing here evaluates.

pub mod columns;
mod framing;
mod inspect;
mod other_kind;
mod rows;
mod unpacked;
mod workbook;

use serde::{Deserialize, Serialize};

pub use inspect::inspect;
pub use other_kind::{OtherKind, other_kind};
pub use rows::{Rows, read};
pub use workbook::{MAX_WORKBOOK_ROWS, WorkbookError, WorkbookTable, looks_like_a_workbook, read_workbook};

/// The longest cell, in bytes of UTF-8; a spreadsheet cell holds 32 767 characters.
pub const MAX_CELL_BYTES: usize = 128 * 1024;
/// The most columns; more is a file of another kind.
pub const MAX_COLUMNS: usize = 256;
/// The longest row, in bytes of UTF-8.
pub const MAX_ROW_BYTES: usize = 1024 * 1024;
/// The most lines that one quoted cell may span before its quote counts as never closed.
pub const MAX_ROW_LINES: usize = 100;
/// How many bytes [`inspect`] splits into rows; the encoding it judges by all of them.
pub const INSPECTED_BYTES: usize = 1024 * 1024;
/// How many rows [`inspect`] judges by.
pub const INSPECTED_ROWS: usize = 200;

/// Something found out, and whether the file left any doubt about it. What is in doubt is asked about, not assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found<T> {
    /// The best reading.
    pub value: T,
    /// Whether it is the only one.
    pub sure: bool,
}

/// How the characters of a file are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextEncoding {
    /// UTF-8 without a mark.
    Utf8,
    /// UTF-8 with a byte order mark, as Excel's "CSV UTF-8".
    Utf8Bom,
    /// UTF-16 with a mark, little end first, as Excel's "Unicode text".
    Utf16Le,
    /// UTF-16 with a mark, big end first.
    Utf16Be,
    /// Windows-1252, as Excel's plain "CSV" on Windows.
    Windows1252,
    /// Mac OS Roman, as Excel's plain "CSV" on a Mac.
    Macintosh,
}

impl TextEncoding {
    const fn decoder(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 | Self::Utf8Bom => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
            Self::Macintosh => encoding_rs::MACINTOSH,
        }
    }
}

/// The sign between cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    /// `;`, as Nordic spreadsheets write.
    Semicolon,
    /// `,`.
    Comma,
    /// A tab.
    Tab,
    /// `|`.
    Pipe,
}

impl Delimiter {
    /// Every delimiter, the usual ones first.
    pub const ALL: [Self; 4] = [Self::Semicolon, Self::Comma, Self::Tab, Self::Pipe];

    const fn byte(self) -> u8 {
        match self {
            Self::Semicolon => b';',
            Self::Comma => b',',
            Self::Tab => b'\t',
            Self::Pipe => b'|',
        }
    }
}

/// The sign around cells that contain the delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quote {
    /// `"`.
    Double,
    /// `'`, as some databases write.
    Single,
}

impl Quote {
    const fn byte(self) -> u8 {
        match self {
            Self::Double => b'"',
            Self::Single => b'\'',
        }
    }
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TableShape {
    /// Its characters.
    pub encoding: Found<TextEncoding>,
    /// The sign between cells.
    pub delimiter: Found<Delimiter>,
    /// The sign around cells.
    pub quote: Quote,
    /// Whether the first row names the columns.
    pub header: Found<bool>,
    /// How many cells a row has.
    pub columns: usize,
    /// Whether a first line `sep=;` stands before the table, which only spreadsheets heed.
    pub has_separator_line: bool,
}

/// One row, header or data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line on which it begins, counted from 1 as an editor counts.
    pub line: u64,
    /// As many cells as the file has columns, trimmed of the blanks around them.
    pub cells: Vec<String>,
}

/// A row that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The line on which it begins, counted from 1.
    pub line: u64,
    /// What is wrong with it.
    pub kind: RowFaultKind,
    /// The beginning of the row, for the list of faults.
    pub excerpt: String,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowFaultKind {
    /// More or fewer cells than the file has columns.
    #[error("{found} cells where the file has {expected}")]
    CellCount {
        /// In this row.
        found: usize,
        /// In the file.
        expected: usize,
    },
    /// A quote that is opened and never closed, or closed rows later.
    #[error("a quote is never closed")]
    UnclosedQuote,
    /// Bytes that mean nothing in the encoding of the file.
    #[error("bytes that are no characters")]
    BadBytes,
    /// Longer than a row or a cell may be.
    #[error("too long")]
    TooLong,
    /// The source failed; no further row follows.
    #[error("the source could not be read: {0}")]
    Source(String),
}

impl RowFaultKind {
    /// The stable word that screens and fault lists translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CellCount { .. } => "row.cell_count",
            Self::UnclosedQuote => "row.unclosed_quote",
            Self::BadBytes => "row.bad_bytes",
            Self::TooLong => "row.too_long",
            Self::Source(_) => "row.source",
        }
    }
}
