//! Bank accounts that money is paid out to: giros and accounts of banks in Sweden, accounts in Norway, and IBAN of either.

mod swedish;

use crate::country::Country;
use crate::payment_account::{AccountKind, PaymentAccount, PaymentAccountError};
use crate::text_value::text_value;
use crate::words::words;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How many characters an IBAN of Sweden has, and one of Norway.
const IBAN_LENGTHS: [(Country, &str, usize); 2] = [(Country::Se, "SE", 24), (Country::No, "NO", 15)];
/// The clearing number of bankgiro, as banks write it in files.
const BANKGIRO_CLEARING: &str = "9900";
/// The clearing number of plusgiro.
const PLUSGIRO_CLEARING: &str = "9500";

/// An account with right check digits, kept as a word for its kind, a colon and its digits or letters; in those of Swedish
/// banks a hyphen stands behind the clearing number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PayoutAccount {
    kind: PayoutAccountKind,
    stored: String,
}

text_value!(PayoutAccount, PayoutAccountError, "payout-account");

words! {
    /// What kind of account.
    PayoutAccountKind {
        /// Seven or eight digits.
        Bankgiro = "bankgiro",
        /// Two to eight digits.
        Plusgiro = "plusgiro",
        /// The clearing number of a Swedish bank and the account there.
        SwedishBank = "bank_se",
        /// Eleven digits of a Norwegian bank.
        NorwegianBank = "bank_no",
        /// The international number of an account in Sweden or Norway.
        Iban = "iban",
    }
}

/// Why a text is no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayoutAccountError {
    /// Something else than digits and separators, or the wrong number of digits.
    #[error("not written as such an account")]
    Malformed,
    /// A check digit does not follow from the others.
    #[error("a check digit of the account does not hold")]
    CheckDigit,
    /// No bank is known to have the clearing number.
    #[error("no bank is known by that clearing number")]
    UnknownClearing,
    /// Of another country than whoever pays out: that would be a payment abroad.
    #[error("an account in another country")]
    OtherCountry,
}

impl PayoutAccountError {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "payout_account.malformed",
            Self::CheckDigit => "payout_account.check_digit",
            Self::UnknownClearing => "payout_account.unknown_clearing",
            Self::OtherCountry => "payout_account.other_country",
        }
    }
}

impl From<PaymentAccountError> for PayoutAccountError {
    fn from(error: PaymentAccountError) -> Self {
        match error {
            PaymentAccountError::Malformed => Self::Malformed,
            PaymentAccountError::CheckDigit => Self::CheckDigit,
        }
    }
}

/// The kinds of accounts that an owner in a country pays out to.
pub const fn payout_account_kinds(country: Country) -> &'static [PayoutAccountKind] {
    use PayoutAccountKind as K;
    match country {
        Country::Se => &[K::SwedishBank, K::Bankgiro, K::Plusgiro, K::Iban],
        Country::No => &[K::NorwegianBank, K::Iban],
    }
}

impl PayoutAccount {
    /// Reads an account in the country of whoever pays out, as people write it.
    ///
    /// # Errors
    /// [`PayoutAccountError`].
    pub fn parse(country: Country, kind: PayoutAccountKind, text: &str) -> Result<Self, PayoutAccountError> {
        let account = Self::read(kind, text)?;
        if payout_account_kinds(country).contains(&kind) && account.country() == country {
            Ok(account)
        } else {
            Err(PayoutAccountError::OtherCountry)
        }
    }

    fn read(kind: PayoutAccountKind, text: &str) -> Result<Self, PayoutAccountError> {
        let giro = |kind| Ok(PaymentAccount::parse(kind, text)?.digits().to_owned());
        let number = match kind {
            PayoutAccountKind::Bankgiro => giro(AccountKind::Bankgiro),
            PayoutAccountKind::Plusgiro => giro(AccountKind::Plusgiro),
            PayoutAccountKind::NorwegianBank => giro(AccountKind::NorwegianBank),
            PayoutAccountKind::SwedishBank => swedish::parse(text),
            PayoutAccountKind::Iban => iban(text),
        }?;
        Ok(Self { kind, stored: format!("{}:{number}", kind.word()) })
    }

    /// Reads [`PayoutAccount::as_str`] back.
    ///
    /// # Errors
    /// The same as [`PayoutAccount::parse`].
    pub fn parse_stored(text: &str) -> Result<Self, PayoutAccountError> {
        let (word, number) = text.split_once(':').ok_or(PayoutAccountError::Malformed)?;
        Self::read(PayoutAccountKind::from_word(word).ok_or(PayoutAccountError::Malformed)?, number)
    }

    /// The kind and the number: what is stored and sent.
    pub fn as_str(&self) -> &str {
        &self.stored
    }

    /// What kind of account.
    pub const fn kind(&self) -> PayoutAccountKind {
        self.kind
    }

    /// Where the account is.
    pub fn country(&self) -> Country {
        match self.kind {
            PayoutAccountKind::NorwegianBank => Country::No,
            PayoutAccountKind::Iban if self.written().starts_with("NO") => Country::No,
            _ => Country::Se,
        }
    }

    /// The digits alone, with the clearing number in front where there is one; an IBAN with its letters.
    pub fn number(&self) -> String {
        self.written().replace('-', "")
    }

    /// The four digits by which Swedish banks know whose account it is; none of an IBAN and in Norway, where the number says
    /// so itself.
    pub fn clearing(&self) -> Option<&str> {
        match self.kind {
            PayoutAccountKind::Bankgiro => Some(BANKGIRO_CLEARING),
            PayoutAccountKind::Plusgiro => Some(PLUSGIRO_CLEARING),
            // A fifth digit, at Swedbank, only checks the four.
            PayoutAccountKind::SwedishBank => self.written().get(..4),
            PayoutAccountKind::NorwegianBank | PayoutAccountKind::Iban => None,
        }
    }

    /// The last four digits: whoever owns the account knows it by them, and nobody else does.
    pub fn last_digits(&self) -> String {
        let number = self.number();
        number.chars().skip(number.chars().count().saturating_sub(4)).collect()
    }

    fn written(&self) -> &str {
        self.stored.split_once(':').map_or("", |(_, number)| number)
    }
}

/// Letters and digits of an IBAN of Sweden or Norway whose two check digits hold (ISO 13616).
fn iban(text: &str) -> Result<String, PayoutAccountError> {
    let bare: String = text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_uppercase();
    let known = IBAN_LENGTHS.iter().find(|(_, prefix, _)| bare.starts_with(prefix));
    let Some((_, _, length)) = known else {
        let looks_like = bare.len() > 4 && bare.bytes().take(2).all(|byte| byte.is_ascii_uppercase());
        return Err(if looks_like { PayoutAccountError::OtherCountry } else { PayoutAccountError::Malformed });
    };
    let (letters, digits) = bare.split_at_checked(2).ok_or(PayoutAccountError::Malformed)?;
    if bare.len() != *length || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(PayoutAccountError::Malformed);
    }
    // The account, then the letters as numbers from ten on, then the check digits.
    let (check, account) = digits.split_at(2);
    let letters: String = letters.bytes().map(|letter| (u32::from(letter - b'A') + 10).to_string()).collect();
    let rest = format!("{account}{letters}{check}");
    let rest = rest.bytes().fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
    if rest == 1 { Ok(bare) } else { Err(PayoutAccountError::CheckDigit) }
}

/// As people write it: `5402-9681`, `6789-123 456 789`, `8601 11 17947`, `SE35 5000 0000 0549 1000 0003`.
impl fmt::Display for PayoutAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let giro = |kind| PaymentAccount::parse(kind, self.written()).map(|it| it.to_string()).unwrap_or_default();
        match self.kind {
            PayoutAccountKind::Bankgiro => f.write_str(&giro(AccountKind::Bankgiro)),
            PayoutAccountKind::Plusgiro => f.write_str(&giro(AccountKind::Plusgiro)),
            PayoutAccountKind::NorwegianBank => f.write_str(&giro(AccountKind::NorwegianBank)),
            PayoutAccountKind::SwedishBank => f.write_str(self.written()),
            PayoutAccountKind::Iban => {
                let groups = self.written().as_bytes().chunks(4);
                let groups: Vec<_> = groups.map(String::from_utf8_lossy).collect();
                f.write_str(&groups.join(" "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case(Country::Se, PayoutAccountKind::Bankgiro, "5402-9681", "5402-9681", Some("9900"))]
    #[case(Country::Se, PayoutAccountKind::Plusgiro, "28 65 43-4", "28 65 43-4", Some("9500"))]
    #[case(
        Country::Se,
        PayoutAccountKind::Iban,
        "se35 5000 0000 0549 1000 0003",
        "SE35 5000 0000 0549 1000 0003",
        None
    )]
    #[case(Country::No, PayoutAccountKind::NorwegianBank, "8601.11.17947", "8601 11 17947", None)]
    #[case(Country::No, PayoutAccountKind::Iban, "NO93 8601 1117 947", "NO93 8601 1117 947", None)]
    fn an_account_is_read_as_people_write_it(
        #[case] country: Country,
        #[case] kind: PayoutAccountKind,
        #[case] text: &str,
        #[case] shown: &str,
        #[case] clearing: Option<&str>,
    ) {
        let account = PayoutAccount::parse(country, kind, text).expect("an account");
        assert_eq!((account.to_string().as_str(), account.clearing()), (shown, clearing));
        assert_eq!(PayoutAccount::parse_stored(account.as_str()), Ok(account));
    }

    #[rstest]
    #[case(Country::Se, PayoutAccountKind::Bankgiro, "5402-9682", PayoutAccountError::CheckDigit)]
    #[case(Country::Se, PayoutAccountKind::NorwegianBank, "8601.11.17947", PayoutAccountError::OtherCountry)]
    #[case(Country::No, PayoutAccountKind::NorwegianBank, "8601.11.17948", PayoutAccountError::CheckDigit)]
    #[case(Country::No, PayoutAccountKind::NorwegianBank, "8601", PayoutAccountError::Malformed)]
    #[case(Country::Se, PayoutAccountKind::Iban, "SE35 5000 0000 0549 1000 0004", PayoutAccountError::CheckDigit)]
    #[case(Country::Se, PayoutAccountKind::Iban, "SE35 5000", PayoutAccountError::Malformed)]
    #[case(Country::Se, PayoutAccountKind::Iban, "NO93 8601 1117 947", PayoutAccountError::OtherCountry)]
    #[case(Country::Se, PayoutAccountKind::Iban, "DE89 3704 0044 0532 0130 00", PayoutAccountError::OtherCountry)]
    #[case(Country::Se, PayoutAccountKind::Iban, "", PayoutAccountError::Malformed)]
    fn what_is_no_account_here_is_refused(
        #[case] country: Country,
        #[case] kind: PayoutAccountKind,
        #[case] text: &str,
        #[case] expected: PayoutAccountError,
    ) {
        assert_eq!(PayoutAccount::parse(country, kind, text), Err(expected));
    }

    proptest! {
        #[test]
        fn no_text_is_taken_for_an_account_that_does_not_read_back(
            kind in proptest::sample::select(PayoutAccountKind::ALL), text in "[0-9A-Za-zÅ .,:-]{0,28}",
        ) {
            for country in [Country::Se, Country::No] {
                if let Ok(account) = PayoutAccount::parse(country, kind, &text) {
                    prop_assert_eq!(PayoutAccount::parse_stored(account.as_str()), Ok(account.clone()));
                    prop_assert_eq!(PayoutAccount::parse(country, kind, &account.to_string()), Ok(account));
                }
            }
        }

        #[test]
        fn an_iban_with_another_digit_is_none(place in 2usize..24, by in 1u8..10) {
            let mut text = "SE3550000000054910000003".to_owned().into_bytes();
            text[place] = b'0' + (text[place] - b'0' + by) % 10;
            let text = String::from_utf8(text).unwrap();
            prop_assert!(PayoutAccount::parse(Country::Se, PayoutAccountKind::Iban, &text).is_err());
        }
    }
}
