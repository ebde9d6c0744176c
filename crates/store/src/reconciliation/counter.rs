//! What was taken at the counter and paid out there, day by day, and the lines of the bank that bring it.

use super::unreadable;
use crate::engine::Conn;
use crate::error::Result;
use chrono::NaiveDate;
use sqlx::FromRow;
use std::collections::BTreeMap;
use stolpe_domain::id::{IncomingPaymentId, OrganisationId};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::reconciliation::{CounterDay, CounterLine};
use stolpe_domain::till::TillMeans;
use uuid::Uuid;

#[derive(FromRow)]
struct DayRow {
    means: String,
    taken_on: NaiveDate,
    currency: String,
    taken_minor: i64,
}

#[derive(FromRow)]
struct LineRow {
    incoming_payment_id: Uuid,
    means: String,
    fee_minor: i64,
    booked_on: NaiveDate,
    currency: String,
    amount_minor: i64,
    payer: Option<String>,
}

fn means(word: &str) -> Result<TillMeans> {
    TillMeans::from_word(word).ok_or_else(|| unreadable("means"))
}

fn currency(code: &str) -> Result<Currency> {
    Currency::from_code(code).ok_or_else(|| unreadable("currency"))
}

impl Conn {
    /// What was taken at the counter of an organisation and paid out there, and what counting its tills has found beyond that.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn counter_days(&mut self, organisation: OrganisationId) -> Result<Vec<CounterDay>> {
        let taken: Vec<DayRow> = self
            .sql(
                "select means, taken_on, currency, cast(sum(case when kind in ('taken', 'came_back') then amount_minor \
                 else -amount_minor end) as bigint) as taken_minor from till_entry \
                 where organisation_id = $1 and kind <> 'never_came' group by means, taken_on, currency",
            )
            .bind(organisation.uuid())
            .all()
            .await?;
        let counted: Vec<(NaiveDate, String, i64)> = self
            .sql(
                "select closed_on, currency, cast(sum(difference_minor) as bigint) from till \
                 where organisation_id = $1 and closed_on is not null and difference_minor <> 0 \
                 group by closed_on, currency",
            )
            .bind(organisation.uuid())
            .all()
            .await?;
        let mut days: BTreeMap<(NaiveDate, TillMeans, Currency), CounterDay> = BTreeMap::new();
        let nothing = |on, means, currency| {
            let nothing = Money::zero(currency);
            CounterDay { means, on, taken: nothing, counted: nothing }
        };
        for row in taken {
            let (on, means, currency) = (row.taken_on, means(&row.means)?, currency(&row.currency)?);
            let day = days.entry((on, means, currency)).or_insert(nothing(on, means, currency));
            day.taken.minor = row.taken_minor;
        }
        for (on, code, minor) in counted {
            let (means, currency) = (TillMeans::Cash, currency(&code)?);
            days.entry((on, means, currency)).or_insert(nothing(on, means, currency)).counted.minor = minor;
        }
        Ok(days.into_values().collect())
    }

    /// The lines of the bank that are money of the counter, with who paid.
    pub async fn counter_lines(&mut self, organisation: OrganisationId) -> Result<Vec<(CounterLine, Option<String>)>> {
        let rows: Vec<LineRow> = self
            .sql(
                "select till_payout.incoming_payment_id, till_payout.means, till_payout.fee_minor, it.booked_on, \
                 it.currency, it.amount_minor, it.payer from till_payout \
                 join incoming_payment it on it.id = till_payout.incoming_payment_id \
                 where till_payout.organisation_id = $1 order by it.booked_on, it.id",
            )
            .bind(organisation.uuid())
            .all()
            .await?;
        let line = |row: LineRow| {
            let currency = currency(&row.currency)?;
            let line = CounterLine {
                payment: IncomingPaymentId(row.incoming_payment_id),
                means: means(&row.means)?,
                on: row.booked_on,
                amount: Money::of_minor(row.amount_minor, currency),
                fee: Money::of_minor(row.fee_minor, currency),
            };
            Ok((line, row.payer))
        };
        rows.into_iter().map(line).collect()
    }
}
