//! Where a payout goes: to a bank account, in a file; or over the counter, in cash.

use crate::ledger::AccountKind;
use crate::payout_account::{PayoutAccount, PayoutAccountError};

/// What is kept instead of an account where somebody gets cash.
const COUNTER: &str = "counter";

/// Where a payout goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PayoutDestination {
    /// To a bank account.
    Account(PayoutAccount),
    /// Into the hands of whoever it belongs to, out of the till of a clerk.
    Counter,
}

impl PayoutDestination {
    /// Reads [`PayoutDestination::as_str`] back.
    ///
    /// # Errors
    /// [`PayoutAccountError`] for what is neither.
    pub fn parse_stored(text: &str) -> Result<Self, PayoutAccountError> {
        if text == COUNTER { Ok(Self::Counter) } else { PayoutAccount::parse_stored(text).map(Self::Account) }
    }

    /// What is stored.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Account(account) => account.as_str(),
            Self::Counter => COUNTER,
        }
    }

    /// The bank account, where it goes to one.
    pub const fn account(&self) -> Option<&PayoutAccount> {
        match self {
            Self::Account(account) => Some(account),
            Self::Counter => None,
        }
    }

    /// From where the money goes out, and where it is held until it does.
    pub const fn taken_from(&self) -> AccountKind {
        match self {
            Self::Account(_) => AccountKind::Bank,
            Self::Counter => AccountKind::Cash,
        }
    }
}
