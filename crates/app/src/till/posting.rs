//! What the counter moves in the ledger, made together in one transaction.

use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use stolpe_domain::id::{AccountId, DocumentId, OrganisationId, TransferId};
use stolpe_domain::ledger::{Account, Amount, Asset, Transfer, TransferCode};
use stolpe_domain::money::Money;
use stolpe_store::Tx;
use stolpe_store::ledger::Booked;
use uuid::Uuid;

/// What is booked, and the day on which it counts.
#[derive(Clone, Copy)]
pub(crate) struct Of {
    pub(crate) organisation: OrganisationId,
    /// The entry, the till that was counted, or the line of the bank.
    pub(crate) source: Uuid,
    pub(crate) code: TransferCode,
    pub(crate) value_on: NaiveDate,
    /// Tells apart what one source moves at different times.
    pub(crate) step: i64,
}

/// Transfers on their way.
pub(crate) struct Posting {
    of: Of,
    accounts: Vec<Account>,
    transfers: Vec<Booked>,
}

impl Posting {
    pub(crate) const fn of(of: Of) -> Self {
        Self { of, accounts: Vec::new(), transfers: Vec::new() }
    }

    /// Adds a transfer to the first account from the second; nothing where there is nothing to move.
    pub(crate) fn add(
        &mut self,
        ctx: &Ctx,
        (debit, credit): (Account, Account),
        money: Money,
        document: Option<DocumentId>,
    ) -> Result<()> {
        let Some(amount) = Amount::of_money(money) else { return Ok(()) };
        self.accounts.extend([debit, credit]);
        self.between(ctx, (debit.id(), credit.id()), amount, document)
    }

    /// Has an account opened that may not be there.
    pub(crate) fn opens(&mut self, account: Account) {
        self.accounts.push(account);
    }

    /// The same between accounts that are there, or are opened.
    pub(crate) fn between(
        &mut self,
        ctx: &Ctx,
        both: (AccountId, AccountId),
        amount: (Amount, Asset),
        document: Option<DocumentId>,
    ) -> Result<()> {
        let id: TransferId = ctx.id_in_order(self.transfers.len());
        let transfer = Transfer::new(id, both, amount, false).map_err(AppError::internal)?;
        self.transfers.push(Booked {
            transfer,
            organisation_id: self.of.organisation,
            code: self.of.code,
            document_id: document,
            payment_id: Some(self.of.source),
            value_on: self.of.value_on,
            held_for: None,
            key: format!(
                "till/{}/{}/{}/{}",
                self.of.code.word(),
                self.of.source.simple(),
                self.of.step,
                self.transfers.len()
            ),
            made_by: ctx.signed().ok().map(|signed| signed.login),
        });
        Ok(())
    }

    /// Moves all of it.
    ///
    /// # Errors
    /// [`AppError::Refused`] `ledger.not_enough` when somebody has used what is to be taken back; nothing has been moved then.
    pub(crate) async fn post(self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        tx.move_all(&self.accounts, &self.transfers, ctx.at).await?;
        Ok(())
    }
}
