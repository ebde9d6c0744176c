//! Tables that leave Stolpe: one description of the columns, one row at a time, four kinds of file.
//!
//! Rows are pushed, never collected, so that a million of them need no more memory than one. What the rows mean, and
//! who may have them, is decided elsewhere.
//!
//! | format | for | form |
//! |---|---|---|
//! | [`TableFormat::Nordic`] | Excel with Swedish or Norwegian settings | UTF-8 with BOM, `;`, decimal comma, CRLF |
//! | [`TableFormat::International`] | other programs | UTF-8, `,`, decimal point, CRLF (RFC 4180) |
//! | [`TableFormat::Workbook`] | people who go on working | XLSX with true numbers and dates, and a second sheet about the file |
//! | [`TableFormat::JsonLines`] | programs | one JSON object a line |
//!
//! In both CSV forms a text that a spreadsheet would run gets an apostrophe before it (see [`crate::formula`]); phone
//! numbers in E.164 start with `+` and are among them, so Excel keeps `'+46701234567` as text instead of adding it up.
//! Numbers are never touched. There is no `sep=` line, since it makes Excel ignore the BOM. Dates are ISO 8601,
//! the minus is ASCII, there is no thousands sign, and leading zeros are written as they are.

mod delimited;
mod json_lines;
mod provenance;
mod workbook;

use std::io::{self, Write};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

pub use provenance::Provenance;

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableFormat {
    /// CSV as Excel with Nordic settings reads it on a double click.
    Nordic,
    /// CSV as RFC 4180 has it.
    International,
    /// An XLSX workbook.
    #[serde(rename = "xlsx")]
    Workbook,
    /// JSON Lines.
    #[serde(rename = "json")]
    JsonLines,
}

impl TableFormat {
    /// The ending of a file name, without its dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Nordic | Self::International => "csv",
            Self::Workbook => "xlsx",
            Self::JsonLines => "jsonl",
        }
    }

    /// The media type of the answer that carries the file.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Nordic | Self::International => "text/csv; charset=utf-8",
            Self::Workbook => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::JsonLines => "application/jsonl",
        }
    }
}

/// The columns of a table, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    /// What the table shows, in the reader's language: the name of the sheet.
    pub title: String,
    /// The columns.
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The key in JSON, in camelCase; it never changes with the language.
    pub key: &'static str,
    /// The heading, in the reader's language.
    pub heading: String,
    /// Whether the numbers of the column are summed into a control total.
    pub summed: bool,
}

impl Column {
    /// A column that is not summed.
    pub fn new(key: &'static str, heading: impl Into<String>) -> Self {
        Self { key, heading: heading.into(), summed: false }
    }

    /// A column with a control total.
    pub fn summed(key: &'static str, heading: impl Into<String>) -> Self {
        Self { key, heading: heading.into(), summed: true }
    }
}

/// One value. There is no float: a decimal is exact in every format but XLSX, which knows nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text, kept as a text even if it looks like a number.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A decimal number: `Decimal { unscaled: 123_450, scale: 2 }` is 1234.50.
    Decimal {
        /// The digits without the point.
        unscaled: i64,
        /// How many of the digits stand after the point, at most 18.
        scale: u8,
    },
    /// A civil date.
    Date(NaiveDate),
    /// An instant with the offset of the zone it is read in.
    Instant(DateTime<FixedOffset>),
    /// Yes or no, in words by the caller for people, as `true` and `false` in JSON.
    YesNo {
        /// The answer.
        yes: bool,
        /// The answer in the reader's language.
        word: &'static str,
    },
    /// A stable code, as it is in JSON, and what people call it.
    Word {
        /// The code.
        code: String,
        /// The word in the reader's language.
        word: String,
    },
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        text.map_or(Self::Empty, Self::Text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Option<NaiveDate>> for Cell {
    fn from(date: Option<NaiveDate>) -> Self {
        date.map_or(Self::Empty, Self::Date)
    }
}

/// What a finished file holds: for the log of exports, and for the sidecar of formats without room for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// How many rows, without the heading.
    pub rows: u64,
    /// The heading and control total of each summed column, as exact decimal text with a point.
    pub totals: Vec<(String, String)>,
}

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum TableOutError {
    /// The target failed.
    #[error("the table could not be written")]
    Io(#[from] io::Error),
    /// A row has not as many cells as there are columns.
    #[error("row {row} has {cells} cells where {columns} are described")]
    Shape {
        /// The row, counted from 1 without the heading.
        row: u64,
        /// Its cells.
        cells: usize,
        /// The columns of the description.
        columns: usize,
    },
    /// The sum of a column leaves the range of its numbers.
    #[error("the control total of column {0} is out of range")]
    Total(&'static str),
    /// A workbook holds 1 048 575 rows below its heading and no more.
    #[error("a workbook cannot hold more than {} rows", workbook::MAX_ROWS)]
    TooManyRows,
    /// The workbook writer refused, such as for a text of more than 32 767 characters.
    #[error("the workbook could not be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

/// Writes one table. Begin, push every row, finish: a writer that is dropped before has written no complete file.
pub struct TableWriter<'a, W: Write + Send> {
    spec: &'a TableSpec,
    rows: u64,
    totals: Vec<Total>,
    target: Target<'a, W>,
}

enum Target<'a, W: Write + Send> {
    Delimited(Box<delimited::Delimited<W>>),
    JsonLines(W),
    Workbook(Box<workbook::Workbook<'a, W>>),
}

impl<'a, W: Write + Send> TableWriter<'a, W> {
    /// Writes the heading. The provenance is kept for the second sheet of a workbook.
    ///
    /// # Errors
    /// [`TableOutError`] when the target fails.
    pub fn begin(
        format: TableFormat,
        spec: &'a TableSpec,
        provenance: &'a Provenance,
        out: W,
    ) -> Result<Self, TableOutError> {
        let target = match format {
            TableFormat::Nordic => Target::Delimited(Box::new(delimited::Delimited::nordic(spec, out)?)),
            TableFormat::International => Target::Delimited(Box::new(delimited::Delimited::international(spec, out)?)),
            TableFormat::JsonLines => Target::JsonLines(out),
            TableFormat::Workbook => Target::Workbook(Box::new(workbook::Workbook::begin(spec, provenance, out)?)),
        };
        Ok(Self { spec, rows: 0, totals: vec![Total::default(); spec.columns.len()], target })
    }

    /// Writes one row.
    ///
    /// # Errors
    /// [`TableOutError`]; the file is then of no use.
    pub fn row(&mut self, cells: &[Cell]) -> Result<(), TableOutError> {
        self.rows += 1;
        if cells.len() != self.spec.columns.len() {
            let (row, cells, columns) = (self.rows, cells.len(), self.spec.columns.len());
            return Err(TableOutError::Shape { row, cells, columns });
        }
        for ((cell, column), total) in cells.iter().zip(&self.spec.columns).zip(&mut self.totals) {
            if column.summed {
                total.add(cell).ok_or(TableOutError::Total(column.key))?;
            }
        }
        match &mut self.target {
            Target::Delimited(delimited) => delimited.row(cells),
            Target::JsonLines(out) => json_lines::row(self.spec, cells, out),
            Target::Workbook(workbook) => workbook.row(self.rows, cells),
        }
    }

    /// Completes the file and says what it holds.
    ///
    /// # Errors
    /// [`TableOutError`] when the target fails.
    pub fn finish(self) -> Result<Written, TableOutError> {
        let totals = self.spec.columns.iter().zip(&self.totals).filter(|(column, _)| column.summed);
        let totals = totals.map(|(column, total)| (column.heading.clone(), total.text())).collect();
        let written = Written { rows: self.rows, totals };
        match self.target {
            Target::Delimited(delimited) => delimited.finish()?,
            Target::JsonLines(mut out) => out.flush()?,
            Target::Workbook(workbook) => workbook.finish(&written)?,
        }
        Ok(written)
    }
}

/// A sum of numbers of mixed scale, exact.
#[derive(Debug, Clone, Copy, Default)]
struct Total {
    unscaled: i128,
    scale: u8,
}

impl Total {
    fn add(&mut self, cell: &Cell) -> Option<()> {
        let (unscaled, scale) = match *cell {
            Cell::Integer(number) => (number, 0),
            Cell::Decimal { unscaled, scale } => (unscaled, scale),
            _ => return Some(()),
        };
        let widest = scale.max(self.scale);
        let widened = |unscaled: i128, scale: u8| unscaled.checked_mul(10_i128.checked_pow(u32::from(widest - scale))?);
        self.unscaled = widened(self.unscaled, self.scale)?.checked_add(widened(i128::from(unscaled), scale)?)?;
        self.scale = widest;
        Some(())
    }

    fn text(self) -> String {
        decimal_text(self.unscaled, self.scale, '.')
    }
}

/// A decimal number as plain text: ASCII minus, no thousands sign, always as many decimals as its scale.
fn decimal_text(unscaled: i128, scale: u8, point: char) -> String {
    let sign = if unscaled < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", unscaled.unsigned_abs(), width = usize::from(scale) + 1);
    let (whole, decimals) = digits.split_at(digits.len() - usize::from(scale));
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{point}{decimals}") }
}
