//! What documents have posted, and which of them have not yet.

use super::unreadable_transfer;
use crate::engine::{Conn, Tx, text};
use crate::error::Result;
use chrono::NaiveDate;
use sqlx::types::Json;
use stolpe_domain::id::{AccountId, DocumentId};
use stolpe_domain::ledger::{Amount, TransferCode};
use uuid::Uuid;

/// What was moved between two accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MovedLeg {
    /// To whom it was given.
    pub debit: AccountId,
    /// From whom it was taken.
    pub credit: AccountId,
    /// How much.
    pub amount: Amount,
    /// The day on which it counts.
    pub value_on: NaiveDate,
}

impl Conn {
    /// What a document moved by a code, in the order in which it did.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn moved_by(&mut self, document: DocumentId, code: TransferCode) -> Result<Vec<MovedLeg>> {
        let rows: Vec<(Uuid, Uuid, i64, NaiveDate)> = self
            .sql(
                "select debit_id, credit_id, amount, value_on from ledger_transfer \
                 where document_id = $1 and code = $2 order by id",
            )
            .bind(document.uuid())
            .bind(code.word())
            .all()
            .await?;
        rows.into_iter()
            .map(|(debit, credit, amount, value_on)| {
                let amount = Amount::new(amount).ok_or_else(|| unreadable_transfer("amount"))?;
                Ok(MovedLeg { debit: AccountId(debit), credit: AccountId(credit), amount, value_on })
            })
            .collect()
    }

    /// Documents with a number that have posted nothing although they add up to something, credit notes last and otherwise
    /// the oldest first: those of before there was a ledger.
    pub async fn unposted_documents(&mut self) -> Result<Vec<(DocumentId, bool)>> {
        let rows: Vec<(Uuid, String)> = self
            .sql(
                "select document.id, document.kind from document where document.place is not null \
                 and (document.rounding_minor <> 0 or exists (select 1 from document_rate \
                 where document_rate.document_id = document.id \
                 and (document_rate.net_minor <> 0 or document_rate.vat_minor <> 0))) \
                 and not exists (select 1 from ledger_transfer where ledger_transfer.document_id = document.id \
                 and ledger_transfer.code in ('invoice', 'credit_note', 'receipt', 'reminder')) \
                 order by case document.kind when 'credit_note' then 1 else 0 end, document.created_at, document.id",
            )
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id, kind)| (DocumentId(id), kind == "credit_note")).collect())
    }
}

impl Tx {
    /// Which of these documents have posted themselves, asked while they are held.
    pub async fn posted_among(&mut self, documents: &[DocumentId]) -> Result<Vec<DocumentId>> {
        let rows: Vec<(Uuid,)> = self
            .sql(text![
                "select distinct document_id from ledger_transfer where document_id in" [ids "$1"]
                "and code in ('invoice', 'credit_note', 'receipt', 'reminder')"
            ])
            .bind(Json(documents.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| DocumentId(id)).collect())
    }
}
