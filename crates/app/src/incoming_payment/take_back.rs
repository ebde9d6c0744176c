//! What was said of a payment is taken back: by transfers the other way, and never by changing what was moved.

use super::counter::move_payout;
use super::posting::{Of, Posting};
use super::take::follow;
use super::{OpenIncomingPayment, named};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::ledger::{ForeseenMove, foreseen};
use crate::person::required_reason;
use crate::reconciliation::move_received;
use serde_json::json;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{DocumentId, IncomingPaymentId};
use stolpe_domain::incoming_payment::PaymentKind;
use stolpe_domain::ledger::{AccountKind, TransferCode};
use stolpe_domain::money::Money;
use stolpe_store::Tx;
use stolpe_store::incoming_payment::IncomingPayment;

impl App {
    /// Takes back where a payment was placed that is still at that version: of one document, or of all of them. The money
    /// waits on suspense again, and the documents are open as far as they had been paid by it. Of a payment that was said to
    /// be the sum of another file's deposit, what a provider has settled, or money of the counter, it takes that back.
    ///
    /// # Errors
    /// [`AppError::Invalid`] without a reason, [`AppError::Refused`] `incoming_payment.nothing_placed` when nothing of it was
    /// placed so and `till.put_right` when what it brought of the counter beyond what was taken was put right, [`AppError::Changed`] when the payment is at another version, [`AppError::NotFound`] and
    /// [`AppError::Denied`] as for the organisation.
    pub async fn take_back_incoming_payment(
        &self,
        ctx: &Ctx,
        id: IncomingPaymentId,
        row_version: i64,
        document: Option<DocumentId>,
        reason: &str,
    ) -> Result<OpenIncomingPayment> {
        let seen = self.incoming_payment_for(ctx, id).await?;
        ctx.may(Permission::TakePayment, Place::Organisation(seen.organisation_id))?;
        if self.done_before(ctx).await? {
            return self.incoming_payment(ctx, id).await;
        }
        let reason = required_reason(reason)?;
        let mut tx = self.write().await?;
        let events = taken_back(&mut tx, ctx, (&seen, row_version), document, Some(reason)).await?;
        tx.commit(ctx, events).await?;
        self.incoming_payment(ctx, id).await
    }

    /// What taking back where a payment was placed would move, of one document or of all of them: nothing is kept of it.
    ///
    /// # Errors
    /// As [`App::take_back_incoming_payment`].
    pub async fn look_at_take_back(
        &self,
        ctx: &Ctx,
        id: IncomingPaymentId,
        document: Option<DocumentId>,
    ) -> Result<Vec<ForeseenMove>> {
        let seen = self.incoming_payment_for(ctx, id).await?;
        ctx.may(Permission::TakePayment, Place::Organisation(seen.organisation_id))?;
        let mut tx = self.write().await?;
        tx.watch();
        taken_back(&mut tx, ctx, (&seen, seen.row_version), document, None).await?;
        foreseen(tx).await
    }

    /// Says of a payment that is still at that version that it is the sum of a deposit that another file tells of payment by
    /// payment, named by its first payment: the booking of the sum goes back, and the payments of the deposit stay.
    ///
    /// # Errors
    /// [`AppError::Refused`] `incoming_payment.other_deposit` when it is none of those that fit,
    /// [`AppError::Conflict`] `incoming_payment.deposit_taken` when another payment is its sum, and as
    /// [`App::take_back_incoming_payment`].
    pub async fn same_deposit(
        &self,
        ctx: &Ctx,
        id: IncomingPaymentId,
        row_version: i64,
        first: IncomingPaymentId,
    ) -> Result<OpenIncomingPayment> {
        let seen = self.incoming_payment_for(ctx, id).await?;
        ctx.may(Permission::TakePayment, Place::Organisation(seen.organisation_id))?;
        if self.done_before(ctx).await? {
            return self.incoming_payment(ctx, id).await;
        }
        let mut tx = self.write().await?;
        // In the order of their ids, so that two sums do not each become the other's.
        tx.lock_incoming_payment(id.min(first)).await?;
        tx.lock_incoming_payment(id.max(first)).await?;
        let payment = held(&mut tx, id, row_version).await?;
        let fitting = if is_whole(&payment) { tx.deposits_like(&payment).await? } else { Vec::new() };
        let deposit = fitting.into_iter().find(|it| it.first == first);
        let deposit = deposit.ok_or(AppError::refused("incoming_payment.other_deposit"))?;
        let of = correcting(ctx, &payment);
        let (bank, suspense) =
            (of.account(AccountKind::Bank, payment.amount)?, of.account(AccountKind::Suspense, payment.amount)?);
        let mut posting = Posting::default();
        posting.add(ctx, of, (suspense, bank), payment.amount, (None, row_version))?;
        posting.post(&mut tx, ctx).await?;
        tx.set_same_as(id, row_version, Money::zero(payment.amount.currency), Some(first)).await?;
        let event = Event::new(Action::IncomingPaymentSame, Subject::IncomingPayment(id))
            .organisation(payment.organisation_id)
            .before(&json!({ "leftMinor": payment.left.minor }))
            .after(&json!({
                "file": deposit.file_name, "deposit": deposit.deposit, "bookedOn": deposit.booked_on,
                "payments": deposit.payments,
            }));
        tx.commit(ctx, [event]).await?;
        self.incoming_payment(ctx, id).await
    }
}

/// Takes back where a payment was placed that is still at a version, as [`App::take_back_incoming_payment`] says; answers what
/// happened and what was moved.
async fn taken_back(
    tx: &mut Tx,
    ctx: &Ctx,
    (seen, row_version): (&IncomingPayment, i64),
    document: Option<DocumentId>,
    reason: Option<&str>,
) -> Result<Vec<Event>> {
    let id = seen.id;
    let because = |event: Event| match reason {
        Some(reason) => event.because(reason),
        None => event,
    };
    // Documents are held before what settles them; what it has settled changes with its version only.
    let ids: Vec<DocumentId> = tx.settled_by(seen).await?.into_iter().map(|(id, _)| id).collect();
    tx.hold_documents(&ids).await?;
    let payment = held(tx, id, row_version).await?;
    if let (Some(settlement), None) = (tx.settlement_received_as(id).await?, document) {
        let code = TransferCode::Correction;
        move_received(tx, ctx, &settlement, payment.amount, code, row_version).await?;
        tx.set_received(settlement.id, settlement.row_version, None).await?;
        tx.set_same_as(id, row_version, payment.amount, None).await?;
        let event = Event::new(Action::IncomingPaymentTakenBack, Subject::IncomingPayment(id))
            .organisation(payment.organisation_id)
            .before(&json!({ "leftMinor": payment.left.minor, "settlement": settlement.number }))
            .after(&json!({ "leftMinor": payment.amount.minor }));
        return Ok(vec![because(event)]);
    }
    if let (Some(payout), None) = (tx.till_payout_of(id).await?, document) {
        // What was put right of it has moved money that would stand for nothing.
        let cares = tx.difference_care(payment.organisation_id).await?;
        if cares.iter().any(|it| it.subject == id.uuid() && it.corrected_minor != 0) {
            return Err(AppError::refused("till.put_right"));
        }
        move_payout(tx, ctx, &payment, payout, TransferCode::Correction).await?;
        tx.delete_till_payout(id).await?;
        tx.set_same_as(id, row_version, payment.amount, None).await?;
        let before = json!({ "leftMinor": payment.left.minor, "means": payout.means, "feeMinor": payout.fee_minor });
        let event = Event::new(Action::IncomingPaymentTakenBack, Subject::IncomingPayment(id))
            .organisation(payment.organisation_id)
            .before(&before)
            .after(&json!({ "leftMinor": payment.amount.minor }));
        return Ok(vec![because(event)]);
    }
    let mut shares = tx.settled_by(&payment).await?;
    shares.retain(|(it, _)| document.is_none_or(|only| only == *it));
    if shares.iter().any(|(it, _)| !ids.contains(it)) {
        return Err(AppError::Changed);
    }
    let of = correcting(ctx, &payment);
    let suspense = of.account(AccountKind::Suspense, payment.amount)?;
    let mut posting = Posting::default();
    let mut left = payment.left;
    if payment.same_as.is_some() && document.is_none() {
        let bank = of.account(AccountKind::Bank, payment.amount)?;
        posting.add(ctx, of, (bank, suspense), payment.amount, (None, row_version))?;
        left = payment.amount;
    } else if shares.is_empty() {
        return Err(AppError::refused("incoming_payment.nothing_placed"));
    }
    let ids: Vec<DocumentId> = shares.iter().map(|(id, _)| *id).collect();
    let mut documents = tx.payable(payment.organisation_id, &ids).await?;
    let receivables = tx.receivables_of(&ids).await?;
    for (document, amount) in &shares {
        let receivable = receivables.get(document).ok_or(AppError::NotFound)?.account;
        posting.share(ctx, of, (suspense, receivable), amount.negated(), (*document, row_version))?;
        left = left.plus(*amount).map_err(AppError::internal)?;
        if let Some(it) = documents.iter_mut().find(|it| it.id == *document) {
            it.open.minor += amount.minor;
        }
    }
    posting.post(tx, ctx).await?;
    tx.set_same_as(id, row_version, left, None).await?;
    let followed = follow(tx, payment.organisation_id, &documents).await?;
    let was = |(id, amount): &(DocumentId, Money)| json!({ "document": id, "minor": amount.minor });
    let numbers: Vec<String> = named(&documents)?.iter().map(|it| it.number.to_string()).collect();
    let event = Event::new(Action::IncomingPaymentTakenBack, Subject::IncomingPayment(id))
        .organisation(payment.organisation_id)
        .before(&json!({
            "leftMinor": payment.left.minor, "sameAs": payment.same_as,
            "shares": shares.iter().map(was).collect::<Vec<_>>(),
        }))
        .after(&json!({ "leftMinor": left.minor, "numbers": numbers }));
    Ok([because(event)].into_iter().chain(followed).collect())
}

/// Whether nothing of a payment has been placed: only then can it be the sum of something else.
pub(super) fn is_whole(payment: &IncomingPayment) -> bool {
    payment.kind == PaymentKind::Payment
        && payment.amount.minor > 0
        && payment.left == payment.amount
        && payment.same_as.is_none()
}

pub(super) async fn held(tx: &mut Tx, id: IncomingPaymentId, row_version: i64) -> Result<IncomingPayment> {
    let payment = tx.lock_incoming_payment(id).await?.ok_or(AppError::NotFound)?;
    if payment.row_version == row_version { Ok(payment) } else { Err(AppError::Changed) }
}

fn correcting(ctx: &Ctx, payment: &IncomingPayment) -> Of {
    Of {
        organisation: payment.organisation_id,
        payment: payment.id,
        value_on: ctx.today(),
        code: TransferCode::Correction,
    }
}
