//! What something would move, told before it is done: it is done, looked at, and not kept. So it is never another reckoning
//! than the one that moves, and what would be refused is refused.

use crate::error::{AppError, Result};
use stolpe_domain::ledger::Amount;
use stolpe_store::Conn;
use stolpe_store::ledger::{Booked, ListedAccount};

/// An amount that would be moved.
#[derive(Clone, Debug)]
pub struct ForeseenMove {
    /// To whom it would be given.
    pub debit: ListedAccount,
    /// From whom it would be taken.
    pub credit: ListedAccount,
    /// How much.
    pub amount: Amount,
}

/// Names the accounts of what was moved in a transaction that is about to be forgotten.
pub(crate) async fn foreseen(conn: &mut Conn, all: &[Booked]) -> Result<Vec<ForeseenMove>> {
    let named = all.iter().flat_map(|it| [it.transfer.debit, it.transfer.credit]);
    let accounts = conn.named_accounts(named).await?;
    let account = |id| accounts.get(id).cloned().ok_or_else(|| AppError::internal("an account that is not there"));
    all.iter()
        .map(|Booked { transfer, .. }| {
            Ok(ForeseenMove {
                debit: account(&transfer.debit)?,
                credit: account(&transfer.credit)?,
                amount: transfer.amount,
            })
        })
        .collect()
}
