//! VAT numbers, which both countries derive from the organisation number.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::organisation_number::{OrganisationNumber, OrganisationNumberError};
use crate::text_value::text_value;

/// A valid VAT number: `SE556265189201` or `NO974760673MVA`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VatNumber(String);

text_value!(VatNumber, VatNumberError, "vat-number");

/// Why a text is no VAT number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VatNumberError {
    /// Neither `SE…01` nor `…MVA`.
    #[error("not written as a VAT number")]
    Malformed,
    /// The organisation number inside is not valid.
    #[error("the organisation number inside the VAT number is not valid")]
    OrganisationNumber(#[source] OrganisationNumberError),
}

impl VatNumberError {
    /// The stable word that screens and fault lists translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed | Self::OrganisationNumber(OrganisationNumberError::Malformed) => "vat_number.malformed",
            Self::OrganisationNumber(OrganisationNumberError::CheckDigit) => "vat_number.check_digit",
        }
    }
}

impl VatNumber {
    /// Reads a number as people write it: blanks, dashes and lower case are accepted, as is a Norwegian number
    /// without its country code (`974 760 673 MVA` is how Norwegian law writes it).
    ///
    /// # Errors
    /// [`VatNumberError`] when the form or the organisation number inside is wrong.
    pub fn parse(text: &str) -> Result<Self, VatNumberError> {
        let plain: String = text
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '-')
            .map(|letter| letter.to_ascii_uppercase())
            .collect();
        let (country, digits) = if let Some(rest) = plain.strip_prefix("SE") {
            let digits = rest.strip_suffix("01").filter(|digits| digits.len() == 10);
            (Country::Se, digits.ok_or(VatNumberError::Malformed)?)
        } else {
            let rest = plain.strip_prefix("NO").unwrap_or(&plain);
            (Country::No, rest.strip_suffix("MVA").ok_or(VatNumberError::Malformed)?)
        };
        let number = OrganisationNumber::parse(country, digits).map_err(VatNumberError::OrganisationNumber)?;
        Ok(Self::of(&number))
    }

    /// Reads a stored number back.
    ///
    /// # Errors
    /// The same as [`VatNumber::parse`].
    pub fn parse_stored(text: &str) -> Result<Self, VatNumberError> {
        Self::parse(text)
    }

    /// Derives the number from the organisation number. That an organisation *is* registered for VAT is a fact of
    /// its own: having a number to derive does not make it so.
    pub fn of(organisation: &OrganisationNumber) -> Self {
        match organisation.country() {
            Country::Se => Self(format!("SE{}01", organisation.as_str())),
            Country::No => Self(format!("NO{}MVA", organisation.as_str())),
        }
    }

    /// The number without blanks: what is stored, compared and sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country that taxes.
    pub fn country(&self) -> Country {
        if self.0.starts_with("SE") { Country::Se } else { Country::No }
    }
}

/// As printed on documents: `SE556265189201`, `NO 974 760 673 MVA`.
impl fmt::Display for VatNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.country() {
            Country::Se => f.write_str(&self.0),
            Country::No => write!(f, "NO {} {} {} MVA", &self.0[2..5], &self.0[5..8], &self.0[8..11]),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::published_numbers::rows;

    #[test]
    fn every_published_swedish_number_gives_its_published_vat_number() {
        for row in rows("orgnr_se.csv").filter(|row| row[1] == "true" && !row[4].is_empty()) {
            let number = OrganisationNumber::parse(Country::Se, &row[0]).unwrap();
            assert_eq!(VatNumber::of(&number).as_str(), row[4]);
            assert_eq!(VatNumber::parse(&row[4]), Ok(VatNumber::of(&number)));
        }
    }

    #[rstest]
    #[case("SE556265189201", "SE556265189201")]
    #[case("se 556265-1892 01", "SE556265189201")]
    #[case("NO974760673MVA", "NO 974 760 673 MVA")]
    #[case("974 760 673 mva", "NO 974 760 673 MVA")]
    fn a_number_is_shown_as_its_country_writes_it(#[case] text: &str, #[case] shown: &str) {
        let number = VatNumber::parse(text).unwrap();
        assert_eq!(number.to_string(), shown);
        assert_eq!(VatNumber::parse(shown), Ok(number));
    }

    #[rstest]
    #[case("SE5562651892", "vat_number.malformed")]
    #[case("SE556265189202", "vat_number.malformed")]
    #[case("SE556265189301", "vat_number.check_digit")]
    #[case("NO974760673", "vat_number.malformed")]
    #[case("NO974760674MVA", "vat_number.check_digit")]
    #[case("DE811569869", "vat_number.malformed")]
    fn what_is_no_vat_number_is_refused_with_its_reason(#[case] text: &str, #[case] code: &str) {
        assert_eq!(VatNumber::parse(text).unwrap_err().code(), code);
    }
}
