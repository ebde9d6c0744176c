//! Invoices that payments are matched with, and what the ledger says is open of them.

use crate::document::numbered;
use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::NaiveDate;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::document::{DocumentState, Number};
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId};
use stolpe_domain::money::{Currency, Money};
use uuid::Uuid;

/// An invoice with a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayableDocument {
    /// Its id.
    pub id: DocumentId,
    /// The facility it is for.
    pub facility_id: FacilityId,
    /// Where it stands.
    pub state: DocumentState,
    /// Its number.
    pub number: Number,
    /// OCR or KID.
    pub reference: Option<String>,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// What it asks for.
    pub payable: Money,
    /// What is left to pay of it, by the ledger: less what was paid and what credit notes took back.
    pub open: Money,
    /// What is printed beside the lines, as JSON of whoever prints.
    pub printed: String,
    /// Counts changes.
    pub row_version: i64,
}

#[derive(FromRow)]
struct PayableRow {
    id: Uuid,
    facility_id: Uuid,
    state: String,
    fiscal_year: Option<i64>,
    place: Option<i64>,
    reference: Option<String>,
    due_on: Option<NaiveDate>,
    currency: String,
    payable_minor: i64,
    printed: String,
    row_version: i64,
}

macro_rules! payable_columns {
    () => {
        "id, facility_id, state, fiscal_year, place, reference, due_on, currency, payable_minor, printed, row_version"
    };
}

/// Invoices that were issued, those that are out of use left out.
macro_rules! that_ask {
    () => {
        "kind = 'invoice' and place is not null and state <> 'void'"
    };
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "document", column }
}

impl Conn {
    /// The invoices with these references, or these numbers as `fiscal year-place`.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn payable_by_reference(
        &mut self,
        organisation: OrganisationId,
        references: &[String],
        numbers: &[Number],
    ) -> Result<Vec<PayableDocument>> {
        let mut rows: Vec<PayableRow> = self
            .sql(text![
                "select" [payable_columns] "from document where organisation_id = $2 and" [that_ask]
                "and reference in (select value from" [strings "$1"] ")"
            ])
            .bind(Json(references))
            .bind(organisation.uuid())
            .all()
            .await?;
        for number in numbers {
            let row: Option<PayableRow> = self
                .sql(text![
                    "select" [payable_columns] "from document where organisation_id = $1 and fiscal_year = $2"
                    "and place = $3 and" [that_ask]
                ])
                .bind(organisation.uuid())
                .bind(i64::from(number.year.0))
                .bind(number.place)
                .optional()
                .await?;
            rows.extend(row);
        }
        rows.sort_by_key(|row| row.id);
        rows.dedup_by_key(|row| row.id);
        self.with_open(rows).await
    }

    /// The invoices among these documents.
    pub async fn payable(&mut self, organisation: OrganisationId, ids: &[DocumentId]) -> Result<Vec<PayableDocument>> {
        let rows: Vec<PayableRow> = self
            .sql(text![
                "select" [payable_columns] "from document where organisation_id = $2 and" [that_ask]
                "and id in" [ids "$1"] "order by id"
            ])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(organisation.uuid())
            .all()
            .await?;
        self.with_open(rows).await
    }

    /// The invoices that wait to be paid, those dated last first, as far as `limit`.
    pub async fn unpaid(&mut self, organisation: OrganisationId, limit: i64) -> Result<Vec<PayableDocument>> {
        let rows: Vec<PayableRow> = self
            .sql(text![
                "select" [payable_columns] "from document where organisation_id = $1 and kind = 'invoice'"
                "and state in ('issued', 'sent') order by issued_on desc, id desc limit $2"
            ])
            .bind(organisation.uuid())
            .bind(limit)
            .all()
            .await?;
        self.with_open(rows).await
    }

    /// Adds what is open. Documents that have posted nothing cannot be paid in the ledger, and are left out.
    async fn with_open(&mut self, rows: Vec<PayableRow>) -> Result<Vec<PayableDocument>> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let open: Vec<(Uuid, i64)> = self
            .sql(text![
                "select moved.invoice_id, cast(sum(moved.amount) as bigint) from"
                "(select coalesce(document.credits_id, document.id) as invoice_id,"
                "case when debits.kind = 'receivable' then amount else -amount end as amount"
                "from ledger_transfer join document on document.id = ledger_transfer.document_id"
                "join ledger_account debits on debits.id = debit_id"
                "join ledger_account credits on credits.id = credit_id"
                "where ledger_transfer.document_id in (select id from document where id in" [ids "$1"]
                "union all select id from document where credits_id in" [ids "$1"] ")"
                "and (debits.kind = 'receivable') <> (credits.kind = 'receivable') and step in ('posted', 'post')"
                ") moved group by moved.invoice_id"
            ])
            .bind(Json(ids))
            .all()
            .await?;
        let open: HashMap<Uuid, i64> = open.into_iter().collect();
        let posted = rows.into_iter().filter_map(|row| open.get(&row.id).map(|open| (row, *open)));
        posted
            .map(|(row, open)| {
                let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
                Ok(PayableDocument {
                    id: DocumentId(row.id),
                    facility_id: FacilityId(row.facility_id),
                    state: DocumentState::from_word(&row.state).ok_or_else(|| unreadable("state"))?,
                    number: numbered(row.fiscal_year, row.place)?.ok_or_else(|| unreadable("place"))?,
                    reference: row.reference,
                    due_on: row.due_on,
                    payable: Money::of_minor(row.payable_minor, currency),
                    open: Money::of_minor(open, currency),
                    printed: row.printed,
                    row_version: row.row_version,
                })
            })
            .collect()
    }
}

impl Tx {
    /// Holds documents until the transaction ends, in the order in which everybody does.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn hold_documents(&mut self, ids: &[DocumentId]) -> Result<()> {
        let _held: Vec<(Uuid,)> = self
            .sql(text!["select id from document where id in" [ids "$1"] "order by id" [locked]])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(())
    }
}
