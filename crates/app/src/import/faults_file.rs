//! The faults of a file as a table, to be corrected at their source.

use super::ImportFault;
use crate::error::{AppError, Result};
use chrono::{DateTime, Utc};
use stolpe_documents::catalogue;
use stolpe_documents::table_out::{Cell, Column, Provenance, TableFormat, TableSpec, TableWriter};
use stolpe_domain::language::Language;

/// Writes the faults as CSV in the Nordic profile, in the words of the screen; the codes stand beside them, for whoever
/// asks for help.
pub(super) fn write(faults: &[ImportFault], language: Language, by: String, at: DateTime<Utc>) -> Result<Vec<u8>> {
    let [title, row, column, value, fault, code] = match language {
        Language::Sv => ["Fel", "Rad", "Kolumn", "Värde", "Fel", "Kod"],
        Language::Nb => ["Feil", "Rad", "Kolonne", "Verdi", "Feil", "Kode"],
        Language::En => ["Faults", "Row", "Column", "Value", "Fault", "Code"],
    };
    let spec = TableSpec {
        title: title.to_owned(),
        columns: vec![
            Column::new("row", row),
            Column::new("column", column),
            Column::new("value", value),
            Column::new("fault", fault),
            Column::new("code", code),
        ],
    };
    let provenance = Provenance { made_by: by, made_at: at.fixed_offset(), filter: String::new(), language };
    let mut content = Vec::new();
    let failed = |error| AppError::internal(Box::<dyn std::error::Error + Send + Sync>::from(error));
    let mut table = TableWriter::begin(TableFormat::Nordic, &spec, &provenance, &mut content).map_err(failed)?;
    for fault in faults {
        let meaning = fault.column.and_then(|field| serde_json::to_value(field).ok());
        let meaning = meaning.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
        let cells = [
            Cell::Integer(i64::try_from(fault.row).unwrap_or(i64::MAX)),
            Cell::Text(catalogue::word(language, "import.field", meaning)),
            Cell::Text(fault.value.clone()),
            Cell::Text(catalogue::word(language, "field", &fault.code)),
            Cell::Text(fault.code.clone()),
        ];
        table.row(&cells).map_err(failed)?;
    }
    table.finish().map_err(failed)?;
    Ok(content)
}
