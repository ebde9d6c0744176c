//! Tariffs: dated components, each with its rate, its VAT and where the figure comes from.
//!
//! A tariff is never edited into another past: what changes gets a new row with the day from which it is valid. Rows of
//! one kind are half-open, follow each other without a hole and never overlap, so that each quarter has one price of
//! each kind. All rates are without VAT.

mod difference;
mod pricing;

pub use difference::{DaySpan, Touched, changed_days, touched};
pub use pricing::{MonthCost, Place, PriceAt, Pricer, TariffLine, Unpriced};

use crate::faults::Faults;
use crate::money::{Currency, Money};
use crate::price::EnergyPrice;
use crate::vat::Vat;
use crate::words::words;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

words! {
    /// What a component is for. The order is that of lines on an invoice.
    ComponentKind {
        /// The energy itself, at a fixed price or at that of the market. Every tariff has one.
        Energy = "energy",
        /// What is added to the price of the market.
        MarkUp = "mark_up",
        /// Transport over the grid.
        Grid = "grid",
        /// The tax on energy.
        EnergyTax = "energy_tax",
        /// Owed for each month that is begun.
        MonthlyFee = "monthly_fee",
        /// Owed for each session that took energy.
        StartFee = "start_fee",
        /// What a reminder costs; in no tariff.
        ReminderFee = "reminder_fee",
        /// Interest on what was paid too late; in no tariff.
        LateInterest = "late_interest",
    }
}

impl ComponentKind {
    /// Whether it is part of a price. What follows from paying too late is sold to nobody.
    pub const fn is_of_tariff(self) -> bool {
        !matches!(self, Self::ReminderFee | Self::LateInterest)
    }

    /// Whether its rate is counted by energy.
    pub const fn is_by_energy(self) -> bool {
        matches!(self, Self::Energy | Self::MarkUp | Self::Grid | Self::EnergyTax)
    }
}

/// Which price of the market a quarter has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SpotBasis {
    /// Its own.
    Quarter,
    /// The mean of the four quarters of its hour.
    HourMean,
}

/// How much a component costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// So much for each kilowatt-hour.
    PerKwh(EnergyPrice),
    /// What the market asks in the area of the facility.
    Spot(SpotBasis),
    /// So much each time.
    Each(Money),
}

/// A row of a tariff.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Component {
    /// What it is for.
    pub kind: ComponentKind,
    /// How much.
    pub rate: Rate,
    /// The first day, at the facility.
    pub valid_from: NaiveDate,
    /// The first day on which it is no longer valid; left out while nothing follows.
    pub valid_until: Option<NaiveDate>,
    /// The VAT on it.
    pub vat: Vat,
    /// Where the figure comes from, such as a contract or a decision.
    pub source: String,
}

impl Component {
    /// Whether it is valid on a day.
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|until| day < until)
    }
}

/// A tariff whose rows fit each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Tariff {
    currency: Currency,
    components: Vec<Component>,
}

impl Tariff {
    /// Checks the rows and puts them in order.
    ///
    /// A row that another one of its kind follows ends there unless it says when; a row that says so and is followed
    /// later leaves a hole, which is refused. A pause is written as a row at the price 0.
    ///
    /// # Errors
    /// All faults at once, by the place of the row in what was given.
    pub fn check(currency: Currency, components: Vec<Component>) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        if !components.iter().any(|component| component.kind == ComponentKind::Energy) {
            faults.add("components", "tariff.no_energy");
        }
        for (place, component) in components.iter().enumerate() {
            check_row(place, component, currency, &mut faults);
        }
        let mut rows: Vec<(usize, Component)> = components.into_iter().enumerate().collect();
        rows.sort_by_key(|(_, row)| (row.kind, row.valid_from));
        for place in 1..rows.len() {
            let (before, after) = rows.split_at_mut(place);
            if let (Some((_, before)), Some((given, after))) = (before.last_mut(), after.first()) {
                check_neighbours(before, *given, after, &mut faults);
            }
        }
        let components =
            rows.into_iter().map(|(_, row)| Component { source: row.source.trim().to_owned(), ..row }).collect();
        faults.none().map(|()| Self { currency, components })
    }

    /// Of rows that were checked before, such as those of the database.
    pub const fn of_checked(currency: Currency, components: Vec<Component>) -> Self {
        Self { currency, components }
    }

    /// In which all of it is counted.
    pub const fn currency(&self) -> Currency {
        self.currency
    }

    /// Its rows by kind, and of each kind the oldest first.
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// The row of a kind on a day.
    pub fn on(&self, kind: ComponentKind, day: NaiveDate) -> Option<&Component> {
        self.components.iter().find(|component| component.kind == kind && component.is_valid_on(day))
    }

    /// Whether any row asks the market.
    pub fn asks_the_market(&self) -> bool {
        self.components.iter().any(|component| matches!(component.rate, Rate::Spot(_)))
    }
}

fn check_row(place: usize, row: &Component, currency: Currency, faults: &mut Faults) {
    let field = |name: &str| format!("components.{place}.{name}");
    let fits = match row.rate {
        Rate::PerKwh(_) => row.kind.is_by_energy(),
        Rate::Spot(_) => row.kind == ComponentKind::Energy,
        Rate::Each(_) => !row.kind.is_by_energy(),
    };
    if !row.kind.is_of_tariff() {
        faults.add(&field("kind"), "tariff.kind");
    }
    if !fits {
        faults.add(&field("rate"), "tariff.rate_of_another_kind");
    }
    let counted_in = match row.rate {
        Rate::PerKwh(price) => price.currency,
        Rate::Spot(_) => currency,
        Rate::Each(money) => money.currency,
    };
    if counted_in != currency {
        faults.add(&field("rate"), "tariff.currency");
    }
    if row.valid_until.is_some_and(|until| until <= row.valid_from) {
        faults.add(&field("validUntil"), "tariff.ends_before_it_begins");
    }
    faults.text(&field("source"), &row.source, 200);
}

fn check_neighbours(before: &mut Component, place: usize, after: &Component, faults: &mut Faults) {
    if before.kind != after.kind {
        return;
    }
    let field = format!("components.{place}.validFrom");
    if before.valid_from == after.valid_from {
        faults.add(&field, "tariff.overlap");
        return;
    }
    match before.valid_until {
        None => before.valid_until = Some(after.valid_from),
        Some(until) if until > after.valid_from => faults.add(&field, "tariff.overlap"),
        Some(until) if until < after.valid_from => faults.add(&field, "tariff.hole"),
        Some(_) => {}
    }
}

#[cfg(test)]
mod tests;
