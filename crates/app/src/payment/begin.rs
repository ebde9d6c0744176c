//! A payer pays an invoice or puts money in: begins, waits, breaks off, tries again. A second press goes on with the try that
//! is open.

use super::ask::{CLAIM, Heard, SOONEST};
use super::key_of;
use super::methods::Offering;
use super::onward::{kept_onward, read_onward};
use super::wanted::{PayBy, Wanted, What};
use super::write::Written;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::saved_card::CardsOffered;
use crate::terms::terms_in_force;
use chrono::NaiveDate;
use stolpe_domain::document::{DocumentKind, DocumentState, Number};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId, PaymentId, PersonId};
use stolpe_domain::money::Money;
use stolpe_domain::payment::{AttemptHappening, AttemptState, PaymentProvider, PaymentPurpose, ProviderState};
use stolpe_domain::terms::Terms;
use stolpe_ports::payments::Onward;
use stolpe_store::payment::{Attempt, Payment};

/// Invoices that a payer sees, the latest first.
const SHOWN: i64 = 100;

/// An invoice or a reminder as whoever pays it sees it.
#[derive(Clone, Debug)]
pub struct MyInvoice {
    /// Its id.
    pub id: DocumentId,
    /// An invoice, or what a reminder costs by itself.
    pub kind: DocumentKind,
    /// Who asks for it.
    pub organisation_id: OrganisationId,
    /// What they are called.
    pub organisation: String,
    /// Its number.
    pub number: Number,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// Whether it is not paid whole and that day is over.
    pub is_overdue: bool,
    /// Where it is paid to through a bank, as printed.
    pub account: Option<String>,
    /// OCR or KID.
    pub reference: Option<String>,
    /// Where it stands.
    pub state: DocumentState,
    /// What it asks for.
    pub payable: Money,
    /// What is left to pay.
    pub open: Money,
    /// Through whom it can be paid now.
    pub providers: Vec<PaymentProvider>,
    /// What of it can be paid by a card that a provider keeps.
    pub cards: CardsOffered,
    /// What whoever pays it accepts, as it holds now.
    pub terms: Vec<Terms>,
    /// The last that was begun.
    pub payment: Option<Payment>,
}

/// How far a payment with a saved card has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardStep {
    /// The payer saves the card; it is charged then.
    Saving,
    /// The card was charged.
    Charged,
}

/// A payment as whoever pays sees it.
#[derive(Clone, Debug)]
pub struct MyPayment {
    /// The payment.
    pub payment: Payment,
    /// The number of the invoice, or of the receipt of what was put in; none of what is not in yet.
    pub number: Option<Number>,
    /// How the payer goes on, while the provider waits for them.
    pub onward: Option<Onward>,
    /// Whether it waits for a card to be saved, which is charged then; or whether a saved card was charged.
    pub by_card: Option<CardStep>,
    /// Whether it can be broken off.
    pub can_break_off: bool,
    /// Whether the payer may try again.
    pub can_try_again: bool,
}

impl App {
    /// The invoices and reminders of whoever is signed in, the latest first, and through whom each can be paid.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when nobody is signed in; [`AppError::Refused`] `password.initial` before a password is
    /// chosen.
    pub async fn my_invoices(&self, ctx: &Ctx) -> Result<Vec<MyInvoice>> {
        let me = payer(ctx)?;
        let mut conn = self.read().await?;
        let mut invoices = Vec::new();
        let listed = conn.invoices_of(me, SHOWN).await?;
        let mut organisations: Vec<_> = listed.iter().map(|(_, of, _)| *of).collect();
        organisations.sort_unstable();
        organisations.dedup();
        for id in organisations {
            let organisation = conn.find_organisation(id).await?.ok_or(AppError::NotFound)?;
            let terms = terms_in_force(&mut conn, &organisation, ctx).await?;
            let of_it = listed.iter().filter(|(_, of, _)| *of == id);
            let ids: Vec<DocumentId> = of_it.clone().map(|(id, _, _)| *id).collect();
            let payable = conn.payable(id, &ids).await?;
            let facilities: Vec<FacilityId> = payable.iter().map(|it| it.facility_id).collect();
            let offering = Offering::read(&mut conn, id, &facilities, ctx.at).await?;
            let cards = CardsOffered::read(&mut conn, ctx, me, id).await?;
            for it in payable {
                let fits = |provider: &PaymentProvider| it.open.minor > 0 && provider.currency() == it.open.currency;
                let providers: Vec<_> = offering.at(it.facility_id).into_iter().filter(fits).collect();
                let printed = crate::document::Printed::read(&it.printed)?;
                invoices.push(MyInvoice {
                    id: it.id,
                    kind: it.kind,
                    organisation_id: id,
                    organisation: organisation.name.clone(),
                    number: it.number,
                    issued_on: of_it.clone().find(|(id, _, _)| *id == it.id).and_then(|(_, _, on)| *on),
                    due_on: it.due_on,
                    is_overdue: it.open.minor > 0 && it.due_on.is_some_and(|due| due < ctx.today()),
                    account: printed.payment.account.map(|account| account.to_string()),
                    reference: it.reference.clone(),
                    state: it.state,
                    payable: it.payable,
                    open: it.open,
                    cards: cards.through(&providers),
                    providers,
                    terms: terms.clone(),
                    payment: conn.payments_of(it.id).await?.into_iter().find(|payment| payment.person_id == me),
                });
            }
        }
        invoices.sort_by_key(|it| std::cmp::Reverse((it.issued_on, it.id)));
        Ok(invoices)
    }

    /// Begins to pay an invoice, or goes on with the try that is open: whoever presses twice pays once.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an invoice of somebody else; [`AppError::Refused`] `payment.nothing_open`,
    /// `payment.no_agreement`, `payment.method_off`, `payment.other_terms`, `payment.no_address` and `payment.waits_for_office`;
    /// of a saved card `saved_card.none`, `saved_card.ended`, `saved_card.other_agreement`, `saved_card.moved_out` and
    /// `saved_card.not_offered`. What the provider does is no error: it stands in the answer.
    pub async fn pay(&self, ctx: &Ctx, document: DocumentId, by: PayBy) -> Result<MyPayment> {
        let me = payer(ctx)?;
        if let Some(id) = self.replayed::<PaymentId>(ctx).await? {
            return self.my_payment(ctx, id).await;
        }
        let document = self.read().await?.find_document(document).await?.filter(|it| it.person_id == Some(me));
        let document = document.ok_or(AppError::NotFound)?;
        self.begin_to_pay(ctx, me, What::Document(Box::new(document)), by).await
    }

    /// Writes down what somebody wants to pay, and asks the provider.
    pub(super) async fn begin_to_pay(&self, ctx: &Ctx, me: PersonId, what: What, by: PayBy) -> Result<MyPayment> {
        let wanted = self.wanted(what, by).await?;
        // Before anything is written: a vault that is locked keeps nobody waiting for nothing.
        self.opened(&wanted.agreement).await?;
        let Written { payment, attempt } = self.write_attempt(ctx, me, &wanted).await?;
        let id = payment.id;
        if let Some(attempt) = attempt {
            // A payer who closes the page ends the request, and not what was begun.
            let app = self.clone();
            let (told, asked) = tokio::sync::oneshot::channel();
            self.spawn(async move {
                let ended = app.ask_to_pay(&wanted, &payment, &attempt).await;
                let _ = told.send(ended);
            });
            asked.await.map_err(AppError::internal)??;
        }
        self.my_payment(ctx, id).await
    }

    /// Asks the provider to take a payment that was written down, with a card if that is how.
    async fn ask_to_pay(&self, wanted: &Wanted, payment: &Payment, attempt: &Attempt) -> Result<()> {
        match (attempt.saved_card_id, attempt.charged_at) {
            (None, _) => self.ask_payer(wanted, payment, attempt).await,
            (Some(card), None) => self.ask_to_keep(wanted, payment, attempt, card).await,
            (Some(card), Some(_)) => self.ask_to_charge(wanted, payment, attempt, card).await,
        }
    }

    /// Asks the provider to have the payer pay.
    async fn ask_payer(&self, wanted: &Wanted, payment: &Payment, attempt: &Attempt) -> Result<()> {
        let ask = self.payment_ask(payment, wanted, attempt).await?;
        let provider = self.opened(&wanted.agreement).await?;
        let heard = match provider.begin(&ask).await {
            Ok(begun) => {
                let taken_on = Heard::of(AttemptHappening::Seen(ProviderState::Open));
                Heard { begun: Some((begun.reference, kept_onward(begun.onward)?)), ..taken_on }
            }
            Err(fault) => {
                tracing::warn!(error = %fault, attempt = %attempt.id, "a provider has not taken a payment on");
                Heard::fault(&fault)
            }
        };
        let ctx = Ctx::system("payments", self.now());
        let learnt = self.learn(&ctx, attempt.id, heard).await?;
        if learnt.state == AttemptState::Unknown {
            // Whether it was heard is known as soon as the provider answers again.
            let mut tx = self.write().await?;
            tx.hasten_attempt(attempt.id, ctx.at + SOONEST).await?;
            tx.commit_telemetry().await?;
        }
        Ok(())
    }

    /// A payment of whoever is signed in. Its provider is asked if its time has come.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a payment of somebody else.
    pub async fn my_payment(&self, ctx: &Ctx, id: PaymentId) -> Result<MyPayment> {
        let (_, attempts) = self.own_payment(ctx, id).await?;
        for attempt in attempts.iter().filter(|it| it.state.is_open()) {
            self.ask_if_due(attempt).await?;
        }
        let (payment, attempts) = self.own_payment(ctx, id).await?;
        let mut conn = self.read().await?;
        let number = match payment.purpose {
            PaymentPurpose::Document(id) => conn.find_document(id).await?.ok_or(AppError::NotFound)?.number,
            PaymentPurpose::TopUp => conn.top_up_receipts_of(&[id]).await?.pop().map(|it| it.number),
        };
        let onward = match attempts.iter().rev().find(|it| it.state.is_open()) {
            Some(Attempt { state: AttemptState::Awaiting, onward, .. }) => onward.clone(),
            Some(waits) => match waits.waits_for_card() {
                Some(card) => conn.find_saved_card(card).await?.and_then(|card| card.onward),
                None => None,
            },
            None => None,
        };
        drop(conn);
        let is_before_payer = onward.is_some() || attempts.iter().any(|it| it.state == AttemptState::Awaiting);
        let last = attempts.last().filter(|it| it.saved_card_id.is_some());
        Ok(MyPayment {
            number,
            onward: onward.as_deref().map(read_onward).transpose()?,
            by_card: last.map(|it| if it.charged_at.is_some() { CardStep::Charged } else { CardStep::Saving }),
            can_break_off: is_before_payer,
            can_try_again: payment.state.allows_another() && attempts.iter().all(|it| it.state.allows_another()),
            payment,
        })
    }

    /// The page of a provider that stands inside one of ours, with where its parts come from.
    ///
    /// # Errors
    /// As [`App::my_payment`]; [`AppError::NotFound`] when there is no such page, or no longer.
    pub async fn my_payment_frame(&self, ctx: &Ctx, id: PaymentId) -> Result<(String, String)> {
        let it = self.my_payment(ctx, id).await?;
        let Some(Onward::Frame { html }) = it.onward else { return Err(AppError::NotFound) };
        let organisation = it.payment.organisation_id;
        let organisation = self.read().await?.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
        let from = self.payments.providers.frames_from(organisation.training).ok_or(AppError::NotFound)?;
        Ok((html, from))
    }

    /// Asks the provider to break off the try that waits for the payer.
    ///
    /// # Errors
    /// As [`App::my_payment`]; [`AppError::Refused`] `payment.not_waiting` when none waits.
    pub async fn break_off_payment(&self, ctx: &Ctx, id: PaymentId) -> Result<MyPayment> {
        let (payment, attempts) = self.own_payment(ctx, id).await?;
        if self.done_before(ctx).await? {
            return self.my_payment(ctx, id).await;
        }
        if let Some(card) = attempts.iter().rev().find_map(Attempt::waits_for_card) {
            self.break_off_saving(ctx, &payment, card).await?;
            return self.my_payment(ctx, id).await;
        }
        let waits = attempts.into_iter().rev().find(|it| it.state == AttemptState::Awaiting);
        let attempt = waits.ok_or(AppError::refused("payment.not_waiting"))?;
        let agreement = self.read().await?.find_agreement(attempt.agreement_id).await?.ok_or(AppError::NotFound)?;
        let open = self.opened(&agreement).await?;
        let mut tx = self.write().await?;
        tx.hasten_attempt(attempt.id, ctx.at + CLAIM).await?;
        let event = Event::new(Action::PaymentBrokenOff, Subject::Payment(id))
            .organisation(payment.organisation_id)
            .facility(payment.facility_id);
        tx.commit(ctx, [event]).await?;
        let key = key_of(&attempt);
        if let Err(fault) = open.cancel(&key).await {
            tracing::info!(%fault, attempt = %attempt.id, "a try to pay was not broken off");
        }
        // Whether it is broken off or was paid a moment ago, is said by the provider.
        self.ask_after(attempt.id).await?;
        self.my_payment(ctx, id).await
    }

    /// A payment of whoever is signed in, with its tries.
    async fn own_payment(&self, ctx: &Ctx, id: PaymentId) -> Result<(Payment, Vec<Attempt>)> {
        let me = payer(ctx)?;
        let mut conn = self.read().await?;
        let payment = conn.find_payment(id).await?.filter(|it| it.person_id == me).ok_or(AppError::NotFound)?;
        Ok((payment, conn.attempts_of(id).await?))
    }
}

/// Who pays.
pub(crate) fn payer(ctx: &Ctx) -> Result<PersonId> {
    let signed = ctx.signed()?;
    if signed.must_change_password {
        return Err(AppError::refused("password.initial"));
    }
    Ok(signed.person)
}
