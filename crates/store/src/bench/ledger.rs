//! A ledger of millions, and the bare rows of one transfer.

use crate::engine::{Conn, Tx, per_engine};
use crate::error::Result;
use crate::ledger::Booked;
use chrono::{DateTime, Utc};
use stolpe_domain::id::{FacilityId, OrganisationId};

impl Conn {
    /// Reads every transfer once: the least that a proof can cost.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn add_transfers_up(&mut self) -> Result<i64> {
        let (sum,): (i64,) =
            self.sql("select cast(coalesce(sum(amount), 0) as bigint) from ledger_transfer").one().await?;
        Ok(sum)
    }
}

impl Tx {
    /// Adds the rows of one transfer without looking at anything: no balance, no limit, no key.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_bare_transfer(&mut self, it: &Booked, at: DateTime<Utc>) -> Result<()> {
        let transfer = &it.transfer;
        let mut sides =
            [(transfer.debit, transfer.amount.smallest(), 0), (transfer.credit, 0, transfer.amount.smallest())];
        // Whoever writes two rows writes them in an order, or waits in a circle.
        sides.sort();
        for (account, debit, credit) in sides {
            self.change(
                "update ledger_account set debits_posted = debits_posted + $2, credits_posted = credits_posted + $3 \
                 where id = $1",
            )
            .bind(account.uuid())
            .bind(debit)
            .bind(credit)
            .run()
            .await?
            .one("ledger_account")?;
        }
        self.change(
            "insert into ledger_transfer (id, organisation_id, debit_id, credit_id, amount, step, code, value_on, \
             idempotency_key, created_at) values ($1, $2, $3, $4, $5, 'posted', $6, $7, $8, $9)",
        )
        .bind(transfer.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(transfer.debit.uuid())
        .bind(transfer.credit.uuid())
        .bind(transfer.amount.smallest())
        .bind(it.code.word())
        .bind(it.value_on)
        .bind(&*it.key)
        .bind(at)
        .run()
        .await?
        .one("ledger_transfer")
    }

    /// Adds so many units to a facility, with ids from 1000 on.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn fill_units(&mut self, facility: FacilityId, count: i64, at: DateTime<Utc>) -> Result<()> {
        self.change(per_engine(
            "insert into unit (id, facility_id, code, code_folded, walking_key, kind, row_version, created_at) \
             with recursive n(i) as (select 0 union all select i + 1 from n where i < $2 - 1) \
             select unhex(printf('%032x', 1000 + i)), $1, 'U' || i, 'u' || i, cast('u' || i as blob), 'parking', 1, $3 from n",
            "insert into unit (id, facility_id, code, code_folded, walking_key, kind, row_version, created_at) \
             select lpad(to_hex(1000 + i), 32, '0')::uuid, $1, 'U' || i, 'u' || i, convert_to('u' || i, 'UTF8'), 'parking', 1, $3 \
             from generate_series(0, $2::bigint - 1) i",
        ))
        .bind(facility.uuid())
        .bind(count)
        .bind(at)
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Adds so many documents with the four transfers of each: two that say what was sold, one of VAT and the payment.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn fill_ledger(
        &mut self,
        organisation: OrganisationId,
        facility: FacilityId,
        documents: i64,
        at: DateTime<Utc>,
    ) -> Result<()> {
        // The first twenty thousand owe; the last four are the organisation's own.
        self.change(per_engine(
            "insert into ledger_account (id, organisation_id, facility_id, kind, asset, component, vat, balance_limit, \
             debits_pending, debits_posted, credits_pending, credits_posted, created_at) \
             with recursive n(i) as (select 1 union all select i + 1 from n where i < 20004) \
             select unhex(printf('%032x', i)), $1, $2, \
             case i when 20001 then 'revenue' when 20002 then 'revenue' when 20003 then 'vat' when 20004 then 'bank' \
             else 'receivable' end, 'SEK', 'bench' || i, case when i between 20001 and 20003 then '2500' end, 'open', \
             0, 0, 0, 0, $3 from n",
            "insert into ledger_account (id, organisation_id, facility_id, kind, asset, component, vat, balance_limit, \
             debits_pending, debits_posted, credits_pending, credits_posted, created_at) \
             select lpad(to_hex(i), 32, '0')::uuid, $1, $2, \
             case i when 20001 then 'revenue' when 20002 then 'revenue' when 20003 then 'vat' when 20004 then 'bank' \
             else 'receivable' end, 'SEK', 'bench' || i, case when i between 20001 and 20003 then '2500' end, 'open', \
             0, 0, 0, 0, $3 from generate_series(1, 20004) i",
        ))
        .bind(organisation.uuid())
        .bind(facility.uuid())
        .bind(at)
        .run()
        .await?
        .any();
        self.change(per_engine(
            "insert into document (id, organisation_id, facility_id, kind, state, fiscal_year, place, issued_on, language, \
             currency, net_minor, vat_minor, rounding_minor, payable_minor, printed, row_version, created_at) \
             with recursive n(i) as (select 1 union all select i + 1 from n where i < $4) \
             select unhex(printf('%032x', 1000000000 + i)), $1, $2, 'invoice', 'issued', 2026, i, '2026-11-01', 'sv', \
             'SEK', 10000, 2500, 0, 12500, '{}', 1, $3 from n",
            "insert into document (id, organisation_id, facility_id, kind, state, fiscal_year, place, issued_on, language, \
             currency, net_minor, vat_minor, rounding_minor, payable_minor, printed, row_version, created_at) \
             select lpad(to_hex(1000000000 + i), 32, '0')::uuid, $1, $2, 'invoice', 'issued', 2026, i, '2026-11-01', \
             'sv', 'SEK', 10000, 2500, 0, 12500, '{}', 1, $3 from generate_series(1, $4::bigint) i",
        ))
        .bind(organisation.uuid())
        .bind(facility.uuid())
        .bind(at)
        .bind(documents)
        .run()
        .await?
        .any();
        self.change(
            "insert into document_rate (document_id, vat, net_minor, vat_minor) \
             select id, '2500', net_minor, vat_minor from document",
        )
        .run()
        .await?
        .any();
        self.change(per_engine(
            "insert into ledger_transfer (id, organisation_id, debit_id, credit_id, amount, step, code, document_id, \
             value_on, idempotency_key, created_at) \
             with part(k, amount) as (values (1, 7000), (2, 3000), (3, 2500), (4, 12500)) \
             select unhex(printf('%032x', 4000000000 + place * 4 + k)), $1, \
             case k when 4 then unhex(printf('%032x', 20004)) else unhex(printf('%032x', 1 + place % 20000)) end, \
             case k when 4 then unhex(printf('%032x', 1 + place % 20000)) else unhex(printf('%032x', 20000 + k)) end, \
             amount, 'posted', case k when 4 then 'payment' else 'invoice' end, document.id, issued_on, \
             'bench/' || place || '/' || k, $2 from document cross join part order by place, k",
            "insert into ledger_transfer (id, organisation_id, debit_id, credit_id, amount, step, code, document_id, \
             value_on, idempotency_key, created_at) \
             select lpad(to_hex(4000000000 + place * 4 + k), 32, '0')::uuid, $1, \
             case k when 4 then lpad(to_hex(20004), 32, '0')::uuid \
             else lpad(to_hex(1 + place % 20000), 32, '0')::uuid end, \
             case k when 4 then lpad(to_hex(1 + place % 20000), 32, '0')::uuid \
             else lpad(to_hex(20000 + k), 32, '0')::uuid end, \
             amount, 'posted', case k when 4 then 'payment' else 'invoice' end, document.id, issued_on, \
             'bench/' || place || '/' || k, $2 from document cross join \
             (values (1, 7000), (2, 3000), (3, 2500), (4, 12500)) part (k, amount) order by place, k",
        ))
        .bind(organisation.uuid())
        .bind(at)
        .run()
        .await?
        .any();
        self.change(
            "update ledger_account set debits_posted = (select cast(coalesce(sum(amount), 0) as bigint) \
             from ledger_transfer where debit_id = ledger_account.id), \
             credits_posted = (select cast(coalesce(sum(amount), 0) as bigint) \
             from ledger_transfer where credit_id = ledger_account.id)",
        )
        .run()
        .await?
        .any();
        Ok(())
    }
}
