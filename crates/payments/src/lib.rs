//! Taking payments through providers: one file for each, and the same port for all.
//!
//! A provider knows nothing of accounts or documents. It is asked, what it says is put into the words of the port, and
//! what its words do not cover is told as unclear and never guessed.

mod amount;
mod exchange;
mod payson;
mod providers;
mod swish;
mod vipps;

pub use payson::{Payson, PaysonAgreement};
pub use providers::{NoAddress, PaymentAddresses, Providers};
pub use swish::{Swish, SwishAgreement};
pub use vipps::{Vipps, VippsAgreement};
