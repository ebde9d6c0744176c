//! What lies in an archive of e-invoices: each document with its file and hash, or why it has none.

use crate::catalogue;
use crate::table_out::{Cell, Column, TableSpec};
use chrono::NaiveDate;
use stolpe_domain::document::DocumentKind;
use stolpe_domain::e_invoice::EInvoiceLack;
use stolpe_domain::language::Language;

/// A document of the archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexRow {
    /// What it is.
    pub kind: DocumentKind,
    /// Its number, as printed; none of a draft.
    pub number: Option<String>,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// Who gets it, as it was printed.
    pub recipient: String,
    /// Its file and that file's hash, or all that it lacks to have one.
    pub file: Result<(String, String), Vec<EInvoiceLack>>,
}

/// The table of an archive.
pub fn index_rows(rows: &[IndexRow], language: Language) -> (TableSpec, Vec<Vec<Cell>>) {
    let word = |words: [&'static str; 3]| match language {
        Language::Sv => words[0],
        Language::Nb => words[1],
        Language::En => words[2],
    };
    let spec = TableSpec {
        title: word(["E-fakturor", "E-fakturaer", "E-invoices"]).to_owned(),
        columns: vec![
            Column::new("kind", word(["Slag", "Type", "Kind"])),
            Column::new("number", word(["Nummer", "Nummer", "Number"])),
            Column::new("issuedOn", word(["Datum", "Dato", "Date"])),
            Column::new("recipient", word(["Mottagare", "Mottaker", "Recipient"])),
            Column::new("file", word(["Fil", "Fil", "File"])),
            Column::new("sha256", "SHA-256"),
            Column::new("lacks", word(["Saknar", "Mangler", "Lacks"])),
        ],
    };
    let row = |it: &IndexRow| {
        let said = |lack: &EInvoiceLack| catalogue::word(language, "eInvoiceLack", lack.word());
        let (file, hash, lacks) = match &it.file {
            Ok((name, hash)) => (Cell::Text(name.clone()), Cell::Text(hash.clone()), Cell::Empty),
            Err(lacks) => (Cell::Empty, Cell::Empty, Cell::Text(lacks.iter().map(said).collect::<Vec<_>>().join(" "))),
        };
        vec![
            Cell::Text(catalogue::word(language, "document.kind", it.kind.word())),
            it.number.clone().into(),
            Cell::from(it.issued_on),
            Cell::Text(it.recipient.clone()),
            file,
            hash,
            lacks,
        ]
    };
    (spec, rows.iter().map(row).collect())
}
