//! Two records become one: what was paid beforehand under the one that is closed goes to the one that stays.

use super::Batch;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use stolpe_domain::id::{OrganisationId, PersonId};
use stolpe_domain::ledger::{Account, Amount, Transfer, TransferCode};
use stolpe_store::Tx;
use stolpe_store::ledger::{Booked, HeldFor, KeptAccount};

/// Moves what somebody has paid beforehand to the record that theirs becomes part of. What is held for a refund or a payout is held there
/// in the same amount: who asked for it and who approved it stays as it is.
///
/// The records were merged in this transaction: their refunds and payouts are held by that.
pub(crate) async fn hand_over_prepaid(
    tx: &mut Tx,
    ctx: &Ctx,
    organisation: OrganisationId,
    (from, into): (PersonId, PersonId),
) -> Result<()> {
    let mut batch = Batch::default();
    let all = tx.prepaid_of(from).await?;
    let mut credits = Vec::new();
    for it in &all {
        let account = it.account;
        batch.accounts.extend([account, Account { person_id: Some(into), ..account }]);
        credits.extend(tx.holds_on(it.id).await?.into_iter().map(|it| it.held.credit));
    }
    let stands = tx.hold_accounts(&batch.accounts, credits.into_iter(), ctx.at).await?;
    for it in &all {
        let kept = stands.get(&it.id).copied().unwrap_or(*it);
        let holds = tx.holds_on(it.id).await?;
        batch.hand_over(ctx, (organisation, from, into), &kept, &holds)?;
    }
    batch.post(tx, ctx).await
}

impl Batch {
    fn hand_over(
        &mut self,
        ctx: &Ctx,
        (organisation, from, into): (OrganisationId, PersonId, PersonId),
        kept: &KeptAccount,
        holds: &[HeldFor],
    ) -> Result<()> {
        let account = kept.account;
        let stays = Account { person_id: Some(into), ..account }.id();
        let there = kept.balance.credits_posted - kept.balance.debits_posted;
        let Some(amount) = Amount::new(there) else { return Ok(()) };
        let mut add = |transfer: Transfer, code, payment_id, step: &str| {
            self.transfers.push(Booked {
                transfer,
                organisation_id: organisation,
                code,
                document_id: None,
                payment_id,
                value_on: ctx.today(),
                held_for: None,
                key: format!("merged/{}/{}/{step}", from.uuid().simple(), kept.id.uuid().simple()),
                made_by: ctx.signed().ok().map(|signed| signed.login),
            });
            self.transfers.len()
        };
        let mut place = 0;
        let first = holds.len();
        for HeldFor { held, payment_id, .. } in holds {
            add(held.void(ctx.id_in_order(place)), TransferCode::Merged, *payment_id, &format!("void/{place}"));
            place += 1;
        }
        let moved = Transfer::new(ctx.id_in_order(first), (kept.id, stays), (amount, account.asset), false);
        place = add(moved.map_err(AppError::internal)?, TransferCode::Merged, None, "all");
        for HeldFor { held, code, payment_id } in holds {
            let both = (stays, held.credit);
            let again = Transfer::new(ctx.id_in_order(place), both, (held.amount, held.asset), true);
            place = add(again.map_err(AppError::internal)?, *code, *payment_id, &format!("hold/{place}"));
        }
        Ok(())
    }
}
