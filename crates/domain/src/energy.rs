//! Energy in whole watt-hours, exact from the meter to the invoice.
//!
//! A register is rounded once, where it is read; every difference of two registers is then exact, so that the parts of
//! a charging session add up to its whole whatever their number.

use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use std::iter::Sum;
use std::ops::{Add, Sub};

/// Watt-hours. Differences of registers may be negative: a meter that was changed counts from a lower value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Energy(i64);

/// The units in which meters count active energy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnergyUnit {
    /// Watt-hours: what OCPP means when no unit is named.
    #[default]
    WattHour,
    /// Thousands of watt-hours.
    KilowattHour,
}

/// The value is no energy that a meter could show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an energy that a meter could show")]
pub struct NotEnergy;

/// A thousand terawatt-hours: no register counts so far, and sums of what is below it cannot overflow.
const LARGEST_WH: i64 = 1_000_000_000_000_000;

impl Energy {
    /// None at all.
    pub const ZERO: Self = Self(0);

    /// From whole watt-hours that are known to be sound, such as those of the database.
    pub const fn from_wh(wh: i64) -> Self {
        Self(wh)
    }

    /// Reads a value as a meter wrote it and rounds it to the watt-hour, halves away from zero.
    ///
    /// # Errors
    /// [`NotEnergy`] beyond a thousand terawatt-hours.
    pub fn of_meter(value: Decimal, unit: EnergyUnit) -> Result<Self, NotEnergy> {
        let factor = match unit {
            EnergyUnit::WattHour => Decimal::ONE,
            EnergyUnit::KilowattHour => Decimal::ONE_THOUSAND,
        };
        value
            .checked_mul(factor)
            .and_then(|wh| wh.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero).to_i64())
            .filter(|wh| wh.abs() <= LARGEST_WH)
            .map(Self)
            .ok_or(NotEnergy)
    }

    /// Whole watt-hours.
    pub const fn wh(self) -> i64 {
        self.0
    }

    /// Whether it is below nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }
}

impl Add for Energy {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Energy {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Sum for Energy {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn read(text: &str, unit: EnergyUnit) -> Result<i64, NotEnergy> {
        Energy::of_meter(text.parse().expect("a decimal"), unit).map(Energy::wh)
    }

    #[rstest]
    #[case("1203520", EnergyUnit::WattHour, 1_203_520)]
    #[case("10798.0", EnergyUnit::WattHour, 10_798)]
    #[case("0.4", EnergyUnit::WattHour, 0)]
    #[case("0.5", EnergyUnit::WattHour, 1)]
    #[case("-0.5", EnergyUnit::WattHour, -1)]
    #[case("1.6250000000000002", EnergyUnit::KilowattHour, 1_625)]
    #[case("1785508.0", EnergyUnit::KilowattHour, 1_785_508_000)]
    fn a_register_is_rounded_to_the_watt_hour_once(#[case] text: &str, #[case] unit: EnergyUnit, #[case] wh: i64) {
        assert_eq!(read(text, unit), Ok(wh));
    }

    #[rstest]
    #[case("1000000000000001")]
    #[case("79228162514264337593543950335")]
    fn what_no_meter_could_show_is_refused(#[case] text: &str) {
        assert_eq!(read(text, EnergyUnit::WattHour), Err(NotEnergy));
        assert_eq!(read(text, EnergyUnit::KilowattHour), Err(NotEnergy));
    }
}
