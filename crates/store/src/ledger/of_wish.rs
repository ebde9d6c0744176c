//! What is held, and was moved, for a refund or a payout: the ledger knows either by its id as that of a payment.

use super::{unreadable, unreadable_transfer};
use crate::engine::Conn;
use crate::error::Result;
use stolpe_domain::id::{AccountId, DocumentId, TransferId};
use stolpe_domain::ledger::{Amount, Asset, Held};
use uuid::Uuid;

/// What was moved for a wish, for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WishedLeg {
    /// To whom it was given.
    pub debit: AccountId,
    /// From whom it was taken.
    pub credit: AccountId,
    /// Of what.
    pub asset: Asset,
    /// How much.
    pub amount: Amount,
    /// The document that it is about.
    pub document: Option<DocumentId>,
}

impl Conn {
    /// What is held for a wish, with the document that each part is about.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn holds_of(&mut self, wish: Uuid) -> Result<Vec<(Held, Option<DocumentId>)>> {
        let rows: Vec<(Uuid, Uuid, Uuid, String, i64, Option<Uuid>)> = self
            .sql(
                "select ledger_transfer.id, debit_id, credit_id, ledger_account.asset, amount, document_id \
                 from ledger_transfer join ledger_account on ledger_account.id = debit_id \
                 where payment_id = $1 and step = 'pending' and not exists \
                 (select 1 from ledger_transfer later where later.resolves_id = ledger_transfer.id) \
                 order by ledger_transfer.id",
            )
            .bind(wish)
            .all()
            .await?;
        rows.into_iter()
            .map(|(id, debit, credit, asset, amount, document)| {
                let held = Held {
                    id: TransferId(id),
                    debit: debit.into(),
                    credit: credit.into(),
                    asset: Asset::from_word(&asset).ok_or_else(|| unreadable("asset"))?,
                    amount: Amount::new(amount).ok_or_else(|| unreadable_transfer("amount"))?,
                };
                Ok((held, document.map(DocumentId)))
            })
            .collect()
    }

    /// What was moved for a wish for good, in the order in which it was.
    pub async fn moved_for(&mut self, wish: Uuid) -> Result<Vec<WishedLeg>> {
        let rows: Vec<(Uuid, Uuid, String, i64, Option<Uuid>)> = self
            .sql(
                "select debit_id, credit_id, ledger_account.asset, amount, document_id from ledger_transfer \
                 join ledger_account on ledger_account.id = debit_id \
                 where payment_id = $1 and step in ('posted', 'post') order by ledger_transfer.id",
            )
            .bind(wish)
            .all()
            .await?;
        rows.into_iter()
            .map(|(debit, credit, asset, amount, document)| {
                Ok(WishedLeg {
                    debit: AccountId(debit),
                    credit: AccountId(credit),
                    asset: Asset::from_word(&asset).ok_or_else(|| unreadable("asset"))?,
                    amount: Amount::new(amount).ok_or_else(|| unreadable_transfer("amount"))?,
                    document: document.map(DocumentId),
                })
            })
            .collect()
    }
}
