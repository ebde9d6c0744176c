//! Payments in the order of their days, and what they add up to.

use super::{IncomingPayment, PaymentRow, payment_columns, unreadable};
use crate::engine::{Conn, Statement, text};
use crate::error::Result;
use crate::page::{Page, Total};
use chrono::NaiveDate;
use sqlx::FromRow;
use stolpe_domain::id::{BankFileId, IncomingPaymentId, OrganisationId};
use stolpe_domain::incoming_payment::Outcome;
use stolpe_domain::money::{Currency, Money};
use uuid::Uuid;

/// Which payments a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncomingPaymentFilter {
    /// To this organisation.
    pub organisation: OrganisationId,
    /// That came out so.
    pub outcome: Option<Outcome>,
    /// Of which something is left for somebody to decide, or nothing.
    pub is_open: Option<bool>,
    /// That came with this file.
    pub file: Option<BankFileId>,
}

/// Where a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncomingPaymentKey {
    /// The day on which the bank booked it.
    pub booked_on: NaiveDate,
    /// Its id.
    pub id: IncomingPaymentId,
}

/// What the payments of a list add up to in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncomingSums {
    /// How many.
    pub count: i64,
    /// How much was paid; what is only the sum of another file's deposit is counted there.
    pub amount: Money,
    /// What is left of it for somebody to decide.
    pub left: Money,
}

#[derive(FromRow)]
struct SumsRow {
    currency: String,
    count: i64,
    amount: i64,
    rest: i64,
}

macro_rules! narrowed {
    () => {
        "organisation_id = $1 and (outcome = $2 or $2 is null) and (bank_file_id = $3 or $3 is null) \
         and ((left_minor <> 0 and $4 = 1) or (left_minor = 0 and $4 = 0) or $4 is null)"
    };
}

fn bound<'c>(statement: Statement<'c>, filter: &IncomingPaymentFilter) -> Statement<'c> {
    statement
        .bind(filter.organisation.uuid())
        .bind(filter.outcome.map(Outcome::word))
        .bind(filter.file.map(BankFileId::uuid))
        .bind(filter.is_open.map(i64::from))
}

impl Conn {
    /// Payments, the latest day first.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn list_incoming_payments(
        &mut self,
        filter: &IncomingPaymentFilter,
        after: Option<IncomingPaymentKey>,
        limit: i64,
    ) -> Result<Page<IncomingPayment>> {
        let (day, id) = after
            .map_or((NaiveDate::from_ymd_opt(9999, 12, 31), Uuid::max()), |key| (Some(key.booked_on), key.id.uuid()));
        let statement = self.sql(text![
            "select" [payment_columns] "from incoming_payment where" [narrowed]
            "and (booked_on, id) < ($5, $6) order by booked_on desc, id desc limit $7"
        ]);
        let rows: Vec<PaymentRow> = bound(statement, filter).bind(day).bind(id).bind(limit + 1).all().await?;
        Page::cut(rows, limit).try_map(IncomingPayment::try_from)
    }

    /// How many payments the filter leaves, counted up to the ceiling.
    pub async fn count_incoming_payments(&mut self, filter: &IncomingPaymentFilter) -> Result<Total> {
        let statement = self
            .sql(text!["select count(*) from (select 1 from incoming_payment where" [narrowed] "limit $5) as counted"]);
        let (count,): (i64,) = bound(statement, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }

    /// What the payments that the filter leaves add up to, by currency.
    pub async fn sum_incoming_payments(&mut self, filter: &IncomingPaymentFilter) -> Result<Vec<IncomingSums>> {
        let statement = self.sql(text![
            "select currency, count(*) as count,"
            "cast(sum(case when same_as_id is null then amount_minor else 0 end) as bigint) as amount,"
            "cast(sum(left_minor) as bigint) as rest from incoming_payment where" [narrowed]
            "group by currency order by currency"
        ]);
        let rows: Vec<SumsRow> = bound(statement, filter).all().await?;
        rows.into_iter()
            .map(|row| {
                let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
                let money = |minor| Money::of_minor(minor, currency);
                Ok(IncomingSums { count: row.count, amount: money(row.amount), left: money(row.rest) })
            })
            .collect()
    }
}
