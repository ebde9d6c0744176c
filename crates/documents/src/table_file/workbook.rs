//! Tables from XLSX workbooks: the first sheet that shows anything, as the texts that a CSV file would have.
//!
//! A workbook knows its encoding, its cells and its dates, so there is nothing to find out but the header. Formulas are
//! not evaluated; what counts is the value that the spreadsheet saved beside them.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetVisible, Xlsx, XlsxError};

use super::inspect::header_of;
use super::unpacked;
use super::{Found, INSPECTED_ROWS, MAX_CELL_BYTES, MAX_COLUMNS, Row};

/// The most rows that are taken from a workbook, which is read as a whole; larger tables come as CSV.
pub const MAX_WORKBOOK_ROWS: usize = 200_000;

/// The most cells, empty ones among them: a cell far to the right makes all rows that wide.
const MAX_CELLS: usize = 3_000_000;
/// The most text in all cells; a workbook holds a text once, however many cells show it.
const MAX_TEXT_BYTES: usize = 64 * 1024 * 1024;

/// The first bytes of every workbook, which is a ZIP archive.
const SIGNATURE: &[u8] = b"PK\x03\x04";

/// The table on one sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkbookTable {
    /// The name of the sheet.
    pub sheet: String,
    /// How many cells a row has.
    pub columns: usize,
    /// Whether the first row names the columns.
    pub header: Found<bool>,
    /// The rows, the header among them; lines are counted as the spreadsheet counts.
    pub rows: Vec<Row>,
}

/// Why a workbook cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// Not an XLSX file, or a broken or encrypted one.
    #[error("the workbook cannot be read")]
    Unreadable(#[source] Box<XlsxError>),
    /// No sheet holds anything.
    #[error("the workbook is empty")]
    Empty,
    /// More rows, columns or text than is taken.
    #[error("the workbook is too large")]
    TooLarge,
}

impl WorkbookError {
    /// The stable word that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "workbook.unreadable",
            Self::Empty => "workbook.empty",
            Self::TooLarge => "workbook.too_large",
        }
    }
}

impl From<XlsxError> for WorkbookError {
    fn from(error: XlsxError) -> Self {
        Self::Unreadable(Box::new(error))
    }
}

/// Whether bytes begin like a workbook.
pub fn looks_like_a_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(SIGNATURE)
}

/// Reads the table of the first visible sheet that is not empty.
///
/// # Errors
/// [`WorkbookError`].
pub fn read_workbook(bytes: &[u8]) -> Result<WorkbookTable, WorkbookError> {
    unpacked::check(bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
    let visible = workbook.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let sheets: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
    for sheet in sheets {
        let mut rows = rows_of(&mut workbook, &sheet)?;
        rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
        let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        if columns == 0 {
            continue;
        }
        for row in &mut rows {
            row.cells.resize(columns, String::new());
        }
        let first: Vec<Vec<String>> = rows.iter().take(INSPECTED_ROWS).map(|row| row.cells.clone()).collect();
        return Ok(WorkbookTable { sheet, columns, header: header_of(&first), rows });
    }
    Err(WorkbookError::Empty)
}

fn rows_of(workbook: &mut Xlsx<Cursor<&[u8]>>, sheet: &str) -> Result<Vec<Row>, WorkbookError> {
    let mut cells = workbook.worksheet_cells_reader(sheet)?;
    let mut rows: Vec<Row> = Vec::new();
    let (mut width, mut text_bytes) = (0, 0);
    while let Some(cell) = cells.next_cell()? {
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).map_err(|_too_wide| WorkbookError::TooLarge)?;
        let text = text_of(cell.get_value());
        if text.is_empty() {
            continue;
        }
        let line = u64::from(row) + 1;
        if rows.last().is_none_or(|last| last.line != line) {
            rows.push(Row { line, cells: Vec::new() });
        }
        width = width.max(column + 1);
        text_bytes += text.len();
        if rows.len() > MAX_WORKBOOK_ROWS || column >= MAX_COLUMNS || text.len() > MAX_CELL_BYTES {
            return Err(WorkbookError::TooLarge);
        }
        if rows.len() * width > MAX_CELLS || text_bytes > MAX_TEXT_BYTES {
            return Err(WorkbookError::TooLarge);
        }
        if let Some(row) = rows.last_mut() {
            row.cells.resize(row.cells.len().max(column + 1), String::new());
            row.cells[column] = text;
        }
    }
    Ok(rows)
}

/// A value as a CSV file would have it: whole numbers without decimals, dates as ISO 8601.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(at) => date_text(at),
        DataRef::Error(error) => error.to_string(),
    }
}

fn date_text(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date} {hour:02}:{minute:02}:{second:02}") }
}
