//! What is held and waits for what becomes of it.

use super::{AccountRow, KeptAccount, account_columns, unreadable, unreadable_transfer};
use crate::engine::{Conn, text};
use crate::error::Result;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::id::{AccountId, DocumentId, OrganisationId, PersonId, TransferId};
use stolpe_domain::ledger::{Amount, Asset, Held, TransferCode};
use uuid::Uuid;

/// Transfers that hold something and have become nothing yet, with what they count.
macro_rules! held_transfers {
    () => {
        "select ledger_transfer.id, debit_id, credit_id, ledger_account.asset, amount, code, payment_id, \
         document_id, ledger_transfer.organisation_id, expires_at \
         from ledger_transfer join ledger_account on ledger_account.id = debit_id \
         where step = 'pending' and not exists \
         (select 1 from ledger_transfer later where later.resolves_id = ledger_transfer.id)"
    };
}

/// Something whose time to be held is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunOutHold {
    /// What is held.
    pub held: Held,
    /// In whose books.
    pub organisation_id: OrganisationId,
    /// The document that it is about.
    pub document_id: Option<DocumentId>,
    /// What it is held for.
    pub payment_id: Option<Uuid>,
    /// When its time was over.
    pub ran_out_at: DateTime<Utc>,
}

/// What is held, and for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldFor {
    /// What is held.
    pub held: Held,
    /// Why.
    pub code: TransferCode,
    /// The payment, refund or payout that it is held for.
    pub payment_id: Option<Uuid>,
}

#[derive(FromRow)]
struct HeldRow {
    id: Uuid,
    debit_id: Uuid,
    credit_id: Uuid,
    asset: String,
    amount: i64,
    code: String,
    payment_id: Option<Uuid>,
    document_id: Option<Uuid>,
    organisation_id: Uuid,
    expires_at: Option<DateTime<Utc>>,
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
    /// What is still held by a pending transfer: nothing when it has become something, or never was pending.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_hold(&mut self, id: TransferId) -> Result<Option<Held>> {
        Ok(self.timed_hold(id).await?.map(|(held, _)| held))
    }

    /// The same with when its time is over.
    pub(crate) async fn timed_hold(&mut self, id: TransferId) -> Result<Option<(Held, Option<DateTime<Utc>>)>> {
        let row: Option<HeldRow> =
            self.sql(text![[held_transfers] "and ledger_transfer.id = $1"]).bind(id.uuid()).optional().await?;
        row.map(|row| Ok((row.held()?, row.expires_at))).transpose()
    }

    /// What is held and whose time is over, what has waited longest first.
    pub async fn run_out_holds(&mut self, at: DateTime<Utc>, limit: i64) -> Result<Vec<RunOutHold>> {
        let rows: Vec<HeldRow> = self
            .sql(text![
                [held_transfers] "and expires_at is not null and expires_at <= $1"
                "order by expires_at, ledger_transfer.id limit $2"
            ])
            .bind(at)
            .bind(limit)
            .all()
            .await?;
        let run_out = |row: HeldRow| {
            let ran_out_at = row.expires_at.ok_or_else(|| unreadable_transfer("expires_at"))?;
            Ok(RunOutHold {
                held: row.held()?,
                organisation_id: OrganisationId(row.organisation_id),
                document_id: row.document_id.map(DocumentId),
                payment_id: row.payment_id,
                ran_out_at,
            })
        };
        rows.into_iter().map(run_out).collect()
    }

    /// What is held to be taken from an account, the oldest first.
    pub async fn holds_on(&mut self, debit: AccountId) -> Result<Vec<HeldFor>> {
        let rows: Vec<HeldRow> = self
            .sql(text![[held_transfers] "and debit_id = $1 order by ledger_transfer.id"])
            .bind(debit.uuid())
            .all()
            .await?;
        let held_for = |row: &HeldRow| {
            let code = TransferCode::from_word(&row.code).ok_or_else(|| unreadable_transfer("code"))?;
            Ok(HeldFor { held: row.held()?, code, payment_id: row.payment_id })
        };
        rows.iter().map(held_for).collect()
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
