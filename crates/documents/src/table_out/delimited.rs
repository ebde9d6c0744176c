//! CSV in its two profiles. Quoting is the `csv` crate's; what a value looks like as text is decided here.

use std::io::Write;

use super::{Cell, TableOutError, TableSpec, decimal_text};
use crate::formula::guarded;

/// The mark by which Excel knows UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) struct Delimited<W: Write> {
    out: csv::Writer<W>,
    point: char,
}

impl<W: Write> Delimited<W> {
    pub(super) fn nordic(spec: &TableSpec, mut out: W) -> Result<Self, TableOutError> {
        out.write_all(BYTE_ORDER_MARK)?;
        Self::begin(spec, out, b';', ',')
    }

    pub(super) fn international(spec: &TableSpec, out: W) -> Result<Self, TableOutError> {
        Self::begin(spec, out, b',', '.')
    }

    fn begin(spec: &TableSpec, out: W, delimiter: u8, point: char) -> Result<Self, TableOutError> {
        let mut builder = csv::WriterBuilder::new();
        let out = builder.delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(out);
        let mut file = Self { out, point };
        for column in &spec.columns {
            file.field(guarded(&column.heading).as_bytes())?;
        }
        file.end_of_row()?;
        Ok(file)
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), TableOutError> {
        for cell in cells {
            match cell {
                Cell::Empty => self.field(b"")?,
                Cell::Text(text) => self.field(guarded(text).as_bytes())?,
                Cell::Integer(number) => self.field(number.to_string().as_bytes())?,
                Cell::Decimal { unscaled, scale } => {
                    self.field(decimal_text(i128::from(*unscaled), *scale, self.point).as_bytes())?;
                }
                Cell::Date(date) => self.field(date.to_string().as_bytes())?,
                Cell::Instant(at) => self.field(at.format("%Y-%m-%d %H:%M:%S").to_string().as_bytes())?,
                Cell::YesNo { word, .. } => self.field(word.as_bytes())?,
                Cell::Word { word, .. } => self.field(guarded(word).as_bytes())?,
            }
        }
        self.end_of_row()
    }

    pub(super) fn finish(mut self) -> Result<(), TableOutError> {
        Ok(self.out.flush()?)
    }

    fn field(&mut self, bytes: &[u8]) -> Result<(), TableOutError> {
        self.out.write_field(bytes).map_err(|error| TableOutError::Io(error.into()))
    }

    fn end_of_row(&mut self) -> Result<(), TableOutError> {
        self.out.write_record(None::<&[u8]>).map_err(|error| TableOutError::Io(error.into()))
    }
}
