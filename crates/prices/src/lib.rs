//! The prices of the day-ahead market, asked for over the network: one file for each kind of source.
//!
//! What comes is handed on as it came; reading it is the work of `stolpe-documents`.

mod addresses;
mod central_bank;
mod day_list;
mod entsoe;
mod web;

pub use addresses::{NoAddress, PriceAddresses};
pub use web::Web;
