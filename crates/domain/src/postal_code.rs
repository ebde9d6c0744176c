//! Postal codes of Sweden and Norway. A code is text, not a number: Oslo's begin with zero.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::check_digit::digits_of;
use crate::country::Country;
use crate::text_value::text_value;

/// A well-formed postal code. Five digits are Swedish, four are Norwegian.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PostalCode(String);

text_value!(PostalCode, PostalCodeError, "postal-code");

/// Why a text is no postal code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostalCodeError {
    /// Not the number of digits that the country uses, or something else than digits.
    #[error("not written as a postal code")]
    Malformed,
    /// One digit short in Norway: a spreadsheet has most likely read the code as a number and dropped its zero.
    #[error("the postal code has lost its leading zero")]
    LeadingZeroLost,
}

impl PostalCodeError {
    /// The stable word that screens and fault lists translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "postal_code.malformed",
            Self::LeadingZeroLost => "postal_code.leading_zero_lost",
        }
    }
}

impl PostalCode {
    /// Reads a code as people write it: `123 45`, `SE-123 45`, `0123`, `N-0123`.
    ///
    /// # Errors
    /// [`PostalCodeError`] when it is not a code of that country.
    pub fn parse(country: Country, text: &str) -> Result<Self, PostalCodeError> {
        let prefixes: &[&str] = match country {
            Country::Se => &["SE-", "S-", "se-", "s-"],
            Country::No => &["NO-", "N-", "no-", "n-"],
        };
        let text = text.trim();
        let text = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix)).unwrap_or(text);
        let digits = digits_of(text, &[]).ok_or(PostalCodeError::Malformed)?;
        match (country, digits.len()) {
            // Swedish codes run from 100 to 984: none begins with zero.
            (Country::Se, 5) if !digits.starts_with('0') => Ok(Self(digits)),
            (Country::No, 4) if digits != "0000" => Ok(Self(digits)),
            (Country::No, 3) => Err(PostalCodeError::LeadingZeroLost),
            _ => Err(PostalCodeError::Malformed),
        }
    }

    /// The code of a person's address, as it is written on an envelope and kept. Nothing else says in which country an
    /// address is: a code is one of the home country unless it names another one, `N-0123` or `DK-2100`, or has letters
    /// as British ones do. What the two countries have no rules for is kept as it was written.
    ///
    /// # Errors
    /// [`PostalCodeError`] when it is not a code of the country that it is said to be of.
    pub fn of_address(home: Country, text: &str) -> Result<String, PostalCodeError> {
        let text = text.trim();
        let named = text.split_once('-').map_or("", |(named, _)| named).to_ascii_uppercase();
        let country = match &*named {
            "S" | "SE" => Country::Se,
            "N" | "NO" => Country::No,
            _ if text.contains(|sign: char| sign.is_alphabetic()) => return Ok(text.to_uppercase()),
            _ => home,
        };
        let code = Self::parse(country, text)?.to_string();
        Ok(match country {
            home_code if home_code == home => code,
            Country::Se => format!("SE-{code}"),
            Country::No => format!("NO-{code}"),
        })
    }

    /// Reads the canonical digits back; the country follows from how many they are.
    ///
    /// # Errors
    /// The same as [`PostalCode::parse`].
    pub fn parse_stored(text: &str) -> Result<Self, PostalCodeError> {
        match text.len() {
            4 => Self::parse(Country::No, text),
            _ => Self::parse(Country::Se, text),
        }
    }

    /// The digits alone: what is stored, compared and sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The country whose code this is.
    pub fn country(&self) -> Country {
        if self.0.len() == 4 { Country::No } else { Country::Se }
    }
}

/// As written on an envelope: `123 45` in Sweden, `0123` in Norway.
impl fmt::Display for PostalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.country() {
            Country::Se => write!(f, "{} {}", &self.0[..3], &self.0[3..]),
            Country::No => f.write_str(&self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Country::Se, "12345", "123 45")]
    #[case(Country::Se, " SE-123 45 ", "123 45")]
    #[case(Country::Se, "903\u{a0}20", "903 20")]
    #[case(Country::No, "0123", "0123")]
    #[case(Country::No, "N-9008", "9008")]
    fn a_code_is_shown_as_its_country_writes_it(#[case] country: Country, #[case] text: &str, #[case] shown: &str) {
        assert_eq!(PostalCode::parse(country, text).unwrap().to_string(), shown);
    }

    #[rstest]
    #[case(Country::Se, "1234", PostalCodeError::Malformed)]
    #[case(Country::Se, "01234", PostalCodeError::Malformed)]
    #[case(Country::Se, "N-0123", PostalCodeError::Malformed)]
    #[case(Country::No, "123", PostalCodeError::LeadingZeroLost)]
    #[case(Country::No, "0000", PostalCodeError::Malformed)]
    #[case(Country::No, "12345", PostalCodeError::Malformed)]
    fn what_is_no_code_is_refused(#[case] country: Country, #[case] text: &str, #[case] refusal: PostalCodeError) {
        assert_eq!(PostalCode::parse(country, text), Err(refusal));
    }

    #[rstest]
    #[case(Country::Se, "39232", Ok("392 32"))]
    #[case(Country::Se, "S-392 32", Ok("392 32"))]
    #[case(Country::Se, "n-0123", Ok("NO-0123"))]
    #[case(Country::No, "0123", Ok("0123"))]
    #[case(Country::No, "SE-39232", Ok("SE-392 32"))]
    #[case(Country::Se, "DK-2100", Ok("DK-2100"))]
    #[case(Country::No, "sw1a 1aa", Ok("SW1A 1AA"))]
    #[case(Country::Se, "1234", Err(PostalCodeError::Malformed))]
    #[case(Country::No, "12345", Err(PostalCodeError::Malformed))]
    #[case(Country::No, "123", Err(PostalCodeError::LeadingZeroLost))]
    #[case(Country::Se, "NO-12345", Err(PostalCodeError::Malformed))]
    #[case(Country::Se, "392-32", Err(PostalCodeError::Malformed))]
    fn a_code_of_an_address_is_of_the_home_country_unless_it_names_another(
        #[case] home: Country,
        #[case] text: &str,
        #[case] kept: Result<&str, PostalCodeError>,
    ) {
        assert_eq!(PostalCode::of_address(home, text), kept.map(ToOwned::to_owned));
    }

    proptest! {
        #[test]
        fn what_is_kept_of_an_address_is_kept_again(text in "[0-9A-Za-z -]{0,8}") {
            for home in Country::ALL {
                if let Ok(kept) = PostalCode::of_address(home, &text) {
                    prop_assert_eq!(PostalCode::of_address(home, &kept), Ok(kept));
                }
            }
        }

        #[test]
        fn a_code_survives_its_way_through_storage_and_display(text in "[0-9]{4,5}") {
            for country in Country::ALL {
                if let Ok(code) = PostalCode::parse(country, &text) {
                    prop_assert_eq!(PostalCode::parse_stored(code.as_str()), Ok(code.clone()));
                    prop_assert_eq!(PostalCode::parse(country, &code.to_string()), Ok(code));
                }
            }
        }
    }
}
