//! What is held and waits for what becomes of it.

use super::{AccountRow, KeptAccount, account_columns, unreadable, unreadable_transfer};
use crate::engine::{Conn, text};
use crate::error::Result;
use sqlx::FromRow;
use stolpe_domain::id::{AccountId, PersonId, TransferId};
use stolpe_domain::ledger::{Amount, Asset, Held};
use uuid::Uuid;

/// Transfers that hold something and have become nothing yet, with what they count.
macro_rules! held_transfers {
    () => {
        "select ledger_transfer.id, debit_id, credit_id, ledger_account.asset, amount, payment_id \
         from ledger_transfer join ledger_account on ledger_account.id = debit_id \
         where step = 'pending' and not exists \
         (select 1 from ledger_transfer later where later.resolves_id = ledger_transfer.id)"
    };
}

#[derive(FromRow)]
struct HeldRow {
    id: Uuid,
    debit_id: Uuid,
    credit_id: Uuid,
    asset: String,
    amount: i64,
    payment_id: Option<Uuid>,
}

impl HeldRow {
    fn held(&self) -> Result<Held> {
        Ok(Held {
            id: TransferId(self.id),
            debit: AccountId(self.debit_id),
            credit: AccountId(self.credit_id),
            asset: Asset::from_word(&self.asset).ok_or_else(|| unreadable("asset"))?,
            amount: Amount::new(self.amount).ok_or_else(|| unreadable_transfer("amount"))?,
        })
    }
}

impl Conn {
    /// What is held to be taken from an account, with the payment or refund that it is held for, the oldest first.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn holds_on(&mut self, debit: AccountId) -> Result<Vec<(Held, Option<Uuid>)>> {
        let rows: Vec<HeldRow> = self
            .sql(text![[held_transfers] "and debit_id = $1 order by ledger_transfer.id"])
            .bind(debit.uuid())
            .all()
            .await?;
        rows.iter().map(|row| Ok((row.held()?, row.payment_id))).collect()
    }

    /// The accounts of what somebody has paid beforehand.
    pub async fn prepaid_of(&mut self, person: PersonId) -> Result<Vec<KeptAccount>> {
        let rows: Vec<AccountRow> = self
            .sql(text![
                "select" [account_columns] "from ledger_account where person_id = $1 and kind = 'prepaid' order by id"
            ])
            .bind(person.uuid())
            .all()
            .await?;
        rows.into_iter().map(KeptAccount::try_from).collect()
    }
}
