//! The nouns and rules of Stolpe: pure values, no clock, no I/O, no drivers.

mod check_digit;
pub mod country;
pub mod email;
pub mod language;
pub mod organisation_number;
pub mod personal_number;
pub mod phone;
pub mod postal_code;
#[cfg(test)]
mod published_numbers;
mod text_value;
pub mod vat_number;
