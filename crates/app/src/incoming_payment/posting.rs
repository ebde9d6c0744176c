//! What payments move in the ledger, made together in one transaction.

use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use stolpe_domain::id::{DocumentId, IncomingPaymentId, OrganisationId, TransferId};
use stolpe_domain::ledger::{Account, AccountKind, Amount, Asset, BalanceRefusal, Transfer, TransferCode};
use stolpe_domain::money::Money;
use stolpe_store::Tx;
use stolpe_store::ledger::{Booked, MoveError};

/// Transfers on their way.
#[derive(Default)]
pub(super) struct Posting {
    accounts: Vec<Account>,
    transfers: Vec<Booked>,
}

/// The payment that is booked, and the day on which it counts.
#[derive(Clone, Copy)]
pub(super) struct Of {
    pub(super) organisation: OrganisationId,
    pub(super) payment: IncomingPaymentId,
    pub(super) value_on: NaiveDate,
    /// Why it moves.
    pub(super) code: TransferCode,
}

impl Of {
    /// The organisation's account of a kind, in the currency of some money.
    pub(super) fn account(self, kind: AccountKind, money: Money) -> Result<Account> {
        let asset =
            Asset::of(money.currency).ok_or_else(|| AppError::internal("a currency that nothing is owed in"))?;
        Ok(Account::of_organisation(self.organisation, kind, asset))
    }
}

impl Posting {
    /// Adds what goes to a document from where the money stands; less than nothing goes the other way.
    pub(super) fn share(
        &mut self,
        ctx: &Ctx,
        of: Of,
        (stands, receivable): (Account, Account),
        money: Money,
        (document, step): (DocumentId, i64),
    ) -> Result<()> {
        let takes_back = money.minor < 0;
        let accounts = if takes_back { (receivable, stands) } else { (stands, receivable) };
        let money = if takes_back { money.negated() } else { money };
        self.add(ctx, of, accounts, money, (Some(document), step))
    }

    /// Adds a transfer to the first account from the second, of more than nothing. `step` tells apart what one payment moves
    /// at different times.
    pub(super) fn add(
        &mut self,
        ctx: &Ctx,
        of: Of,
        (debit, credit): (Account, Account),
        money: Money,
        (document, step): (Option<DocumentId>, i64),
    ) -> Result<()> {
        let amount = Amount::of_money(money).ok_or_else(|| AppError::internal("a posting of nothing"))?;
        let id: TransferId = ctx.id_in_order(self.transfers.len());
        let transfer = Transfer::new(id, (debit.id(), credit.id()), amount, false).map_err(AppError::internal)?;
        let about = document.map_or_else(|| "suspense".to_owned(), |id| id.uuid().simple().to_string());
        self.accounts.extend([debit, credit]);
        self.transfers.push(Booked {
            transfer,
            organisation_id: of.organisation,
            code: of.code,
            document_id: document,
            payment_id: Some(of.payment.uuid()),
            value_on: of.value_on,
            held_for: None,
            key: format!("incoming/{}/{step}/{about}", of.payment.uuid().simple()),
            made_by: ctx.signed().ok().map(|signed| signed.login),
        });
        Ok(())
    }

    /// Moves all of it, and says what that was.
    ///
    /// # Errors
    /// Whatever the ledger says; nothing has been moved then.
    pub(super) async fn post(self, tx: &mut Tx, ctx: &Ctx) -> Result<()> {
        match tx.move_all(&self.accounts, &self.transfers, ctx.at).await {
            Ok(_) => Ok(()),
            Err(MoveError::Refused { refusal: BalanceRefusal::NotEnough, .. }) => {
                Err(AppError::refused("ledger.not_enough"))
            }
            Err(MoveError::Store(error)) => Err(error.into()),
            Err(other) => Err(AppError::internal(other)),
        }
    }
}
