//! What an accountant gets of a month that is locked: its vouchers, what every account had before and has after it, its
//! documents, and the register of their numbers.

use super::chart::Chart;
use super::closing::end_of;
use super::saft::{Meant, Period, audit_file};
use super::vouchers::{self, BooksForm, Together};
use crate::ctx::Ctx;
use crate::document::recipient_name;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use stolpe_documents::bookkeeping::{
    BalanceRow, Handed, IssuedRow, SeriesRow, balance_rows, issued_rows, package, saft, series_rows, sie, voucher_rows,
};
use stolpe_documents::table_out::{Cell, Provenance, TableFormat, TableSpec, TableWriter};
use stolpe_domain::bookkeeping::{AccountNumber, add_up};
use stolpe_domain::country::Country;
use stolpe_domain::document::FiscalYear;
use stolpe_domain::facility::default_time_zone;
use stolpe_domain::language::Language;
use stolpe_domain::ledger::Asset;
use stolpe_domain::local_day::Month;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::organisation::Organisation;
use stolpe_store::Tx;
use stolpe_store::document::{DocumentFilter, DocumentKey};
use stolpe_store::page::Order;

/// Documents that are read at once.
const PAGE: i64 = 1_000;

/// Everything of a month in one archive, read and numbered in a transaction that holds the books.
pub(super) async fn packed(tx: &mut Tx, ctx: &Ctx, organisation: &Organisation, month: Month) -> Result<Vec<u8>> {
    let first_month = tx.find_billing(organisation.id).await?.map_or(1, |(it, _)| it.fiscal_year_begins_month);
    let chart = Chart::of(organisation.country, tx.chart_of(organisation.id).await?);
    let tables = Tables { organisation, month, language: Language::of(organisation.country) };
    let mut files = Vec::new();
    for asset in tx.assets_of(organisation.id).await? {
        let Some(currency) = asset.currency() else { continue };
        booked(tx, &tables, (&chart, asset, currency), (ctx, first_month), &mut files).await?;
    }
    let (spec, rows) = issued_rows(&issued(tx, organisation, month).await?, tables.language);
    let content = tables.write(&spec, &rows, TableFormat::Nordic)?;
    files.push(Handed { name: "documents.csv".to_owned(), content });
    let days = (month.first_day(), month.last_day());
    let series = tx.prove_series_until(organisation.id, days).await?.into_iter().map(|it| SeriesRow {
        kind: it.kind,
        year: it.year,
        proven: it.proven,
    });
    let (spec, rows) = series_rows(&series.collect::<Vec<_>>(), tables.language);
    let content = tables.write(&spec, &rows, TableFormat::Nordic)?;
    files.push(Handed { name: "series.csv".to_owned(), content });
    package(&files).map_err(AppError::internal)
}

/// The vouchers of a currency, and what they did to the accounts.
async fn booked(
    tx: &mut Tx,
    tables: &Tables<'_>,
    (chart, asset, currency): (&Chart, Asset, Currency),
    (ctx, first_month): (&Ctx, u32),
    files: &mut Vec<Handed>,
) -> Result<()> {
    let (organisation, month) = (tables.organisation, tables.month);
    let days = (month.first_day(), month.next().first_day());
    let all = vouchers::together(tx.counted_transfers(organisation.id, asset, days).await?);
    let year = FiscalYear::of(month.first_day(), first_month);
    let numbers = vouchers::number_within(tx, ctx, organisation, (asset, year), month, &all).await?;
    let books = vouchers::books(organisation, chart, currency, (year, first_month, month), &all, &numbers)?;
    if !books.vouchers.is_empty() {
        let (spec, rows) = voucher_rows(&books, tables.language);
        for format in [TableFormat::Nordic, TableFormat::International, TableFormat::Workbook] {
            let name = vouchers::kept_name(currency, BooksForm::Table(format));
            files.push(Handed { name, content: tables.write(&spec, &rows, format)? });
        }
        let (form, content) = match organisation.country {
            Country::Se => (BooksForm::Sie, sie(&books)),
            Country::No => {
                let meant = Meant { chart, asset, currency };
                let period = Period { year, first_month, month };
                (BooksForm::Saft, saft(&audit_file(tx, organisation, meant, period, &books, (&all, &numbers)).await?))
            }
        };
        files.push(Handed { name: vouchers::kept_name(currency, form), content });
    }
    let begins = books.fiscal_year.0;
    let rows = balances(tx, tables, (chart, asset, currency), begins, &all).await?;
    let (spec, rows) = balance_rows(&rows, tables.language);
    let name = format!("balances-{}.csv", currency.code().to_lowercase());
    files.push(Handed { name, content: tables.write(&spec, &rows, TableFormat::Nordic)? });
    Ok(())
}

/// What each account of the chart had before the month, got in it, and has after it.
async fn balances(
    tx: &mut Tx,
    tables: &Tables<'_>,
    (chart, asset, currency): (&Chart, Asset, Currency),
    year_from: NaiveDate,
    all: &[Together],
) -> Result<Vec<BalanceRow>> {
    let zero = Money::zero(currency);
    let mut rows: BTreeMap<AccountNumber, BalanceRow> = BTreeMap::new();
    let days = (tables.month.first_day(), tables.month.next().first_day());
    for it in tx.account_balances(tables.organisation.id, asset, year_from, days).await? {
        let account = chart.account(it.key);
        let row = rows.entry(account.number.clone()).or_insert_with(|| BalanceRow::new(account, zero));
        row.before = row.before.plus(Money::of_minor(it.before, currency))?;
    }
    let names = vouchers::named(chart, all);
    for voucher in all {
        for line in add_up(currency, &vouchers::booked(chart, currency, voucher))? {
            let Some(account) = names.get(&line.account) else { continue };
            let row = rows.entry(line.account).or_insert_with(|| BalanceRow::new(account.clone(), zero));
            let side = if line.amount.minor > 0 { &mut row.debit } else { &mut row.credit };
            *side = side.plus(Money::of_minor(line.amount.minor.abs(), currency))?;
        }
    }
    let moved = |row: &BalanceRow| [row.before, row.debit, row.credit].iter().any(|it| it.minor != 0);
    Ok(rows.into_values().filter(moved).collect())
}

/// The documents that were issued in a month, in the order of their numbers.
async fn issued(tx: &mut Tx, organisation: &Organisation, month: Month) -> Result<Vec<IssuedRow>> {
    let all = tx.list_facilities().await?.into_iter();
    let facilities = all.filter(|it| it.organisation_id == organisation.id).map(|it| it.id).collect();
    let filter = DocumentFilter {
        facilities,
        from: Some(month.first_day()),
        to: Some(month.last_day()),
        ..DocumentFilter::default()
    };
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let page = tx.list_documents(&filter, Order::Oldest, after, PAGE).await?;
        after = page.items.last().map(DocumentKey::from);
        for it in page.items {
            let it = it.document;
            let (Some(number), Some(issued_on)) = (it.number, it.issued_on) else { continue };
            rows.push(IssuedRow {
                kind: it.kind,
                number,
                issued_on,
                due_on: it.due_on,
                recipient: recipient_name(&it.printed)?,
                sums: it.sums,
            });
        }
        if !page.more {
            break;
        }
    }
    rows.sort_by_key(|row| (row.kind, row.number));
    Ok(rows)
}

/// What the tables of a month share.
struct Tables<'t> {
    organisation: &'t Organisation,
    month: Month,
    language: Language,
}

impl Tables<'_> {
    fn write(&self, spec: &TableSpec, rows: &[Vec<Cell>], format: TableFormat) -> Result<Vec<u8>> {
        let zone = crate::export::zone_of(default_time_zone(self.organisation.country));
        let provenance = Provenance {
            made_by: "Stolpe".to_owned(),
            // Not when it was locked: a month that is opened and locked again without a change has the same hash.
            made_at: crate::export::local(end_of(self.organisation, self.month), zone),
            filter: format!("month={}", self.month),
            language: self.language,
        };
        let mut content = Vec::new();
        let mut writer = TableWriter::begin(format, spec, &provenance, &mut content).map_err(AppError::internal)?;
        for row in rows {
            writer.row(row).map_err(AppError::internal)?;
        }
        writer.finish().map_err(AppError::internal)?;
        Ok(content)
    }
}
