//! What was paid of documents in a till, with what they add up to by rate.

use super::unreadable;
use crate::engine::Conn;
use crate::error::Result;
use sqlx::FromRow;
use std::collections::BTreeMap;
use stolpe_domain::id::TillId;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::till::PaidDocument;
use stolpe_domain::vat::{RateTotal, Vat};
use uuid::Uuid;

#[derive(FromRow)]
struct PaidRow {
    document_id: Uuid,
    paid_minor: i64,
    payable_minor: i64,
    vat: Option<String>,
    net_minor: Option<i64>,
    vat_minor: Option<i64>,
}

impl Conn {
    /// The documents of which something was paid in a till, and how much, less what was taken back.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn paid_at_till(&mut self, till: TillId, currency: Currency) -> Result<Vec<PaidDocument>> {
        let rows: Vec<PaidRow> = self
            .sql(
                "select paid.document_id, paid.paid_minor, document.payable_minor, document_rate.vat, \
                 document_rate.net_minor, document_rate.vat_minor from \
                 (select ledger_transfer.document_id, cast(sum(case till_entry.kind when 'taken' then ledger_transfer.amount \
                 else -ledger_transfer.amount end) as bigint) as paid_minor from till_entry \
                 join ledger_transfer on ledger_transfer.payment_id = till_entry.id \
                 where till_entry.till_id = $1 and till_entry.kind in ('taken', 'taken_back', 'never_came') \
                 and ledger_transfer.document_id is not null group by ledger_transfer.document_id) paid \
                 join document on document.id = paid.document_id \
                 left join document_rate on document_rate.document_id = paid.document_id \
                 order by paid.document_id, document_rate.vat",
            )
            .bind(till.uuid())
            .all()
            .await?;
        let money = |minor| Money::of_minor(minor, currency);
        let mut all: BTreeMap<Uuid, PaidDocument> = BTreeMap::new();
        for row in rows {
            let (paid, payable) = (money(row.paid_minor), money(row.payable_minor));
            let it = all.entry(row.document_id).or_insert(PaidDocument { paid, payable, rates: Vec::new() });
            if let (Some(vat), Some(net), Some(sum)) = (row.vat, row.net_minor, row.vat_minor) {
                let vat_kind = Vat::from_word(&vat).map_err(|_| unreadable("vat"))?;
                it.rates.push(RateTotal { vat_kind, net: money(net), vat: money(sum) });
            }
        }
        Ok(all.into_values().collect())
    }
}
