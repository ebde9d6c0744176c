//! A line of the bank is money of the counter: cash that was brought there, or what the bank of the terminal pays out.

use super::OpenIncomingPayment;
use super::take_back::{held, is_whole};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::till::posting::{Of, Posting};
use serde_json::json;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::IncomingPaymentId;
use stolpe_domain::ledger::{Account, AccountKind, Asset, TransferCode};
use stolpe_domain::money::Money;
use stolpe_domain::till::{TillPayout, check_payout};
use stolpe_store::Tx;
use stolpe_store::incoming_payment::IncomingPayment;

impl App {
    /// Says of a payment that is still at that version, and of which nothing was placed, that it brings money of the counter,
    /// and what the bank of the terminal has kept for itself.
    ///
    /// # Errors
    /// [`AppError::Refused`] `till.not_whole` when something of it was placed, and with the code of
    /// [`stolpe_domain::till::TillRefusal`] for what is no fee; [`AppError::Changed`] when the payment is at another version;
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the organisation.
    pub async fn receive_from_counter(
        &self,
        ctx: &Ctx,
        id: IncomingPaymentId,
        row_version: i64,
        payout: TillPayout,
    ) -> Result<OpenIncomingPayment> {
        let seen = self.incoming_payment_for(ctx, id).await?;
        ctx.may(Permission::TakePayment, Place::Organisation(seen.organisation_id))?;
        if self.done_before(ctx).await? {
            return self.incoming_payment(ctx, id).await;
        }
        check_payout(payout).map_err(|refusal| AppError::refused(refusal.code()))?;
        let mut tx = self.write().await?;
        let payment = held(&mut tx, id, row_version).await?;
        if !is_whole(&payment) {
            return Err(AppError::refused("till.not_whole"));
        }
        tx.insert_till_payout(payment.organisation_id, id, payout).await?;
        move_payout(&mut tx, ctx, &payment, payout, TransferCode::Settlement).await?;
        tx.set_left(id, row_version, Money::zero(payment.amount.currency)).await?;
        let event = Event::new(Action::TillMoneyReceived, Subject::IncomingPayment(id))
            .organisation(payment.organisation_id)
            .before(&json!({ "leftMinor": payment.left.minor }))
            .after(&json!({ "leftMinor": 0, "means": payout.means, "feeMinor": payout.fee_minor }));
        tx.commit(ctx, [event]).await?;
        self.incoming_payment(ctx, id).await
    }
}

/// Moves what a payment brings from suspense to where the money of the counter stood, with the fee; or back when the code is
/// that of a correction. Says what it moved.
pub(super) async fn move_payout(
    tx: &mut Tx,
    ctx: &Ctx,
    payment: &IncomingPayment,
    TillPayout { means, fee_minor }: TillPayout,
    code: TransferCode,
) -> Result<()> {
    let organisation = payment.organisation_id;
    let asset = Asset::of(payment.amount.currency);
    let asset = asset.ok_or_else(|| AppError::internal("a currency that nothing is owed in"))?;
    let account = |kind| Account::of_organisation(organisation, kind, asset);
    let (suspense, counter, fee) =
        (account(AccountKind::Suspense), account(means.account()), account(AccountKind::ProviderFee));
    let way = |debit: Account, credit: Account| {
        if code == TransferCode::Correction { (credit, debit) } else { (debit, credit) }
    };
    let of = Of { organisation, source: payment.id.uuid(), code, value_on: ctx.today(), step: payment.row_version };
    let mut posting = Posting::of(of);
    posting.add(ctx, way(suspense, counter), payment.amount, None)?;
    posting.add(ctx, way(fee, counter), Money { minor: fee_minor, ..payment.amount }, None)?;
    posting.post(tx, ctx).await
}
