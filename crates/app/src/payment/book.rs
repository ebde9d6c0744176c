//! What a try to pay moves in the ledger, once.

use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::notice::Outward;
use crate::top_up::{self, prepaid_at};
use crate::{App, unit};
use chrono::NaiveDate;
use stolpe_domain::id::{DocumentId, TransferId};
use stolpe_domain::ledger::{Account, AccountKind, Amount, Asset, Transfer, TransferCode};
use stolpe_domain::money::Money;
use stolpe_domain::payment::{PaymentPurpose, Received};
use stolpe_store::ledger::Booked;
use stolpe_store::payment::{Attempt, Payment};
use stolpe_store::{Conn, Tx};

/// From where money is taken, and what tells this time from others.
#[derive(Clone, Copy)]
pub(super) struct Source {
    pub(super) kind: AccountKind,
    pub(super) step: &'static str,
}

/// The try that is booked, and the day on which it counts.
pub(super) struct Booking<'b> {
    payment: &'b Payment,
    attempt: &'b Attempt,
    value_on: NaiveDate,
}

impl<'b> Booking<'b> {
    pub(super) const fn of(payment: &'b Payment, attempt: &'b Attempt, value_on: NaiveDate) -> Self {
        Self { payment, attempt, value_on }
    }

    /// Moves money from one account to where it belongs, and gives the receipt of what was put in beforehand.
    ///
    /// # Errors
    /// Whatever the ledger says; nothing has been moved then.
    pub(super) async fn post(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        from: Source,
        to: &Received,
        outward: Outward,
    ) -> Result<()> {
        let receivable = match self.payment.purpose {
            PaymentPurpose::Document(id) => {
                Some((id, tx.receivables_of(&[id]).await?.remove(&id).ok_or(AppError::NotFound)?.account))
            }
            PaymentPurpose::TopUp => None,
        };
        let of_organisation = |kind, asset| Account::of_organisation(self.payment.organisation_id, kind, asset);
        let Payment { organisation_id, facility_id, person_id, .. } = *self.payment;
        let prepaid = |asset| {
            receivable.map_or_else(
                || prepaid_at(organisation_id, facility_id, person_id, asset),
                |(_, owed)| Account { kind: AccountKind::Prepaid, person_id: Some(person_id), unit_id: None, ..owed },
            )
        };
        let (mut accounts, mut all) = (Vec::new(), Vec::new());
        let mut add = |money: Money, about: &str, document: Option<DocumentId>, to: &dyn Fn(Asset) -> Account| {
            let Some((amount, asset)) = Amount::of_money(money) else { return Ok(()) };
            let (debit, credit) = (of_organisation(from.kind, asset), to(asset));
            let id: TransferId = ctx.id_in_order(all.len());
            let transfer =
                Transfer::new(id, (debit.id(), credit.id()), (amount, asset), false).map_err(AppError::internal)?;
            accounts.extend([debit, credit]);
            all.push(Booked {
                transfer,
                organisation_id: self.payment.organisation_id,
                code: TransferCode::ProviderPayment,
                document_id: document,
                payment_id: Some(self.payment.id.uuid()),
                value_on: self.value_on,
                held_for: None,
                key: format!("payment/{}/{}/{about}", self.attempt.id.uuid().simple(), from.step),
                made_by: ctx.signed().ok().map(|signed| signed.login),
            });
            Ok::<(), AppError>(())
        };
        if let Some((document, receivable)) = receivable {
            add(to.to_invoice, "invoice", Some(document), &|_| receivable)?;
        }
        add(to.to_prepaid, "prepaid", None, &prepaid)?;
        add(to.to_suspense, "suspense", None, &|asset| of_organisation(AccountKind::Suspense, asset))?;
        tx.move_all(&accounts, &all, ctx.at).await.map_err(AppError::internal)?;
        if self.payment.purpose == PaymentPurpose::TopUp && to.to_prepaid.minor > 0 {
            top_up::give(tx, ctx, (self.payment, self.attempt), to.to_prepaid, (self.value_on, outward)).await?;
        }
        Ok(())
    }
}

impl App {
    /// The day on which a payment counts: today, where the facility is.
    pub(crate) async fn value_day(&self, conn: &mut Conn, ctx: &Ctx, payment: &Payment) -> Result<NaiveDate> {
        let facility = conn.find_facility(payment.facility_id).await?.ok_or(AppError::NotFound)?;
        Ok(unit::local_date(&facility, ctx.at))
    }
}
