//! Phone numbers, stored as E.164 and shown as their reader expects them.

use std::fmt;

use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, PhoneNumber, Type};
use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::text_value::text_value;

/// A valid phone number of any country, kept as E.164 (`+46701234567`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Phone(String);

text_value!(Phone, PhoneError, "phone");

/// Why a text is no phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Not a number at all.
    #[error("not written as a phone number")]
    Malformed,
    /// Written as a number, but no such number exists in its country's plan: a digit too many or too few.
    #[error("no such phone number exists")]
    Impossible,
}

impl PhoneError {
    /// The stable word that screens and fault lists translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "phone.malformed",
            Self::Impossible => "phone.impossible",
        }
    }
}

impl Phone {
    /// Reads a number as people write it. Without `+` or `00` it is taken as a number of `home`.
    ///
    /// # Errors
    /// [`PhoneError`] when it is no number, or none that can be dialled.
    pub fn parse(home: Country, text: &str) -> Result<Self, PhoneError> {
        // "+46 (0)70…" is common on letterheads; the zero is only dialled inside the country.
        let text = text.trim().replacen("(0)", "", 1);
        // What follows the number in a cell ("ext. 5", "arbete") would otherwise be dropped in silence.
        let written = |letter: char| letter.is_ascii_digit() || letter.is_whitespace() || "+-–‑./()".contains(letter);
        if text.is_empty() || !text.chars().all(written) {
            return Err(PhoneError::Malformed);
        }
        let home = match home {
            Country::Se => phonenumber::country::SE,
            Country::No => phonenumber::country::NO,
        };
        let number = phonenumber::parse(Some(home), &text).map_err(|_refusal| PhoneError::Malformed)?;
        if !phonenumber::is_valid(&number) {
            return Err(PhoneError::Impossible);
        }
        Ok(Self(number.format().mode(Mode::E164).to_string()))
    }

    /// Reads a stored E.164 number back.
    ///
    /// # Errors
    /// The same as [`Phone::parse`]; also when there is no leading `+`.
    pub fn parse_stored(text: &str) -> Result<Self, PhoneError> {
        if !text.starts_with('+') {
            return Err(PhoneError::Malformed);
        }
        Self::parse(Country::Se, text)
    }

    /// The number as E.164: what is stored, compared, sent and dialled.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number as seen from a country: `070-123 45 67` from its own, `+46 70 123 45 67` from any other or when
    /// the reader's country is not known. Swedish texts are read from Sweden, Norwegian from Norway, English from
    /// nowhere.
    pub fn shown_from(&self, country: Option<Country>) -> String {
        let Some(number) = self.number() else { return self.0.clone() };
        let own = match country {
            Some(Country::Se) => number.code().value() == 46,
            Some(Country::No) => number.code().value() == 47,
            None => false,
        };
        if let Some(mobile) = norwegian_mobile(&self.0) {
            return if own { mobile } else { format!("+47 {mobile}") };
        }
        let mode = if own { Mode::National } else { Mode::International };
        number.format().mode(mode).to_string()
    }

    /// Whether somebody can read an SMS there: a number of mobile phones, or of a plan that does not tell them apart.
    pub fn takes_sms(&self) -> bool {
        self.number().is_some_and(|number| {
            matches!(number.number_type(&DATABASE), Type::Mobile | Type::FixedLineOrMobile | Type::PersonalNumber)
        })
    }

    fn number(&self) -> Option<PhoneNumber> {
        phonenumber::parse(None, &self.0).ok()
    }
}

/// A Norwegian mobile number in groups of 3-2-3, as Språkrådet writes it; Google's metadata groups it in pairs.
fn norwegian_mobile(e164: &str) -> Option<String> {
    let national = e164.strip_prefix("+47").filter(|national| national.len() == 8)?;
    let mobile = national.starts_with(['4', '9']);
    mobile.then(|| format!("{} {} {}", &national[..3], &national[3..5], &national[5..]))
}

/// E.164, as stored; people get [`Phone::shown_from`].
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Country::Se, "070-123 45 67", "+46701234567")]
    #[case(Country::Se, "0046701234567", "+46701234567")]
    #[case(Country::Se, "+46 (0)70 123 45 67", "+46701234567")]
    #[case(Country::Se, "08-508 000 00", "+46850800000")]
    #[case(Country::Se, "+47 412 34 567", "+4741234567")]
    #[case(Country::No, "41234567", "+4741234567")]
    #[case(Country::No, "412\u{a0}34\u{a0}567", "+4741234567")]
    #[case(Country::No, "+358 40 1234567", "+358401234567")]
    fn a_number_is_kept_as_e164(#[case] home: Country, #[case] text: &str, #[case] expected: &str) {
        assert_eq!(Phone::parse(home, text).unwrap().as_str(), expected);
    }

    #[rstest]
    #[case("+46701234567", Some(Country::Se), "070-123 45 67")]
    #[case("+46701234567", Some(Country::No), "+46 70 123 45 67")]
    #[case("+46701234567", None, "+46 70 123 45 67")]
    #[case("+4741234567", Some(Country::No), "412 34 567")]
    #[case("+4741234567", Some(Country::Se), "+47 412 34 567")]
    fn a_number_is_shown_as_seen_from_the_reader(
        #[case] stored: &str,
        #[case] from: Option<Country>,
        #[case] shown: &str,
    ) {
        assert_eq!(Phone::parse_stored(stored).unwrap().shown_from(from), shown);
    }

    #[rstest]
    #[case("", PhoneError::Malformed)]
    #[case("ring mig", PhoneError::Malformed)]
    #[case("070-123 45 67 arbete", PhoneError::Malformed)]
    #[case("12", PhoneError::Impossible)]
    #[case("070-123 45 6", PhoneError::Impossible)]
    #[case("070-123 45 67 89", PhoneError::Impossible)]
    fn what_cannot_be_dialled_is_refused(#[case] text: &str, #[case] refusal: PhoneError) {
        assert_eq!(Phone::parse(Country::Se, text), Err(refusal));
    }

    #[test]
    fn a_stored_number_without_its_country_is_refused() {
        assert_eq!(Phone::parse_stored("0701234567"), Err(PhoneError::Malformed));
    }

    #[rstest]
    #[case("+46701234567", true)]
    #[case("+46850800000", false)]
    #[case("+4741234567", true)]
    #[case("+4791234567", true)]
    #[case("+4722334455", false)]
    #[case("+4581234567", true)]
    fn a_landline_takes_no_sms(#[case] number: &str, #[case] takes: bool) {
        assert_eq!(Phone::parse_stored(number).unwrap().takes_sms(), takes, "{number}");
    }

    proptest! {
        #[test]
        fn every_display_form_reads_back_as_the_same_number(subscriber in 0_u32..10_000_000) {
            let phone = Phone::parse(Country::Se, &format!("070{subscriber:07}")).unwrap();
            prop_assert_eq!(Phone::parse(Country::Se, &phone.shown_from(Some(Country::Se))), Ok(phone.clone()));
            prop_assert_eq!(Phone::parse(Country::No, &phone.shown_from(None)), Ok(phone.clone()));
            prop_assert_eq!(Phone::parse_stored(phone.as_str()), Ok(phone));
        }
    }
}
