//! The nouns and rules of Stolpe: pure values, no clock, no I/O, no drivers.
//!
//! **Architecture invariant:** nothing here reads a clock, a file or an environment variable, and nothing here knows
//! of HTTP or SQL. A rule takes values and gives values; `stolpe-app` carries out what it says.

pub mod access;
pub mod charging;
mod check_digit;
pub mod country;
pub mod email;
pub mod energy;
pub mod event;
pub mod facility;
pub mod faults;
pub mod id;
pub mod language;
pub mod login;
pub mod money;
pub mod organisation;
pub mod organisation_number;
pub mod password;
pub mod person;
pub mod personal_number;
pub mod phone;
pub mod postal_code;
pub mod price;
#[cfg(test)]
mod published_numbers;
pub mod quarter;
mod text_value;
pub mod throttle;
pub mod training;
pub mod unit;
pub mod vat;
pub mod vat_number;
