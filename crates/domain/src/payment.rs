//! Paying through a provider: what somebody wants to pay, the tries to pay it, and what a provider has said of each.
//!
//! A try is written down before the provider is asked, so that no money can come that nothing here knows of. What comes
//! back may be late, twice or out of order: [`AttemptState::after`] is made so that the order does not matter.

mod agreement;
mod asking;
mod attempt;
mod methods;
mod purpose;
mod received;

pub use agreement::{AgreementDraft, AgreementKeys, AgreementSettings};
pub use asking::asks_again_in;
pub use attempt::{AttemptHappening, AttemptState, ProviderState};
pub use methods::{DatedMethods, PaymentMethods};
pub use purpose::{PaymentPurpose, PurposeKind};
pub use received::{Concern, Received, receive, receive_top_up};

use crate::money::Currency;
use crate::words::words;

words! {
    /// Who carries the money of payers to owners.
    PaymentProvider {
        /// Swish Commerce, in Sweden.
        Swish = "swish",
        /// Vipps ePayment, in Norway.
        Vipps = "vipps",
        /// Payson Checkout: cards and banks, in Sweden.
        Payson = "payson",
    }
}

impl PaymentProvider {
    /// The currency in which it is paid.
    pub const fn currency(self) -> Currency {
        match self {
            Self::Swish | Self::Payson => Currency::Sek,
            Self::Vipps => Currency::Nok,
        }
    }
}
