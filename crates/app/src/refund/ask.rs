//! Somebody asks that money goes back. It is held from then on.

use super::OpenRefund;
use super::book::hold;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::ledger::{ForeseenMove, foreseen};
use crate::top_up::prepaid_at;
use crate::work::Tx;
use serde_json::json;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{PaymentId, PersonId, RefundId};
use stolpe_domain::ledger::{Account, AccountKind, Asset};
use stolpe_domain::money::Money;
use stolpe_domain::refund::{RefundState, Refundable, Unused};
use stolpe_store::Conn;
use stolpe_store::payment::{Attempt, Payment};
use stolpe_store::refund::Refund;

/// The longest reason that is kept.
const LONGEST_REASON: usize = 500;

impl App {
    /// Asks that a part of a payment goes back to whoever paid it, or all of what is unused of it. Somebody else has to
    /// approve that.
    ///
    /// # Errors
    /// [`AppError::Refused`] `refund.not_paid` when no money came, and as [`Refundable::share`] says; [`AppError::Invalid`]
    /// without a reason; [`AppError::NotFound`] and [`AppError::Denied`] as for the payment.
    pub async fn ask_refund(&self, ctx: &Ctx, payment: PaymentId, minor: i64, reason: &str) -> Result<OpenRefund> {
        let seen = self.payment(ctx, payment).await?.listed.payment;
        ctx.may(Permission::AskRefund, Place::Organisation(seen.organisation_id))?;
        let me = ctx.signed()?.person;
        if let Some(id) = self.replayed::<RefundId>(ctx).await? {
            return self.refund(ctx, id).await;
        }
        let reason = given(reason)?;
        let mut tx = self.write().await?;
        let (id, event) = self.asked(&mut tx, ctx, &seen, (me, minor, &reason)).await?;
        tx.commit(ctx, [event]).await?;
        self.refund(ctx, id).await
    }

    /// What asking for a refund would hold: nothing is kept of it.
    ///
    /// # Errors
    /// As [`App::ask_refund`].
    pub async fn look_at_refund(&self, ctx: &Ctx, payment: PaymentId, minor: i64) -> Result<Vec<ForeseenMove>> {
        let seen = self.payment(ctx, payment).await?.listed.payment;
        ctx.may(Permission::AskRefund, Place::Organisation(seen.organisation_id))?;
        let me = ctx.signed()?.person;
        let mut tx = self.write().await?;
        tx.watch();
        self.asked(&mut tx, ctx, &seen, (me, minor, "")).await?;
        foreseen(tx).await
    }

    /// Writes down a refund with its money held, inside a transaction; answers which, and what is to be said.
    async fn asked(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Ctx,
        seen: &Payment,
        (me, minor, reason): (PersonId, i64, &str),
    ) -> Result<(RefundId, Event)> {
        // In the order of everybody who settles: documents first.
        tx.hold_documents(seen.purpose.document().as_slice()).await?;
        let payment = tx.lock_payment(seen.id).await?.ok_or(AppError::NotFound)?;
        let found = refundable(tx, &payment).await?;
        let (attempt, came, refundable) = found.ok_or(AppError::refused("refund.not_paid"))?;
        let parts = refundable.share(minor).map_err(|refusal| AppError::refused(refusal.code()))?;
        let refund = Refund {
            id: ctx.new_id(),
            organisation_id: payment.organisation_id,
            facility_id: payment.facility_id,
            person_id: payment.person_id,
            payment_id: payment.id,
            attempt_id: attempt.id,
            document_id: payment.purpose.document(),
            provider: attempt.provider,
            amount: Money::of_minor(minor, came.currency),
            parts,
            state: RefundState::Asked,
            reason: reason.to_owned(),
            asked_by: me,
            decision: None,
            ask_id: ctx.new_id(),
            round: 1,
            denied: false,
            code: None,
            words: None,
            asked_at: None,
            next_ask_at: None,
            moved_at: ctx.at,
            row_version: 1,
            created_at: ctx.at,
        };
        tx.insert_refund(&refund).await?;
        let value_on = self.value_day(tx, ctx, &payment).await?;
        hold(tx, ctx, &refund, value_on).await?;
        let event = Event::new(Action::RefundAsked, Subject::Refund(refund.id))
            .organisation(refund.organisation_id)
            .facility(refund.facility_id)
            .after(&json!({ "amountMinor": minor, "currency": came.currency, "provider": refund.provider }))
            .because(reason);
        Ok((refund.id, event))
    }
}

/// A reason as somebody has given it.
///
/// # Errors
/// [`AppError::Invalid`] without one, or with a novel.
pub(super) fn given(reason: &str) -> Result<String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(AppError::field("reason", "required"));
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(AppError::field("reason", "too_long"));
    }
    Ok(reason.to_owned())
}

/// What can go back of a payment: the try that brought it, how much it brought, and what is left of that. Nothing when no
/// money came. Where two tries brought money, it is the one of which most is left.
pub(super) async fn refundable(conn: &mut Conn, payment: &Payment) -> Result<Option<(Attempt, Money, Refundable)>> {
    let earlier = conn.refunds_of_payment(payment.id).await?;
    let counts = |it: &&Refund| it.state.holds() || it.state == RefundState::Done;
    let tries = conn.attempts_of(payment.id).await?.into_iter().filter(|it| it.booked_at.is_some());
    let tries = tries.filter_map(|attempt| {
        let came = attempt.came?;
        let of_it = earlier.iter().filter(counts).filter(|it| it.attempt_id == attempt.id);
        let counted: i64 = of_it.map(|it| it.amount.minor).sum();
        Some((attempt, came, counted))
    });
    let Some((attempt, came, counted)) = tries.max_by_key(|(_, came, counted)| came.minor - counted) else {
        return Ok(None);
    };
    let counted = counted + conn.paid_out_of(payment.id).await?;
    let mut unused = Unused { suspense: unplaced(conn, payment).await?, ..Unused::default() };
    if let Some(document) = payment.purpose.document() {
        if let Some(receivable) = conn.receivables_of(&[document]).await?.remove(&document)
            && receivable.account.asset.currency() == Some(came.currency)
        {
            unused.prepaid = free(conn, prepaid(&receivable.account, payment.person_id)).await?;
            let open = conn.open_amounts(&[document]).await?.remove(&document).map_or(0, |open| open.minor);
            unused.overpaid = (-open - conn.overpaid_held(document).await?).max(0);
        }
    } else if let Some(asset) = Asset::of(came.currency) {
        unused.prepaid =
            free(conn, prepaid_at(payment.organisation_id, payment.facility_id, payment.person_id, asset)).await?;
    }
    Ok(Some((attempt, came, Refundable { came: came.minor, counted, unused })))
}

/// What nobody could place of a payment, less what goes back of it, or out to a bank account.
pub(crate) async fn unplaced(conn: &mut Conn, payment: &Payment) -> Result<i64> {
    let refunds = conn.refunds_of_payment(payment.id).await?;
    let counts = |it: &&Refund| it.state.holds() || it.state == RefundState::Done;
    let given_back: i64 = refunds.iter().filter(counts).map(|it| it.parts.suspense).sum();
    let stands = conn.moved_for_payment(payment.id, AccountKind::Suspense).await?;
    Ok((stands - given_back - conn.paid_out_of(payment.id).await?).max(0))
}

/// What is on an account of what somebody has paid beforehand, and is not held.
async fn free(conn: &mut Conn, account: Account) -> Result<i64> {
    Ok(conn.find_account(account.id()).await?.map_or(0, |it| it.balance.free_credit()).max(0))
}

/// What the payer has paid beforehand, where an invoice is owed.
pub(super) const fn prepaid(receivable: &Account, person: PersonId) -> Account {
    Account { kind: AccountKind::Prepaid, person_id: Some(person), unit_id: None, ..*receivable }
}
