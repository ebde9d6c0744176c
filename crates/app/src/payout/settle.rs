//! Somebody says for the bank what became of a payout, where no file of it does.

use super::book::Moves;
use super::{OpenPayout, today, told};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::money_back::tell_of_payouts;
use crate::person::required_reason;
use chrono::NaiveDate;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::Action;
use stolpe_domain::id::PayoutId;
use stolpe_domain::payout::{BankWord, PayoutHappening};
use stolpe_store::payout::Payout;

/// The longest reference of a bank that is kept.
const LONGEST_REFERENCE: usize = 35;

/// What became of a payout, as somebody says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandOutcome {
    /// The bank has paid it.
    Paid {
        /// When.
        on: NaiveDate,
        /// What the bank calls the payment.
        bank_reference: String,
    },
    /// The bank has not carried it out, or never got it.
    Rejected,
    /// What was paid has come back.
    Returned {
        /// When.
        on: NaiveDate,
    },
}

impl App {
    /// Says what became of a payout that is still at that version and that the bank has, or has paid.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a reason, or, of what was paid, without the bank's reference, or for a day that has not
    /// come; [`AppError::Refused`] `payout.not_at_bank` when the bank has not got it; [`AppError::Changed`],
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the payout.
    pub async fn settle_payout(
        &self,
        ctx: &Ctx,
        id: PayoutId,
        row_version: i64,
        outcome: &HandOutcome,
        reason: &str,
    ) -> Result<OpenPayout> {
        let seen = self.payout_for(ctx, id).await?;
        ctx.may(Permission::TakePayment, Place::Organisation(seen.organisation_id))?;
        let me = ctx.signed()?.person;
        if self.done_before(ctx).await? {
            return self.payout(ctx, id).await;
        }
        let reason = required_reason(reason)?.to_owned();
        let today = today(ctx);
        let (happening, action, on, reference) = match outcome {
            HandOutcome::Paid { on, bank_reference } => {
                let reference = bank_reference.trim();
                if reference.is_empty() {
                    return Err(AppError::field("bankReference", "required"));
                }
                if reference.chars().count() > LONGEST_REFERENCE {
                    return Err(AppError::field("bankReference", "too_long"));
                }
                (PayoutHappening::Told(BankWord::Paid), Action::PayoutPaid, *on, Some(reference.to_owned()))
            }
            HandOutcome::Rejected => (PayoutHappening::Told(BankWord::Rejected), Action::PayoutMoved, today, None),
            HandOutcome::Returned { on } => (PayoutHappening::Returned, Action::PayoutReturned, *on, None),
        };
        if on > today {
            return Err(AppError::field("on", "payout.day_to_come"));
        }
        let outward = self.outward(seen.organisation_id).await?;
        let (mut tx, before) = self.held_payout(&seen, row_version).await?;
        // What was handed over at the counter comes back there.
        let concerns = before.to.account().is_some()
            && (before.state.is_at_bank() || matches!(outcome, HandOutcome::Returned { .. }));
        let state = before.state.after(happening).filter(|_| concerns);
        let state = state.ok_or(AppError::refused("payout.not_at_bank"))?;
        let mut moves = Moves::default();
        moves.follow(&mut tx, ctx, (&before, on), state).await?;
        moves.post(&mut tx, ctx).await?;
        if let (PayoutHappening::Told(word), Some(mut item)) =
            (happening, tx.items_of_payout(id).await?.into_iter().next())
        {
            (item.told, item.told_at, item.told_by) = (Some(word), Some(ctx.at), Some(me));
            (item.reason_code, item.words) = (None, Some(reason.clone()));
            item.bank_reference = reference.or(item.bank_reference);
            tx.put_payout_item(&item).await?;
        }
        let after = Payout { state, moved_at: ctx.at, ..before.clone() };
        tx.put_payout(&after).await?;
        tell_of_payouts(&mut tx, ctx, before.organisation_id, &[(&before, state)], outward).await?;
        tx.commit(ctx, [told(action, &before, &after).because(reason)]).await?;
        self.payout(ctx, id).await
    }
}
