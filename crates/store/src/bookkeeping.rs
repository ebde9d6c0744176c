//! Which accounts of an accountant's chart are meant, what a period has moved, and the numbers of its vouchers.

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::bookkeeping::{AccountNumber, ChartAccount, ChartKey};
use stolpe_domain::document::{FiscalYear, Number};
use stolpe_domain::id::{AccountId, OrganisationId, TransferId};
use stolpe_domain::ledger::{AccountKind, Amount, Asset, TransferCode};
use stolpe_domain::tariff::ComponentKind;
use stolpe_domain::vat::Vat;
use uuid::Uuid;

/// An account of a chart that somebody has chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenAccount {
    /// What it stands for.
    pub key: ChartKey,
    /// The account.
    pub account: ChartAccount,
    /// Its version.
    pub row_version: i64,
}

/// A transfer that counts, as an accountant sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountedTransfer {
    /// Its id.
    pub id: TransferId,
    /// Why it was made.
    pub code: TransferCode,
    /// The payment or document that it is about, or else itself.
    pub source: Uuid,
    /// The day on which it stands in the books: the one on which it counts, or a later one, if that was locked.
    pub on: NaiveDate,
    /// The day on which it counts.
    pub counts_on: NaiveDate,
    /// When it was written down: what was moved together was written down together.
    pub at: DateTime<Utc>,
    /// To which account it was given.
    pub debit_id: AccountId,
    /// From which account it was taken.
    pub credit_id: AccountId,
    /// To what it was given.
    pub debit: ChartKey,
    /// From what it was taken.
    pub credit: ChartKey,
    /// How much.
    pub amount: Amount,
    /// The number of the document that it is about, if it is about one.
    pub document: Option<Number>,
}

/// An account of ours over some days; above zero on the debit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountBalance {
    /// The account.
    pub id: AccountId,
    /// What it stands for.
    pub key: ChartKey,
    /// What it had before.
    pub before: i64,
    /// What it has after.
    pub after: i64,
}

#[derive(FromRow)]
struct BalanceRow {
    id: Uuid,
    kind: String,
    component: Option<String>,
    vat: Option<String>,
    before_days: i64,
    after_days: i64,
}

#[derive(FromRow)]
struct ChosenRow {
    kind: String,
    component: String,
    vat: String,
    number: String,
    name: String,
    row_version: i64,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "chart_account", column }
}

const fn unreadable_transfer(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "ledger_transfer", column }
}

/// A key of words; empty ones make no difference.
fn key(kind: &str, component: Option<&str>, vat: Option<&str>) -> Result<ChartKey> {
    let component = component.filter(|word| !word.is_empty());
    let vat = vat.filter(|word| !word.is_empty());
    Ok(ChartKey {
        kind: AccountKind::from_word(kind).ok_or_else(|| unreadable("kind"))?,
        component: component
            .map(|word| ComponentKind::from_word(word).ok_or_else(|| unreadable("component")))
            .transpose()?,
        vat: vat.map(Vat::from_word).transpose().map_err(|_| unreadable("vat"))?,
    })
}

#[derive(FromRow)]
struct CountedRow {
    id: Uuid,
    code: String,
    source: Uuid,
    stands_on: NaiveDate,
    value_on: NaiveDate,
    created_at: DateTime<Utc>,
    amount: i64,
    debit_id: Uuid,
    credit_id: Uuid,
    debit_kind: String,
    debit_component: Option<String>,
    debit_vat: Option<String>,
    credit_kind: String,
    credit_component: Option<String>,
    credit_vat: Option<String>,
    fiscal_year: Option<i64>,
    place: Option<i64>,
}

impl TryFrom<CountedRow> for CountedTransfer {
    type Error = StoreError;

    fn try_from(row: CountedRow) -> Result<Self> {
        let year = row.fiscal_year.map(i32::try_from).transpose().map_err(|_| unreadable_transfer("document_id"))?;
        Ok(Self {
            id: TransferId(row.id),
            code: TransferCode::from_word(&row.code).ok_or_else(|| unreadable_transfer("code"))?,
            source: row.source,
            on: row.stands_on,
            counts_on: row.value_on,
            at: row.created_at,
            debit_id: AccountId(row.debit_id),
            credit_id: AccountId(row.credit_id),
            debit: key(&row.debit_kind, row.debit_component.as_deref(), row.debit_vat.as_deref())?,
            credit: key(&row.credit_kind, row.credit_component.as_deref(), row.credit_vat.as_deref())?,
            amount: Amount::new(row.amount).ok_or_else(|| unreadable_transfer("amount"))?,
            document: year.zip(row.place).map(|(year, place)| Number { year: FiscalYear(year), place }),
        })
    }
}

impl Conn {
    /// The accounts that an organisation has chosen.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn chart_of(&mut self, organisation: OrganisationId) -> Result<Vec<ChosenAccount>> {
        let rows: Vec<ChosenRow> = self
            .sql(
                "select kind, component, vat, number, name, row_version from chart_account \
                 where organisation_id = $1 order by kind, component, vat",
            )
            .bind(organisation.uuid())
            .all()
            .await?;
        rows.into_iter()
            .map(|row| {
                let number = AccountNumber::parse_stored(&row.number).map_err(|_| unreadable("number"))?;
                Ok(ChosenAccount {
                    key: key(&row.kind, Some(&row.component), Some(&row.vat))?,
                    account: ChartAccount { number, name: row.name },
                    row_version: row.row_version,
                })
            })
            .collect()
    }

    /// What an organisation's accounts of an asset have moved for good on days of `[from, to)`, in the order in which it was
    /// written down.
    pub async fn counted_transfers(
        &mut self,
        organisation: OrganisationId,
        asset: Asset,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<CountedTransfer>> {
        let rows: Vec<CountedRow> = self
            .sql(
                "select ledger_transfer.id, ledger_transfer.code, coalesce(ledger_transfer.payment_id, \
                 ledger_transfer.document_id, ledger_transfer.id) as source, \
                 coalesce(ledger_transfer.booked_on, ledger_transfer.value_on) as stands_on, ledger_transfer.value_on, \
                 ledger_transfer.created_at, ledger_transfer.amount, \
                 ledger_transfer.debit_id, ledger_transfer.credit_id, \
                 debits.kind as debit_kind, debits.component as debit_component, debits.vat as debit_vat, \
                 credits.kind as credit_kind, credits.component as credit_component, credits.vat as credit_vat, \
                 document.fiscal_year, document.place from ledger_transfer \
                 join ledger_account debits on debits.id = ledger_transfer.debit_id \
                 join ledger_account credits on credits.id = ledger_transfer.credit_id \
                 left join document on document.id = ledger_transfer.document_id \
                 where ledger_transfer.organisation_id = $1 and debits.asset = $2 \
                 and coalesce(ledger_transfer.booked_on, ledger_transfer.value_on) >= $3 \
                 and coalesce(ledger_transfer.booked_on, ledger_transfer.value_on) < $4 \
                 and ledger_transfer.step in ('posted', 'post') order by ledger_transfer.created_at, ledger_transfer.id",
            )
            .bind(organisation.uuid())
            .bind(asset.word())
            .bind(from)
            .bind(to)
            .all()
            .await?;
        rows.into_iter().map(CountedTransfer::try_from).collect()
    }

    /// The numbers of vouchers that have been given for days of `[from, to)`, and the years in whose series they stand, by
    /// their first transfers.
    pub async fn voucher_numbers(
        &mut self,
        organisation: OrganisationId,
        asset: Asset,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<HashMap<TransferId, (FiscalYear, i64)>> {
        let rows: Vec<(Uuid, i64, i64)> = self
            .sql(
                "select transfer_id, fiscal_year, number from voucher where organisation_id = $1 and asset = $2 \
                 and value_on >= $3 and value_on < $4",
            )
            .bind(organisation.uuid())
            .bind(asset.word())
            .bind(from)
            .bind(to)
            .all()
            .await?;
        rows.into_iter()
            .map(|(transfer, year, number)| {
                let year = i32::try_from(year)
                    .map_err(|_| StoreError::Inconsistent { table: "voucher", column: "fiscal_year" })?;
                Ok((TransferId(transfer), (FiscalYear(year), number)))
            })
            .collect()
    }

    /// What an organisation's accounts of an asset had before the days of `[from, to)` and have after them: above zero on the
    /// debit. What is sold begins anew with a fiscal year, the one that began on `year_from`.
    pub async fn account_balances(
        &mut self,
        organisation: OrganisationId,
        asset: Asset,
        year_from: NaiveDate,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Vec<AccountBalance>> {
        let rows: Vec<BalanceRow> = self
            .sql(
                "select id, kind, component, vat, \
                 cast(sum(case when stands_on < $4 then given else 0 end) as bigint) as before_days, \
                 cast(sum(given) as bigint) as after_days from (\
                 select ledger_account.id, ledger_account.kind, ledger_account.component, ledger_account.vat, \
                 coalesce(ledger_transfer.booked_on, ledger_transfer.value_on) as stands_on, \
                 case when ledger_transfer.debit_id = ledger_account.id then ledger_transfer.amount \
                 else -ledger_transfer.amount end as given from ledger_transfer \
                 join ledger_account on ledger_account.id in (ledger_transfer.debit_id, ledger_transfer.credit_id) \
                 where ledger_transfer.organisation_id = $1 and ledger_account.asset = $2 \
                 and ledger_transfer.step in ('posted', 'post')) moved \
                 where stands_on < $5 and (kind not in ('revenue', 'rounding') or stands_on >= $3) \
                 group by id, kind, component, vat order by kind, component, vat, id",
            )
            .bind(organisation.uuid())
            .bind(asset.word())
            .bind(year_from)
            .bind(from)
            .bind(to)
            .all()
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(AccountBalance {
                    id: AccountId(row.id),
                    key: key(&row.kind, row.component.as_deref(), row.vat.as_deref())?,
                    before: row.before_days,
                    after: row.after_days,
                })
            })
            .collect()
    }

    /// In which currencies an organisation has accounts.
    pub async fn assets_of(&mut self, organisation: OrganisationId) -> Result<Vec<Asset>> {
        let rows: Vec<(String,)> = self
            .sql("select distinct asset from ledger_account where organisation_id = $1 order by asset")
            .bind(organisation.uuid())
            .all()
            .await?;
        rows.into_iter()
            .map(|(word,)| {
                Asset::from_word(&word).ok_or(StoreError::Inconsistent { table: "ledger_account", column: "asset" })
            })
            .collect()
    }
}

impl Tx {
    /// Chooses an account that is still at that version; 0 when the standard has been meant so far.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when somebody was faster.
    pub async fn put_chart_account(
        &mut self,
        organisation: OrganisationId,
        key: ChartKey,
        row_version: i64,
        account: &ChartAccount,
    ) -> Result<()> {
        self.change(
            "insert into chart_account (organisation_id, kind, component, vat, number, name, row_version) \
             values ($1, $2, $3, $4, $5, $6, 1) on conflict (organisation_id, kind, component, vat) do update set \
             number = excluded.number, name = excluded.name, row_version = chart_account.row_version + 1 \
             where chart_account.row_version = $7",
        )
        .bind(organisation.uuid())
        .bind(key.kind.word())
        .bind(key.component.map_or("", ComponentKind::word))
        .bind(key.vat.map(Vat::word).unwrap_or_default())
        .bind(account.number.as_str())
        .bind(&*account.name)
        .bind(row_version)
        .run()
        .await?
        .unchanged()
    }

    /// Means the standard again, of an account that is still at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when somebody was faster.
    pub async fn remove_chart_account(
        &mut self,
        organisation: OrganisationId,
        key: ChartKey,
        row_version: i64,
    ) -> Result<()> {
        self.change(
            "delete from chart_account where organisation_id = $1 and kind = $2 and component = $3 and vat = $4 \
             and row_version = $5",
        )
        .bind(organisation.uuid())
        .bind(key.kind.word())
        .bind(key.component.map_or("", ComponentKind::word))
        .bind(key.vat.map(Vat::word).unwrap_or_default())
        .bind(row_version)
        .run()
        .await?
        .unchanged()
    }

    /// Holds a series of vouchers until the transaction ends, and answers the number that comes next.
    pub async fn hold_voucher_series(
        &mut self,
        organisation: OrganisationId,
        asset: Asset,
        year: FiscalYear,
    ) -> Result<i64> {
        self.change(
            "insert into voucher_series (organisation_id, asset, fiscal_year, next_number) values ($1, $2, $3, 1) \
             on conflict do nothing",
        )
        .bind(organisation.uuid())
        .bind(asset.word())
        .bind(i64::from(year.0))
        .run()
        .await?
        .any();
        let (next,): (i64,) = self
            .sql(text![
                "select next_number from voucher_series where organisation_id = $1 and asset = $2"
                "and fiscal_year = $3" [locked]
            ])
            .bind(organisation.uuid())
            .bind(asset.word())
            .bind(i64::from(year.0))
            .one()
            .await?;
        Ok(next)
    }

    /// Gives vouchers the numbers from `next` on, of a series that is held.
    pub async fn number_vouchers(
        &mut self,
        organisation: OrganisationId,
        asset: Asset,
        year: FiscalYear,
        (next, all): (i64, &[(TransferId, NaiveDate)]),
        at: DateTime<Utc>,
    ) -> Result<()> {
        let rows: Vec<_> = (next..)
            .zip(all)
            .map(|(number, (transfer, on))| {
                json!({"number": number, "transfer": transfer.uuid().simple().to_string(), "on": on})
            })
            .collect();
        let after = next + i64::try_from(rows.len()).unwrap_or(i64::MAX - next);
        self.change(text![
            "insert into voucher (organisation_id, asset, fiscal_year, number, transfer_id, value_on, created_at)"
            "select $2, $3, $4," [integer "number"] "," [uuid "transfer"] "," [day "on"] ", $5 from" [rows "$1"]
        ])
        .bind(Json(rows))
        .bind(organisation.uuid())
        .bind(asset.word())
        .bind(i64::from(year.0))
        .bind(at)
        .run()
        .await?
        .any();
        self.change(
            "update voucher_series set next_number = $4 where organisation_id = $1 and asset = $2 and fiscal_year = $3",
        )
        .bind(organisation.uuid())
        .bind(asset.word())
        .bind(i64::from(year.0))
        .bind(after)
        .run()
        .await?
        .any();
        Ok(())
    }
}
