//! Organisation numbers of Sweden and Norway: parsed with their check digit, shown as each country writes them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::check_digit::{digits_of, luhn_holds, modulus_11};
use crate::country::Country;
use crate::personal_number::is_a_swedish_birth_number;
use crate::text_value::text_value;

/// Weights of the Norwegian check digit, from the left (Brønnøysundregistrene).
const NORWEGIAN_WEIGHTS: [u32; 8] = [3, 2, 7, 6, 5, 4, 3, 2];

/// A valid organisation number. Ten digits are Swedish, nine are Norwegian, so the text alone tells the country.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganisationNumber(String);

text_value!(OrganisationNumber, OrganisationNumberError, "organisation-number");

/// Why a text is no organisation number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationNumberError {
    /// Something else than digits, blanks and a dash, or the wrong number of digits.
    #[error("not written as an organisation number")]
    Malformed,
    /// The check digit does not follow from the others: most often one mistyped digit.
    #[error("the check digit of the organisation number does not hold")]
    CheckDigit,
}

impl OrganisationNumberError {
    /// The stable word that screens and fault lists translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "organisation_number.malformed",
            Self::CheckDigit => "organisation_number.check_digit",
        }
    }
}

impl OrganisationNumber {
    /// Reads a number as people write it: with or without dash and blanks, and for a Swedish sole trader also the
    /// twelve digits of the owner's personal number.
    ///
    /// # Errors
    /// [`OrganisationNumberError`] when the form or the check digit is wrong.
    pub fn parse(country: Country, text: &str) -> Result<Self, OrganisationNumberError> {
        match country {
            Country::Se => parse_swedish(text),
            Country::No => parse_norwegian(text),
        }
    }

    /// Reads the canonical digits back; the country follows from how many they are.
    ///
    /// # Errors
    /// The same as [`OrganisationNumber::parse`].
    pub fn parse_stored(text: &str) -> Result<Self, OrganisationNumberError> {
        match text.chars().filter(char::is_ascii_digit).count() {
            9 => Self::parse(Country::No, text),
            _ => Self::parse(Country::Se, text),
        }
    }

    /// The digits alone: what is stored, compared and sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country that issued the number.
    pub fn country(&self) -> Country {
        if self.0.len() == 9 { Country::No } else { Country::Se }
    }

    /// Whether this is the personal number of a Swedish sole trader, and thus a personal datum.
    ///
    /// The third digit of a legal person's number is at least 2, so it can never be read as a month.
    pub fn is_sole_trader(&self) -> bool {
        self.country() == Country::Se && self.0.as_bytes()[2] < b'2'
    }
}

/// As printed on documents: `556265-1892` in Sweden, `974 760 673` in Norway.
impl fmt::Display for OrganisationNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = &self.0;
        match self.country() {
            Country::Se => write!(f, "{}-{}", &digits[..6], &digits[6..]),
            Country::No => write!(f, "{} {} {}", &digits[..3], &digits[3..6], &digits[6..]),
        }
    }
}

fn parse_swedish(text: &str) -> Result<OrganisationNumber, OrganisationNumberError> {
    let mut digits = digits_of(text, &['-', '+']).ok_or(OrganisationNumberError::Malformed)?;
    if digits.len() == 12 {
        // "16" is the century of legal persons in registers; 18, 19 and 20 are birth years of sole traders.
        if !["16", "18", "19", "20"].iter().any(|century| digits.starts_with(century)) {
            return Err(OrganisationNumberError::Malformed);
        }
        digits.drain(..2);
    }
    if digits.len() != 10 {
        return Err(OrganisationNumberError::Malformed);
    }
    if !luhn_holds(digits.as_bytes()) {
        return Err(OrganisationNumberError::CheckDigit);
    }
    let number = OrganisationNumber(digits);
    if number.is_sole_trader() && !is_a_swedish_birth_number(&number.0) {
        return Err(OrganisationNumberError::Malformed);
    }
    Ok(number)
}

fn parse_norwegian(text: &str) -> Result<OrganisationNumber, OrganisationNumberError> {
    let digits = digits_of(text, &[]).filter(|digits| digits.len() == 9).ok_or(OrganisationNumberError::Malformed)?;
    let (base, check) = digits.as_bytes().split_at(8);
    // No organisation has a number of zeros alone, though its check digit would hold.
    if base.iter().all(|digit| *digit == b'0') {
        return Err(OrganisationNumberError::Malformed);
    }
    if modulus_11(base, &NORWEGIAN_WEIGHTS) != Some(check[0]) {
        return Err(OrganisationNumberError::CheckDigit);
    }
    Ok(OrganisationNumber(digits))
}

#[cfg(test)]
#[path = "organisation_number_tests.rs"]
mod tests;
