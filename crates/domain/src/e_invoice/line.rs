//! A line of an e-invoice: how many of what, at which price. A price may not be negative, and with the quantity it must make
//! the amount; ours is the other way round, for an amount is the sum of many quarters at prices of their own.

use super::{Category, Owed};
use crate::energy::Energy;
use crate::money::{Money, divide_half_away};

/// Prices with more digits are exact enough for a country's energy of a year.
const MOST_DECIMALS: u32 = 15;

/// What is counted, by the letters of UN/ECE 20.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Energy.
    KilowattHour,
    /// Anything else.
    Each,
}

impl Unit {
    /// Its letters.
    pub const fn code(self) -> &'static str {
        match self {
            Self::KilowattHour => "KWH",
            Self::Each => "EA",
        }
    }
}

/// How many, and what one costs: whole numbers with the places behind the point beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// What is counted.
    pub unit: Unit,
    /// How many, in thousandths; negative where the amount is.
    pub thousandths: i64,
    /// The price of one, never negative: digits and how many of them stand behind the point.
    pub price: (i128, u32),
}

/// A line that can be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whose it is, where several people's are on one document.
    pub whose: Option<String>,
    /// What it is for.
    pub text: String,
    /// More of it.
    pub detail: Option<String>,
    /// How many of what.
    pub quantity: Quantity,
    /// How VAT applies.
    pub category: Category,
    /// Without VAT.
    pub amount: Money,
}

impl Line {
    pub(super) fn of(owed: Owed, registered: bool) -> Self {
        Self {
            whose: owed.whose,
            text: owed.text.trim().to_owned(),
            detail: owed.detail.map(|detail| detail.trim().to_owned()).filter(|detail| !detail.is_empty()),
            quantity: Quantity::of(owed.energy, owed.amount),
            category: Category::of(owed.vat, registered),
            amount: owed.amount,
        }
    }
}

impl Quantity {
    /// The energy at the price that makes the amount of it, with as few digits as that takes; or one of what it is.
    pub(super) fn of(energy: Option<Energy>, amount: Money) -> Self {
        let sign = if amount.minor < 0 { -1 } else { 1 };
        let amount = i128::from(amount.minor.unsigned_abs());
        match energy.map(Energy::wh).map(i64::unsigned_abs).and_then(|wh| i64::try_from(wh).ok()) {
            Some(wh) if wh > 0 => {
                Self { unit: Unit::KilowattHour, thousandths: sign * wh, price: price(i128::from(wh), amount) }
            }
            _ => Self { unit: Unit::Each, thousandths: sign * 1_000, price: (amount, 2) },
        }
    }
}

/// The shortest price of a kilowatt-hour that makes this many öre of this many watt-hours.
fn price(wh: i128, minor: i128) -> (i128, u32) {
    let scale = |decimals: u32| 10_i128.pow(decimals + 1);
    let at = |decimals| divide_half_away(minor * scale(decimals), wh);
    let makes_it = |decimals: &u32| divide_half_away(wh * at(*decimals), scale(*decimals)) == minor;
    let decimals = (2..MOST_DECIMALS).find(makes_it).unwrap_or(MOST_DECIMALS);
    (at(decimals), decimals)
}
