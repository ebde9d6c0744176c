//! Money on its way out: asked for by one, approved by another, and then written to a file and paid when the bank says so, or
//! handed over in cash at the counter.
//!
//! The money is held from the moment somebody asks until the bank has paid it or nobody wants it any more. A bank that has
//! refused does not end that: the same payout goes out in another file, or is withdrawn.

mod bank_line;
mod destination;
mod dormant;
mod sender;
mod unused;

pub use bank_line::{OutgoingOutcome, OutgoingWay, told_by_line};
pub use destination::PayoutDestination;
pub use dormant::{AGES, Age, LeftOf};
pub use sender::{PayoutSender, PayoutSenderDraft};
pub use unused::{UnusedPart, share};

use crate::id::{CompanyId, IncomingPaymentId, PaymentId, PersonId};
use crate::refund::Hold;
use crate::words::words;

/// Whose money is paid out, or what is left of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutSource {
    /// What somebody has unused: paid beforehand, or too much on an invoice.
    Person(PersonId),
    /// What a company that collects has unused.
    Company(CompanyId),
    /// What is left of a payment that the bank has reported, which nobody could place.
    IncomingPayment(IncomingPaymentId),
    /// What nobody could place of a payment through a provider.
    Payment(PaymentId),
}

words! {
    /// Where a payout stands.
    PayoutState {
        /// Somebody has asked for it; somebody else has to approve it. The money is held.
        Asked = "asked",
        /// It was approved, and is in no file.
        Approved = "approved",
        /// It is in a file that nobody has fetched.
        Filed = "filed",
        /// Its file was fetched, to be sent to the bank.
        Sent = "sent",
        /// The bank has taken it.
        Accepted = "accepted",
        /// The bank has not carried it out. The money is held: it can go into another file.
        Rejected = "rejected",
        /// The bank has paid it, or a clerk has handed it over.
        Paid = "paid",
        /// It had been paid, and has come back.
        Returned = "returned",
        /// Somebody else has said no.
        Refused = "refused",
        /// Nobody wants it any more.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What a bank says of a payment that it was asked to make.
    BankWord {
        /// It has it, and has not looked at all of it.
        Received = "received",
        /// It will carry it out.
        Accepted = "accepted",
        /// It has.
        Paid = "paid",
        /// It will not.
        Rejected = "rejected",
    }
}

impl BankWord {
    /// What a status of ISO 20022 says; nothing for one that says nothing of a single payment, such as `PART`.
    pub fn of_status(code: &str) -> Option<Self> {
        match code {
            "RCVD" | "PDNG" | "ACTC" | "PATC" => Some(Self::Received),
            "ACCP" | "ACSP" | "ACWC" | "ACWP" | "ACFC" => Some(Self::Accepted),
            "ACSC" | "ACCC" => Some(Self::Paid),
            "RJCT" | "CANC" => Some(Self::Rejected),
            _ => None,
        }
    }
}

words! {
    /// What became of one line of a status report.
    StatusOutcome {
        /// The payout stands as it says.
        Applied = "applied",
        /// The payout stood so, or further, already.
        Known = "known",
        /// The bank said something newer before.
        Older = "older",
        /// No payout is called so.
        Unknown = "unknown",
        /// It says nothing of a single payment.
        NoWord = "no_word",
        /// It is paid, though its money was in another file or let go meanwhile: somebody has to look.
        Contradicts = "contradicts",
    }
}

words! {
    /// What somebody at the desk can do about a payout.
    PayoutAct {
        /// Say yes to what somebody else has asked for.
        Approve = "approve",
        /// Say no to it.
        Refuse = "refuse",
        /// Not want it any more.
        Withdraw = "withdraw",
        /// Say that the bank has paid it.
        Paid = "paid",
        /// Say that the bank has not carried it out.
        Rejected = "rejected",
        /// Say that it has come back.
        Returned = "returned",
    }
}

impl PayoutAct {
    /// What happens to the payout by it.
    pub const fn happening(self) -> PayoutHappening {
        match self {
            Self::Approve => PayoutHappening::Approved,
            Self::Refuse => PayoutHappening::Refused,
            Self::Withdraw => PayoutHappening::Withdrawn,
            Self::Paid => PayoutHappening::Told(BankWord::Paid),
            Self::Rejected => PayoutHappening::Told(BankWord::Rejected),
            Self::Returned => PayoutHappening::Returned,
        }
    }
}

/// What happens to a payout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayoutHappening {
    /// Somebody else has approved it.
    Approved,
    /// Somebody else has said no.
    Refused,
    /// Nobody wants it any more.
    Withdrawn,
    /// It was written to a file.
    Filed,
    /// The file was fetched.
    Sent,
    /// The bank has said something of it, or somebody for the bank.
    Told(BankWord),
    /// It was handed over at the counter.
    HandedOver,
    /// What was paid has come back.
    Returned,
}

impl PayoutState {
    /// The state after something has happened; nothing where it cannot happen, as an approval of what was withdrawn.
    ///
    /// What the bank has paid stays so whatever it says later; what it has not carried out stays so until it says that it
    /// has, or the payout is in another file. Of what was withdrawn afterwards, only that it was paid all the same counts.
    #[must_use]
    pub const fn after(self, happening: PayoutHappening) -> Option<Self> {
        use BankWord::{Accepted, Paid, Received, Rejected};
        use PayoutHappening as H;
        Some(match (self, happening) {
            (Self::Asked, H::Approved) => Self::Approved,
            (Self::Asked, H::Refused) => Self::Refused,
            (Self::Asked | Self::Approved | Self::Rejected, H::Withdrawn) => Self::Withdrawn,
            (Self::Approved | Self::Rejected, H::Filed) => Self::Filed,
            (Self::Filed, H::Sent) => Self::Sent,
            (Self::Sent | Self::Accepted | Self::Rejected | Self::Paid | Self::Returned | Self::Withdrawn, H::Sent) => {
                self
            }
            (Self::Filed | Self::Sent | Self::Accepted, H::Told(Received | Accepted)) => Self::Accepted,
            (Self::Filed | Self::Sent | Self::Accepted, H::Told(Rejected)) => Self::Rejected,
            (Self::Approved, H::HandedOver)
            | (
                Self::Filed | Self::Sent | Self::Accepted | Self::Rejected | Self::Withdrawn | Self::Paid,
                H::Told(Paid),
            ) => Self::Paid,
            (Self::Rejected | Self::Paid | Self::Returned | Self::Withdrawn, H::Told(_)) => self,
            (Self::Paid, H::Returned) => Self::Returned,
            _ => return None,
        })
    }

    /// Whether its money is held on the ledger.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Asked | Self::Approved | Self::Filed | Self::Sent | Self::Accepted | Self::Rejected)
    }

    /// Whether it is at the bank, or about to be: nobody changes it but the bank.
    pub const fn is_at_bank(self) -> bool {
        matches!(self, Self::Filed | Self::Sent | Self::Accepted)
    }

    /// Whether it can go into a file.
    pub const fn can_be_filed(self) -> bool {
        matches!(self, Self::Approved | Self::Rejected)
    }

    /// What its money does on the way to another state.
    pub const fn moves(self, to: Self) -> Hold {
        match (self.holds(), to.holds(), to) {
            (true, false, Self::Paid) => Hold::Posted,
            (true, false, _) => Hold::Released,
            (false, false, Self::Paid) if !matches!(self, Self::Paid) => Hold::Missed,
            (false, false, Self::Returned) if matches!(self, Self::Paid) => Hold::CameBack,
            _ => Hold::Stays,
        }
    }
}

/// Why there is not as much to pay out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayoutRefusal {
    /// An amount of nothing, or of less.
    #[error("a payout of nothing")]
    Nothing,
    /// More than is there and unused.
    #[error("more than is unused")]
    MoreThanUnused,
    /// Cash goes to somebody in the register, of what is theirs.
    #[error("nobody is known who could get it at the counter")]
    NobodyAtCounter,
    /// It goes out at the counter, where no bank has to do with it.
    #[error("it goes out at the counter")]
    AtCounter,
}

impl PayoutRefusal {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Nothing => "payout.nothing",
            Self::MoreThanUnused => "payout.more_than_unused",
            Self::NobodyAtCounter => "payout.nobody_at_counter",
            Self::AtCounter => "payout.at_counter",
        }
    }
}

#[cfg(test)]
mod tests;
