//! Invoices that payments are matched with, and what the ledger says is open of them.

use crate::document::numbered;
use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::NaiveDate;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::document::{DocumentKind, DocumentState, Number};
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId};
use stolpe_domain::incoming_payment::Beside;
use stolpe_domain::money::{Currency, Money};
use uuid::Uuid;

/// An invoice or a reminder with a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayableDocument {
    /// Its id.
    pub id: DocumentId,
    /// Which of the two.
    pub kind: DocumentKind,
    /// The facility it is for.
    pub facility_id: FacilityId,
    /// Where it stands.
    pub state: DocumentState,
    /// Its number.
    pub number: Number,
    /// OCR or KID.
    pub reference: Option<String>,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// What it asks for.
    pub payable: Money,
    /// What is left to pay of it, by the ledger: less what was paid and what credit notes took back.
    pub open: Money,
    /// What payments have settled of it, by the ledger.
    pub paid: Money,
    /// Where it stood before it was paid; nothing where that is not known.
    pub paid_from: Option<DocumentState>,
    /// What is printed beside the lines, as JSON of whoever prints.
    pub printed: String,
    /// What a reference to it pays beside it.
    pub beside: Beside,
    /// Counts changes.
    pub row_version: i64,
}

#[derive(FromRow)]
struct PayableRow {
    id: Uuid,
    kind: String,
    facility_id: Uuid,
    state: String,
    fiscal_year: Option<i64>,
    place: Option<i64>,
    reference: Option<String>,
    issued_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    currency: String,
    payable_minor: i64,
    printed: String,
    paid_from: Option<String>,
    row_version: i64,
}

macro_rules! payable_columns {
    () => {
        "id, kind, facility_id, state, fiscal_year, place, reference, issued_on, due_on, currency, payable_minor, printed, \
         paid_from, row_version"
    };
}

/// Invoices and reminders that were issued, those that are out of use left out.
macro_rules! that_ask {
    () => {
        "kind in ('invoice', 'reminder') and place is not null and state <> 'void'"
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
                    "and place = $3 and kind = 'invoice' and" [that_ask]
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
        let found = self.with_open(rows).await?;
        // What they are paid with is held and looked at as they are.
        let beside = found.iter().flat_map(|it| match &it.beside {
            Beside::Nothing => &[][..],
            Beside::Invoices(ids) | Beside::Reminders(ids) => ids,
        });
        let known: Vec<DocumentId> = found.iter().map(|it| it.id).collect();
        let missing: Vec<DocumentId> = beside.filter(|id| !known.contains(id)).copied().collect();
        let others = self.payable(organisation, &missing).await?;
        Ok(found.into_iter().chain(others).collect())
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
                "select" [payable_columns] "from document where organisation_id = $1 and kind in ('invoice', 'reminder')"
                "and state in ('issued', 'sent') order by issued_on desc, id desc limit $2"
            ])
            .bind(organisation.uuid())
            .bind(limit)
            .all()
            .await?;
        self.with_open(rows).await
    }

    /// Adds what is open. Documents that have posted nothing cannot be paid in the ledger, and are left out, but for a reminder
    /// that costs nothing itself: its reference pays its invoices.
    async fn with_open(&mut self, rows: Vec<PayableRow>) -> Result<Vec<PayableDocument>> {
        let ids: Vec<DocumentId> = rows.iter().map(|row| DocumentId(row.id)).collect();
        let open = self.open_amounts(&ids).await?;
        let paid = self.paid_amounts(&ids).await?;
        let mut beside = self.beside(&ids).await?;
        let mut payable = Vec::with_capacity(rows.len());
        for row in rows {
            let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
            let kind = DocumentKind::from_word(&row.kind).ok_or_else(|| unreadable("kind"))?;
            let free = (kind == DocumentKind::Reminder && row.payable_minor == 0).then(|| Money::zero(currency));
            let Some(open) = open.get(&DocumentId(row.id)).copied().or(free) else { continue };
            payable.push(PayableDocument {
                id: DocumentId(row.id),
                kind,
                facility_id: FacilityId(row.facility_id),
                state: DocumentState::from_word(&row.state).ok_or_else(|| unreadable("state"))?,
                number: numbered(row.fiscal_year, row.place)?.ok_or_else(|| unreadable("place"))?,
                reference: row.reference,
                issued_on: row.issued_on,
                due_on: row.due_on,
                payable: Money::of_minor(row.payable_minor, currency),
                open,
                paid: Money::of_minor(paid.get(&DocumentId(row.id)).copied().unwrap_or_default(), currency),
                paid_from: row.paid_from.as_deref().and_then(DocumentState::from_word),
                printed: row.printed,
                beside: beside.remove(&DocumentId(row.id)).unwrap_or_default(),
                row_version: row.row_version,
            });
        }
        Ok(payable)
    }

    /// What references to these documents pay beside them: the invoices of a reminder, or the reminders of an invoice.
    async fn beside(&mut self, documents: &[DocumentId]) -> Result<HashMap<DocumentId, Beside>> {
        let mut beside = HashMap::new();
        for it in self.reminded_by(documents).await? {
            if let Beside::Invoices(ids) = beside.entry(it.document).or_insert_with(|| Beside::Invoices(Vec::new())) {
                ids.push(it.invoice);
            }
        }
        for it in self.reminders_of(documents).await? {
            if let Beside::Reminders(ids) = beside.entry(it.invoice).or_insert_with(|| Beside::Reminders(Vec::new())) {
                ids.push(it.document);
            }
        }
        Ok(beside)
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
