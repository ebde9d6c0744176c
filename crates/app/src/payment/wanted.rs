//! What somebody wants to pay and how, and the question that a provider is asked for it.

use super::callback;
use super::top_up::TopUpWish;
use crate::App;
use crate::error::{AppError, Result};
use chrono::TimeDelta;
use stolpe_documents::provider_text;
use stolpe_domain::country::Country;
use stolpe_domain::document::DocumentKind;
use stolpe_domain::email::Email;
use stolpe_domain::id::{FacilityId, OrganisationId, SavedCardId, TermsId};
use stolpe_domain::language::Language;
use stolpe_domain::money::Currency;
use stolpe_domain::payment::{PaymentProvider, PaymentPurpose};
use stolpe_domain::phone::Phone;
use stolpe_domain::vat::VatRate;
use stolpe_ports::payments::PaymentAsk;
use stolpe_store::document::Document;
use stolpe_store::payment::{Attempt, KeptAgreement, Payment};

/// How long somebody may take to pay, or to save a card.
pub(super) const TIME_TO_PAY: TimeDelta = TimeDelta::hours(1);

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

    pub(super) const fn language(&self) -> Language {
        match self {
            Self::Document(document) => document.language,
            Self::TopUp(wish) => wish.language,
        }
    }
}

/// Whether a card that the provider keeps is to be charged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CardWish {
    /// The payer pays themselves.
    #[default]
    None,
    /// The payer saves one, and it is charged then.
    Remember,
    /// This one.
    Saved(SavedCardId),
}

/// How whoever pays wants to.
#[derive(Clone, Debug)]
pub struct PayBy {
    /// Through whom.
    pub provider: PaymentProvider,
    /// Whether by a card that they keep.
    pub card: CardWish,
    /// The phone that is to be asked; without one the payer goes on where they are.
    pub phone: Option<String>,
    /// The terms that they have seen and accept.
    pub accepts: Vec<TermsId>,
}

/// What is needed to ask a provider.
pub(super) struct Wanted {
    pub(super) what: What,
    pub(super) agreement: KeptAgreement,
    pub(super) card: CardWish,
    phone: Option<Phone>,
    /// The terms that the payer has seen and accepts.
    pub(super) accepts: Vec<TermsId>,
    /// Where people reach this host.
    base: String,
}

impl App {
    /// What is needed to ask a provider to take a payment.
    pub(super) async fn wanted(&self, what: What, by: PayBy) -> Result<Wanted> {
        let PayBy { provider, card, phone, accepts } = by;
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
        if card == CardWish::Remember && agreement.saves_cards != Some(true) {
            return Err(AppError::refused("saved_card.not_offered"));
        }
        let home = if provider == PaymentProvider::Vipps { Country::No } else { Country::Se };
        let phone = phone.as_deref().map(str::trim).filter(|it| !it.is_empty());
        let phone = phone.map(|it| Phone::parse(home, it)).transpose();
        let phone = phone.map_err(|error| AppError::field("phone", error.code()))?;
        Ok(Wanted { what, agreement, card, phone, accepts, base })
    }

    /// What was needed to ask a provider for a try that waited for a card.
    pub(super) async fn wanted_then(&self, payment: &Payment, attempt: &Attempt) -> Result<Wanted> {
        let base = self.public_url().await?;
        let mut conn = self.read().await?;
        let agreement = conn.find_agreement(attempt.agreement_id).await?.ok_or(AppError::NotFound)?;
        let accepted = conn.accepted_with(payment.id).await?;
        let person = conn.find_person(payment.person_id).await?.ok_or(AppError::NotFound)?;
        let what = match payment.purpose {
            PaymentPurpose::Document(id) => {
                What::Document(Box::new(conn.find_document(id).await?.ok_or(AppError::NotFound)?))
            }
            PaymentPurpose::TopUp => What::TopUp(TopUpWish {
                organisation: payment.organisation_id,
                facility: payment.facility_id,
                amount: payment.amount,
                language: person.draft.language,
            }),
        };
        let accepts = accepted.into_iter().filter(|it| it.attempt_id == attempt.id).map(|it| it.terms_id).collect();
        Ok(Wanted { what, agreement, card: CardWish::None, phone: None, accepts, base })
    }

    /// The question by which a provider is asked to take a payment.
    pub(super) async fn payment_ask(
        &self,
        payment: &Payment,
        wanted: &Wanted,
        attempt: &Attempt,
    ) -> Result<PaymentAsk> {
        let (what, language) = (&wanted.what, wanted.what.language());
        let mut conn = self.read().await?;
        let organisation = conn.find_organisation(what.organisation()).await?.ok_or(AppError::NotFound)?;
        let person = conn.find_person(payment.person_id).await?;
        drop(conn);
        Ok(PaymentAsk {
            attempt: attempt.id,
            amount: payment.amount,
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
        })
    }
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
