//! XLSX through `rust_xlsxwriter` in its constant-memory mode: rows go to a scratch file as they come.

use std::io::Write;

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Worksheet};

use super::{Cell, Provenance, TableOutError, TableSpec, Written, decimal_text};

/// Rows below the heading: the format ends at 2^20 rows.
pub(super) const MAX_ROWS: u64 = 1_048_575;

/// Characters in the widest column that is made for a heading.
const WIDEST_COLUMN: usize = 48;

/// Excel's calendar begins here; what is older is written as text.
const FIRST_DATE: NaiveDate = match NaiveDate::from_ymd_opt(1900, 3, 1) {
    Some(date) => date,
    None => NaiveDate::MIN,
};

pub(super) struct Workbook<'a, W: Write + Send> {
    file: rust_xlsxwriter::Workbook,
    spec: &'a TableSpec,
    provenance: &'a Provenance,
    looks: Looks,
    out: W,
}

/// Number formats, made once.
struct Looks {
    heading: Format,
    date: Format,
    instant: Format,
    /// By number of decimals.
    decimals: Vec<Format>,
}

impl<'a, W: Write + Send> Workbook<'a, W> {
    pub(super) fn begin(spec: &'a TableSpec, provenance: &'a Provenance, out: W) -> Result<Self, TableOutError> {
        let mut file = rust_xlsxwriter::Workbook::new();
        let made_at =
            ExcelDateTime::parse_from_str(&provenance.made_at.to_utc().format("%Y-%m-%dT%H:%M:%S").to_string())?;
        file.set_properties(
            &DocProperties::new()
                .set_title(&spec.title)
                .set_author(&provenance.made_by)
                .set_creation_datetime(&made_at),
        );
        let looks = Looks::new();
        let sheet = file.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_name(&spec.title))?;
        for (column, place) in spec.columns.iter().zip(0_u16..) {
            let width = column.heading.chars().count().clamp(10, WIDEST_COLUMN);
            sheet.set_column_width(place, u32::try_from(width + 4).unwrap_or(u32::MAX))?;
            sheet.write_string_with_format(0, place, &column.heading, &looks.heading)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(Self { file, spec, provenance, looks, out })
    }

    pub(super) fn row(&mut self, row: u64, cells: &[Cell]) -> Result<(), TableOutError> {
        if row > MAX_ROWS {
            return Err(TableOutError::TooManyRows);
        }
        let row = u32::try_from(row).map_err(|_too_many| TableOutError::TooManyRows)?;
        let sheet = self.file.worksheet_from_index(0)?;
        for (cell, place) in cells.iter().zip(0_u16..) {
            self.looks.write(sheet, row, place, cell)?;
        }
        Ok(())
    }

    pub(super) fn finish(mut self, written: &Written) -> Result<(), TableOutError> {
        let about = self.file.add_worksheet();
        about.set_name(self.provenance.sheet_name())?;
        about.set_column_width(0, 28)?.set_column_width(1, 60)?;
        for ((label, value), row) in self.provenance.lines(&self.spec.title, written).iter().zip(0_u32..) {
            about.write_string_with_format(row, 0, label, &self.looks.heading)?;
            about.write_string(row, 1, value)?;
        }
        self.file.save_to_writer(&mut self.out)?;
        Ok(self.out.flush()?)
    }
}

impl Looks {
    fn new() -> Self {
        let decimals = |scale: u8| match scale {
            0 => "0".to_owned(),
            scale => format!("#,##0.{}", "0".repeat(usize::from(scale))),
        };
        Self {
            heading: Format::new().set_bold().set_align(FormatAlign::Left),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            instant: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            decimals: (0..=18).map(|scale| Format::new().set_num_format(decimals(scale))).collect(),
        }
    }

    fn write(&self, sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), TableOutError> {
        match cell {
            Cell::Empty => {}
            // Written as strings, formulas in texts stay texts and leading zeros stay where they are.
            Cell::Text(text) => {
                sheet.write_string(row, column, text)?;
            }
            Cell::Integer(number) => self.write_number(sheet, row, column, i128::from(*number), 0)?,
            Cell::Decimal { unscaled, scale } => {
                self.write_number(sheet, row, column, i128::from(*unscaled), *scale)?;
            }
            Cell::Date(date) if *date >= FIRST_DATE => {
                sheet.write_datetime_with_format(row, column, date, &self.date)?;
            }
            Cell::Date(date) => {
                sheet.write_string(row, column, date.to_string())?;
            }
            Cell::Instant(at) => {
                sheet.write_datetime_with_format(row, column, at.naive_local(), &self.instant)?;
            }
            Cell::YesNo { word, .. } => {
                sheet.write_string(row, column, *word)?;
            }
            Cell::Word { word, .. } => {
                sheet.write_string(row, column, word)?;
            }
        }
        Ok(())
    }

    fn write_number(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        unscaled: i128,
        scale: u8,
    ) -> Result<(), TableOutError> {
        let text = decimal_text(unscaled, scale, '.');
        // A double holds 15 decimal digits; a longer number is kept exact as text.
        let digits = unscaled.unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
        match (text.parse::<f64>(), self.decimals.get(usize::from(scale))) {
            (Ok(number), Some(look)) if digits <= 15 => {
                sheet.write_number_with_format(row, column, number, look)?;
            }
            _ => {
                sheet.write_string(row, column, text)?;
            }
        }
        Ok(())
    }
}

/// A name that Excel accepts: at most 31 characters, none of `[]:*?/\`, no apostrophe at the ends.
fn sheet_name(title: &str) -> String {
    let name: String = title.chars().filter(|letter| !"[]:*?/\\".contains(*letter)).take(31).collect();
    let name = name.trim_matches(|letter: char| letter == '\'' || letter.is_whitespace());
    if name.is_empty() { "Stolpe".to_owned() } else { name.to_owned() }
}
