//! The nouns and rules of Stolpe: pure values, no clock, no I/O, no drivers.
//!
//! **Architecture invariant:** nothing here reads a clock, a file or an environment variable, and nothing here knows
//! of HTTP or SQL. A rule takes values and gives values; `stolpe-app` carries out what it says.

pub mod access;
pub mod billing;
pub mod bookkeeping;
pub mod channel;
pub mod charge;
pub mod charge_point;
pub mod charging;
mod check_digit;
pub mod circuit;
pub mod country;
pub mod dated;
pub mod document;
pub mod e_invoice;
pub mod email;
pub mod energy;
pub mod event;
pub mod facility;
pub mod faults;
pub mod id;
pub mod incoming_payment;
pub mod language;
pub mod ledger;
pub mod local_day;
pub mod login;
pub mod logo;
pub mod mail_template;
pub mod market_price;
pub mod money;
pub mod organisation;
pub mod organisation_number;
pub mod password;
pub mod payer;
pub mod payment;
pub mod payment_account;
pub mod payment_reference;
pub mod payout;
pub mod payout_account;
pub mod person;
pub mod personal_number;
pub mod phone;
pub mod postal_code;
pub mod price;
pub mod price_fetch;
#[cfg(test)]
mod published_numbers;
pub mod quarter;
pub mod reconciliation;
pub mod refund;
pub mod reminder;
pub mod second_approval;
pub mod settlement;
pub mod sms;
pub mod tag;
pub mod tariff;
pub mod terms;
mod text_value;
pub mod throttle;
pub mod till;
pub mod training;
pub mod unit;
pub mod vat;
pub mod vat_number;
pub mod walking_key;
mod words;
