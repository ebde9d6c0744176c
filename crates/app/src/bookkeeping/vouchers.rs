//! A month as vouchers: looked at, and taken out as a file. A voucher gets its number when its month is taken out for the
//! first time, so that the same file can be taken out again, and what came later is found behind it.

use super::chart::Chart;
use super::saft::{Meant, Period, audit_file, file_name};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use stolpe_documents::bookkeeping::{Books, handed_over, hash, saft, sie, voucher_rows, voucher_text};
use stolpe_documents::table_out::{Provenance, TableFormat, TableWriter};
use stolpe_domain::bookkeeping::{AccountNumber, Booked, ChartAccount, ChartKey, Voucher, add_up};
use stolpe_domain::country::Country;
use stolpe_domain::document::FiscalYear;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::default_time_zone;
use stolpe_domain::id::{OrganisationId, TransferId};
use stolpe_domain::language::Language;
use stolpe_domain::ledger::Asset;
use stolpe_domain::local_day::Month;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::organisation::Organisation;
use stolpe_domain::organisation_number::OrganisationNumber;
use stolpe_store::Tx;
use stolpe_store::bookkeeping::CountedTransfer;

/// The series of our vouchers.
pub(super) const SERIES: &str = "S";

/// As what vouchers are taken out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BooksForm {
    /// SIE 4, which Swedish programs take in.
    Sie,
    /// SAF-T Financial, which Norwegian programs take in.
    Saft,
    /// A row for each line of a voucher.
    Table(TableFormat),
}

/// What a month did to one account of the chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turnover {
    /// The account.
    pub account: ChartAccount,
    /// What its debit got.
    pub debit: Money,
    /// What its credit got.
    pub credit: Money,
}

/// A month in the books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookedMonth {
    /// In which currency.
    pub currency: Currency,
    /// The currencies that the organisation has accounts in.
    pub currencies: Vec<Currency>,
    /// What it did, by account.
    pub accounts: Vec<Turnover>,
    /// How many vouchers there are.
    pub vouchers: usize,
    /// How many of them were in no file yet.
    pub fresh: usize,
    /// How many of them count in an earlier month, which was locked.
    pub late: usize,
}

/// What the audit log keeps of a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    month: Month,
    form: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    vouchers: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

fn exported(organisation: &Organisation, kept: &Kept) -> Event {
    Event::new(Action::BooksExported, Subject::Organisation(organisation.id)).organisation(organisation.id).after(kept)
}

/// Transfers that are one voucher.
pub(super) type Together = Vec<CountedTransfer>;

/// What was written down together, for one reason on one day, is one voucher. What a month run writes for several people
/// has one instant and lies mixed, so that neighbours need not belong together.
pub(super) fn together(transfers: Vec<CountedTransfer>) -> Vec<Together> {
    let mut places = HashMap::new();
    let mut vouchers: Vec<Together> = Vec::new();
    for it in transfers {
        let place = *places.entry((it.code, it.source, it.on, it.counts_on, it.at)).or_insert(vouchers.len());
        match vouchers.get_mut(place) {
            Some(voucher) => voucher.push(it),
            None => vouchers.push(vec![it]),
        }
    }
    vouchers
}

fn first(voucher: &Together) -> Option<(TransferId, NaiveDate)> {
    voucher.first().map(|it| (it.id, it.on))
}

/// The day on which a voucher counts, where it stands in the books on another one.
pub(super) fn late(first: &CountedTransfer) -> Option<NaiveDate> {
    Some(first.counts_on).filter(|day| *day != first.on)
}

pub(super) fn booked(chart: &Chart, currency: Currency, voucher: &Together) -> Vec<Booked> {
    let book = |it: &CountedTransfer| Booked {
        debit: chart.account(it.debit).number,
        credit: chart.account(it.credit).number,
        amount: Money::of_minor(it.amount.smallest(), currency),
    };
    voucher.iter().map(book).collect()
}

/// The accounts that vouchers name, by number: of two names of one number the first.
pub(super) fn named(chart: &Chart, vouchers: &[Together]) -> BTreeMap<AccountNumber, ChartAccount> {
    let keys: std::collections::BTreeSet<ChartKey> =
        vouchers.iter().flatten().flat_map(|it| [it.debit, it.credit]).collect();
    let mut accounts = BTreeMap::new();
    for account in keys.into_iter().map(|key| chart.account(key)) {
        accounts.entry(account.number.clone()).or_insert(account);
    }
    accounts
}

/// What a voucher says that it is.
pub(super) fn text_of(organisation: &Organisation, begin: &CountedTransfer) -> String {
    voucher_text(Language::of(organisation.country), begin.code, begin.document, late(begin))
}

/// The days of a fiscal year, by the month in which it begins.
fn days_of(year: FiscalYear, first_month: u32) -> (NaiveDate, NaiveDate) {
    let begins = |year: i32| NaiveDate::from_ymd_opt(year, first_month, 1).unwrap_or_default();
    (begins(year.0), begins(year.0 + 1).pred_opt().unwrap_or_default())
}

const fn currency_of(country: Country) -> Currency {
    match country {
        Country::Se => Currency::Sek,
        Country::No => Currency::Nok,
    }
}

impl App {
    async fn month_together(
        &self,
        organisation: &Organisation,
        currency: Currency,
        month: Month,
    ) -> Result<(Chart, Asset, Vec<Together>)> {
        let asset = Asset::of(currency).ok_or_else(|| AppError::field("currency", "bookkeeping.currency"))?;
        let mut conn = self.read().await?;
        let chart = Chart::of(organisation.country, conn.chart_of(organisation.id).await?);
        let days = (month.first_day(), month.next().first_day());
        let transfers = conn.counted_transfers(organisation.id, asset, days).await?;
        Ok((chart, asset, together(transfers)))
    }

    /// What a month did, by the accounts that are meant now; nothing gets a number.
    ///
    /// # Errors
    /// As for every question about books.
    pub async fn booked_month(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        month: Month,
        currency: Option<Currency>,
    ) -> Result<BookedMonth> {
        let organisation = self.books_of(ctx, organisation).await?;
        let currency = currency.unwrap_or_else(|| currency_of(organisation.country));
        let (chart, asset, vouchers) = self.month_together(&organisation, currency, month).await?;
        let mut conn = self.read().await?;
        let days = (month.first_day(), month.next().first_day());
        let numbers = conn.voucher_numbers(organisation.id, asset, days).await?;
        let assets = conn.assets_of(organisation.id).await?;
        let mut sums: BTreeMap<AccountNumber, (Money, Money)> = BTreeMap::new();
        let zero = Money::zero(currency);
        for voucher in &vouchers {
            for line in add_up(currency, &booked(&chart, currency, voucher))? {
                let (debit, credit) = sums.entry(line.account).or_insert((zero, zero));
                if line.amount.minor > 0 {
                    *debit = debit.plus(line.amount)?;
                } else {
                    *credit = credit.plus(line.amount.negated())?;
                }
            }
        }
        let mut names = named(&chart, &vouchers);
        let turnover =
            |(number, (debit, credit))| names.remove(&number).map(|account| Turnover { account, debit, credit });
        Ok(BookedMonth {
            currency,
            currencies: assets.into_iter().filter_map(Asset::currency).collect(),
            accounts: sums.into_iter().filter_map(turnover).collect(),
            vouchers: vouchers.len(),
            fresh: vouchers.iter().filter_map(first).filter(|(id, _)| !numbers.contains_key(id)).count(),
            late: vouchers.iter().filter_map(|voucher| voucher.first().and_then(late)).count(),
        })
    }

    /// The vouchers of a month as a file, with its name and media type. Those that have no number yet get one; the others
    /// keep theirs. Of a month that was handed over it is the file that was handed over, to the byte.
    ///
    /// # Errors
    /// As for every question about books; [`AppError::Refused`] `bookkeeping.sie_country` for SIE outside Sweden,
    /// `bookkeeping.saft_country` for SAF-T outside Norway, and `bookkeeping.nothing` for a month in which nothing was moved.
    pub async fn books_file(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        month: Month,
        currency: Option<Currency>,
        form: BooksForm,
    ) -> Result<(String, &'static str, Vec<u8>)> {
        let organisation = self.books_of(ctx, organisation).await?;
        match (form, organisation.country) {
            (BooksForm::Sie, Country::No) => return Err(AppError::refused("bookkeeping.sie_country")),
            (BooksForm::Saft, Country::Se) => return Err(AppError::refused("bookkeeping.saft_country")),
            _ => {}
        }
        let currency = currency.unwrap_or_else(|| currency_of(organisation.country));
        let name = match form {
            BooksForm::Saft => file_name(&organisation, month),
            _ => format!("stolpe-{month}-{}.{}", currency.code().to_lowercase(), extension(form)),
        };
        if let Some(package) = self.read().await?.package_of(organisation.id, month).await? {
            let file = handed_over(&package, &kept_name(currency, form)).map_err(AppError::internal)?;
            let content = file.ok_or_else(|| AppError::refused("bookkeeping.nothing"))?;
            let kept = Kept { month, form: form_word(form), sha256: Some(hash(&content)), vouchers: None };
            self.note_read(ctx, exported(&organisation, &kept)).await?;
            return Ok((name, media_type(form), content));
        }
        let (chart, asset, vouchers) = self.month_together(&organisation, currency, month).await?;
        if vouchers.is_empty() {
            return Err(AppError::refused("bookkeeping.nothing"));
        }
        let begins = self.read().await?.find_billing(organisation.id).await?;
        let first_month = begins.map_or(1, |(billing, _)| billing.fiscal_year_begins_month);
        let year = FiscalYear::of(month.first_day(), first_month);
        let numbers = self.number_all(ctx, &organisation, (asset, year), month, &vouchers).await?;
        let books = books(&organisation, &chart, currency, (year, first_month, month), &vouchers, &numbers)?;
        let content = match form {
            BooksForm::Sie => sie(&books),
            BooksForm::Saft => {
                let meant = Meant { chart: &chart, asset, currency };
                let period = Period { year, first_month, month };
                let mut conn = self.read().await?;
                saft(&audit_file(&mut conn, &organisation, meant, period, &books, (&vouchers, &numbers)).await?)
            }
            BooksForm::Table(format) => {
                let reader = self.reader_language(ctx).await?;
                books_table(ctx, &organisation, month, (&books, reader), format)?
            }
        };
        let kept = Kept { month, form: form_word(form), sha256: None, vouchers: Some(books.vouchers.len()) };
        self.note_read(ctx, exported(&organisation, &kept)).await?;
        Ok((name, media_type(form), content))
    }

    /// Gives numbers to the vouchers that have none, in the order of their days and of what was written down first. A month
    /// that has numbers goes on in their series, also when the fiscal year begins elsewhere by now: no number is given twice.
    async fn number_all(
        &self,
        ctx: &Ctx,
        organisation: &Organisation,
        (asset, year): (Asset, FiscalYear),
        month: Month,
        vouchers: &[Together],
    ) -> Result<HashMap<TransferId, i64>> {
        let mut tx = self.write().await?;
        let numbers = number_within(&mut tx, ctx, organisation, (asset, year), month, vouchers).await?;
        // That a file was taken out is noted with the file.
        tx.commit_telemetry().await?;
        Ok(numbers)
    }
}

/// Gives numbers to the vouchers that have none, inside a transaction: as [`App::books_file`] does.
pub(super) async fn number_within(
    tx: &mut Tx,
    ctx: &Ctx,
    organisation: &Organisation,
    (asset, year): (Asset, FiscalYear),
    month: Month,
    vouchers: &[Together],
) -> Result<HashMap<TransferId, i64>> {
    let days = (month.first_day(), month.next().first_day());
    let before = tx.voucher_numbers(organisation.id, asset, days).await?;
    let year = before.values().map(|(year, _)| *year).max().unwrap_or(year);
    let next = tx.hold_voucher_series(organisation.id, asset, year).await?;
    // Read once more: somebody may have given some until the series was held.
    let numbers = tx.voucher_numbers(organisation.id, asset, days).await?;
    let mut numbers: HashMap<_, _> = numbers.into_iter().map(|(id, (_, number))| (id, number)).collect();
    let mut fresh: Vec<_> = vouchers.iter().filter_map(first).filter(|(id, _)| !numbers.contains_key(id)).collect();
    fresh.sort_by_key(|(_, on)| *on);
    if !fresh.is_empty() {
        tx.number_vouchers(organisation.id, asset, year, (next, &fresh), ctx.at).await?;
        numbers.extend(fresh.iter().map(|(id, _)| *id).zip(next..));
    }
    Ok(numbers)
}

/// The vouchers of a month with their numbers, as a file has them.
pub(super) fn books(
    organisation: &Organisation,
    chart: &Chart,
    currency: Currency,
    (year, first_month, month): (FiscalYear, u32, Month),
    vouchers: &[Together],
    numbers: &HashMap<TransferId, i64>,
) -> Result<Books> {
    let mut written = Vec::with_capacity(vouchers.len());
    for voucher in vouchers {
        let Some(begin) = voucher.first() else { continue };
        written.push(Voucher {
            series: SERIES.to_owned(),
            number: numbers.get(&begin.id).copied().ok_or(AppError::Changed)?,
            on: begin.on,
            text: text_of(organisation, begin),
            lines: add_up(currency, &booked(chart, currency, voucher))?,
        });
    }
    written.sort_by_key(|voucher| voucher.number);
    Ok(Books {
        organisation: organisation.name.clone(),
        organisation_number: OrganisationNumber::parse_stored(&organisation.organisation_number)
            .map_err(AppError::internal)?,
        fiscal_year: days_of(year, first_month),
        // The last day of the month, so that the same vouchers make the same file whenever they are taken out.
        made_on: month.last_day(),
        text: format!("Stolpe {month}"),
        currency,
        accounts: named(chart, vouchers).into_values().collect(),
        vouchers: written,
    })
}

fn books_table(
    ctx: &Ctx,
    organisation: &Organisation,
    month: Month,
    (books, language): (&Books, Language),
    format: TableFormat,
) -> Result<Vec<u8>> {
    let zone = crate::export::zone_of(default_time_zone(organisation.country));
    let provenance = Provenance {
        made_by: ctx.signed().map_or_else(|_| "Stolpe".to_owned(), |signed| signed.name.clone()),
        made_at: crate::export::local(ctx.at, zone),
        filter: format!("month={month} currency={}", books.currency.code()),
        language,
    };
    let (spec, rows) = voucher_rows(books, language);
    let mut content = Vec::new();
    let mut writer = TableWriter::begin(format, &spec, &provenance, &mut content).map_err(AppError::internal)?;
    for row in &rows {
        writer.row(row).map_err(AppError::internal)?;
    }
    writer.finish().map_err(AppError::internal)?;
    Ok(content)
}

const fn extension(form: BooksForm) -> &'static str {
    match form {
        BooksForm::Sie => "si",
        BooksForm::Saft => "xml",
        BooksForm::Table(format) => format.extension(),
    }
}

const fn media_type(form: BooksForm) -> &'static str {
    match form {
        BooksForm::Sie => "application/octet-stream",
        BooksForm::Saft => "application/xml",
        BooksForm::Table(format) => format.media_type(),
    }
}

/// What vouchers are called in the archive of a month. Both kinds of CSV lie in it, so that one of them says which.
pub(super) fn kept_name(currency: Currency, form: BooksForm) -> String {
    let apart = if form == BooksForm::Table(TableFormat::International) { "-international" } else { "" };
    format!("vouchers-{}{apart}.{}", currency.code().to_lowercase(), extension(form))
}

const fn form_word(form: BooksForm) -> &'static str {
    match form {
        BooksForm::Sie => "sie",
        BooksForm::Saft => "saft",
        BooksForm::Table(TableFormat::Nordic) => "nordic",
        BooksForm::Table(TableFormat::International) => "international",
        BooksForm::Table(TableFormat::Workbook) => "xlsx",
        BooksForm::Table(TableFormat::JsonLines) => "json",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use stolpe_domain::id::AccountId;
    use stolpe_domain::ledger::{AccountKind, Amount, TransferCode};
    use uuid::Uuid;

    fn transfer(id: u128, source: u128) -> CountedTransfer {
        let key = |kind| ChartKey { kind, component: None, vat: None };
        CountedTransfer {
            id: TransferId(Uuid::from_u128(id)),
            code: TransferCode::Invoice,
            source: Uuid::from_u128(source),
            on: NaiveDate::default(),
            counts_on: NaiveDate::default(),
            at: DateTime::default(),
            debit_id: AccountId(Uuid::nil()),
            credit_id: AccountId(Uuid::nil()),
            debit: key(AccountKind::Receivable),
            credit: key(AccountKind::Revenue),
            amount: Amount::new(100).unwrap(),
            document: None,
        }
    }

    #[test]
    fn invoices_of_one_instant_are_a_voucher_each_however_their_transfers_lie() {
        let vouchers = together(vec![transfer(1, 7), transfer(2, 8), transfer(3, 7), transfer(4, 8)]);
        let ids = |voucher: &Together| voucher.iter().map(|it| it.id.0.as_u128()).collect::<Vec<_>>();
        assert_eq!(vouchers.iter().map(ids).collect::<Vec<_>>(), [[1, 3], [2, 4]]);
    }
}
