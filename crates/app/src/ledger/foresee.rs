//! What something would move, told before it is done: it is done, looked at, and not kept. So it is never another reckoning
//! than the one that moves, and what would be refused is refused.

use crate::error::{AppError, Result};
use crate::work::Tx;
use stolpe_domain::ledger::{Amount, Step};
use stolpe_store::ledger::ListedAccount;

/// An amount that would be moved.
#[derive(Clone, Debug)]
pub struct ForeseenMove {
    /// To whom it would be given.
    pub debit: ListedAccount,
    /// From whom it would be taken.
    pub credit: ListedAccount,
    /// How much.
    pub amount: Amount,
    /// Whether it would be final, held, or free again.
    pub step: Step,
}

/// What was moved in a transaction that has watched it, and that ends here without a trace.
pub(crate) async fn foreseen(mut tx: Tx<'_>) -> Result<Vec<ForeseenMove>> {
    let all: Vec<_> = tx.watched().iter().map(|it| it.transfer).collect();
    let accounts = tx.named_accounts(all.iter().flat_map(|it| [it.debit, it.credit])).await?;
    let account = |id| accounts.get(id).cloned().ok_or_else(|| AppError::internal("an account that is not there"));
    all.iter()
        .map(|it| {
            let (debit, credit) = (account(&it.debit)?, account(&it.credit)?);
            Ok(ForeseenMove { debit, credit, amount: it.amount, step: it.step })
        })
        .collect()
}
