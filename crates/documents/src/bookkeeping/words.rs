//! Vouchers in words, and as rows of a table.

use super::Books;
use crate::catalogue;
use crate::table_out::{Cell, Column, TableSpec};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use stolpe_domain::bookkeeping::AccountNumber;
use stolpe_domain::document::Number;
use stolpe_domain::language::Language;
use stolpe_domain::ledger::TransferCode;

/// What happened, as a voucher tells it: `Faktura 2026-0100`. It names nobody: what is in the books stays for years. What
/// counts on another day than it is booked on says so: `Faktura 2026-0100 (2026-11-30)`.
pub fn voucher_text(
    language: Language,
    code: TransferCode,
    document: Option<Number>,
    counts_on: Option<NaiveDate>,
) -> String {
    let mut text = catalogue::word(language, "transfer.code", code.word());
    if let Some(number) = document {
        let _ = write!(text, " {number}");
    }
    if let Some(day) = counts_on {
        let _ = write!(text, " ({day})");
    }
    text
}

const HEADINGS: [(&str, [&str; 3]); 6] = [
    ("series", ["Serie", "Serie", "Series"]),
    ("number", ["Nummer", "Nummer", "Number"]),
    ("on", ["Datum", "Dato", "Date"]),
    ("text", ["Text", "Tekst", "Text"]),
    ("account", ["Konto", "Konto", "Account"]),
    ("accountName", ["Kontonamn", "Kontonavn", "Account name"]),
];

pub(super) const fn word(language: Language, words: [&'static str; 3]) -> &'static str {
    match language {
        Language::Sv => words[0],
        Language::Nb => words[1],
        Language::En => words[2],
    }
}

/// A row for each line of each voucher, debit and credit in columns of their own.
pub fn voucher_rows(books: &Books, language: Language) -> (TableSpec, Vec<Vec<Cell>>) {
    let columns = HEADINGS.map(|(key, words)| Column::new(key, word(language, words)));
    let summed = [
        Column::summed("debit", word(language, ["Debet", "Debet", "Debit"])),
        Column::summed("credit", word(language, ["Kredit", "Kredit", "Credit"])),
    ];
    let title = word(language, ["Verifikationer", "Bilag", "Vouchers"]).to_owned();
    let spec = TableSpec { title, columns: columns.into_iter().chain(summed).collect() };
    let names: BTreeMap<&AccountNumber, &str> =
        books.accounts.iter().map(|it| (&it.number, it.name.as_str())).collect();
    let mut rows = Vec::new();
    for voucher in &books.vouchers {
        for line in &voucher.lines {
            let amount = |minor: i64| {
                if minor > 0 { Cell::Decimal { unscaled: minor, scale: 2 } } else { Cell::Empty }
            };
            rows.push(vec![
                Cell::Text(voucher.series.clone()),
                Cell::Integer(voucher.number),
                Cell::from(Some(voucher.on)),
                Cell::Text(voucher.text.clone()),
                Cell::Text(line.account.to_string()),
                Cell::Text((*names.get(&line.account).unwrap_or(&"")).to_owned()),
                amount(line.amount.minor),
                amount(-line.amount.minor),
            ]);
        }
    }
    (spec, rows)
}
