//! Files in which payment providers tell what they have paid out, and for which payments.
//!
//! | form | from |
//! |---|---|
//! | settlement report as CSV | Vipps: its portal, and whoever it sends files to |
//! | a table with headings | a bank's report of Swish payments, what Payson's portal saves, or any list made by hand |
//!
//! Swish and Payson publish no form of a file: banks and portals each have their own. Columns are therefore known by their
//! headings, in three languages. As with files of banks, a file is read whole or not at all, and every sum and count that it
//! says of itself is held against its lines.

mod table;
mod vipps;

use crate::list_file::ListFileError;
use chrono::NaiveDate;
use stolpe_domain::money::Money;
use stolpe_domain::payment::PaymentProvider;
pub use stolpe_domain::reconciliation::{SettlementFileKind, SettlementLineKind};

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettlementFile {
    /// Its form.
    pub kind: SettlementFileKind,
    /// The settlements, in the order of the file.
    pub settlements: Vec<ToldSettlement>,
}

/// One settlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldSettlement {
    /// What the provider calls it; the day, where it has no name.
    pub number: String,
    /// The day on which it was made.
    pub settled_on: NaiveDate,
    /// What customers paid, less what was given back.
    pub gross: Money,
    /// What the provider took for itself.
    pub fee: Money,
    /// What is paid out: gross less fee.
    pub net: Money,
    /// For which payments.
    pub lines: Vec<ToldLine>,
}

/// One line of a settlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldLine {
    /// On which line of the file it stands, counted from 1.
    pub line: u64,
    /// What it is.
    pub kind: SettlementLineKind,
    /// Our name for the payment, as the provider has kept it.
    pub reference: Option<String>,
    /// The provider's name for the movement of the money.
    pub movement: Option<String>,
    /// The day on which the customer paid.
    pub sold_on: Option<NaiveDate>,
    /// What the customer paid; less than nothing for what was given back.
    pub gross: Money,
    /// What the provider took of it.
    pub fee: Money,
}

/// Why a file was not read. `line` counts from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettlementFileError {
    /// It is no table, or lacks a column.
    #[error(transparent)]
    NoTable(#[from] ListFileError),
    /// It is of another provider.
    #[error("the file is of another provider")]
    OtherProvider,
    /// There is no settlement in it.
    #[error("there is no settlement in the file")]
    NoSettlement,
    /// A cell is not what it must be.
    #[error("line {line} is damaged at {record}")]
    Damaged {
        /// Where.
        line: u64,
        /// In which column.
        record: String,
    },
    /// It is in a currency that the provider does not pay owners in.
    #[error("line {line} is in {code}")]
    OtherCurrency {
        /// Where.
        line: u64,
        /// Which currency.
        code: String,
    },
    /// A sum is not that of the lines.
    #[error("line {line} ({record}) says {said}, and the lines come to {counted}")]
    Sum {
        /// Where the sum stands.
        line: u64,
        /// What it is of.
        record: String,
        /// The sum in the file.
        said: String,
        /// The sum of what is in it.
        counted: String,
    },
}

impl SettlementFileError {
    /// The stable word that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoTable(error) => error.code(),
            Self::OtherProvider => "settlement_file.other_provider",
            Self::NoSettlement => "settlement_file.no_settlement",
            Self::Damaged { .. } => "settlement_file.damaged",
            Self::OtherCurrency { .. } => "settlement_file.other_currency",
            Self::Sum { .. } => "settlement_file.sum",
        }
    }

    fn damaged(line: u64, record: &str) -> Self {
        Self::Damaged { line, record: record.to_owned() }
    }

    fn sum(line: u64, record: &str, said: i64, counted: i64) -> Self {
        Self::Sum { line, record: record.to_owned(), said: decimal(said), counted: decimal(counted) }
    }
}

/// Reads a file of a provider whole.
///
/// # Errors
/// [`SettlementFileError`]; nothing of the file is then of use.
pub fn read(bytes: &[u8], provider: PaymentProvider) -> Result<SettlementFile, SettlementFileError> {
    let file = if vipps::looks_like(bytes) {
        if provider != PaymentProvider::Vipps {
            return Err(SettlementFileError::OtherProvider);
        }
        SettlementFile { kind: SettlementFileKind::VippsCsv, settlements: vipps::read(bytes)? }
    } else {
        SettlementFile { kind: SettlementFileKind::Table, settlements: table::read(bytes, provider.currency())? }
    };
    if file.settlements.is_empty() { Err(SettlementFileError::NoSettlement) } else { Ok(file) }
}

fn decimal(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", minor.unsigned_abs() / 100, minor.unsigned_abs() % 100)
}

/// Adds up; what 64 bits do not hold is no sum of money.
fn total(amounts: impl IntoIterator<Item = i64>) -> Option<i64> {
    amounts.into_iter().try_fold(0_i64, i64::checked_add)
}

#[cfg(test)]
mod tests;
