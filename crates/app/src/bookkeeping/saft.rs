//! A month as SAF-T: the vouchers that every other file has, and beside them whose each amount is, how VAT applies to it, and
//! what every account and everybody had before and has after.

use super::chart::Chart;
use super::vouchers::{SERIES, Together, late, text_of};
use crate::error::{AppError, Result};
use chrono::Datelike as _;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use stolpe_documents::bookkeeping::{
    Books, Company, Saft, SaftAccount, SaftCustomer, SaftTransaction, saft_name, voucher_text,
};
use stolpe_domain::bookkeeping::{AccountNumber, ChartKey, Part, SaftLine, grouping, saft_lines};
use stolpe_domain::document::FiscalYear;
use stolpe_domain::facility::default_time_zone;
use stolpe_domain::id::{AccountId, TransferId};
use stolpe_domain::language::Language;
use stolpe_domain::ledger::{AccountKind, Asset};
use stolpe_domain::local_day::Month;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::organisation::Organisation;
use stolpe_domain::person::VEIL;
use stolpe_store::Conn;
use stolpe_store::bookkeeping::AccountBalance;
use stolpe_store::ledger::ListedAccount;
use uuid::Uuid;

/// In which currency a month is written, and which accounts are meant.
#[derive(Clone, Copy)]
pub(super) struct Meant<'c> {
    pub(super) chart: &'c Chart,
    pub(super) asset: Asset,
    pub(super) currency: Currency,
}

/// The month of a fiscal year, which begins with a month.
#[derive(Clone, Copy)]
pub(super) struct Period {
    pub(super) year: FiscalYear,
    pub(super) first_month: u32,
    pub(super) month: Month,
}

/// What somebody had before and has after, by account of the chart.
type Balances = BTreeMap<AccountNumber, (i64, i64)>;

/// A month as it is written: its vouchers with the numbers that they have.
pub(super) async fn audit_file(
    conn: &mut Conn,
    organisation: &Organisation,
    meant: Meant<'_>,
    period: Period,
    books: &Books,
    (all, numbers): (&[Together], &HashMap<TransferId, i64>),
) -> Result<Saft> {
    let days = (period.month.first_day(), period.month.next().first_day());
    let balances = conn.account_balances(organisation.id, meant.asset, books.fiscal_year.0, days).await?;
    let somebodys = balances.iter().filter(|it| is_somebodys(it.key)).map(|it| it.id);
    let holders: HashMap<AccountId, (Uuid, String)> =
        conn.named_accounts(somebodys).await?.into_iter().filter_map(|(id, it)| Some((id, holder(&it)?))).collect();
    let mut transactions = Vec::with_capacity(all.len());
    for voucher in all {
        transactions.extend(transaction(organisation, meant, period, &holders, (voucher, numbers))?);
    }
    transactions.sort_by_key(|(number, _)| *number);
    let transactions: Vec<SaftTransaction> = transactions.into_iter().map(|(_, it)| it).collect();
    let used = transactions.iter().flat_map(|it| &it.lines).filter_map(|line| line.customer).collect();
    Ok(Saft {
        company: company(conn, organisation, meant.chart).await?,
        days: (period.month.first_day(), period.month.last_day()),
        currency: meant.currency,
        series: SERIES.to_owned(),
        accounts: accounts(meant, &balances),
        customers: customers(meant, &balances, &holders, &used),
        transactions,
    })
}

const fn is_somebodys(key: ChartKey) -> bool {
    matches!(key.kind, AccountKind::Receivable | AccountKind::Prepaid)
}

/// Whose an account is: a company, a person, or a unit that is nobody's.
fn holder(it: &ListedAccount) -> Option<(Uuid, String)> {
    let account = it.kept.account;
    if let Some((id, name)) = account.company_id.zip(it.company.clone()) {
        return Some((id.uuid(), name));
    }
    match (account.person_id, &it.holder, account.unit_id) {
        (Some(id), Some((.., true)), _) => Some((id.uuid(), VEIL.to_owned())),
        (Some(id), Some((given, family, _)), _) => Some((id.uuid(), format!("{given} {family}"))),
        (_, _, Some(id)) => Some((id.uuid(), it.unit_code.clone().unwrap_or_default())),
        _ => None,
    }
}

fn transaction(
    organisation: &Organisation,
    meant: Meant<'_>,
    period: Period,
    holders: &HashMap<AccountId, (Uuid, String)>,
    (voucher, numbers): (&Together, &HashMap<TransferId, i64>),
) -> Result<Option<(i64, SaftTransaction)>> {
    let Some(begin) = voucher.first() else { return Ok(None) };
    let number = numbers.get(&begin.id).copied().ok_or(AppError::Changed)?;
    let side = |(id, key): (AccountId, ChartKey), minor: i64| Part {
        account: meant.chart.account(key).number,
        key,
        customer: holders.get(&id).map(|(customer, _)| *customer),
        amount: Money::of_minor(minor, meant.currency),
    };
    let parts: Vec<Part> = voucher
        .iter()
        .flat_map(|it| {
            let minor = it.amount.smallest();
            [side((it.debit_id, it.debit), minor), side((it.credit_id, it.credit), -minor)]
        })
        .collect();
    let mut lines = saft_lines(meant.currency, &parts)?;
    // Where two of our accounts are one for the accountant nothing is left, but a voucher must have a line.
    if let (true, Some(part)) = (lines.is_empty(), parts.first()) {
        let amount = Money::zero(meant.currency);
        lines.push(SaftLine { account: part.account.clone(), customer: part.customer, amount, tax: None });
    }
    let language = Language::of(organisation.country);
    let zone = crate::export::zone_of(default_time_zone(organisation.country));
    let place = (begin.on.month() + 12 - period.first_month) % 12 + 1;
    Ok(Some((
        number,
        SaftTransaction {
            number: format!("{SERIES}{number}"),
            period: (place, period.year.0),
            on: begin.on,
            counts_on: late(begin),
            entered_on: begin.at.with_timezone(&zone).date_naive(),
            kind: (begin.code.word(), voucher_text(language, begin.code, None, None)),
            text: text_of(organisation, begin),
            document: begin.document.map(|number| number.to_string()),
            lines,
        },
    )))
}

async fn company(conn: &mut Conn, organisation: &Organisation, chart: &Chart) -> Result<Company> {
    let facilities = conn.list_facilities().await?;
    let mut contacts = facilities.into_iter().filter(|it| it.organisation_id == organisation.id).map(|it| it.contact);
    let contact = contacts.find(|it| it.phone.is_some()).unwrap_or_default();
    let billing = conn.find_billing(organisation.id).await?;
    let bank = ChartKey { kind: AccountKind::Bank, component: None, vat: None };
    let bank = |digits: &str| (digits.to_owned(), chart.account(bank).number);
    Ok(Company {
        name: organisation.name.clone(),
        number: organisation.organisation_number.clone(),
        has_vat: organisation.vat_number.is_some(),
        street: organisation.street.clone(),
        postal_code: organisation.postal_code.clone(),
        city: organisation.city.clone(),
        phone: contact.phone,
        email: contact.email,
        bank: billing.and_then(|(billing, _)| billing.account).map(|account| bank(account.digits())),
    })
}

/// The accounts of the chart, by number: of two of ours that are one there, the first says how it is grouped.
fn accounts(meant: Meant<'_>, balances: &[AccountBalance]) -> Vec<SaftAccount> {
    let zero = Money::zero(meant.currency);
    let mut accounts: BTreeMap<AccountNumber, SaftAccount> = BTreeMap::new();
    for it in balances {
        let account = meant.chart.account(it.key);
        let row = accounts.entry(account.number.clone()).or_insert_with(|| SaftAccount {
            account,
            grouping: grouping(it.key),
            before: zero,
            after: zero,
        });
        row.before.minor += it.before;
        row.after.minor += it.after;
    }
    accounts.into_values().collect()
}

/// Whoever owed something before, owes something after, or was in a voucher.
fn customers(
    meant: Meant<'_>,
    balances: &[AccountBalance],
    holders: &HashMap<AccountId, (Uuid, String)>,
    used: &BTreeSet<Uuid>,
) -> Vec<SaftCustomer> {
    let mut customers: BTreeMap<Uuid, (&str, Balances)> = BTreeMap::new();
    for it in balances {
        let Some((id, name)) = holders.get(&it.id) else { continue };
        let (_, sums) = customers.entry(*id).or_insert((name, Balances::new()));
        let sum = sums.entry(meant.chart.account(it.key).number).or_default();
        *sum = (sum.0 + it.before, sum.1 + it.after);
    }
    let money = |minor| Money::of_minor(minor, meant.currency);
    customers
        .into_iter()
        .filter(|(id, (_, sums))| used.contains(id) || sums.values().any(|sum| *sum != (0, 0)))
        .map(|(id, (name, sums))| SaftCustomer {
            id: id.simple().to_string(),
            name: name.to_owned(),
            balances: sums.into_iter().map(|(number, (before, after))| (number, money(before), money(after))).collect(),
        })
        .collect()
}

/// The last day of a month, which the name of a file says.
pub(super) fn file_name(organisation: &Organisation, month: Month) -> String {
    saft_name(&organisation.organisation_number, month.last_day())
}
