//! Somebody says what a payment is for.

use super::posting::{Of, Posting};
use super::take::follow;
use super::{NamedPayable, OpenIncomingPayment, named};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde_json::json;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{DocumentId, IncomingPaymentId};
use stolpe_domain::incoming_payment::{Allocation, Payable, settle};
use stolpe_domain::ledger::{AccountKind, TransferCode};

impl App {
    /// Places what is left of a payment that is still at that version on invoices; all of what is chosen, or nothing. What the bank
    /// or the payer has taken back opens invoices again.
    ///
    /// # Errors
    /// [`AppError::Refused`] with the reason, [`AppError::Changed`] when the payment is at another version,
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the organisation.
    pub async fn settle_incoming_payment(
        &self,
        ctx: &Ctx,
        id: IncomingPaymentId,
        row_version: i64,
        chosen: &[Allocation],
    ) -> Result<OpenIncomingPayment> {
        let seen = self.incoming_payment_for(ctx, id).await?;
        ctx.may(Permission::TakePayment, Place::Organisation(seen.organisation_id))?;
        if self.done_before(ctx).await? {
            return self.incoming_payment(ctx, id).await;
        }
        let ids: Vec<DocumentId> = chosen.iter().map(|it| it.document).collect();
        let mut tx = self.write().await?;
        // In the order in which files are taken in: documents first, then what settles them.
        tx.hold_documents(&ids).await?;
        let payment = tx.lock_incoming_payment(id).await?.ok_or(AppError::NotFound)?;
        if payment.row_version != row_version {
            return Err(AppError::Changed);
        }
        let mut documents = tx.payable(payment.organisation_id, &ids).await?;
        let payables: Vec<Payable> = named(&documents)?.iter().map(Payable::from).collect();
        let left = settle(payment.left, chosen, &payables).map_err(|refusal| AppError::refused(refusal.code()))?;
        let receivables = tx.receivables_of(&ids).await?;
        let of = Of {
            organisation: payment.organisation_id,
            payment: id,
            value_on: payment.booked_on,
            code: TransferCode::Payment,
        };
        let suspense = of.account(AccountKind::Suspense, payment.amount)?;
        let mut posting = Posting::default();
        for share in chosen {
            let receivable = receivables.get(&share.document).ok_or(AppError::NotFound)?.account;
            let issued_on = documents.iter().find(|it| it.id == share.document).and_then(|it| it.issued_on);
            let of = Of { value_on: payment.counts_on(issued_on), ..of };
            posting.share(ctx, of, (suspense, receivable), share.amount, (share.document, row_version))?;
            if let Some(document) = documents.iter_mut().find(|it| it.id == share.document) {
                document.open.minor -= share.amount.minor;
            }
        }
        posting.post(&mut tx, ctx).await?;
        tx.set_left(id, row_version, left).await?;
        let paid = follow(&mut tx, payment.organisation_id, &documents).await?;
        let shares: Vec<_> = named(&documents)?.iter().filter_map(|it| share_of(it, chosen)).collect();
        let settled = Event::new(Action::IncomingPaymentSettled, Subject::IncomingPayment(id))
            .organisation(payment.organisation_id)
            .before(&json!({ "leftMinor": payment.left.minor }))
            .after(&json!({ "leftMinor": left.minor, "shares": shares }));
        tx.commit(ctx, [settled].into_iter().chain(paid)).await?;
        self.incoming_payment(ctx, id).await
    }
}

fn share_of(document: &NamedPayable, chosen: &[Allocation]) -> Option<serde_json::Value> {
    let share = chosen.iter().find(|share| share.document == document.id)?;
    Some(json!({ "number": document.number.to_string(), "minor": share.amount.minor }))
}
