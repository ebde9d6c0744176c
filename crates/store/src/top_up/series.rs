//! The numbers of the receipts of what was put in, without gaps in each fiscal year; and whether the ledger says the same.

use crate::engine::{Conn, Tx, text};
use crate::error::Result;
use chrono::NaiveDate;
use stolpe_domain::document::{FiscalYear, Series};
use stolpe_domain::id::{OrganisationId, TopUpReceiptId};
use uuid::Uuid;

impl Conn {
    /// Receipts of payments whose money is not what the ledger has moved for them, or after which a number is missing: the
    /// first of them.
    ///
    /// # Errors
    /// Whatever the database says.
    pub(crate) async fn wrong_top_ups(&mut self, limit: i64) -> Result<Vec<TopUpReceiptId>> {
        let rows: Vec<(Uuid,)> = self
            .sql(
                "select top_up_receipt.id from top_up_receipt join top_up_series \
                 on top_up_series.organisation_id = top_up_receipt.organisation_id \
                 and top_up_series.fiscal_year = top_up_receipt.fiscal_year \
                 where (top_up_receipt.place + 1 <> top_up_series.next_place and not exists (select 1 from \
                 top_up_receipt later where later.organisation_id = top_up_receipt.organisation_id \
                 and later.fiscal_year = top_up_receipt.fiscal_year and later.place = top_up_receipt.place + 1)) \
                 or (select sum(amount_minor) from top_up_receipt given \
                 where given.payment_id = top_up_receipt.payment_id) <> coalesce((select sum(amount) from \
                 ledger_transfer join ledger_account on ledger_account.id = credit_id \
                 where ledger_transfer.payment_id = top_up_receipt.payment_id \
                 and ledger_transfer.code = 'provider_payment' and ledger_account.kind = 'prepaid'), 0) \
                 order by top_up_receipt.id limit $1",
            )
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| TopUpReceiptId(id)).collect())
    }
}

impl Tx {
    /// The series as it stands; until the transaction ends nobody else gets a number of it.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn lock_top_up_series(&mut self, organisation: OrganisationId, year: FiscalYear) -> Result<Series> {
        self.change(
            "insert into top_up_series (organisation_id, fiscal_year, next_place, last_on) \
             values ($1, $2, 1, null) on conflict do nothing",
        )
        .bind(organisation.uuid())
        .bind(i64::from(year.0))
        .run()
        .await?
        .any();
        let (next, last_on): (i64, Option<NaiveDate>) = self
            .sql(text![
                "select next_place, last_on from top_up_series where organisation_id = $1 and fiscal_year = $2"[locked]
            ])
            .bind(organisation.uuid())
            .bind(i64::from(year.0))
            .one()
            .await?;
        Ok(Series { year, next, last_on })
    }

    /// Writes down where the locked series stands after a number was given.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn put_top_up_series(&mut self, organisation: OrganisationId, it: &Series) -> Result<()> {
        self.change(
            "update top_up_series set next_place = $3, last_on = $4 where organisation_id = $1 and fiscal_year = $2",
        )
        .bind(organisation.uuid())
        .bind(i64::from(it.year.0))
        .bind(it.next)
        .bind(it.last_on)
        .run()
        .await?
        .one("top_up_series")
    }
}
