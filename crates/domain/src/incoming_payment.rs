//! Payments that a bank reports: what they refer to, which documents they settle, and what is left for somebody to decide.

mod matching;
mod settling;
mod suggestion;

pub use matching::{Allocation, Match, Outcome, bare_reference, match_payment};
pub use settling::{SettleRefusal, settle};
pub use suggestion::{MOST_SUGGESTIONS, MatchReason, Suggestion, suggestions};

use crate::document::Number;
use crate::id::DocumentId;
use crate::money::Money;
use crate::words::words;
use chrono::NaiveDate;

words! {
    /// What kind of file a bank reports payments in.
    BankFileKind {
        /// Payments to a bankgiro, from Bankgirot.
        Bgmax = "bgmax",
        /// A statement of an account by ISO 20022.
        Camt053 = "camt053",
        /// Notices of what came and went, by ISO 20022.
        Camt054 = "camt054",
        /// Payments with KID to a Norwegian account, from Nets.
        OcrGiro = "ocr_giro",
    }
}

words! {
    /// What a reference of a payment is, as far as the bank says.
    ReferenceKind {
        /// OCR, with its check digit held against the agreement by the bank.
        Ocr = "ocr",
        /// KID, held against the agreement by the bank.
        Kid = "kid",
        /// A structured reference of ISO 20022: OCR, KID or one that begins with RF.
        Structured = "structured",
        /// The number of an invoice, as the payer names it.
        Invoice = "invoice",
        /// What the payer wrote.
        Text = "text",
        /// Something that was to be OCR and is not: a wrong check digit or length.
        Faulty = "faulty",
    }
}

words! {
    /// Which way a payment goes.
    PaymentKind {
        /// Money that somebody has paid.
        Payment = "payment",
        /// What is taken off a deposit: credit notes that a payer has drawn off.
        Deduction = "deduction",
        /// A payment that the bank has taken back.
        Reversal = "reversal",
    }
}

/// What a payment refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it is.
    pub kind: ReferenceKind,
    /// As it was written, without the blanks around it.
    pub text: String,
    /// How much of the payment goes there, where the payer says so; negative for a credit note that is drawn off.
    pub amount: Option<Money>,
}

/// A payment, as far as it is matched by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Which way it goes.
    pub kind: PaymentKind,
    /// How much; less than nothing for what is taken off or back.
    pub amount: Money,
    /// What it refers to.
    pub references: Vec<Reference>,
    /// What the payer wrote beside it.
    pub information: Vec<String>,
    /// Who has paid.
    pub payer: Option<String>,
    /// The day on which the bank booked it.
    pub booked_on: NaiveDate,
}

/// An invoice, as far as payments are matched with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payable {
    /// Which.
    pub id: DocumentId,
    /// Its number.
    pub number: Number,
    /// Its OCR or KID.
    pub reference: Option<String>,
    /// What is left to pay of it; nothing when it is paid or credited whole.
    pub open: Money,
    /// What payments have settled of it: as much can be taken back.
    pub paid: Money,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// Whom it is for.
    pub payer: String,
    /// What else a reference to it asks to be paid.
    pub beside: Beside,
}

/// What a reference to a document pays beside the document itself, in the order in which it is paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Beside {
    /// Nothing.
    #[default]
    Nothing,
    /// A reminder asks for these invoices with it: what it cost itself comes first, then the interest, then the invoices, the
    /// oldest first (9 kap. 5 § handelsbalken for interest before the debt; costs before both).
    Invoices(Vec<DocumentId>),
    /// These reminders were made of an invoice. Whoever pays the invoice by its own reference has said what is paid first: of
    /// what is more, the reminders are paid.
    Reminders(Vec<DocumentId>),
}
