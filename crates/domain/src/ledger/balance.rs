//! The four counters of an account, and the limit that they keep.

use super::{Amount, Side, Step};
use crate::words::words;

words! {
    /// What the counters of an account may never say, holds counted.
    BalanceLimit {
        /// Anything goes: an account of the owner's own books.
        Open = "open",
        /// No more is drawn than was paid in: what somebody has paid beforehand.
        DebitsWithinCredits = "debits_within_credits",
        /// No more is given back than was asked for: what somebody owes.
        CreditsWithinDebits = "credits_within_debits",
    }
}

/// What an account has seen: never negative, in the smallest part of its asset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Debits that are held.
    pub debits_pending: i64,
    /// Debits that are final.
    pub debits_posted: i64,
    /// Credits that are held.
    pub credits_pending: i64,
    /// Credits that are final.
    pub credits_posted: i64,
}

/// Why an account does not take an entry. Nothing has been moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BalanceRefusal {
    /// More than is there, with what is held already.
    #[error("more than is there")]
    NotEnough,
    /// More than 64 bits count.
    #[error("more than an account can count")]
    TooLarge,
    /// More is released than was held; the transfers contradict one another.
    #[error("less was held than is released")]
    NotHeld,
}

impl Balance {
    /// What is left to draw from an account that was paid into, holds taken off.
    pub const fn free_credit(self) -> i64 {
        self.credits_posted - self.debits_posted - self.debits_pending
    }

    /// What is left to settle of an account that is owed to, holds taken off.
    pub const fn free_debit(self) -> i64 {
        self.debits_posted - self.credits_posted - self.credits_pending
    }

    /// The balance after one side of a transfer, within a limit.
    ///
    /// # Errors
    /// [`BalanceRefusal`]. Releasing a hold is never refused for its limit, nor is posting one: it was counted when it was made.
    pub fn after(self, side: Side, step: Step, amount: Amount, limit: BalanceLimit) -> Result<Self, BalanceRefusal> {
        let amount = amount.smallest();
        let (pending, posted) = match side {
            Side::Debit => (self.debits_pending, self.debits_posted),
            Side::Credit => (self.credits_pending, self.credits_posted),
        };
        let released = |held: Amount| {
            let left = pending - held.smallest();
            if left < 0 { Err(BalanceRefusal::NotHeld) } else { Ok(left) }
        };
        let more = |before: i64| before.checked_add(amount).ok_or(BalanceRefusal::TooLarge);
        let (pending, posted) = match step {
            Step::Posted => (pending, more(posted)?),
            Step::Pending => (more(pending)?, posted),
            Step::Post { held } => (released(held)?, more(posted)?),
            Step::Void { held } | Step::Expire { held } => (released(held)?, posted),
        };
        let after = match side {
            Side::Debit => Self { debits_pending: pending, debits_posted: posted, ..self },
            Side::Credit => Self { credits_pending: pending, credits_posted: posted, ..self },
        };
        match step {
            Step::Posted | Step::Pending if !after.keeps(limit)? => Err(BalanceRefusal::NotEnough),
            _ => Ok(after),
        }
    }

    /// Whether the counters keep a limit.
    fn keeps(self, limit: BalanceLimit) -> Result<bool, BalanceRefusal> {
        let both = |pending: i64, posted: i64| pending.checked_add(posted).ok_or(BalanceRefusal::TooLarge);
        Ok(match limit {
            BalanceLimit::Open => true,
            BalanceLimit::DebitsWithinCredits => both(self.debits_pending, self.debits_posted)? <= self.credits_posted,
            BalanceLimit::CreditsWithinDebits => both(self.credits_pending, self.credits_posted)? <= self.debits_posted,
        })
    }
}
