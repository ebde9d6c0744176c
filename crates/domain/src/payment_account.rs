//! Where money is paid to: bankgiro and plusgiro in Sweden, bank accounts in Norway, and Swish numbers of companies.

use crate::check_digit::{digits_of, luhn_holds, modulus_11};
use crate::text_value::text_value;
use crate::words::words;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Weights of the check digit of Norwegian bank accounts, from the left.
const NORWEGIAN_WEIGHTS: [u32; 10] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/// An account with a right check digit, kept as a word for its kind, a colon and its digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PaymentAccount {
    kind: AccountKind,
    stored: String,
}

text_value!(PaymentAccount, PaymentAccountError, "payment-account");

words! {
    /// What kind of account.
    AccountKind {
        /// Seven or eight digits.
        Bankgiro = "bankgiro",
        /// Two to eight digits.
        Plusgiro = "plusgiro",
        /// Eleven digits of a Norwegian bank.
        NorwegianBank = "bank_no",
        /// Ten digits that begin with 123: a company at Swish.
        Swish = "swish",
    }
}

/// Why a text is no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentAccountError {
    /// Something else than digits and separators, or the wrong number of digits.
    #[error("not written as such an account")]
    Malformed,
    /// The check digit does not follow from the others.
    #[error("the check digit of the account does not hold")]
    CheckDigit,
}

impl PaymentAccountError {
    /// The stable word that screens and fault lists translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "payment_account.malformed",
            Self::CheckDigit => "payment_account.check_digit",
        }
    }
}

impl PaymentAccount {
    /// Reads an account as people write it.
    ///
    /// # Errors
    /// [`PaymentAccountError`] when the form or the check digit is wrong.
    pub fn parse(kind: AccountKind, text: &str) -> Result<Self, PaymentAccountError> {
        let digits = digits_of(text, &['-', '.']).ok_or(PaymentAccountError::Malformed)?;
        let (long_enough, holds) = match kind {
            AccountKind::Bankgiro => (matches!(digits.len(), 7 | 8), luhn_holds(digits.as_bytes())),
            AccountKind::Plusgiro => (matches!(digits.len(), 2..=8), luhn_holds(digits.as_bytes())),
            AccountKind::NorwegianBank => (digits.len() == 11, norwegian_holds(digits.as_bytes())),
            // Swish publishes no check digit.
            AccountKind::Swish => (digits.len() == 10 && digits.starts_with("123"), true),
        };
        match (long_enough, holds) {
            (false, _) => Err(PaymentAccountError::Malformed),
            (true, false) => Err(PaymentAccountError::CheckDigit),
            (true, true) => Ok(Self { kind, stored: format!("{}:{digits}", kind.word()) }),
        }
    }

    /// Reads [`PaymentAccount::as_str`] back.
    ///
    /// # Errors
    /// The same as [`PaymentAccount::parse`].
    pub fn parse_stored(text: &str) -> Result<Self, PaymentAccountError> {
        let (word, digits) = text.split_once(':').ok_or(PaymentAccountError::Malformed)?;
        Self::parse(AccountKind::from_word(word).ok_or(PaymentAccountError::Malformed)?, digits)
    }

    /// The kind and the digits alone: what is stored and sent.
    pub fn as_str(&self) -> &str {
        &self.stored
    }

    /// What kind of account.
    pub const fn kind(&self) -> AccountKind {
        self.kind
    }

    /// The digits alone.
    pub fn digits(&self) -> &str {
        self.stored.split_once(':').map_or("", |(_, digits)| digits)
    }
}

fn norwegian_holds(digits: &[u8]) -> bool {
    let Some((check, base)) = digits.split_last() else { return false };
    modulus_11(base, &NORWEGIAN_WEIGHTS) == Some(*check)
}

/// As printed on invoices: `5402-9681`, `28 65 43-4`, `8601 11 17947`, `123 456 78 90`.
impl fmt::Display for PaymentAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.digits();
        match self.kind {
            AccountKind::Bankgiro => {
                let (front, back) = digits.split_at(digits.len() - 4);
                write!(f, "{front}-{back}")
            }
            AccountKind::Plusgiro => {
                let (front, check) = digits.split_at(digits.len() - 1);
                // Pairs from the right, and what is left over in front; three stay together.
                let odd = if front.len() % 2 == 1 { if front.len() == 1 { 1 } else { 3 } } else { 0 };
                let (head, pairs) = front.split_at(odd);
                let pairs = pairs.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned());
                let groups: Vec<String> =
                    std::iter::once(head.to_owned()).filter(|head| !head.is_empty()).chain(pairs).collect();
                write!(f, "{}-{check}", groups.join(" "))
            }
            AccountKind::NorwegianBank => write!(f, "{} {} {}", &digits[..4], &digits[4..6], &digits[6..]),
            AccountKind::Swish => {
                write!(f, "{} {} {} {}", &digits[..3], &digits[3..6], &digits[6..8], &digits[8..])
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::published_numbers;

    #[test]
    fn swedish_giro_numbers_are_read_and_written_as_published() {
        for row in published_numbers::rows("giro_numbers_se.csv") {
            let [kind, input, valid, normalised] = &row[..4] else { panic!("{row:?}") };
            let kind = if kind == "bankgiro" { AccountKind::Bankgiro } else { AccountKind::Plusgiro };
            let read = PaymentAccount::parse(kind, input);
            assert_eq!(read.is_ok(), valid == "true", "{row:?} gave {read:?}");
            if let Ok(account) = read {
                assert_eq!(&account.to_string(), normalised, "{row:?}");
                assert_eq!(PaymentAccount::parse_stored(account.as_str()), Ok(account));
            }
        }
    }

    #[test]
    fn norwegian_accounts_are_read_as_published() {
        let rows = published_numbers::rows("orgnr_kontonr_no.csv").filter(|row| row[0] == "kontonr");
        for row in rows {
            let read = PaymentAccount::parse(AccountKind::NorwegianBank, &row[1]);
            assert_eq!(read.is_ok(), row[2] == "true", "{row:?} gave {read:?}");
        }
        let account = PaymentAccount::parse(AccountKind::NorwegianBank, "8601.11.17947").expect("an account");
        assert_eq!((account.to_string().as_str(), account.digits()), ("8601 11 17947", "86011117947"));
    }

    #[test]
    fn a_swish_number_is_that_of_a_company() {
        let swish = PaymentAccount::parse(AccountKind::Swish, "123 785 69 01").expect("a number");
        assert_eq!((swish.as_str(), swish.to_string().as_str()), ("swish:1237856901", "123 785 69 01"));
        assert_eq!(PaymentAccount::parse(AccountKind::Swish, "070-123 45 67"), Err(PaymentAccountError::Malformed));
    }
}
