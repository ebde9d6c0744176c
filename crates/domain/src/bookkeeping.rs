//! The books of an accountant: which of their accounts stands for ours, and vouchers that always add up to nothing.
//!
//! The ledger says what happened; a voucher says the same in the numbers of a chart of accounts. Nothing is counted here
//! that the ledger has not counted.

mod chart;
mod period;
mod saft;
mod voucher;

pub use chart::{AccountNumber, ChartAccount, ChartKey, NoAccountNumber, rates_told_apart, standard};
pub use period::{OpenFrom, PeriodRefusal};
pub use saft::{Grouping, Part, SaftLine, TaxCode, grouping, saft_lines};
pub use voucher::{Booked, Voucher, VoucherLine, add_up};
