//! Accounts and transfers: double entry that only ever grows.
//!
//! A transfer takes an amount from one account to another and is never changed. What is only held is a transfer of its own
//! that waits (`pending`), and what becomes of it (posted, voided, expired) is another one that names it. So every balance
//! follows from the transfers alone, and can be proved from nothing.

mod account;
mod balance;
mod carry;
pub mod posting;
#[cfg(test)]
mod tests;
mod transfer;

pub use account::{Account, AccountKind};
pub use balance::{Balance, BalanceLimit, BalanceRefusal};
pub use carry::{Share, carry_over};
pub use transfer::{Entry, Held, Step, Transfer, TransferCode, TransferRefusal, entries};

use crate::money::{Currency, Money};
use crate::words::words;
use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Europe::Stockholm;

words! {
    /// What an account counts. Assets never meet in a transfer: nothing is converted inside one.
    Asset {
        /// Swedish kronor, counted in öre.
        Sek = "SEK",
        /// Norwegian kroner, counted in øre.
        Nok = "NOK",
        /// Energy, counted in watt-hours.
        Energy = "kWh",
        /// Days of parking, counted whole.
        Days = "days",
    }
}

impl Asset {
    /// The asset of a currency; nothing is owed in the currency of market prices.
    pub const fn of(currency: Currency) -> Option<Self> {
        match currency {
            Currency::Sek => Some(Self::Sek),
            Currency::Nok => Some(Self::Nok),
            Currency::Eur => None,
        }
    }

    /// The currency, if it is money.
    pub const fn currency(self) -> Option<Currency> {
        match self {
            Self::Sek => Some(Currency::Sek),
            Self::Nok => Some(Currency::Nok),
            Self::Energy | Self::Days => None,
        }
    }
}

/// When the night's proof is made, by the clock of both countries: nobody works, and clocks are never set then.
const PROVED_AT: NaiveTime = match NaiveTime::from_hms_opt(4, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

/// Whether the ledger is to be proved, that was proved last then: when four in the morning has passed since, wherever that
/// found the computer, or when it never was.
pub fn proof_is_due(last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    let Some(last) = last else { return true };
    let today = now.with_timezone(&Stockholm).date_naive();
    let due = [Some(today), today.pred_opt()]
        .into_iter()
        .flatten()
        .filter_map(|day| day.and_time(PROVED_AT).and_local_timezone(Stockholm).earliest())
        .map(|at| at.with_timezone(&Utc))
        .find(|at| *at <= now);
    // A clock that was set back has the next night prove it, and not every minute.
    due.is_some_and(|due| last < due)
}

/// How much a transfer takes: more than nothing, in the smallest part of its asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

impl Amount {
    /// An amount; nothing when it is not more than zero.
    pub const fn new(smallest: i64) -> Option<Self> {
        if smallest > 0 { Some(Self(smallest)) } else { None }
    }

    /// In öre, øre, watt-hours or days.
    pub const fn smallest(self) -> i64 {
        self.0
    }

    /// The amount and asset of money that is more than none.
    pub fn of_money(money: Money) -> Option<(Self, Asset)> {
        Some((Self::new(money.minor)?, Asset::of(money.currency)?))
    }
}

words! {
    /// Which side of an account.
    Side {
        /// What was given to it.
        Debit = "debit",
        /// What was taken from it.
        Credit = "credit",
    }
}
