//! The numbers of receipts and of till reports: held while one is given, and proved from what has them. What the ledger says
//! of tills is proved beside.

use crate::engine::{Conn, Tx, text};
use crate::error::Result;
use chrono::NaiveDate;
use stolpe_domain::document::{FiscalYear, Series};
use stolpe_domain::id::{OrganisationId, TillId};
use stolpe_domain::till::TillSeriesKind;
use uuid::Uuid;

/// What an entry has moved on the accounts of the counter, and what closing a till has.
macro_rules! moved_by_tills {
    () => {
        "(select payment_id, sum(case debits.kind when 'cash' then amount else 0 end \
         - case credits.kind when 'cash' then amount else 0 end) as cash, \
         sum(case debits.kind when 'clearing_card' then amount else 0 end \
         - case credits.kind when 'clearing_card' then amount else 0 end) as card \
         from ledger_transfer join ledger_account debits on debits.id = debit_id \
         join ledger_account credits on credits.id = credit_id \
         where ledger_transfer.code in ('till', 'till_count') group by payment_id) moved"
    };
}

impl Conn {
    /// Tills whose entries are not what the ledger has moved for them, whose difference is not what was counted less what
    /// should be there, or whose numbers have a gap: the first of them.
    ///
    /// # Errors
    /// Whatever the database says.
    pub(crate) async fn wrong_tills(&mut self, limit: i64) -> Result<Vec<TillId>> {
        let mut rows: Vec<(Uuid,)> = self
            .sql(text![
                "select distinct till_entry.till_id from till_entry left join" [moved_by_tills]
                "on moved.payment_id = till_entry.id where"
                "coalesce(moved.cash, 0) <> case when till_entry.means <> 'cash' or till_entry.kind = 'never_came' then 0"
                "when till_entry.kind in ('taken', 'came_back') then till_entry.amount_minor else -till_entry.amount_minor end"
                "or coalesce(moved.card, 0) <> case when till_entry.means <> 'card' then 0"
                "when till_entry.kind in ('taken', 'came_back') then till_entry.amount_minor else -till_entry.amount_minor end"
                "order by till_entry.till_id limit $1"
            ])
            .bind(limit)
            .all()
            .await?;
        let closed: Vec<(Uuid,)> = self
            .sql(text![
                "select till.id from till left join" [moved_by_tills] "on moved.payment_id = till.id"
                "left join (select till_id, sum(case when means <> 'cash' or kind = 'never_came' then 0"
                "when kind in ('taken', 'came_back') then amount_minor else -amount_minor end) as cash from till_entry group by till_id) entered on entered.till_id = till.id"
                "where coalesce(moved.cash, 0) <> coalesce(till.difference_minor, 0) or (till.closed_at is not null"
                "and till.counted_minor <> till.opening_minor + coalesce(entered.cash, 0) + till.difference_minor)"
                "order by till.id limit $1"
            ])
            .bind(limit)
            .all()
            .await?;
        // A number that is missing is told of the till that has the one before, or the last one.
        let numbered: Vec<(Uuid,)> = self
            .sql(
                "select till_entry.till_id from till_entry join till_series on till_series.kind = 'receipt' \
                 and till_series.organisation_id = till_entry.organisation_id \
                 and till_series.fiscal_year = till_entry.fiscal_year \
                 where till_entry.receipt_place + 1 <> till_series.next_place and not exists (select 1 from till_entry later \
                 where later.organisation_id = till_entry.organisation_id \
                 and later.fiscal_year = till_entry.fiscal_year and later.receipt_place = till_entry.receipt_place + 1) \
                 union select till.id from till join till_series on till_series.kind = 'report' \
                 and till_series.organisation_id = till.organisation_id and till_series.fiscal_year = till.fiscal_year \
                 where till.place + 1 <> till_series.next_place and not exists (select 1 from till later \
                 where later.organisation_id = till.organisation_id \
                 and later.fiscal_year = till.fiscal_year and later.place = till.place + 1) order by 1 limit $1",
            )
            .bind(limit)
            .all()
            .await?;
        rows.extend(closed);
        rows.extend(numbered);
        rows.sort_unstable();
        rows.dedup();
        Ok(rows.into_iter().map(|(id,)| TillId(id)).collect())
    }
}

impl Tx {
    /// A series as it stands; until the transaction ends nobody else gets a number of it.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn lock_till_series(
        &mut self,
        organisation: OrganisationId,
        kind: TillSeriesKind,
        year: FiscalYear,
    ) -> Result<Series> {
        self.change(
            "insert into till_series (organisation_id, kind, fiscal_year, next_place, last_on) \
             values ($1, $2, $3, 1, null) on conflict do nothing",
        )
        .bind(organisation.uuid())
        .bind(kind.word())
        .bind(i64::from(year.0))
        .run()
        .await?
        .any();
        let (next, last_on): (i64, Option<NaiveDate>) = self
            .sql(text![
                "select next_place, last_on from till_series where organisation_id = $1 and kind = $2 and fiscal_year = $3"
                [locked]
            ])
            .bind(organisation.uuid())
            .bind(kind.word())
            .bind(i64::from(year.0))
            .one()
            .await?;
        Ok(Series { year, next, last_on })
    }

    /// Writes down where a locked series stands after its numbers were given.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn put_till_series(
        &mut self,
        organisation: OrganisationId,
        kind: TillSeriesKind,
        it: &Series,
    ) -> Result<()> {
        self.change(
            "update till_series set next_place = $4, last_on = $5 where organisation_id = $1 and kind = $2 \
             and fiscal_year = $3",
        )
        .bind(organisation.uuid())
        .bind(kind.word())
        .bind(i64::from(it.year.0))
        .bind(it.next)
        .bind(it.last_on)
        .run()
        .await?
        .one("till_series")
    }
}
