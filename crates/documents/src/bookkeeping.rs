//! Vouchers as files that an accountant's own program takes.

mod package;
mod saft;
mod sie;
mod tables;
mod words;

use chrono::NaiveDate;
use stolpe_domain::bookkeeping::{ChartAccount, Voucher};
use stolpe_domain::money::Currency;
use stolpe_domain::organisation_number::OrganisationNumber;

pub use package::{Archive, Handed, NoPackage, digest, handed_over, hash, package, written};
pub use saft::{Company, Saft, SaftAccount, SaftCustomer, SaftTransaction, saft, saft_name};
pub use sie::sie;
pub use tables::{BalanceRow, IssuedRow, SeriesRow, balance_rows, issued_rows, series_rows};
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
