//! Somebody else decides about a refund, whoever asked withdraws it, and one that has failed is tried again.

use super::OpenRefund;
use super::ask::{given, refundable};
use super::book::{hold, resolve};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::ledger::{ForeseenMove, foreseen};
use crate::second_approval::by_another;
use crate::work::Tx;
use serde_json::json;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::RefundId;
use stolpe_domain::refund::{Hold, RefundAct, RefundHappening};
use stolpe_domain::second_approval::Decision;
use stolpe_store::refund::Refund;

impl App {
    /// Approves a refund that is still at that version: the provider is asked as soon as it can be.
    ///
    /// # Errors
    /// [`AppError::Refused`] with the code of [`stolpe_domain::second_approval::DecisionRefusal`], or `refund.decided` when it has
    /// been; [`AppError::Changed`] when it is at another version; [`AppError::NotFound`] and [`AppError::Denied`] as for
    /// the refund.
    pub async fn approve_refund(&self, ctx: &Ctx, id: RefundId, row_version: i64) -> Result<OpenRefund> {
        self.decide(ctx, id, row_version, None).await
    }

    /// Rejects a refund that is still at that version. Its money is free again.
    ///
    /// # Errors
    /// As [`App::approve_refund`]; [`AppError::Invalid`] without a reason.
    pub async fn reject_refund(&self, ctx: &Ctx, id: RefundId, row_version: i64, reason: &str) -> Result<OpenRefund> {
        self.decide(ctx, id, row_version, Some(reason)).await
    }

    async fn decide(&self, ctx: &Ctx, id: RefundId, row_version: i64, rejects: Option<&str>) -> Result<OpenRefund> {
        let seen = self.refund_for(ctx, id).await?;
        ctx.may(Permission::ApproveRefund, Place::Organisation(seen.organisation_id))?;
        let me = ctx.signed()?.person;
        if self.done_before(ctx).await? {
            return self.refund(ctx, id).await;
        }
        let reason = rejects.map(given).transpose()?;
        let (happening, action) = match reason {
            None => (RefundHappening::Approved, Action::RefundApproved),
            Some(_) => (RefundHappening::Rejected, Action::RefundRejected),
        };
        let (mut tx, before) = self.held_refund(&seen, row_version).await?;
        by_another(&mut tx, me, (before.asked_by, Some(before.person_id))).await?;
        let mut after = self.moved(&mut tx, ctx, &before, happening, "refund.decided").await?;
        after.decision = Some(Decision { at: ctx.at, by: me, reason: reason.clone() });
        after.next_ask_at = after.state.is_on_its_way().then_some(ctx.at);
        tx.put_refund(&after).await?;
        tx.commit(ctx, [told(action, &before, &after, reason)]).await?;
        self.payments.hurry();
        self.refund(ctx, id).await
    }

    /// Withdraws a refund that is still at that version and that the actor has asked for. Its money is free again.
    ///
    /// # Errors
    /// [`AppError::Refused`] `refund.not_yours` when somebody else has asked, otherwise as [`App::approve_refund`].
    pub async fn withdraw_refund(&self, ctx: &Ctx, id: RefundId, row_version: i64) -> Result<OpenRefund> {
        let seen = self.refund_for(ctx, id).await?;
        ctx.may(Permission::AskRefund, Place::Organisation(seen.organisation_id))?;
        let me = ctx.signed()?.person;
        if self.done_before(ctx).await? {
            return self.refund(ctx, id).await;
        }
        let (mut tx, before) = self.held_refund(&seen, row_version).await?;
        if tx.surviving(before.asked_by).await? != me {
            return Err(AppError::refused("refund.not_yours"));
        }
        let after = self.moved(&mut tx, ctx, &before, RefundHappening::Withdrawn, "refund.decided").await?;
        tx.put_refund(&after).await?;
        tx.commit(ctx, [told(Action::RefundWithdrawn, &before, &after, None)]).await?;
        self.refund(ctx, id).await
    }

    /// Has the provider asked again about a refund that is still at that version: at once, where one waits for an answer;
    /// and where it has failed, for the same money once more, which is held again. It stays approved.
    ///
    /// # Errors
    /// [`AppError::Refused`] `refund.over` when there is nothing to try, `refund.used` and others when the money has been
    /// used meanwhile; otherwise as [`App::approve_refund`].
    pub async fn try_refund_again(&self, ctx: &Ctx, id: RefundId, row_version: i64) -> Result<OpenRefund> {
        let seen = self.refund_for(ctx, id).await?;
        ctx.may(Permission::AskRefund, Place::Organisation(seen.organisation_id))?;
        ctx.signed()?;
        if self.done_before(ctx).await? {
            return self.refund(ctx, id).await;
        }
        let (mut tx, before) = self.held_refund(&seen, row_version).await?;
        let mut after = self.moved(&mut tx, ctx, &before, RefundHappening::TriedAgain, "refund.over").await?;
        if before.denied {
            // What a provider took and could not carry out is over under its name.
            (after.ask_id, after.asked_at, after.denied) = (ctx.new_id(), None, false);
        }
        (after.code, after.words) = (None, None);
        after.next_ask_at = Some(ctx.at);
        tx.put_refund(&after).await?;
        tx.commit(ctx, [told(Action::RefundTriedAgain, &before, &after, None)]).await?;
        self.payments.hurry();
        self.refund(ctx, id).await
    }

    /// What doing something about a refund would move; of an approval, what is final once the provider has given the money
    /// back. Nothing is kept of it.
    ///
    /// # Errors
    /// As [`App::approve_refund`], and as the others of these verbs.
    pub async fn look_at_refund_act(&self, ctx: &Ctx, id: RefundId, act: RefundAct) -> Result<Vec<ForeseenMove>> {
        let seen = self.refund_for(ctx, id).await?;
        let (permission, refusal) = match act {
            RefundAct::Approve | RefundAct::Reject => (Permission::ApproveRefund, "refund.decided"),
            RefundAct::Withdraw => (Permission::AskRefund, "refund.decided"),
            RefundAct::TryAgain => (Permission::AskRefund, "refund.over"),
        };
        ctx.may(permission, Place::Organisation(seen.organisation_id))?;
        let (mut tx, before) = self.held_refund(&seen, seen.row_version).await?;
        if permission == Permission::ApproveRefund {
            by_another(&mut tx, ctx.signed()?.person, (before.asked_by, Some(before.person_id))).await?;
        }
        tx.watch();
        self.moved(&mut tx, ctx, &before, act.happening(), refusal).await?;
        if act == RefundAct::Approve {
            let payment = tx.find_payment(before.payment_id).await?.ok_or(AppError::NotFound)?;
            let value_on = self.value_day(&mut tx, ctx, &payment).await?;
            resolve(&mut tx, ctx, &before, value_on, true).await?;
        }
        foreseen(tx).await
    }

    /// A refund that is still at that version, which nobody else changes until the transaction ends, nor its payment.
    pub(super) async fn held_refund(&self, seen: &Refund, row_version: i64) -> Result<(Tx<'_>, Refund)> {
        let mut tx = self.write().await?;
        tx.hold_documents(seen.document_id.as_slice()).await?;
        tx.lock_payment(seen.payment_id).await?.ok_or(AppError::NotFound)?;
        let refund = tx.lock_refund(seen.id).await?.ok_or(AppError::NotFound)?;
        if refund.row_version == row_version { Ok((tx, refund)) } else { Err(AppError::Changed) }
    }

    /// A refund after something has happened, with its money held anew, or free again. The refund is not written.
    async fn moved(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        before: &Refund,
        happening: RefundHappening,
        refusal: &'static str,
    ) -> Result<Refund> {
        let state = before.state.after(happening).ok_or(AppError::refused(refusal))?;
        let mut after = Refund { state, moved_at: ctx.at, ..before.clone() };
        let payment = tx.find_payment(before.payment_id).await?.ok_or(AppError::NotFound)?;
        let value_on = self.value_day(tx, ctx, &payment).await?;
        match before.state.moves(state) {
            Hold::Placed => {
                let found = refundable(tx, &payment).await?.filter(|(attempt, ..)| attempt.id == before.attempt_id);
                let (.., refundable) = found.ok_or(AppError::refused("refund.not_paid"))?;
                after.parts =
                    refundable.share(before.amount.minor).map_err(|refusal| AppError::refused(refusal.code()))?;
                after.round += 1;
                hold(tx, ctx, &after, value_on).await?;
            }
            Hold::Released => resolve(tx, ctx, before, value_on, false).await?,
            // Nobody at the desk says that money has gone.
            Hold::Stays | Hold::Posted | Hold::Missed | Hold::CameBack => {}
        }
        Ok(after)
    }
}

fn told(action: Action, before: &Refund, after: &Refund, reason: Option<String>) -> Event {
    let event = Event::new(action, Subject::Refund(before.id))
        .organisation(before.organisation_id)
        .facility(before.facility_id)
        .before(&json!({ "state": before.state }))
        .after(&json!({ "state": after.state, "amountMinor": before.amount.minor }));
    match reason {
        Some(reason) => event.because(reason),
        None => event,
    }
}
