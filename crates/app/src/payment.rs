//! Payments through providers: what owners have agreed, what payers begin, and what becomes of it.
//!
//! A try is written down before its provider is asked. What a provider says on its own is only a hint: it is asked, and what
//! it answers goes through `domain::payment`, so that late, repeated and older words change nothing that is known. Money is
//! booked in the transaction in which a try first has it.

mod agreement;
mod ask;
mod begin;
mod book;
mod by_card;
mod callback;
mod methods;
mod named;
mod onward;
mod top_up;
mod wanted;
mod write;

pub use agreement::Agreement;
pub(crate) use agreement::settings_of;
pub(crate) use ask::{AWAY, CLAIM, Heard, MOST_AT_ONCE, SOONEST, kept_words};
pub(crate) use begin::payer;
pub use begin::{CardStep, MyInvoice, MyPayment};
pub(crate) use callback::address as callback_address;
pub(crate) use methods::Offering;
pub use methods::{FacilityMethods, ListedMethods};
pub(crate) use named::Named;
pub(crate) use onward::kept_onward;
pub use wanted::{CardWish, PayBy};

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::incoming_payment::mark_paid;
use book::{Booking, Source};
use serde_json::json;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::document::Number;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{OrganisationId, PaymentAgreementId, PaymentId};
use stolpe_domain::ledger::AccountKind;
use stolpe_domain::payment::{AgreementKeys, AgreementSettings, Concern, PaymentPurpose, Received};
use stolpe_domain::refund::RefundState;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::payments::{PaidBy, PaymentKey, PaymentProviders, Payments as Provider};
use stolpe_store::Conn;
use stolpe_store::page::{Page, Total};
use stolpe_store::payment::{Attempt, Callback, KeptAgreement, LookedAt, Payment, PaymentFilter, PaymentPlace};
use stolpe_store::terms::AcceptedTerms;
use stolpe_store::top_up::TopUpReceipt;
use tokio::sync::Notify;

/// The longest reason that is kept.
const LONGEST_REASON: usize = 500;

/// The providers, and what is open of them. An agreement stays open until it changes: some hold a token meanwhile.
#[derive(Clone)]
pub(crate) struct Payments {
    providers: Arc<dyn PaymentProviders>,
    opened: Arc<Mutex<HashMap<PaymentAgreementId, Opened>>>,
    /// Somebody is to be asked sooner than it seemed.
    hurry: Arc<Notify>,
}

/// An open agreement, with the version that was opened.
type Opened = (i64, Arc<dyn Provider>);

/// A product that runs one command takes no payments.
struct NoProviders;

impl PaymentProviders for NoProviders {
    fn open(
        &self,
        _: &AgreementSettings,
        _: &AgreementKeys,
        _: bool,
    ) -> std::result::Result<Arc<dyn Provider>, PortError> {
        Err(PortError::bare(PortErrorKind::Misconfigured, "ask a payment provider"))
    }

    fn frames_from(&self, _: bool) -> Option<String> {
        None
    }
}

impl Default for Payments {
    fn default() -> Self {
        Self::through(Arc::new(NoProviders))
    }
}

impl Payments {
    pub(crate) fn through(providers: Arc<dyn PaymentProviders>) -> Self {
        Self { providers, opened: Arc::default(), hurry: Arc::default() }
    }

    /// Somebody is asked sooner than it seemed.
    pub(crate) fn hurry(&self) {
        self.hurry.notify_one();
    }
}

/// A payment in a list, with what it is for.
#[derive(Clone, Debug)]
pub struct ListedPayment {
    /// The payment.
    pub payment: Payment,
    /// The number of the invoice, nothing once it is out of use; or of the receipt of what was put in, nothing before it is.
    pub number: Option<Number>,
    /// Whom the invoice is for, as it was printed, or who puts money in.
    pub recipient: Option<String>,
}

/// A payment with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct OpenPayment {
    /// The payment, with its invoice.
    pub listed: ListedPayment,
    /// The tries, in their order.
    pub attempts: Vec<Attempt>,
    /// What providers have sent.
    pub callbacks: Vec<Callback>,
    /// Which terms were accepted with the tries.
    pub accepted: Vec<AcceptedTerms>,
    /// The receipts of what was put in beforehand.
    pub receipts: Vec<TopUpReceipt>,
}

impl App {
    /// What payers have begun to pay an organisation through providers, the latest first, and how many that are on the
    /// first page.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when its payments are not the actor's to see.
    pub async fn list_payments(
        &self,
        ctx: &Ctx,
        filter: PaymentFilter,
        after: Option<PaymentPlace>,
        limit: i64,
    ) -> Result<(Page<ListedPayment>, Option<Total>)> {
        ctx.reach(Permission::ReadBilling)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(filter.organisation))?;
        let mut conn = self.read().await?;
        let page = conn.list_payments(&filter, after, limit).await?;
        let total = match after {
            None => Some(page.total(conn.count_payments(&filter)).await?),
            Some(_) => None,
        };
        let more = page.more;
        let items = listed(&mut conn, filter.organisation, page.items).await?;
        Ok((Page { items, more }, total))
    }

    /// One payment with its tries and what providers have sent.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn payment(&self, ctx: &Ctx, id: PaymentId) -> Result<OpenPayment> {
        ctx.reach(Permission::ReadBilling)?;
        let mut conn = self.read().await?;
        let payment = conn.find_payment(id).await?.ok_or(AppError::NotFound)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(payment.organisation_id))?;
        let organisation = payment.organisation_id;
        let listed = listed(&mut conn, organisation, vec![payment]).await?.pop().ok_or(AppError::NotFound)?;
        Ok(OpenPayment {
            listed,
            attempts: conn.attempts_of(id).await?,
            callbacks: conn.callbacks_of(id).await?,
            accepted: conn.accepted_with(id).await?,
            receipts: conn.top_up_receipts_of(&[id]).await?,
        })
    }

    /// Says of a payment that is still at that version that somebody has looked at what was not plain, and why it is well.
    /// Money that came in another amount than was asked for waits on suspense: `places` has it go to the invoice as far as
    /// that is open, and the rest to what the payer has paid beforehand.
    ///
    /// # Errors
    /// [`AppError::Refused`] `payment.plain` when there is nothing to look at, `payment.not_suspended` when nothing waits
    /// that could be placed; [`AppError::Invalid`] without a reason; [`AppError::Changed`] when somebody was faster.
    pub async fn look_at_payment(
        &self,
        ctx: &Ctx,
        id: PaymentId,
        row_version: i64,
        reason: &str,
        places: bool,
    ) -> Result<OpenPayment> {
        let seen = self.payment(ctx, id).await?.listed.payment;
        ctx.may(Permission::TakePayment, Place::Organisation(seen.organisation_id))?;
        if self.done_before(ctx).await? {
            return self.payment(ctx, id).await;
        }
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(AppError::field("reason", "required"));
        }
        if reason.chars().count() > LONGEST_REASON {
            return Err(AppError::field("reason", "too_long"));
        }
        let outward = self.outward(seen.organisation_id).await?;
        let mut tx = self.write().await?;
        tx.hold_documents(seen.purpose.document().as_slice()).await?;
        let mut payment = tx.lock_payment(id).await?.ok_or(AppError::NotFound)?;
        if payment.row_version != row_version {
            return Err(AppError::Changed);
        }
        if payment.concern.is_none() || payment.looked_at.is_some() {
            return Err(AppError::refused("payment.plain"));
        }
        let mut paid = Vec::new();
        if places {
            let suspended = tx.attempts_of(id).await?.into_iter().find(|it| suspended(&payment, it));
            let attempt = suspended.ok_or(AppError::refused("payment.not_suspended"))?;
            let mut documents = tx.payable(payment.organisation_id, payment.purpose.document().as_slice()).await?;
            let parts = attempt.came.and_then(|came| match payment.purpose {
                PaymentPurpose::Document(_) => Received::placed(came, documents.first()?.open),
                PaymentPurpose::TopUp => Received::placed_beforehand(came, payment.amount),
            });
            let parts = parts.ok_or(AppError::refused("payment.not_suspended"))?;
            let refunds = tx.refunds_of_payment(id).await?;
            if refunds.iter().any(|it| it.parts.suspense > 0 && (it.state.holds() || it.state == RefundState::Done)) {
                return Err(AppError::refused("payment.refunded"));
            }
            if tx.paid_out_of(id).await? > 0 {
                return Err(AppError::refused("payment.refunded"));
            }
            let from = Source { kind: AccountKind::Suspense, step: "placed" };
            let value_on = self.value_day(&mut tx, ctx, &payment).await?;
            Booking::of(&payment, &attempt, value_on).post(&mut tx, ctx, from, &parts, outward).await?;
            for document in &mut documents {
                document.open.minor -= parts.to_invoice.minor;
            }
            paid = mark_paid(&mut tx, payment.organisation_id, &documents).await?;
        }
        let by = ctx.signed().ok().map(|signed| signed.login);
        payment.looked_at = Some(LookedAt { at: ctx.at, by, reason: reason.to_owned() });
        tx.put_payment(&payment).await?;
        let event = Event::new(Action::PaymentLookedAt, Subject::Payment(id))
            .organisation(payment.organisation_id)
            .facility(payment.facility_id)
            .after(&json!({ "concern": payment.concern, "places": places }))
            .because(reason);
        tx.commit(ctx, [event].into_iter().chain(paid)).await?;
        self.payment(ctx, id).await
    }

    /// An agreement, open at its provider.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] while the vault is locked, or when the provider could not be asked with it.
    pub(crate) async fn opened(&self, it: &KeptAgreement) -> Result<Arc<dyn Provider>> {
        let known = |opened: &HashMap<PaymentAgreementId, Opened>| {
            opened.get(&it.id).filter(|(version, _)| *version == it.row_version).map(|(_, open)| Arc::clone(open))
        };
        if let Some(open) = self.payments.opened.lock().ok().and_then(|opened| known(&opened)) {
            return Ok(open);
        }
        let organisation = self.read().await?.find_organisation(it.organisation_id).await?.ok_or(AppError::NotFound)?;
        let settings = agreement::settings_of(it)?;
        let open = self.payments.providers.open(&settings, &self.keys_of(it)?, organisation.training)?;
        if let Ok(mut opened) = self.payments.opened.lock() {
            opened.insert(it.id, (it.row_version, Arc::clone(&open)));
        }
        Ok(open)
    }
}

/// By what name a provider knows a try, and as what.
pub(crate) fn key_of(attempt: &Attempt) -> PaymentKey {
    let by = if attempt.saved_card_id.is_some() { PaidBy::SavedCard } else { PaidBy::Payer };
    PaymentKey { by, attempt: attempt.id, reference: attempt.reference.clone() }
}

/// Whether the money of a try waits on suspense.
fn suspended(payment: &Payment, attempt: &Attempt) -> bool {
    payment.concern == Some(Concern::OtherAmount)
        && attempt.booked_at.is_some()
        && attempt.came.is_some_and(|came| came != payment.amount && came.currency == payment.amount.currency)
}

async fn listed(conn: &mut Conn, organisation: OrganisationId, payments: Vec<Payment>) -> Result<Vec<ListedPayment>> {
    let mut named = Named::of(conn, organisation, payments.iter().map(|it| (it.id, it.purpose.document()))).await?;
    named.add_people(conn, payments.iter().map(|it| it.person_id)).await?;
    let listed = payments.into_iter().map(|payment| {
        let (number, recipient) = named.of_payment((payment.id, payment.purpose.document()), payment.person_id);
        ListedPayment { payment, number, recipient }
    });
    Ok(listed.collect())
}
