//! What gateways ask for: far less than an öre counts, so that prices are told in ten-thousandths.

use serde::{Deserialize, Serialize};

/// A price in ten-thousandths of a currency. Gateways have currencies that nothing here is invoiced in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SmsPrice {
    /// Ten-thousandths: 3500 is 0.35.
    pub ten_thousandths: i64,
    /// ISO 4217.
    pub currency: String,
}

/// More than any gateway asks for one part.
const MOST: i64 = 1_000_000;

impl SmsPrice {
    /// Whether it can be the price of one part.
    pub fn is_sound(&self) -> bool {
        (0..=MOST).contains(&self.ten_thousandths)
            && self.currency.len() == 3
            && self.currency.chars().all(|letter| letter.is_ascii_uppercase())
    }

    /// The price of so many parts.
    #[must_use]
    pub fn times(&self, parts: u64) -> Self {
        let ten_thousandths = self.ten_thousandths.saturating_mul(i64::try_from(parts).unwrap_or(i64::MAX));
        Self { ten_thousandths, currency: self.currency.clone() }
    }

    /// Reads a decimal number such as `-0.00750`, as Twilio tells what it took. What is below a ten-thousandth counts as one.
    pub fn of_decimal(text: &str, currency: &str) -> Option<Self> {
        let digits = text.trim().trim_start_matches('-');
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() || !whole.chars().chain(part.chars()).all(|sign| sign.is_ascii_digit()) {
            return None;
        }
        let (four, rest) = part.split_at(part.len().min(4));
        let four: i64 = format!("{four:0<4}").parse().ok()?;
        let more = i64::from(rest.chars().any(|sign| sign != '0'));
        let ten_thousandths = whole.parse::<i64>().ok()?.checked_mul(10_000)?.checked_add(four + more)?;
        Some(Self { ten_thousandths, currency: currency.to_uppercase() }).filter(SmsPrice::is_sound)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("-0.00750", Some(75))]
    #[case("0.0597", Some(597))]
    #[case("-0.00751", Some(76))]
    #[case("1", Some(10_000))]
    #[case("0.35", Some(3_500))]
    #[case("", None)]
    #[case("1e3", None)]
    #[case("999999", None)]
    fn what_a_gateway_took_is_read_to_the_ten_thousandth(#[case] text: &str, #[case] expected: Option<i64>) {
        assert_eq!(SmsPrice::of_decimal(text, "usd").map(|price| price.ten_thousandths), expected);
    }

    #[test]
    fn parts_are_multiplied_without_rounding() {
        let price = SmsPrice { ten_thousandths: 3_500, currency: "SEK".to_owned() };
        assert_eq!(price.times(3).ten_thousandths, 10_500);
        assert!(!SmsPrice { ten_thousandths: -1, ..price.clone() }.is_sound());
        assert!(!SmsPrice { currency: "kr".to_owned(), ..price }.is_sound());
    }
}
