//! Money in whole öre and øre, and the few ways in which it may be rounded.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// A currency that Stolpe counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
pub enum Currency {
    /// Swedish kronor.
    #[serde(rename = "SEK")]
    Sek,
    /// Norwegian kroner.
    #[serde(rename = "NOK")]
    Nok,
    /// Euro, of market prices; nothing is invoiced in it.
    #[serde(rename = "EUR")]
    Eur,
}

impl Currency {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sek, Self::Nok, Self::Eur];

    /// The ISO 4217 code, as stored and as sent.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sek => "SEK",
            Self::Nok => "NOK",
            Self::Eur => "EUR",
        }
    }

    /// The currency of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code() == code)
    }
}

/// An amount: hundredths of the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Money {
    /// Öre, øre or cent; negative when it goes the other way.
    pub minor: i64,
    /// Of which currency.
    pub currency: Currency,
}

/// Amounts that cannot be counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Two currencies.
    #[error("amounts of two currencies cannot be added")]
    Currencies,
    /// Beyond what 64 bits hold.
    #[error("the amount is too large")]
    TooLarge,
}

impl Money {
    /// Nothing, of a currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// An amount in hundredths.
    pub const fn of_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Both together.
    ///
    /// # Errors
    /// [`MoneyError`]; an amount never wraps around.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies);
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// The same amount the other way.
    #[must_use]
    pub const fn negated(self) -> Self {
        Self { minor: -self.minor, ..self }
    }

    /// All together, from nothing.
    ///
    /// # Errors
    /// [`MoneyError`].
    pub fn sum(currency: Currency, all: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        all.into_iter().try_fold(Self::zero(currency), Self::plus)
    }

    /// What rounding to whole kronor adds (öresavrundning, øreavrunding): between -50 and 50, halves away from zero.
    #[must_use]
    pub fn rounding_to_whole(self) -> Self {
        let whole = divide_half_away(i128::from(self.minor), 100) * 100;
        // The result lies within 50 of what was there, and what was there fitted.
        Self { minor: i64::try_from(whole - i128::from(self.minor)).unwrap_or(0), ..self }
    }
}

impl PartialOrd for Money {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.minor.cmp(&other.minor))
    }
}

/// A whole division that rounds to the nearest, halves away from zero: the commercial rule of both countries.
///
/// `by` must be positive.
pub(crate) const fn divide_half_away(value: i128, by: i128) -> i128 {
    let half = by / 2;
    if value >= 0 { (value + half) / by } else { (value - half) / by }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const fn sek(minor: i64) -> Money {
        Money::of_minor(minor, Currency::Sek)
    }

    #[test]
    fn amounts_of_two_currencies_are_never_added() {
        assert_eq!(sek(1).plus(Money::of_minor(1, Currency::Nok)), Err(MoneyError::Currencies));
        assert_eq!(sek(1).partial_cmp(&Money::of_minor(1, Currency::Nok)), None);
        assert_eq!(sek(i64::MAX).plus(sek(1)), Err(MoneyError::TooLarge));
    }

    #[rstest]
    #[case(12_402, -2)]
    #[case(12_449, -49)]
    #[case(12_450, 50)]
    #[case(-12_450, -50)]
    #[case(12_400, 0)]
    fn whole_kronor_are_the_nearest(#[case] minor: i64, #[case] rounding: i64) {
        assert_eq!(sek(minor).rounding_to_whole(), sek(rounding));
    }

    #[rstest]
    #[case(5, 10, 1)]
    #[case(-5, 10, -1)]
    #[case(4, 10, 0)]
    #[case(-14, 10, -1)]
    #[case(-15, 10, -2)]
    #[case(7, 3, 2)]
    fn halves_go_away_from_zero(#[case] value: i128, #[case] by: i128, #[case] rounded: i128) {
        assert_eq!(divide_half_away(value, by), rounded);
    }

    proptest! {
        #[test]
        fn a_division_is_never_off_by_more_than_half(value in any::<i64>(), by in 1i128..1_000_000) {
            let off = divide_half_away(i128::from(value), by) * by - i128::from(value);
            prop_assert!(off.abs() * 2 <= by);
        }
    }
}
