//! Prices per kilowatt-hour, exact to a millionth of the currency.

use crate::energy::Energy;
use crate::money::{Currency, Money, divide_half_away};
use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

/// Millionths of the currency for one kilowatt-hour. Market prices have five decimals, so none of them is rounded; some
/// quarters have a price below nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnergyPrice {
    /// Millionths of the currency per kilowatt-hour.
    pub micro_per_kwh: i64,
    /// Of which currency.
    pub currency: Currency,
}

/// The text is no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a price per kilowatt-hour")]
pub struct NoPrice;

/// A thousand kronor for a kilowatt-hour: no market has come near, and sums stay far from the end of 64 bits.
const HIGHEST: i64 = 1_000_000_000;

/// The unrounded cost of energy: millionths of the currency for thousandths of a kilowatt-hour.
///
/// Costs of quarters are added before anything is rounded, so that the cost of a session does not depend on the number
/// of its quarters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Micro-currency per kilowatt-hour times watt-hours.
    exact: i128,
    /// Of which currency.
    pub currency: Currency,
}

impl EnergyPrice {
    /// Reads a price of the market: `per_kwh` of the currency, rounded to a millionth.
    ///
    /// # Errors
    /// [`NoPrice`] beyond a thousand of the currency per kilowatt-hour.
    pub fn of_market(per_kwh: Decimal, currency: Currency) -> Result<Self, NoPrice> {
        per_kwh
            .checked_mul(Decimal::from(1_000_000))
            .map(|micro| micro.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero))
            .and_then(|micro| micro.to_i64())
            .filter(|micro| micro.abs() <= HIGHEST)
            .map(|micro_per_kwh| Self { micro_per_kwh, currency })
            .ok_or(NoPrice)
    }

    /// What energy costs at this price, unrounded.
    pub fn cost(self, energy: Energy) -> Cost {
        Cost { exact: i128::from(self.micro_per_kwh) * i128::from(energy.wh()), currency: self.currency }
    }
}

impl Cost {
    /// Nothing.
    pub const fn zero(currency: Currency) -> Self {
        Self { exact: 0, currency }
    }

    /// Both together; both must be of one currency, which a tariff sees to.
    ///
    /// # Errors
    /// The currencies differ.
    pub fn plus(self, other: Self) -> Result<Self, crate::money::MoneyError> {
        if self.currency == other.currency {
            Ok(Self { exact: self.exact + other.exact, ..self })
        } else {
            Err(crate::money::MoneyError::Currencies)
        }
    }

    /// The amount of a line: rounded once, halves away from zero.
    ///
    /// # Errors
    /// More than 64 bits of öre.
    pub fn rounded(self) -> Result<Money, crate::money::MoneyError> {
        // Micro-currency per kWh times Wh is 1e-9 of the currency, or 1e-7 of an öre.
        let minor = i64::try_from(divide_half_away(self.exact, 10_000_000));
        minor.map(|minor| Money::of_minor(minor, self.currency)).map_err(|_| crate::money::MoneyError::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn market(per_kwh: &str) -> Result<i64, NoPrice> {
        let price = EnergyPrice::of_market(per_kwh.parse().expect("a decimal"), Currency::Sek);
        price.map(|price| price.micro_per_kwh)
    }

    #[rstest]
    #[case("0.42345", Ok(423_450))]
    #[case("-0.00012", Ok(-120))]
    #[case("8.5E-7", Ok(1))]
    #[case("1000.000001", Err(NoPrice))]
    fn a_market_price_keeps_its_decimals(#[case] per_kwh: &str, #[case] expected: Result<i64, NoPrice>) {
        let decimal = per_kwh.parse().or_else(|_| Decimal::from_scientific(per_kwh)).expect("a decimal");
        let read = EnergyPrice::of_market(decimal, Currency::Sek).map(|price| price.micro_per_kwh);
        assert_eq!(read, expected);
        if !per_kwh.contains('E') {
            assert_eq!(market(per_kwh), expected);
        }
    }

    #[test]
    fn a_cost_is_rounded_once_and_at_its_end() {
        let price = EnergyPrice { micro_per_kwh: 2_500_000, currency: Currency::Sek };
        assert_eq!(price.cost(Energy::from_wh(5_500)).rounded(), Ok(Money::of_minor(1_375, Currency::Sek)));
        // 0.2 öre each: five of them are one öre together, though each alone would round to none.
        let each = price.cost(Energy::from_wh(1)).exact * 8 / 10;
        let five = Cost { exact: each * 5, currency: Currency::Sek };
        assert_eq!(five.rounded().map(|money| money.minor), Ok(1));
    }

    proptest! {
        #[test]
        fn parts_cost_together_what_the_whole_costs(micro in -1_000_000i64..10_000_000, parts in proptest::collection::vec(0i64..100_000, 0..200)) {
            let price = EnergyPrice { micro_per_kwh: micro, currency: Currency::Nok };
            let whole = price.cost(Energy::from_wh(parts.iter().sum()));
            let sum = parts.iter().try_fold(Cost::zero(Currency::Nok), |sum, wh| sum.plus(price.cost(Energy::from_wh(*wh))));
            prop_assert_eq!(sum, Ok(whole));
        }
    }
}
