//! A transfer, what it does to its two accounts, and what may become of one that is held.

use super::{Amount, Asset, Side};
use crate::id::{AccountId, TransferId};
use crate::words::words;

words! {
    /// Why something was moved.
    TransferCode {
        /// An invoice was issued.
        Invoice = "invoice",
        /// A credit note was issued.
        CreditNote = "credit_note",
        /// A receipt was issued.
        Receipt = "receipt",
        /// A document was made void, and what it had posted goes back.
        Reversal = "reversal",
        /// Somebody has paid.
        Payment = "payment",
        /// Somebody has paid through a provider.
        ProviderPayment = "provider_payment",
        /// A provider has settled: what it took for itself, and what the bank received.
        Settlement = "settlement",
        /// What was moved amiss is put right.
        Correction = "correction",
        /// A reminder was issued, with its fee and the interest.
        Reminder = "reminder",
        /// Money of a payer is given back, or held for that.
        Refund = "refund",
        /// What was paid too much has followed to another invoice.
        CarriedOver = "carried_over",
        /// Two records of a person became one, and what was paid beforehand under one goes to the other.
        Merged = "merged",
        /// What was held is free again, since its time is over.
        RanOut = "ran_out",
        /// Somebody has paid at the counter, or that was taken back.
        Till = "till",
        /// A till was counted, and something was missing or too much.
        TillCount = "till_count",
        /// Money goes out to a bank account, or is held for that.
        Payout = "payout",
    }
}

impl TransferCode {
    /// Whether a document posts itself by it: when it is issued, or taken out of use.
    pub const fn is_of_document(self) -> bool {
        matches!(self, Self::Invoice | Self::CreditNote | Self::Receipt | Self::Reminder | Self::Reversal)
    }
}

/// What a transfer does to its accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Final at once.
    Posted,
    /// Held, until one of the three below names it.
    Pending,
    /// What was held becomes final, or as much of it as was used; the rest is free again.
    Post {
        /// What was held.
        held: Amount,
    },
    /// What was held is free again, since somebody said so.
    Void {
        /// What was held.
        held: Amount,
    },
    /// What was held is free again, since its time is over.
    Expire {
        /// What was held.
        held: Amount,
    },
}

/// An amount on its way from one account to another, once and for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Made by whoever asks for it, before asking, so that asking again is known.
    pub id: TransferId,
    /// To whom it is given.
    pub debit: AccountId,
    /// From whom it is taken.
    pub credit: AccountId,
    /// Of what.
    pub asset: Asset,
    /// How much; of a void or an expiry, what was held.
    pub amount: Amount,
    /// What it does.
    pub step: Step,
    /// The transfer that it resolves, if it does.
    pub resolves: Option<TransferId>,
}

/// One side of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// On which account.
    pub account: AccountId,
    /// On which side of it.
    pub side: Side,
    /// What it does there.
    pub step: Step,
    /// How much.
    pub amount: Amount,
}

/// Both sides of a transfer, in the order of their accounts: whoever locks many locks them in this order.
pub fn entries(transfer: &Transfer) -> [Entry; 2] {
    let entry = |account, side| Entry { account, side, step: transfer.step, amount: transfer.amount };
    let mut both = [entry(transfer.debit, Side::Debit), entry(transfer.credit, Side::Credit)];
    both.sort_by_key(|entry| entry.account);
    both
}

/// Something that is held, and waits for what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The transfer that holds it.
    pub id: TransferId,
    /// To whom it would be given.
    pub debit: AccountId,
    /// From whom it would be taken.
    pub credit: AccountId,
    /// Of what.
    pub asset: Asset,
    /// How much.
    pub amount: Amount,
}

/// Why something held cannot become what is asked. Nothing has been moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransferRefusal {
    /// From an account to itself.
    #[error("from an account to itself")]
    Itself,
    /// More would be final than was held.
    #[error("more than was held")]
    MoreThanHeld,
}

impl TransferRefusal {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Itself => "transfer.itself",
            Self::MoreThanHeld => "transfer.more_than_held",
        }
    }
}

impl Step {
    /// The stable word in SQL, JSON and translations.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Pending => "pending",
            Self::Post { .. } => "post",
            Self::Void { .. } => "void",
            Self::Expire { .. } => "expire",
        }
    }

    /// Reads [`Step::word`], with what was held where it resolves something.
    pub fn from_word(word: &str, held: Option<Amount>) -> Option<Self> {
        Some(match (word, held) {
            ("posted", None) => Self::Posted,
            ("pending", None) => Self::Pending,
            ("post", Some(held)) => Self::Post { held },
            ("void", Some(held)) => Self::Void { held },
            ("expire", Some(held)) => Self::Expire { held },
            _ => return None,
        })
    }

    /// What was held, of a step that resolves something.
    pub const fn held(self) -> Option<Amount> {
        match self {
            Self::Posted | Self::Pending => None,
            Self::Post { held } | Self::Void { held } | Self::Expire { held } => Some(held),
        }
    }
}

impl Transfer {
    /// A transfer that is final at once, or one that is held.
    ///
    /// # Errors
    /// [`TransferRefusal::Itself`].
    pub fn new(
        id: TransferId,
        (debit, credit): (AccountId, AccountId),
        (amount, asset): (Amount, Asset),
        is_held: bool,
    ) -> Result<Self, TransferRefusal> {
        if debit == credit {
            return Err(TransferRefusal::Itself);
        }
        let step = if is_held { Step::Pending } else { Step::Posted };
        Ok(Self { id, debit, credit, asset, amount, step, resolves: None })
    }
}

impl Held {
    /// So much of it becomes final, and the rest is free again.
    ///
    /// # Errors
    /// [`TransferRefusal::MoreThanHeld`].
    pub fn post(self, id: TransferId, amount: Amount) -> Result<Transfer, TransferRefusal> {
        if amount > self.amount {
            return Err(TransferRefusal::MoreThanHeld);
        }
        Ok(self.resolved(id, amount, Step::Post { held: self.amount }))
    }

    /// All of it is free again, since somebody said so.
    pub fn void(self, id: TransferId) -> Transfer {
        self.resolved(id, self.amount, Step::Void { held: self.amount })
    }

    /// All of it is free again, since its time is over.
    pub fn expire(self, id: TransferId) -> Transfer {
        self.resolved(id, self.amount, Step::Expire { held: self.amount })
    }

    const fn resolved(self, id: TransferId, amount: Amount, step: Step) -> Transfer {
        let Self { id: held, debit, credit, asset, amount: _ } = self;
        Transfer { id, debit, credit, asset, amount, step, resolves: Some(held) }
    }
}
