//! A payer pays an invoice or puts money in: begins, waits, breaks off, tries again. A second press goes on with the try that
//! is open.

use super::ask::{CLAIM, Heard, SOONEST};
use super::callback;
use super::methods::Offering;
use super::top_up::TopUpWish;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::terms::terms_in_force;
use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use stolpe_documents::provider_text;
use stolpe_domain::country::Country;
use stolpe_domain::document::{DocumentKind, DocumentState, Number};
use stolpe_domain::email::Email;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId, PaymentId, PersonId, TermsId};
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment::{AttemptHappening, AttemptState, PaymentProvider, PaymentPurpose, ProviderState};
use stolpe_domain::phone::Phone;
use stolpe_domain::terms::Terms;
use stolpe_domain::vat::VatRate;
use stolpe_ports::payments::{Onward, PaymentAsk, PaymentKey};
use stolpe_store::document::Document;
use stolpe_store::payment::{Attempt, KeptAgreement, Payment};

/// Invoices that a payer sees, the latest first.
const SHOWN: i64 = 100;
/// How long somebody may take to pay.
const TIME_TO_PAY: TimeDelta = TimeDelta::hours(1);

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
    /// What whoever pays it accepts, as it holds now.
    pub terms: Vec<Terms>,
    /// The last that was begun.
    pub payment: Option<Payment>,
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
    /// Whether it can be broken off.
    pub can_break_off: bool,
    /// Whether the payer may try again.
    pub can_try_again: bool,
}

/// [`Onward`] as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum KeptOnward {
    Phone,
    App { token: String },
    Page { address: String },
    Frame { html: String },
}

impl From<Onward> for KeptOnward {
    fn from(it: Onward) -> Self {
        match it {
            Onward::Phone => Self::Phone,
            Onward::App { token } => Self::App { token },
            Onward::Page { address } => Self::Page { address },
            Onward::Frame { html } => Self::Frame { html },
        }
    }
}

impl From<KeptOnward> for Onward {
    fn from(it: KeptOnward) -> Self {
        match it {
            KeptOnward::Phone => Self::Phone,
            KeptOnward::App { token } => Self::App { token },
            KeptOnward::Page { address } => Self::Page { address },
            KeptOnward::Frame { html } => Self::Frame { html },
        }
    }
}

/// What somebody wants to pay.
pub(super) enum What {
    /// An invoice or a reminder.
    Document(Box<Document>),
    /// Money that is put in beforehand.
    TopUp(TopUpWish),
}

impl What {
    pub(super) const fn organisation(&self) -> OrganisationId {
        match self {
            Self::Document(document) => document.organisation_id,
            Self::TopUp(wish) => wish.organisation,
        }
    }

    pub(super) const fn facility(&self) -> FacilityId {
        match self {
            Self::Document(document) => document.facility_id,
            Self::TopUp(wish) => wish.facility,
        }
    }

    pub(super) const fn purpose(&self) -> PaymentPurpose {
        match self {
            Self::Document(document) => PaymentPurpose::Document(document.id),
            Self::TopUp(_) => PaymentPurpose::TopUp,
        }
    }

    const fn currency(&self) -> Currency {
        match self {
            Self::Document(document) => document.sums.payable.currency,
            Self::TopUp(wish) => wish.amount.currency,
        }
    }

    const fn language(&self) -> Language {
        match self {
            Self::Document(document) => document.language,
            Self::TopUp(wish) => wish.language,
        }
    }
}

/// How whoever pays wants to.
#[derive(Clone, Debug)]
pub struct PayBy {
    /// Through whom.
    pub provider: PaymentProvider,
    /// The phone that is to be asked; without one the payer goes on where they are.
    pub phone: Option<String>,
    /// The terms that they have seen and accept.
    pub accepts: Vec<TermsId>,
}

/// What is needed to ask a provider.
pub(super) struct Wanted {
    pub(super) what: What,
    pub(super) agreement: KeptAgreement,
    phone: Option<Phone>,
    /// The terms that the payer has seen and accepts.
    pub(super) accepts: Vec<TermsId>,
    /// Where people reach this host.
    base: String,
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
            for it in payable {
                let fits = |provider: &PaymentProvider| it.open.minor > 0 && provider.currency() == it.open.currency;
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
                    providers: offering.at(it.facility_id).into_iter().filter(fits).collect(),
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
    /// `payment.no_agreement`, `payment.method_off`, `payment.other_terms`, `payment.no_address` and `payment.waits_for_office`. What the
    /// provider does is no error: it stands in the answer.
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
        let (id, attempt) = self.write_attempt(ctx, me, &wanted).await?;
        if let Some((attempt, amount)) = attempt {
            // A payer who closes the page ends the request, and not what was begun.
            let app = self.clone();
            let (told, asked) = tokio::sync::oneshot::channel();
            self.spawn(async move {
                let ended = app.ask_to_pay(me, &wanted, &attempt, amount).await;
                let _ = told.send(ended);
            });
            asked.await.map_err(AppError::internal)??;
        }
        self.my_payment(ctx, id).await
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
        drop(conn);
        let waits = attempts.iter().rev().find(|it| it.state == AttemptState::Awaiting);
        let onward = waits.and_then(|it| it.onward.as_deref()).map(serde_json::from_str::<KeptOnward>).transpose();
        Ok(MyPayment {
            number,
            onward: onward.map_err(AppError::internal)?.map(Onward::from),
            can_break_off: waits.is_some(),
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
        let key = PaymentKey { attempt: attempt.id, reference: attempt.reference.clone() };
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

    /// What is needed to ask a provider to take a payment.
    async fn wanted(&self, what: What, by: PayBy) -> Result<Wanted> {
        let PayBy { provider, phone, accepts } = by;
        let base = self.public_url().await?;
        let mut conn = self.read().await?;
        let agreements = conn.agreements_of(what.organisation()).await?;
        let agreement = agreements.into_iter().find(|it| it.provider == provider && it.active);
        let agreement = agreement.ok_or(AppError::refused("payment.no_agreement"))?;
        if provider.currency() != what.currency() {
            return Err(AppError::refused("payment.no_agreement"));
        }
        if !base.starts_with("https://") {
            return Err(AppError::refused("payment.no_address"));
        }
        let home = if provider == PaymentProvider::Vipps { Country::No } else { Country::Se };
        let phone = phone.as_deref().map(str::trim).filter(|it| !it.is_empty());
        let phone = phone.map(|it| Phone::parse(home, it)).transpose();
        let phone = phone.map_err(|error| AppError::field("phone", error.code()))?;
        Ok(Wanted { what, agreement, phone, accepts, base })
    }

    /// Asks the provider to take a payment that was written down.
    async fn ask_to_pay(&self, me: PersonId, wanted: &Wanted, attempt: &Attempt, amount: Money) -> Result<()> {
        let (what, language) = (&wanted.what, wanted.what.language());
        let mut conn = self.read().await?;
        let organisation = conn.find_organisation(what.organisation()).await?.ok_or(AppError::NotFound)?;
        let person = conn.find_person(me).await?;
        drop(conn);
        let ask = PaymentAsk {
            attempt: attempt.id,
            amount,
            vat: match what {
                What::Document(document) => one_rate(document)?,
                // VAT stands on the invoices that it will pay.
                What::TopUp(_) => no_rate()?,
            },
            text: match what {
                What::Document(document) => named(document, &organisation.name),
                What::TopUp(_) => provider_text::top_up(language, &organisation.name),
            },
            phone: wanted.phone.clone(),
            // Whose address is protected is not told about to others.
            email: person
                .filter(|it| !it.draft.protected_identity)
                .and_then(|it| it.draft.email)
                .and_then(|email| Email::parse(&email).ok()),
            language,
            return_to: format!("{}/payments/{}", wanted.base, attempt.payment_id),
            // Where nothing was accepted there is no page of it.
            terms: match wanted.accepts[..] {
                [] => wanted.base.clone(),
                _ => crate::terms::address(&wanted.base, organisation.id),
            },
            callback: callback::address(&wanted.base, attempt.provider),
            expires_at: self.now() + TIME_TO_PAY,
        };
        let provider = self.opened(&wanted.agreement).await?;
        let heard = match provider.begin(&ask).await {
            Ok(begun) => {
                let onward = serde_json::to_string(&KeptOnward::from(begun.onward)).map_err(AppError::internal)?;
                let taken_on = Heard::of(AttemptHappening::Seen(ProviderState::Open));
                Heard { begun: Some((begun.reference, onward)), ..taken_on }
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
}

/// Who pays.
pub(crate) fn payer(ctx: &Ctx) -> Result<PersonId> {
    let signed = ctx.signed()?;
    if signed.must_change_password {
        return Err(AppError::refused("password.initial"));
    }
    Ok(signed.person)
}

/// What a provider shows of a document.
fn named(document: &Document, organisation: &str) -> String {
    let word = match (document.kind, document.language) {
        (DocumentKind::Reminder, Language::Sv) => "Påminnelse",
        (DocumentKind::Reminder, Language::Nb) => "Purring",
        (DocumentKind::Reminder, Language::En) => "Reminder",
        (_, Language::Sv | Language::Nb) => "Faktura",
        (_, Language::En) => "Invoice",
    };
    let number = document.number.map(|number| number.to_string()).unwrap_or_default();
    format!("{word} {number} {organisation}")
}

/// The rate of the VAT in an invoice; none where there are several, for an invoice says itself what is in it.
fn one_rate(document: &Document) -> Result<VatRate> {
    match &document.sums.totals.rates[..] {
        [one] => Ok(one.vat_kind.rate()),
        _ => no_rate(),
    }
}

fn no_rate() -> Result<VatRate> {
    VatRate::of_basis_points(0).map_err(AppError::internal)
}
