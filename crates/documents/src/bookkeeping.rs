//! Vouchers as files that an accountant's own program takes.

mod sie;
mod words;

use chrono::NaiveDate;
use stolpe_domain::bookkeeping::{ChartAccount, Voucher};
use stolpe_domain::money::Currency;
use stolpe_domain::organisation_number::OrganisationNumber;

pub use sie::sie;
pub use words::{voucher_rows, voucher_text};

/// Vouchers of one organisation.
#[derive(Clone, Debug)]
pub struct Books {
    /// Registered name.
    pub organisation: String,
    /// Its number.
    pub organisation_number: OrganisationNumber,
    /// The first and the last day of the fiscal year that they are in.
    pub fiscal_year: (NaiveDate, NaiveDate),
    /// The day on which the file was asked for first.
    pub made_on: NaiveDate,
    /// What the file is, such as `Stolpe oktober 2026`.
    pub text: String,
    /// In what it is counted.
    pub currency: Currency,
    /// The accounts that the vouchers name.
    pub accounts: Vec<ChartAccount>,
    /// The vouchers, in the order of their numbers.
    pub vouchers: Vec<Voucher>,
}
