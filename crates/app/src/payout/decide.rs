//! Somebody else decides about a payout, and one that nobody wants any more is withdrawn.

use super::book::{Moves, hold_documents};
use super::{OpenPayout, today, told};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::ledger::{ForeseenMove, foreseen};
use crate::person::required_reason;
use crate::second_approval::by_another;
use crate::work::Tx;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::Action;
use stolpe_domain::id::PayoutId;
use stolpe_domain::payout::{PayoutAct, PayoutHappening, PayoutState};
use stolpe_domain::second_approval::Decision;
use stolpe_store::payout::Payout;

impl App {
    /// Approves a payout that is still at that version: it can go into a file.
    ///
    /// # Errors
    /// [`AppError::Refused`] with the code of [`stolpe_domain::second_approval::DecisionRefusal`], or `payout.decided` when
    /// it has been; [`AppError::Changed`] when it is at another version; [`AppError::NotFound`] and [`AppError::Denied`] as
    /// for the payout.
    pub async fn approve_payout(&self, ctx: &Ctx, id: PayoutId, row_version: i64) -> Result<OpenPayout> {
        self.decide_payout(ctx, id, row_version, None).await
    }

    /// Refuses a payout that is still at that version. Its money is free again.
    ///
    /// # Errors
    /// As [`App::approve_payout`]; [`AppError::Invalid`] without a reason.
    pub async fn refuse_payout(&self, ctx: &Ctx, id: PayoutId, row_version: i64, reason: &str) -> Result<OpenPayout> {
        self.decide_payout(ctx, id, row_version, Some(reason)).await
    }

    async fn decide_payout(
        &self,
        ctx: &Ctx,
        id: PayoutId,
        row_version: i64,
        refuses: Option<&str>,
    ) -> Result<OpenPayout> {
        let seen = self.payout_for(ctx, id).await?;
        ctx.may(Permission::ApprovePayout, Place::Organisation(seen.organisation_id))?;
        let me = ctx.signed()?.person;
        if self.done_before(ctx).await? {
            return self.payout(ctx, id).await;
        }
        let reason = refuses.map(required_reason).transpose()?.map(str::to_owned);
        let (happening, action) = match reason {
            None => (PayoutHappening::Approved, Action::PayoutApproved),
            Some(_) => (PayoutHappening::Refused, Action::PayoutRefused),
        };
        let (mut tx, before) = self.held_payout(&seen, row_version).await?;
        by_another(&mut tx, me, (before.asked_by, before.person_id)).await?;
        let mut after = self.payout_moved(&mut tx, ctx, &before, happening).await?;
        after.decision = Some(Decision { at: ctx.at, by: me, reason: reason.clone() });
        tx.put_payout(&after).await?;
        let event = told(action, &before, &after);
        tx.commit(
            ctx,
            [match reason {
                Some(reason) => event.because(reason),
                None => event,
            }],
        )
        .await?;
        self.payout(ctx, id).await
    }

    /// Withdraws a payout that is still at that version: whoever asked may while nobody has decided, and everybody who may
    /// ask while no bank has it. Its money is free again.
    ///
    /// # Errors
    /// [`AppError::Refused`] `payout.not_yours` when somebody else has asked, otherwise as [`App::approve_payout`].
    pub async fn withdraw_payout(&self, ctx: &Ctx, id: PayoutId, row_version: i64) -> Result<OpenPayout> {
        let seen = self.payout_for(ctx, id).await?;
        ctx.may(Permission::AskPayout, Place::Organisation(seen.organisation_id))?;
        let me = ctx.signed()?.person;
        if self.done_before(ctx).await? {
            return self.payout(ctx, id).await;
        }
        let (mut tx, before) = self.held_payout(&seen, row_version).await?;
        if before.state == PayoutState::Asked && tx.surviving(before.asked_by).await? != me {
            return Err(AppError::refused("payout.not_yours"));
        }
        let after = self.payout_moved(&mut tx, ctx, &before, PayoutHappening::Withdrawn).await?;
        tx.put_payout(&after).await?;
        tx.commit(ctx, [told(Action::PayoutWithdrawn, &before, &after)]).await?;
        self.payout(ctx, id).await
    }

    /// What doing something about a payout would move; of an approval, what is final once the money has gone out. Nothing is
    /// kept of it.
    ///
    /// # Errors
    /// As [`App::approve_payout`], and as the others of these verbs.
    pub async fn look_at_payout_act(&self, ctx: &Ctx, id: PayoutId, act: PayoutAct) -> Result<Vec<ForeseenMove>> {
        let seen = self.payout_for(ctx, id).await?;
        let permission = match act {
            PayoutAct::Approve | PayoutAct::Refuse => Permission::ApprovePayout,
            PayoutAct::Withdraw => Permission::AskPayout,
            PayoutAct::Paid | PayoutAct::Rejected | PayoutAct::Returned => Permission::TakePayment,
        };
        ctx.may(permission, Place::Organisation(seen.organisation_id))?;
        let (mut tx, before) = self.held_payout(&seen, seen.row_version).await?;
        if permission == Permission::ApprovePayout {
            by_another(&mut tx, ctx.signed()?.person, (before.asked_by, before.person_id)).await?;
        }
        tx.watch();
        self.payout_moved(&mut tx, ctx, &before, act.happening()).await?;
        if act == PayoutAct::Approve {
            let mut moves = Moves::default();
            moves.end(&mut tx, ctx, ((&before).into(), today(ctx))).await?;
            moves.post(&mut tx, ctx).await?;
        }
        foreseen(tx).await
    }

    /// A payout that is still at that version, which nobody else changes until the transaction ends.
    pub(super) async fn held_payout(&self, seen: &Payout, row_version: i64) -> Result<(Tx<'_>, Payout)> {
        let mut tx = self.write().await?;
        hold_documents(&mut tx, std::slice::from_ref(seen)).await?;
        let payout = tx.lock_payouts(&[seen.id]).await?.pop().ok_or(AppError::NotFound)?;
        if payout.row_version == row_version { Ok((tx, payout)) } else { Err(AppError::Changed) }
    }

    /// A payout after something has happened, with its money where that has it. The payout is not written.
    async fn payout_moved(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        before: &Payout,
        happening: PayoutHappening,
    ) -> Result<Payout> {
        let state = before.state.after(happening).ok_or(AppError::refused("payout.decided"))?;
        let mut moves = Moves::default();
        moves.follow(tx, ctx, (before, today(ctx)), state).await?;
        moves.post(tx, ctx).await?;
        Ok(Payout { state, moved_at: ctx.at, ..before.clone() })
    }
}
