//! Money on its way back to whoever paid: asked for by one, approved by another, and given back by the provider by which it
//! came.
//!
//! The money is held from the moment somebody asks, so that it cannot be given back twice, and it has been given back when
//! the provider says so, and not before.

use crate::payment::ProviderState;
use crate::words::words;

words! {
    /// Where a refund stands.
    RefundState {
        /// Somebody has asked for it; somebody else has to approve it. The money is held.
        Asked = "asked",
        /// It was approved: the provider is asked as soon as it can be.
        Approved = "approved",
        /// The provider has taken it and has not said that it is done.
        Sent = "sent",
        /// Whether the provider has heard of it is not known; it is asked until it is.
        Unknown = "unknown",
        /// The payer has the money.
        Done = "done",
        /// The provider did not take it, or could not carry it out. The money is not held any more.
        Failed = "failed",
        /// Somebody else has said no.
        Rejected = "rejected",
        /// Whoever asked does not want it any more.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What somebody at the desk can do about a refund.
    RefundAct {
        /// Say yes to what somebody else has asked for.
        Approve = "approve",
        /// Say no to it.
        Reject = "reject",
        /// Not want any more what one has asked for.
        Withdraw = "withdraw",
        /// Have the provider asked again.
        TryAgain = "try_again",
    }
}

impl RefundAct {
    /// What happens to the refund by it.
    pub const fn happening(self) -> RefundHappening {
        match self {
            Self::Approve => RefundHappening::Approved,
            Self::Reject => RefundHappening::Rejected,
            Self::Withdraw => RefundHappening::Withdrawn,
            Self::TryAgain => RefundHappening::TriedAgain,
        }
    }
}

/// What happens to a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefundHappening {
    /// Somebody else has approved it.
    Approved,
    /// Somebody else has said no.
    Rejected,
    /// Whoever asked does not want it any more.
    Withdrawn,
    /// Somebody wants it tried again.
    TriedAgain,
    /// The question never left this computer.
    NotAsked,
    /// The provider did not take the question.
    Refused,
    /// There was no whole answer: it may have been heard.
    NotAnswered,
    /// The provider has said where it stands; `Paid` is that the payer has it.
    Seen(ProviderState),
}

/// What is done with the money of a refund when it goes from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Nothing.
    Stays,
    /// It is held anew.
    Placed,
    /// It is final.
    Posted,
    /// It is free again.
    Released,
    /// It was free again and has gone all the same.
    Missed,
    /// It had gone and has come back.
    CameBack,
}

impl RefundState {
    /// The state after something has happened; nothing where it cannot happen, as an answer to what was rejected.
    ///
    /// A refund that was approved and one of which nothing is known stay as they are when the provider has never heard of
    /// them: it is asked once more under the same name, which moves no money twice. What has failed stays so, but for money
    /// that was given back after all.
    #[must_use]
    #[expect(
        clippy::match_same_arms,
        reason = "the arms are read in order, from what is known best to what is known least"
    )]
    pub const fn after(self, happening: RefundHappening) -> Option<Self> {
        use ProviderState::{Absent, Cancelled, Denied, Expired, Open, Paid, Reserved, Settled, Unclear};
        use RefundHappening::{Approved, NotAnswered, NotAsked, Refused, Rejected, Seen, TriedAgain, Withdrawn};
        Some(match (self, happening) {
            (Self::Asked, Approved) | (Self::Failed | Self::Approved, TriedAgain) => Self::Approved,
            (Self::Asked, Rejected) => Self::Rejected,
            (Self::Asked, Withdrawn) => Self::Withdrawn,
            (Self::Asked | Self::Rejected | Self::Withdrawn, _) | (_, Approved | Rejected | Withdrawn) => return None,
            (Self::Done, TriedAgain) => return None,
            (_, Seen(Paid | Settled)) | (Self::Done, _) => Self::Done,
            (Self::Failed, _) => Self::Failed,
            (Self::Approved | Self::Unknown, Refused) => Self::Failed,
            (_, Seen(Cancelled | Denied | Expired)) => Self::Failed,
            (_, Seen(Open | Reserved)) => Self::Sent,
            (Self::Approved, NotAnswered) | (_, Seen(Unclear)) => Self::Unknown,
            // A question that failed says nothing of what the provider has heard before.
            (_, NotAsked | NotAnswered | Refused | TriedAgain | Seen(Absent)) => self,
        })
    }

    /// Whether the provider is to be asked about it.
    pub const fn is_on_its_way(self) -> bool {
        matches!(self, Self::Approved | Self::Sent | Self::Unknown)
    }

    /// Whether its money is held on the ledger.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Asked) || self.is_on_its_way()
    }

    /// What its money does on the way to another state.
    pub const fn moves(self, to: Self) -> Hold {
        match (self.holds(), to.holds(), to) {
            (true, false, Self::Done) => Hold::Posted,
            (true, false, _) => Hold::Released,
            (false, true, _) => Hold::Placed,
            (false, false, Self::Done) if !matches!(self, Self::Done) => Hold::Missed,
            _ => Hold::Stays,
        }
    }
}

/// Where the money of a payment stands that nobody has used, in the smallest part of its currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unused {
    /// Among what nobody can place.
    pub suspense: i64,
    /// Among what the payer has paid beforehand.
    pub prepaid: i64,
    /// On the invoice, beyond what it still asks for: it was credited after it was paid.
    pub overpaid: i64,
}

/// Why there is nothing, or not as much, to give back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefundRefusal {
    /// An amount of nothing, or of less.
    #[error("a refund of nothing")]
    Nothing,
    /// More than came and has not gone back or been asked for.
    #[error("more than was paid")]
    MoreThanPaid,
    /// The rest pays for an invoice that stands.
    #[error("more than is unused")]
    Used,
}

impl RefundRefusal {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "refund.nothing",
            Self::MoreThanPaid => "refund.more_than_paid",
            Self::Used => "refund.used",
        }
    }
}

/// What can go back of a payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refundable {
    /// How much came.
    pub came: i64,
    /// How much of it has gone back, or is asked for.
    pub counted: i64,
    /// Where the rest stands, as far as nobody has used it.
    pub unused: Unused,
}

impl Refundable {
    /// How much there is at most.
    pub const fn most(self) -> i64 {
        let Unused { suspense, prepaid, overpaid } = self.unused;
        let (left, free) = (self.came - self.counted, suspense + prepaid + overpaid);
        let most = if left < free { left } else { free };
        if most > 0 { most } else { 0 }
    }

    /// From where an amount is taken: first what nobody can place, then what was paid beforehand, then what is too much on
    /// the invoice.
    ///
    /// # Errors
    /// [`RefundRefusal`].
    pub fn share(self, amount: i64) -> Result<Unused, RefundRefusal> {
        if amount <= 0 {
            return Err(RefundRefusal::Nothing);
        }
        if amount > self.came - self.counted {
            return Err(RefundRefusal::MoreThanPaid);
        }
        let suspense = amount.min(self.unused.suspense.max(0));
        let prepaid = (amount - suspense).min(self.unused.prepaid.max(0));
        let overpaid = amount - suspense - prepaid;
        if overpaid > self.unused.overpaid.max(0) {
            return Err(RefundRefusal::Used);
        }
        Ok(Unused { suspense, prepaid, overpaid })
    }
}

#[cfg(test)]
mod tests;
