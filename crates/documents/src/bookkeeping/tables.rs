//! Tables of a month that is closed: what the accounts had and have, the documents, and the register of their numbers.

use super::words::word;
use crate::catalogue;
use crate::table_out::{Cell, Column, TableSpec};
use chrono::NaiveDate;
use stolpe_domain::bookkeeping::ChartAccount;
use stolpe_domain::document::{DocumentKind, FiscalYear, Number, Proven, Sums};
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;

/// An account over a month; above zero on its debit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalanceRow {
    /// The account.
    pub account: ChartAccount,
    /// What it had before.
    pub before: Money,
    /// What its debit got.
    pub debit: Money,
    /// What its credit got.
    pub credit: Money,
}

impl BalanceRow {
    /// An account that nothing happened to.
    pub const fn new(account: ChartAccount, zero: Money) -> Self {
        Self { account, before: zero, debit: zero, credit: zero }
    }
}

/// A document that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedRow {
    /// What it is.
    pub kind: DocumentKind,
    /// Its number.
    pub number: Number,
    /// Its date.
    pub issued_on: NaiveDate,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// Who gets it, as it was printed.
    pub recipient: String,
    /// What it adds up to.
    pub sums: Sums,
}

/// A series of numbers with what its documents prove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesRow {
    /// Of which documents.
    pub kind: DocumentKind,
    /// Of which fiscal year.
    pub year: FiscalYear,
    /// Whether it holds.
    pub proven: Proven,
}

/// What the accounts had before, got, and have.
pub fn balance_rows(rows: &[BalanceRow], language: Language) -> (TableSpec, Vec<Vec<Cell>>) {
    let spec = TableSpec {
        title: word(language, ["Saldon", "Saldoer", "Balances"]).to_owned(),
        columns: vec![
            Column::new("account", word(language, ["Konto", "Konto", "Account"])),
            Column::new("accountName", word(language, ["Kontonamn", "Kontonavn", "Account name"])),
            Column::summed("before", word(language, ["Ingående saldo", "Inngående saldo", "Balance before"])),
            Column::summed("debit", word(language, ["Debet", "Debet", "Debit"])),
            Column::summed("credit", word(language, ["Kredit", "Kredit", "Credit"])),
            Column::summed("after", word(language, ["Utgående saldo", "Utgående saldo", "Balance after"])),
        ],
    };
    let row = |it: &BalanceRow| {
        let after = it.before.minor + it.debit.minor - it.credit.minor;
        vec![
            Cell::Text(it.account.number.to_string()),
            Cell::Text(it.account.name.clone()),
            amount(it.before.minor),
            amount(it.debit.minor),
            amount(it.credit.minor),
            amount(after),
        ]
    };
    (spec, rows.iter().map(row).collect())
}

/// The documents of a month.
pub fn issued_rows(rows: &[IssuedRow], language: Language) -> (TableSpec, Vec<Vec<Cell>>) {
    let spec = TableSpec {
        title: word(language, ["Dokument", "Dokumenter", "Documents"]).to_owned(),
        columns: vec![
            Column::new("kind", word(language, ["Slag", "Type", "Kind"])),
            Column::new("number", word(language, ["Nummer", "Nummer", "Number"])),
            Column::new("issuedOn", word(language, ["Datum", "Dato", "Date"])),
            Column::new("dueOn", word(language, ["Förfaller", "Forfall", "Due"])),
            Column::new("recipient", word(language, ["Mottagare", "Mottaker", "Recipient"])),
            Column::new("currency", word(language, ["Valuta", "Valuta", "Currency"])),
            Column::summed("net", word(language, ["Utan moms", "Uten MVA", "Without VAT"])),
            Column::summed("vat", word(language, ["Moms", "MVA", "VAT"])),
            Column::summed("rounding", word(language, ["Öresavrundning", "Øreavrunding", "Rounding"])),
            Column::summed("payable", word(language, ["Att betala", "Å betale", "To pay"])),
        ],
    };
    let row = |it: &IssuedRow| {
        vec![
            Cell::Text(catalogue::word(language, "document.kind", it.kind.word())),
            Cell::Text(it.number.to_string()),
            Cell::from(Some(it.issued_on)),
            Cell::from(it.due_on),
            Cell::Text(it.recipient.clone()),
            Cell::Text(it.sums.payable.currency.code().to_owned()),
            amount(it.sums.totals.net.minor),
            amount(it.sums.totals.vat.minor),
            amount(it.sums.rounding.minor),
            amount(it.sums.payable.minor),
        ]
    };
    (spec, rows.iter().map(row).collect())
}

/// The register of series.
pub fn series_rows(rows: &[SeriesRow], language: Language) -> (TableSpec, Vec<Vec<Cell>>) {
    let spec = TableSpec {
        title: word(language, ["Nummerserier", "Nummerserier", "Series"]).to_owned(),
        columns: vec![
            Column::new("kind", word(language, ["Slag", "Type", "Kind"])),
            Column::new("year", word(language, ["Räkenskapsår", "Regnskapsår", "Fiscal year"])),
            Column::new("count", word(language, ["Antal", "Antall", "Count"])),
            Column::new("breaks", word(language, ["Luckor och fel", "Hull og feil", "Gaps and faults"])),
        ],
    };
    let row = |it: &SeriesRow| {
        vec![
            Cell::Text(catalogue::word(language, "document.kind", it.kind.word())),
            Cell::Integer(i64::from(it.year.0)),
            Cell::Integer(i64::try_from(it.proven.documents).unwrap_or(i64::MAX)),
            Cell::Integer(i64::try_from(it.proven.breaks.len()).unwrap_or(i64::MAX)),
        ]
    };
    (spec, rows.iter().map(row).collect())
}

const fn amount(minor: i64) -> Cell {
    Cell::Decimal { unscaled: minor, scale: 2 }
}
