//! Cards that a provider keeps for payers, and that are charged without the payer being there: in the same words for every
//! provider that keeps any. No number of a card is ever told to us.

use crate::error::PortError;
use crate::payments::{Onward, PaymentAsk, PaymentFault, Seen};
use async_trait::async_trait;
use stolpe_domain::email::Email;
use stolpe_domain::id::SavedCardId;
use stolpe_domain::language::Language;
use stolpe_domain::money::Currency;
use stolpe_domain::saved_card::CardSeen;

/// A card that a provider is asked to keep.
#[derive(Clone, Debug)]
pub struct CardAsk {
    /// Our name for it, written down before asking.
    pub card: SavedCardId,
    /// In which currency it will be charged.
    pub currency: Currency,
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
}

/// A card that a provider has been asked to keep, and where the payer goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardBegun {
    /// What the provider calls it: what it is charged by.
    pub token: String,
    /// Where the payer goes on.
    pub onward: Onward,
}

/// A saved card at a provider: our name for it, and theirs once it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardKey {
    /// Our name for it.
    pub card: SavedCardId,
    /// What the provider calls it; not known when its answer never came.
    pub token: Option<String>,
}

/// What a provider says of a card when it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardStands {
    /// Where it stands.
    pub seen: CardSeen,
    /// What the provider calls it.
    pub token: Option<String>,
    /// Where the payer goes on while they have not finished.
    pub onward: Option<Onward>,
}

impl CardStands {
    /// Nothing is known of it.
    pub const fn absent() -> Self {
        Self { seen: CardSeen::Absent, token: None, onward: None }
    }
}

/// The cards that one provider keeps for the payers of one organisation.
#[async_trait]
pub trait SavedCards: Send + Sync {
    /// Asks whether the provider keeps cards for whom this agreement is with.
    ///
    /// # Errors
    /// When the provider cannot be asked or says what cannot be understood.
    async fn are_kept(&self) -> Result<bool, PortError>;

    /// Asks the provider to keep a card, which the payer names there.
    ///
    /// # Errors
    /// [`PaymentFault`].
    async fn begin(&self, ask: &CardAsk) -> Result<CardBegun, PaymentFault>;

    /// Asks where a card stands. One that the provider does not know is [`CardSeen::Absent`].
    ///
    /// # Errors
    /// When the provider cannot be asked or says what cannot be understood.
    async fn look_up(&self, card: &CardKey) -> Result<CardStands, PortError>;

    /// Asks the provider to let go of a card; what it has let go of already stays so.
    ///
    /// # Errors
    /// [`PaymentFault`].
    async fn end(&self, card: &CardKey) -> Result<(), PaymentFault>;

    /// Asks the provider to take a payment with a card that it calls so. What becomes of it is asked as of every payment,
    /// by [`crate::payments::PaidBy::SavedCard`].
    ///
    /// # Errors
    /// [`PaymentFault`].
    async fn charge(&self, token: &str, ask: &PaymentAsk) -> Result<Seen, PaymentFault>;
}
