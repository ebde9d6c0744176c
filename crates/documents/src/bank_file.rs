//! Files in which banks report what has come in, told apart by what is in them.
//!
//! | form | from | characters |
//! |---|---|---|
//! | `BgMax` | Bankgirot, for a bankgiro | ISO 8859-1, 80 columns |
//! | camt.053, camt.054 | banks, by ISO 20022; any version | as the document says |
//! | OCR giro | Nets, for a Norwegian account with KID | ISO 8859-1, 80 columns |
//!
//! A file is read whole or not at all. Every sum and count that it says of itself is held against what is in it: a file
//! that was cut, edited or mixed up has lost money somewhere, and nobody can say where.
//!
//! None of the published readers is used: the crates for ISO 20022 are generated for one version of one schema and refuse
//! what banks really send, and there is no kept one for `BgMax` and OCR giro.

mod bgmax;
mod camt;
mod ocr_giro;
pub(crate) mod text;

use chrono::NaiveDate;
pub use stolpe_domain::incoming_payment::{BankFileKind, PaymentKind, Reference, ReferenceKind};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payout::OutgoingWay;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankFile {
    /// What it is.
    pub kind: BankFileKind,
    /// What the sender calls it.
    pub id: String,
    /// The day on which it was written, or up to which it tells.
    pub written_on: Option<NaiveDate>,
    /// Whether the sender made it to try things out.
    pub is_test: bool,
    /// What reached an account, each with its payments.
    pub deposits: Vec<Deposit>,
    /// Money that went out, or came back from there without being a payment to us.
    pub outgoing: Vec<BankOutgoing>,
    /// What is in the file and is no incoming payment.
    pub skipped: Skipped,
}

impl BankFile {
    /// All payments, deposit by deposit.
    pub fn payments(&self) -> impl Iterator<Item = (&Deposit, &BankPayment)> {
        self.deposits.iter().flat_map(|deposit| deposit.payments.iter().map(move |payment| (deposit, payment)))
    }
}

/// How many entries are no incoming payments, by why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Skipped {
    /// Money that went out.
    pub debits: usize,
    /// Not booked yet; it comes again when it is.
    pub pending: usize,
    /// A sum of several payments that are told of elsewhere, one by one.
    pub bundles: usize,
    /// Our own outgoing payments that came back.
    pub returned: usize,
    /// Booked in a currency that Stolpe does not count in.
    pub other_currency: usize,
    /// Payments of nothing, which only carry a message.
    pub empty: usize,
}

/// What an account is called by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountScheme {
    /// Bankgiro.
    Bankgiro,
    /// Plusgiro.
    Plusgiro,
    /// Eleven digits of a Norwegian bank.
    NorwegianBank,
    /// An international number.
    Iban,
    /// Something of the bank's own.
    Other,
}

/// An account as a file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileAccount {
    /// By what.
    pub scheme: AccountScheme,
    /// Digits or letters, without blanks.
    pub number: String,
}

/// What reached an account in one piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deposit {
    /// The account.
    pub account: FileAccount,
    /// What the sender calls it; nothing where it is not named.
    pub id: String,
    /// The day on which the bank booked it.
    pub booked_on: NaiveDate,
    /// How much: exactly what its payments come to.
    pub sum: Money,
    /// The payments, as they stand in the file.
    pub payments: Vec<BankPayment>,
}

/// One payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankPayment {
    /// The same for the same payment in any other file, and for no other payment.
    pub key: String,
    /// Which way it goes.
    pub kind: PaymentKind,
    /// How much; less than nothing for what is taken off or back, never nothing.
    pub amount: Money,
    /// The day on which the bank booked it.
    pub booked_on: NaiveDate,
    /// What it refers to.
    pub references: Vec<Reference>,
    /// What the payer wrote, line by line.
    pub information: Vec<String>,
    /// Who has paid, if the file says so.
    pub payer: Option<String>,
    /// From where.
    pub payer_account: Option<String>,
    /// On which line of the file it begins, counted from 1.
    pub line: u64,
    /// The lines themselves, as proof, without the personal number that some carry.
    pub lines: Vec<String>,
    /// What is said of it where it is money of our own that came back.
    pub returned: Option<Returned>,
}

/// A payment of ours that came back, as the file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Our name for it.
    pub end_to_end_id: String,
    /// Why, as the bank's code; empty where it says none.
    pub reason: String,
}

/// Money that went out of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankOutgoing {
    /// The same for the same line in any other file, and for no other line.
    pub key: String,
    /// Whether it went out, or came back.
    pub way: OutgoingWay,
    /// The account.
    pub account: FileAccount,
    /// How much, always above nothing.
    pub amount: Money,
    /// The day on which the bank booked it.
    pub booked_on: NaiveDate,
    /// Our name for the payment; nothing where the bank does not say it.
    pub end_to_end_id: Option<String>,
    /// Our name for the file that asked for it.
    pub message_id: Option<String>,
    /// Our name for the payments in that file.
    pub payment_information_id: Option<String>,
    /// Why it came back, as the bank's code; empty where it says none.
    pub reason: String,
    /// Who was paid, if the file says so.
    pub payee: Option<String>,
    /// What the bank calls it; empty where it says nothing.
    pub bank_reference: String,
    /// On which line of the file it begins, counted from 1.
    pub line: u64,
    /// The lines themselves, as proof, without the personal number that some carry.
    pub lines: Vec<String>,
}

/// Why a file was not read. `line` counts from 1; `record` is what the form calls it, such as `TK15` or `Ntry`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BankFileError {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// None of the forms.
    #[error("the file is in no form with payments that is known")]
    UnknownForm,
    /// Agreements and claims of `AvtaleGiro`, which go the other way.
    #[error("the file is of AvtaleGiro and holds no payments")]
    AvtaleGiro,
    /// Another message of ISO 20022, by its name.
    #[error("the file is a message {0}, which tells of no booked payments")]
    OtherMessage(String),
    /// It ends before its last record.
    #[error("the file ends too early, after line {line}")]
    CutShort {
        /// The last line.
        line: u64,
    },
    /// A record is not what it must be.
    #[error("line {line} ({record}) is damaged")]
    Damaged {
        /// Where.
        line: u64,
        /// Of which record.
        record: String,
    },
    /// A sum is not that of the payments.
    #[error("line {line} ({record}) says {said}, and the payments come to {counted}")]
    Sum {
        /// Where the sum stands.
        line: u64,
        /// In which record.
        record: String,
        /// The sum in the file.
        said: String,
        /// The sum of what is in it.
        counted: String,
    },
    /// A number of records is not how many there are.
    #[error("line {line} ({record}) says {said} records, and there are {counted}")]
    Count {
        /// Where the number stands.
        line: u64,
        /// In which record.
        record: String,
        /// The number in the file.
        said: String,
        /// How many there are.
        counted: String,
    },
}

impl BankFileError {
    /// The stable word that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "bank_file.empty",
            Self::UnknownForm => "bank_file.unknown_form",
            Self::AvtaleGiro => "bank_file.avtalegiro",
            Self::OtherMessage(_) => "bank_file.other_message",
            Self::CutShort { .. } => "bank_file.cut_short",
            Self::Damaged { .. } => "bank_file.damaged",
            Self::Sum { .. } => "bank_file.sum",
            Self::Count { .. } => "bank_file.count",
        }
    }

    fn sum(line: u64, record: &str, said: i64, counted: i64) -> Self {
        Self::Sum { line, record: record.to_owned(), said: decimal(said), counted: decimal(counted) }
    }

    fn count(line: u64, record: &str, said: i64, counted: usize) -> Self {
        Self::Count { line, record: record.to_owned(), said: said.to_string(), counted: counted.to_string() }
    }
}

/// Reads a file whole.
///
/// # Errors
/// [`BankFileError`]; nothing of the file is then of use.
pub fn read(bytes: &[u8]) -> Result<BankFile, BankFileError> {
    let decoded = text::decode(bytes);
    let content = text::printable(&decoded);
    let content = content.trim_start_matches('\u{feff}');
    let begins = content.trim_start();
    if begins.is_empty() {
        Err(BankFileError::Empty)
    } else if begins.starts_with('<') {
        camt::read(begins)
    } else if begins.starts_with("01BGMAX") {
        bgmax::read(&text::lines(content))
    } else if ocr_giro::looks_like(begins) {
        ocr_giro::read(&text::lines(content))
    } else {
        Err(BankFileError::UnknownForm)
    }
}

/// Adds up what has been read; what 64 bits do not hold is no sum of money.
fn total(payments: &[BankPayment]) -> Option<i64> {
    payments.iter().try_fold(0_i64, |sum, payment| sum.checked_add(payment.amount.minor))
}

/// Makes keys unique within a deposit: payments that a bank calls the same are told apart by their order, which is the same
/// whenever the deposit is told of.
fn number_keys(payments: &mut [BankPayment]) {
    let mut seen: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for payment in payments {
        let times = seen.entry(payment.key.clone()).or_default();
        *times += 1;
        if *times > 1 {
            payment.key = format!("{}#{times}", payment.key);
        }
    }
}

fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.unsigned_abs() / 100, minor.unsigned_abs() % 100)
}

fn currency(code: &str) -> Option<Currency> {
    Currency::from_code(code)
}

#[cfg(test)]
mod tests;
