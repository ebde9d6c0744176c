//! JSON Lines: keys in the order of the columns, decimals as the exact digits that JSON allows a number to be.

use std::io::{self, Write};

use super::{Cell, TableOutError, TableSpec, decimal_text};

pub(super) fn row(spec: &TableSpec, cells: &[Cell], out: &mut impl Write) -> Result<(), TableOutError> {
    let mut first = true;
    for (column, cell) in spec.columns.iter().zip(cells) {
        out.write_all(if first { b"{" } else { b"," })?;
        first = false;
        text(column.key, out)?;
        out.write_all(b":")?;
        match cell {
            Cell::Empty => out.write_all(b"null")?,
            Cell::Text(value) => text(value, out)?,
            Cell::Integer(number) => write!(out, "{number}")?,
            Cell::Decimal { unscaled, scale } => {
                out.write_all(decimal_text(i128::from(*unscaled), *scale, '.').as_bytes())?;
            }
            Cell::Date(date) => write!(out, "\"{date}\"")?,
            Cell::Instant(at) => write!(out, "\"{}\"", at.to_rfc3339())?,
            Cell::YesNo { yes, .. } => write!(out, "{yes}")?,
            Cell::Word { code, .. } => text(code, out)?,
        }
    }
    out.write_all(if first { b"{}\n" } else { b"}\n" })?;
    Ok(())
}

fn text(value: &str, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer(out, value).map_err(io::Error::from)
}
