//! Taking payments through a provider, in the same words for every provider.
//!
//! Nothing that a provider says on its own is believed: a callback only tells which payment to ask about.

use crate::error::{PortError, PortErrorKind};
use crate::saved_cards::SavedCards;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use stolpe_domain::email::Email;
use stolpe_domain::id::{PaymentAttemptId, RefundId};
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::payment::{AgreementKeys, AgreementSettings, AttemptHappening, ProviderState};
use stolpe_domain::phone::Phone;
use stolpe_domain::refund::RefundHappening;
use stolpe_domain::saved_card::CardHappening;
use stolpe_domain::vat::VatRate;

/// A payment that a provider is asked to take.
#[derive(Clone, Debug)]
pub struct PaymentAsk {
    /// Our name for this try, written down before asking: asking again under it never takes the money twice.
    pub attempt: PaymentAttemptId,
    /// How much, VAT included.
    pub amount: Money,
    /// The rate of the VAT in it.
    pub vat: VatRate,
    /// What it is for, as the payer reads it.
    pub text: String,
    /// The payer's phone; without one they choose it themselves.
    pub phone: Option<Phone>,
    /// Where the provider may write to the payer.
    pub email: Option<Email>,
    /// The payer's language.
    pub language: Language,
    /// The page to which the payer comes back.
    pub return_to: String,
    /// The page with our terms.
    pub terms: String,
    /// Where the provider tells of changes.
    pub callback: String,
    /// When it is too late to pay.
    pub expires_at: DateTime<Utc>,
}

/// Where the payer goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Onward {
    /// Their phone asks them.
    Phone,
    /// The provider's app, with this token.
    App {
        /// Names the payment to the app.
        token: String,
    },
    /// A page of the provider.
    Page {
        /// Its address.
        address: String,
    },
    /// A part of our own page, which the provider has written.
    Frame {
        /// HTML.
        html: String,
    },
}

/// A payment that a provider has taken on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Begun {
    /// What the provider calls it.
    pub reference: String,
    /// Where the payer goes on.
    pub onward: Onward,
}

/// By whom a payment is carried out at a provider; some know the two under different names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaidBy {
    /// By the payer, who is there.
    Payer,
    /// By us, with a card that the provider keeps for the payer.
    SavedCard,
}

/// A payment at a provider: our name for it, and theirs once it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentKey {
    /// By whom it is carried out.
    pub by: PaidBy,
    /// Our name for the try.
    pub attempt: PaymentAttemptId,
    /// What the provider calls it; not known when its answer never came.
    pub reference: Option<String>,
}

/// What a provider says of a payment when it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Where it stands.
    pub state: ProviderState,
    /// What the provider calls it.
    pub reference: Option<String>,
    /// How much has been paid or is held; to be compared with what was asked for.
    pub amount: Option<Money>,
    /// How much of it has been given back.
    pub refunded: Option<Money>,
    /// What the provider calls the movement of the money, where that is another name: bank files and refunds name it.
    pub movement: Option<String>,
    /// Why it was not paid, as the provider's own code.
    pub code: Option<String>,
}

impl Seen {
    /// Nothing is known of it.
    pub const fn absent() -> Self {
        Self { state: ProviderState::Absent, reference: None, amount: None, refunded: None, movement: None, code: None }
    }
}

/// A refund that a provider is asked to carry out.
#[derive(Clone, Debug)]
pub struct RefundAsk {
    /// Our name for it, written down before asking.
    pub refund: RefundId,
    /// The payment that it takes back.
    pub payment: PaymentKey,
    /// What the provider calls the movement of the money.
    pub movement: Option<String>,
    /// How much.
    pub amount: Money,
    /// How much of the payment was given back before.
    pub before: Money,
    /// What it is for, as the payer reads it.
    pub text: String,
    /// Where the provider tells of changes.
    pub callback: String,
}

/// Something that a provider has sent, as it came.
#[derive(Clone, Debug)]
pub struct RawCallback {
    /// Path and query, as they were asked for.
    pub target: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl RawCallback {
    /// What a header says.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What a callback tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeAbout {
    /// A payment or a refund.
    Payment,
    /// A saved card.
    SavedCard,
}

/// Which payment or saved card a callback tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackNotice {
    /// What it tells of.
    pub about: NoticeAbout,
    /// The same for a callback that is sent again.
    pub event: String,
    /// What the provider calls the payment, the refund or the card.
    pub reference: String,
}

impl CallbackNotice {
    /// It tells of a payment or a refund.
    pub const fn of_payment(event: String, reference: String) -> Self {
        Self { about: NoticeAbout::Payment, event, reference }
    }
}

/// A callback was not sent by the provider, or cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackRefusal {
    /// It does not say which payment it tells of.
    #[error("the callback names no payment")]
    Unreadable,
    /// Its signature is missing or wrong.
    #[error("the callback is not signed by the provider")]
    Forged,
}

/// Why a provider did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum PaymentFault {
    /// The question never left this computer.
    #[error("the provider was not asked")]
    NotAsked(#[source] PortError),
    /// The provider did not take the question.
    #[error("the provider said no: {code}")]
    Refused {
        /// The provider's own code.
        code: String,
        /// The provider's own words.
        words: String,
    },
    /// There was no whole answer: it may have been heard.
    #[error("the provider did not answer")]
    NotAnswered(#[source] PortError),
}

impl PaymentFault {
    /// What it means for a try to pay.
    pub const fn of_attempt(&self) -> AttemptHappening {
        match self {
            Self::NotAsked(_) => AttemptHappening::NotAsked,
            Self::Refused { .. } => AttemptHappening::Refused,
            Self::NotAnswered(_) => AttemptHappening::NotAnswered,
        }
    }

    /// What it means for a card that is to be kept.
    pub const fn of_card(&self) -> CardHappening {
        match self {
            Self::NotAsked(_) | Self::Refused { .. } => CardHappening::NotTaken,
            Self::NotAnswered(_) => CardHappening::NotAnswered,
        }
    }

    /// What it means for a refund.
    pub const fn of_refund(&self) -> RefundHappening {
        match self {
            Self::NotAsked(_) => RefundHappening::NotAsked,
            Self::Refused { .. } => RefundHappening::Refused,
            Self::NotAnswered(_) => RefundHappening::NotAnswered,
        }
    }
}

impl From<PaymentFault> for PortError {
    fn from(fault: PaymentFault) -> Self {
        match fault {
            PaymentFault::NotAsked(error) | PaymentFault::NotAnswered(error) => error,
            PaymentFault::Refused { code, words } => {
                Self::new(PortErrorKind::Refused, "ask a payment provider", format!("{code}: {words}"))
            }
        }
    }
}

/// One provider, opened with the agreement of one organisation.
#[async_trait]
pub trait Payments: Send + Sync {
    /// Asks whether the provider knows us, without moving anything.
    ///
    /// # Errors
    /// `Misconfigured` when it does not, `Unavailable` when it cannot be asked.
    async fn check(&self) -> Result<(), PortError>;

    /// Asks the provider to take a payment.
    ///
    /// # Errors
    /// [`PaymentFault`].
    async fn begin(&self, ask: &PaymentAsk) -> Result<Begun, PaymentFault>;

    /// Asks where a payment stands. One that the provider does not know is [`ProviderState::Absent`].
    ///
    /// # Errors
    /// When the provider cannot be asked or says what cannot be understood.
    async fn look_up(&self, payment: &PaymentKey) -> Result<Seen, PortError>;

    /// Takes the money that is held; what was taken already stays so.
    ///
    /// # Errors
    /// [`PaymentFault`].
    async fn take(&self, payment: &PaymentKey, amount: Money) -> Result<(), PaymentFault>;

    /// Breaks a payment off, or releases what is held.
    ///
    /// # Errors
    /// [`PaymentFault`]; a payment that was paid meanwhile is refused.
    async fn cancel(&self, payment: &PaymentKey) -> Result<(), PaymentFault>;

    /// Asks the provider to give back a part of a payment, or all of it.
    ///
    /// # Errors
    /// [`PaymentFault`].
    async fn refund(&self, ask: &RefundAsk) -> Result<(), PaymentFault>;

    /// Asks where a refund stands; `Paid` is that the payer has it.
    ///
    /// # Errors
    /// As [`Payments::look_up`].
    async fn look_up_refund(&self, ask: &RefundAsk) -> Result<Seen, PortError>;

    /// The cards that the provider keeps for payers; none where whoever pays keeps them in an app of their own.
    fn saved_cards(&self) -> Option<&dyn SavedCards> {
        None
    }

    /// Reads which payment a callback tells of, and proves who sent it where the provider signs.
    ///
    /// # Errors
    /// [`CallbackRefusal`].
    fn read_callback(&self, callback: &RawCallback) -> Result<CallbackNotice, CallbackRefusal>;
}

/// Every provider that there is: opens what owners have agreed with them.
pub trait PaymentProviders: Send + Sync {
    /// Opens an agreement; nothing is asked yet. What is agreed for training is opened where a provider lets others try it.
    ///
    /// # Errors
    /// `Misconfigured` when settings and keys are not of one provider, or say nothing that it could be asked with.
    fn open(
        &self,
        settings: &AgreementSettings,
        keys: &AgreementKeys,
        is_training: bool,
    ) -> Result<Arc<dyn Payments>, PortError>;

    /// Where the parts of our own pages come from that a provider has written; nothing while nobody writes any.
    fn frames_from(&self, is_training: bool) -> Option<String>;
}
