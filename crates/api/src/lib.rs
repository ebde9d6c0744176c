//! The HTTP API: it parses, calls one use case, renders.
//!
//! **Architecture invariant:** there is no rule in this crate. Whether something may happen is decided by `stolpe-app`;
//! `problem.rs` is the only file that knows which status goes with which answer.

mod command;
mod correlation;
mod extract;
mod idempotency;
mod openapi;
mod page;
mod payment;
mod payment_agreement;
mod payment_method;
mod payout;
mod problem;
mod router;
mod tags;
mod tariff;

mod audit;
mod billing;
mod bookkeeping;
mod callback;
mod charge_point;
mod circuit;
mod document;
mod events;
mod export;
mod facility;
mod import;
mod incoming_payment;
mod job;
mod ledger;
mod letter;
mod limit;
mod login;
mod mail_template;
mod mailbox;
mod market_price;
mod me;
mod month_run;
mod my_payment;
mod notice;
mod organisation;
mod person;
mod reconciliation;
mod refund;
mod reminder;
mod search;
mod session;
mod setting;
mod sign_in;
mod sms;
mod staff;
mod stray_message;
mod system;
mod tag;
mod tenancy;
mod terms;
mod till;
mod todo;
mod transfer;
mod unit;
mod view;

pub use extract::{Channel, SIGN_IN_COOKIE};
pub use openapi::document;
pub use router::{Api, not_there, router};
