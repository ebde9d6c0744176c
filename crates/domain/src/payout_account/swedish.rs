//! Accounts of Swedish banks: which rule their check digit follows is said by the clearing number.
//!
//! The ranges and rules are those of Bankgirot's manual of how banks make account numbers. A bank that is not in it has no
//! rule that could be held, and its accounts are named by IBAN.

use super::PayoutAccountError;
use crate::check_digit::{digits_of, luhn_holds};

/// How a bank makes its account numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// Seven digits; modulus 11 over the last three of the clearing number and the account.
    ThreeAndSeven,
    /// Seven digits; modulus 11 over the clearing number and the account.
    FourAndSeven,
    /// Ten digits; modulus 10 over the account.
    Ten,
    /// Eight or nine digits; modulus 11 over the account.
    Nine,
    /// Up to ten digits; modulus 10 over the account.
    UpToTen,
    /// A clearing number with a digit that checks it, and up to ten digits; modulus 10 over either. Some old accounts of
    /// savings banks do not hold and are named by IBAN: a digit that is typed wrong would be somebody else's account.
    FiveAndUpToTen,
}

/// The first and the last clearing number of a range, with the rule of its accounts.
const RANGES: [(u16, u16, Rule); 49] = [
    (1_100, 2_099, Rule::ThreeAndSeven),
    (2_300, 2_399, Rule::FourAndSeven),
    (2_400, 2_499, Rule::ThreeAndSeven),
    (3_000, 3_299, Rule::ThreeAndSeven),
    (3_300, 3_300, Rule::Ten),
    (3_301, 3_781, Rule::ThreeAndSeven),
    (3_782, 3_782, Rule::Ten),
    (3_783, 3_999, Rule::ThreeAndSeven),
    (4_000, 4_999, Rule::FourAndSeven),
    (5_000, 5_999, Rule::ThreeAndSeven),
    (6_000, 6_999, Rule::Nine),
    (7_000, 7_999, Rule::ThreeAndSeven),
    (8_000, 8_999, Rule::FiveAndUpToTen),
    (9_020, 9_029, Rule::FourAndSeven),
    (9_040, 9_049, Rule::FourAndSeven),
    (9_060, 9_069, Rule::ThreeAndSeven),
    (9_100, 9_109, Rule::FourAndSeven),
    (9_120, 9_124, Rule::ThreeAndSeven),
    (9_130, 9_149, Rule::ThreeAndSeven),
    (9_150, 9_169, Rule::FourAndSeven),
    (9_170, 9_179, Rule::ThreeAndSeven),
    (9_180, 9_189, Rule::Ten),
    (9_190, 9_199, Rule::FourAndSeven),
    (9_230, 9_239, Rule::ThreeAndSeven),
    (9_250, 9_259, Rule::ThreeAndSeven),
    (9_260, 9_269, Rule::FourAndSeven),
    (9_270, 9_279, Rule::ThreeAndSeven),
    (9_280, 9_289, Rule::ThreeAndSeven),
    (9_300, 9_349, Rule::Ten),
    (9_390, 9_399, Rule::FourAndSeven),
    (9_400, 9_449, Rule::ThreeAndSeven),
    (9_460, 9_469, Rule::ThreeAndSeven),
    (9_470, 9_479, Rule::FourAndSeven),
    (9_500, 9_549, Rule::UpToTen),
    (9_550, 9_569, Rule::FourAndSeven),
    (9_570, 9_579, Rule::Ten),
    (9_590, 9_599, Rule::FourAndSeven),
    (9_630, 9_639, Rule::ThreeAndSeven),
    (9_640, 9_649, Rule::FourAndSeven),
    (9_660, 9_669, Rule::FourAndSeven),
    (9_670, 9_679, Rule::FourAndSeven),
    (9_680, 9_689, Rule::ThreeAndSeven),
    (9_700, 9_709, Rule::FourAndSeven),
    (9_750, 9_759, Rule::FourAndSeven),
    (9_780, 9_789, Rule::FourAndSeven),
    (9_880, 9_889, Rule::FourAndSeven),
    (9_890, 9_899, Rule::Ten),
    (9_955, 9_955, Rule::UpToTen),
    (9_960, 9_969, Rule::UpToTen),
];

/// Clearing number, hyphen and account, of one text in which the clearing number comes first.
pub(super) fn parse(text: &str) -> Result<String, PayoutAccountError> {
    let digits = digits_of(text, &['-', '.', ',']).ok_or(PayoutAccountError::Malformed)?;
    let clearing = digits.get(..4).and_then(|clearing| clearing.parse::<u16>().ok());
    let clearing = clearing.ok_or(PayoutAccountError::Malformed)?;
    let range = RANGES.iter().find(|(first, last, _)| (*first..=*last).contains(&clearing));
    let (.., rule) = range.ok_or(PayoutAccountError::UnknownClearing)?;
    let length = if *rule == Rule::FiveAndUpToTen { 5 } else { 4 };
    let (clearing, account) = digits.split_at_checked(length).ok_or(PayoutAccountError::Malformed)?;
    let long_enough = match rule {
        Rule::ThreeAndSeven | Rule::FourAndSeven => account.len() == 7,
        Rule::Ten => account.len() == 10,
        Rule::Nine => matches!(account.len(), 8 | 9),
        Rule::UpToTen | Rule::FiveAndUpToTen => matches!(account.len(), 2..=10),
    };
    if !long_enough {
        return Err(PayoutAccountError::Malformed);
    }
    let holds = match rule {
        Rule::ThreeAndSeven => modulus_11_holds(digits.get(1..).unwrap_or_default()),
        Rule::FourAndSeven => modulus_11_holds(&digits),
        Rule::Nine => modulus_11_holds(account),
        Rule::Ten | Rule::UpToTen => luhn_holds(account.as_bytes()),
        Rule::FiveAndUpToTen => luhn_holds(clearing.as_bytes()) && luhn_holds(account.as_bytes()),
    };
    if holds { Ok(format!("{clearing}-{account}")) } else { Err(PayoutAccountError::CheckDigit) }
}

/// Whether digits weighed from the right by one to ten, and by one again, are a multiple of 11.
fn modulus_11_holds(digits: &str) -> bool {
    let weighed = digits.bytes().rev().zip((1..=10).cycle());
    let sum: u32 = weighed.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    sum.is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::three_and_seven("5000", 7, true)]
    #[case::four_and_seven("9150", 7, true)]
    #[case::four_and_seven("4000", 7, true)]
    #[case::nine("6789", 9, false)]
    #[case::ten("3300", 10, false)]
    #[case::up_to_ten("9500", 6, false)]
    #[case::five_and_up_to_ten("83279", 10, false)]
    fn one_check_digit_of_ten_or_eleven_holds_whatever_stands_before_it(
        #[case] clearing: &str,
        #[case] length: usize,
        #[case] counts_clearing: bool,
    ) {
        for account in [0_u64, 1, 12_345, 99_999] {
            let before = format!("{clearing}{account:0width$}", width = length - 1);
            let holding = (0..10).filter(|digit| parse(&format!("{before}{digit}")).is_ok()).count();
            // Modulus 11 gives ten now and then, which no digit carries.
            assert!(holding <= 1, "{before}");
            assert!(holding == 1 || counts_clearing || clearing == "6789", "{before}");
        }
    }

    #[rstest]
    #[case("3300 620522-2224", Ok("3300-6205222224"))]
    #[case("6789 123 456 789", Ok("6789-123456789"))]
    #[case("8327-9, 000 000 001-8", Ok("83279-0000000018"))]
    #[case("8327 000 000 001-8", Err(PayoutAccountError::CheckDigit))]
    #[case("6789 123 456 788", Err(PayoutAccountError::CheckDigit))]
    #[case("3300 000620-5125", Err(PayoutAccountError::CheckDigit))]
    #[case("1000 1234567", Err(PayoutAccountError::UnknownClearing))]
    #[case("5000 12345", Err(PayoutAccountError::Malformed))]
    #[case("50", Err(PayoutAccountError::Malformed))]
    #[case("femtusen", Err(PayoutAccountError::Malformed))]
    fn accounts_are_split_behind_the_clearing_number(
        #[case] text: &str,
        #[case] expected: Result<&str, PayoutAccountError>,
    ) {
        assert_eq!(parse(text).as_deref().map_err(|error| *error), expected);
    }

    #[test]
    fn ranges_are_in_order_and_apart() {
        assert!(RANGES.windows(2).all(|pair| pair[0].0 <= pair[0].1 && pair[0].1 < pair[1].0));
    }
}
