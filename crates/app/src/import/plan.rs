//! How a file is read: what was found out about it, and what the user said.

use super::file::File;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::Cursor;
use stolpe_documents::people_file::{PeopleField, PeopleMapping, PeopleReader, PeopleRow, suggest};
use stolpe_documents::table_file::columns::{ColumnReading, DateOrder, date_order};
use stolpe_documents::table_file::{Delimiter, Row, RowFault, RowFaultKind, TableShape, TextEncoding, inspect};
use stolpe_documents::table_file::{OtherKind, looks_like_a_workbook, other_kind, read};
use stolpe_domain::country::Country;
use stolpe_domain::language::Language;
use stolpe_domain::personal_number::PersonalNumber;

/// Values of a column that are shown beside it.
const SAMPLES: usize = 3;
/// Rows that guesses are made from.
const LOOKED_AT: usize = 200;

/// How a file is read; kept with the import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportPlan {
    /// How the file is written; none for a workbook.
    pub shape: Option<TableShape>,
    /// The first row names the columns.
    pub header: bool,
    /// What each column means.
    pub mapping: PeopleMapping,
}

/// What the user says of a file; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportMapping {
    /// What each column means.
    pub columns: Option<Vec<Option<PeopleField>>>,
    /// How its characters are written.
    pub encoding: Option<TextEncoding>,
    /// The sign between cells.
    pub delimiter: Option<Delimiter>,
    /// The order of day, month and year.
    pub date_order: Option<DateOrder>,
}

/// One column as the wizard shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportColumn {
    /// Its heading; empty for a file without one.
    pub name: String,
    /// Some of its values.
    pub samples: Vec<String>,
}

/// Every row of a file, header and faulty ones too.
pub(super) type Rows<'a> = Box<dyn Iterator<Item = Result<Row, RowFault>> + Send + 'a>;

/// The rows of a file, as the plan reads them.
pub(super) fn rows<'a>(file: &'a File, shape: Option<&TableShape>) -> Result<Rows<'a>> {
    if let Some(shape) = shape {
        return Ok(Box::new(read(Cursor::new(file.bytes()), shape)));
    }
    Ok(Box::new(file.book()?.rows.iter().cloned().map(Ok)))
}

/// The rows of a file as people, without the header.
pub(super) fn people<'a>(
    file: &'a File,
    plan: &ImportPlan,
    home: Country,
    today: NaiveDate,
) -> Result<impl Iterator<Item = PeopleRow> + Send + 'a> {
    let reader = PeopleReader::new(plan.mapping.clone(), home, today);
    let rows = rows(file, plan.shape.as_ref())?.skip(usize::from(plan.header));
    Ok(rows.map(move |row| reader.row(row)))
}

/// Reads a new file: how it is written, and what its columns seem to mean.
pub(super) fn first_plan(file: &File, home: Country, language: Language, today: NaiveDate) -> Result<ImportPlan> {
    if file.bytes().trim_ascii().is_empty() {
        return Err(AppError::refused("import.empty"));
    }
    match other_kind(file.bytes()) {
        Some(OtherKind::OldWorkbook) => return Err(AppError::refused("import.old_workbook")),
        Some(OtherKind::Binary) => return Err(AppError::refused("import.binary")),
        None => {}
    }
    let (shape, header) = if looks_like_a_workbook(file.bytes()) {
        (None, file.book()?.header.value)
    } else {
        let shape = inspect(file.bytes());
        (Some(shape), shape.header.value)
    };
    let mut left = rows(file, shape.as_ref())?;
    if left.by_ref().take(usize::from(header)).count() < usize::from(header) {
        return Err(AppError::refused("import.empty"));
    }
    if left.next().is_none() {
        return Err(AppError::refused("import.no_rows"));
    }
    guessed(file, shape, header, home, language, today)
}

/// The same file read in another way: guesses are made anew.
pub(super) fn guessed(
    file: &File,
    shape: Option<TableShape>,
    header: bool,
    home: Country,
    language: Language,
    today: NaiveDate,
) -> Result<ImportPlan> {
    let sample: Vec<Vec<String>> =
        rows(file, shape.as_ref())?.filter_map(Result::ok).take(LOOKED_AT).map(|row| row.cells).collect();
    let (headings, values) =
        if header { (sample.first(), sample.get(1..).unwrap_or_default()) } else { (None, &*sample) };
    let columns: Vec<Option<PeopleField>> =
        suggest(headings.map(Vec::as_slice), values, home, today).into_iter().map(|it| it.map(|it| it.field)).collect();
    let dates = columns.iter().position(|field| *field == Some(PeopleField::MovedInOn));
    let order = dates.map(|at| date_order(values.iter().filter_map(|row| row.get(at)).map(String::as_str)));
    let date_order = match order {
        Some(ColumnReading::Sure { value }) => Some(value),
        _ => None,
    };
    let mapping = PeopleMapping { columns, date_order, name_order: <_>::default(), language };
    Ok(ImportPlan { shape, header, mapping })
}

/// The columns of a file with some of their values. Personal numbers are cut short, also where nobody has said yet, or
/// somebody has said wrongly, what the column is.
pub(super) fn columns(file: &File, plan: &ImportPlan, today: NaiveDate) -> Result<Vec<ImportColumn>> {
    let sample: Vec<Vec<String>> =
        rows(file, plan.shape.as_ref())?.filter_map(Result::ok).take(LOOKED_AT).map(|row| row.cells).collect();
    let width = plan.mapping.columns.len().max(sample.iter().map(Vec::len).max().unwrap_or(0));
    let cell = |row: &Vec<String>, at: usize| row.get(at).cloned().unwrap_or_default();
    let values = sample.get(usize::from(plan.header)..).unwrap_or_default();
    Ok((0..width)
        .map(|at| {
            let meant = plan.mapping.columns.get(at).copied().flatten() == Some(PeopleField::PersonalNumber);
            let shown = |text: String| {
                let hidden = meant || is_personal_number(&text, today);
                visible(&if hidden { text.chars().take(6).chain("…".chars()).collect() } else { text })
            };
            ImportColumn {
                name: sample.first().filter(|_| plan.header).map(|row| visible(&cell(row, at))).unwrap_or_default(),
                samples: values
                    .iter()
                    .map(|row| cell(row, at))
                    .filter(|text| !text.is_empty())
                    .take(SAMPLES)
                    .map(shown)
                    .collect(),
            }
        })
        .collect())
}

fn is_personal_number(text: &str, today: NaiveDate) -> bool {
    [Country::Se, Country::No].into_iter().any(|country| PersonalNumber::parse(country, text, today).is_ok())
}

/// A text with a picture for each sign that nobody sees: it can be pointed at, and every database takes it.
pub(super) fn visible(text: &str) -> String {
    let picture = |sign: char| match sign {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(sign)).unwrap_or(char::REPLACEMENT_CHARACTER),
        '\u{7f}' => '\u{2421}',
        _ if sign.is_control() => char::REPLACEMENT_CHARACTER,
        _ => sign,
    };
    text.chars().map(picture).collect()
}

/// How many cells the widest row has, when the file is cut at another sign.
pub(super) fn widest(file: &File, shape: &TableShape) -> Result<usize> {
    // A row of another width is a fault that says how wide it is.
    let width = |row: Result<Row, RowFault>| match row {
        Ok(row) => row.cells.len(),
        Err(RowFault { kind: RowFaultKind::CellCount { found, .. }, .. }) => found,
        Err(_) => 0,
    };
    Ok(rows(file, Some(shape))?.take(LOOKED_AT).map(width).max().unwrap_or(1))
}

/// What a heading is remembered by.
pub(super) fn header_digest(columns: &[ImportColumn]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for column in columns {
        hash.update((column.name.len() as u64).to_be_bytes());
        hash.update(column.name.to_lowercase().as_bytes());
    }
    hash.finalize().to_vec()
}
