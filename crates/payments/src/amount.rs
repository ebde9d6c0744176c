//! Amounts as providers write them: decimal numbers of the currency, which are never read by way of a float.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::value::RawValue;
use stolpe_domain::money::{Currency, Money};

/// `100.00` of an amount.
pub(crate) fn text(amount: Money) -> String {
    Decimal::new(amount.minor, 2).to_string()
}

/// The amount of a decimal number, written as a number or as a text; none when it is no amount in whole hundredths.
pub(crate) fn read(raw: &RawValue, currency: Currency) -> Option<Money> {
    let written = raw.get().trim_matches('"');
    let amount = Decimal::from_str_exact(written).or_else(|_| Decimal::from_scientific(written)).ok()?;
    let minor = amount.checked_mul(Decimal::ONE_HUNDRED)?;
    minor.is_integer().then(|| minor.to_i64()).flatten().map(|minor| Money::of_minor(minor, currency))
}

/// A decimal number for JSON, digit by digit as written; none when it is none.
pub(crate) fn number(text: String) -> Option<Box<RawValue>> {
    RawValue::from_string(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn raw(text: &str) -> Box<RawValue> {
        RawValue::from_string(text.to_owned()).expect("JSON")
    }

    #[test]
    fn an_amount_is_read_however_it_is_written_and_never_rounded() {
        let minor = |text: &str| read(&raw(text), Currency::Sek).map(|amount| amount.minor);
        assert_eq!(minor("100"), Some(10_000));
        assert_eq!(minor("\"100.5\""), Some(10_050));
        assert_eq!(minor("1e2"), Some(10_000));
        assert_eq!(minor("0.005"), None);
        assert_eq!(minor("true"), None);
        assert_eq!(minor("99999999999999999999"), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(minor in -10_000_000_000_i64..10_000_000_000) {
            let amount = Money::of_minor(minor, Currency::Nok);
            let written = number(text(amount)).expect("a number");
            prop_assert_eq!(read(&written, Currency::Nok), Some(amount));
        }
    }
}
