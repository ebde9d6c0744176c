//! How differences end: a settlement is matched with the line of the bank, or somebody puts right what never will be.

use super::held_against;
use super::take::booked;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::ledger::{ForeseenMove, foreseen};
use crate::person::required_reason;
use chrono::NaiveDate;
use serde_json::json;
use std::collections::HashMap;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{IncomingPaymentId, LoginId, OrganisationId, ProviderSettlementId, TransferId};
use stolpe_domain::ledger::{Account, AccountKind, Amount, Transfer, TransferCode};
use stolpe_domain::money::Money;
use stolpe_store::Tx;
use stolpe_store::ledger::Booked;
use stolpe_store::reconciliation::{DifferenceCare, ProviderSettlement};
use uuid::Uuid;

/// The longest note that is kept.
const LONGEST_NOTE: usize = 1_000;

/// Who looks after a difference, and what they note.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CareDraft {
    /// Who; nobody ends it.
    pub owner: Option<LoginId>,
    /// What is known of it.
    pub note: String,
}

impl App {
    /// Says who looks after a difference of which that much has been said before, and what is known of it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the organisation, and for a difference that there is not;
    /// [`AppError::Invalid`] for somebody who does not keep its money; [`AppError::Changed`] when somebody was faster.
    pub async fn care_for_difference(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        subject: Uuid,
        row_version: i64,
        draft: CareDraft,
    ) -> Result<()> {
        self.settled_organisation(ctx, organisation).await?;
        if self.done_before(ctx).await? {
            return Ok(());
        }
        let note = draft.note.trim().to_owned();
        if note.chars().count() > LONGEST_NOTE {
            return Err(AppError::field("note", "too_long"));
        }
        let mut tx = self.write().await?;
        let keepers = tx.keepers_of_money(organisation).await?;
        if draft.owner.is_some_and(|owner| keepers.iter().all(|(keeper, _)| *keeper != owner)) {
            return Err(AppError::field("ownerId", "unknown"));
        }
        let (before, _) = open_difference(&mut tx, ctx, organisation, subject).await?;
        let after = DifferenceCare { owner: draft.owner, note, row_version, ..before.clone() };
        tx.put_difference_care(organisation, &after).await?;
        let event = Event::new(Action::DifferenceCaredFor, Subject::Organisation(organisation))
            .organisation(organisation)
            .before(&json!({ "difference": subject, "owner": before.owner, "note": before.note }))
            .after(&json!({ "difference": subject, "owner": after.owner, "note": after.note }));
        tx.commit(ctx, [event]).await?;
        Ok(())
    }

    /// Puts a difference right that will never be matched: what stands on the account of its source for it goes to suspense, where
    /// an accountant sees it.
    ///
    /// # Errors
    /// As [`App::care_for_difference`]; [`AppError::Invalid`] without a reason.
    pub async fn correct_difference(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        subject: Uuid,
        row_version: i64,
        reason: &str,
    ) -> Result<()> {
        self.settled_organisation(ctx, organisation).await?;
        if self.done_before(ctx).await? {
            return Ok(());
        }
        let reason = required_reason(reason)?;
        let mut tx = self.write().await?;
        let event = corrected(&mut tx, ctx, (organisation, subject), Some(row_version)).await?;
        tx.commit(ctx, [event.because(reason)]).await?;
        Ok(())
    }

    /// What putting a difference right would move: nothing is kept of it.
    ///
    /// # Errors
    /// As [`App::correct_difference`].
    pub async fn look_at_difference_correction(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        subject: Uuid,
    ) -> Result<Vec<ForeseenMove>> {
        self.settled_organisation(ctx, organisation).await?;
        let mut tx = self.write().await?;
        tx.watch();
        corrected(&mut tx, ctx, (organisation, subject), None).await?;
        foreseen(tx).await
    }

    /// Says that a line of the bank is what a settlement that is still at that version pays out: it goes from suspense to the
    /// clearing account, which it empties.
    ///
    /// # Errors
    /// [`AppError::Refused`] `settlement.other_amount` when the line is another amount, has been placed, or the settlement
    /// was matched before; [`AppError::Changed`] when somebody was faster; [`AppError::NotFound`] and [`AppError::Denied`]
    /// as for the organisation.
    pub async fn receive_settlement(
        &self,
        ctx: &Ctx,
        id: ProviderSettlementId,
        row_version: i64,
        payment: IncomingPaymentId,
    ) -> Result<()> {
        ctx.reach(Permission::ReadBilling)?;
        let seen = self.read().await?.find_settlement(id).await?.ok_or(AppError::NotFound)?;
        self.settled_organisation(ctx, seen.organisation_id).await?;
        if self.done_before(ctx).await? {
            return Ok(());
        }
        let mut tx = self.write().await?;
        let line = tx.lock_incoming_payment(payment).await?.ok_or(AppError::NotFound)?;
        let settlement = tx.hold_settlement(id).await?.ok_or(AppError::NotFound)?;
        if settlement.row_version != row_version {
            return Err(AppError::Changed);
        }
        let fits = line.organisation_id == settlement.organisation_id
            && (line.amount, line.left) == (settlement.net, settlement.net)
            && line.same_as.is_none()
            && settlement.received.is_none();
        if !fits {
            return Err(AppError::refused("settlement.other_amount"));
        }
        tx.set_received(id, row_version, Some(payment)).await?;
        tx.set_left(payment, line.row_version, Money::zero(line.amount.currency)).await?;
        move_received(&mut tx, ctx, &settlement, line.amount, TransferCode::Settlement, line.row_version).await?;
        let event = Event::new(Action::SettlementReceived, Subject::ProviderSettlement(id))
            .organisation(settlement.organisation_id)
            .after(&json!({
                "number": settlement.number, "provider": settlement.provider, "netMinor": settlement.net.minor,
                "payment": payment,
            }));
        tx.commit(ctx, [event]).await?;
        Ok(())
    }
}

/// Puts a difference right, of which that much has been said before, inside a transaction; answers what is to be said.
async fn corrected(
    tx: &mut Tx,
    ctx: &Ctx,
    (organisation, subject): (OrganisationId, Uuid),
    row_version: Option<i64>,
) -> Result<Event> {
    let (before, difference) = open_difference(tx, ctx, organisation, subject).await?;
    let corrected_minor = before.corrected_minor.checked_add(difference.amount.minor);
    let corrected_minor = corrected_minor.ok_or_else(|| AppError::internal("more than money"))?;
    let row_version = row_version.unwrap_or(before.row_version);
    let after = DifferenceCare { corrected_minor, row_version, ..before };
    tx.put_difference_care(organisation, &after).await?;
    let leaves = difference.amount.minor > 0;
    let size = if leaves { difference.amount } else { difference.amount.negated() };
    let (amount, asset) = Amount::of_money(size).ok_or_else(|| AppError::internal("a difference of nothing"))?;
    let account = |kind| Account::of_organisation(organisation, kind, asset);
    let (clearing, suspense) = (account(difference.source.account()), account(AccountKind::Suspense));
    let (debit, credit) = if leaves { (suspense, clearing) } else { (clearing, suspense) };
    let id: TransferId = ctx.new_id();
    let transfer = Transfer::new(id, (debit.id(), credit.id()), (amount, asset), false).map_err(AppError::internal)?;
    let wish = Booked {
        transfer,
        organisation_id: organisation,
        code: TransferCode::Correction,
        document_id: None,
        payment_id: Some(subject),
        value_on: ctx.today(),
        held_for: None,
        key: format!("difference/{}/{row_version}", subject.simple()),
        made_by: ctx.signed().ok().map(|signed| signed.login),
    };
    tx.move_all(&[debit, credit], &[wish], ctx.at).await.map_err(AppError::internal)?;
    let event = Event::new(Action::DifferenceCorrected, Subject::Organisation(organisation))
        .organisation(organisation)
        .after(&json!({
            "difference": subject, "kind": difference.kind, "source": difference.source,
            "minor": difference.amount.minor,
        }));
    Ok(event)
}

/// Moves what a settlement pays out from suspense to the clearing account, or back when the code is that of a correction.
pub(crate) async fn move_received(
    tx: &mut Tx,
    ctx: &Ctx,
    it: &ProviderSettlement,
    amount: Money,
    code: TransferCode,
    step: i64,
) -> Result<()> {
    let (amount, asset) = Amount::of_money(amount).ok_or_else(|| AppError::internal("a payment of nothing"))?;
    let account = |kind| Account::of_organisation(it.organisation_id, kind, asset);
    let (suspense, clearing) = (account(AccountKind::Suspense), account(AccountKind::clearing(it.provider)));
    let (debit, credit) = if code == TransferCode::Correction { (clearing, suspense) } else { (suspense, clearing) };
    let transfer = Transfer::new(ctx.new_id(), (debit.id(), credit.id()), (amount, asset), false);
    let transfer = transfer.map_err(AppError::internal)?;
    let wish = booked(ctx, it, transfer, code, ctx.today(), &format!("received/{step}"));
    tx.move_all(&[debit, credit], &[wish], ctx.at).await.map_err(AppError::internal)?;
    Ok(())
}

/// A difference that is open, with what has been said of it.
async fn open_difference(
    tx: &mut Tx,
    ctx: &Ctx,
    organisation: OrganisationId,
    subject: Uuid,
) -> Result<(DifferenceCare, stolpe_domain::reconciliation::Difference)> {
    let cares: HashMap<Uuid, DifferenceCare> =
        tx.difference_care(organisation).await?.into_iter().map(|it| (it.subject, it)).collect();
    let after_today: NaiveDate = ctx.today() + chrono::Days::new(2);
    let (_, reconciled) = held_against(tx, organisation, after_today, &cares).await?;
    let difference = reconciled.differences.into_iter().find(|it| it.subject.uuid() == subject);
    let care = cares.get(&subject).cloned().unwrap_or_else(|| DifferenceCare { subject, ..DifferenceCare::default() });
    Ok((care, difference.ok_or(AppError::NotFound)?))
}
