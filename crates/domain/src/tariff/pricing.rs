//! What energy costs: quarters times the components that are valid in them, exact until each line is rounded once.

use super::{Component, ComponentKind, Rate, SpotBasis, Tariff};
use crate::energy::Energy;
use crate::local_day::{Month, day_of, first_quarter};
use crate::market_price::{MarketPrices, PriceArea};
use crate::money::{Money, MoneyError};
use crate::price::{Cost, EnergyPrice};
use crate::quarter::Quarter;
use crate::vat::Vat;
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What of a place decides its prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where the market is asked.
    pub area: Option<PriceArea>,
    /// In which zone days and months begin.
    pub zone: Tz,
}

/// Why energy has no price yet. The session waits; nothing is guessed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unpriced {
    /// The tariff says nothing of these quarters.
    #[error("the tariff has no price of energy from {} to {}", .0.start.start(), .0.end.start())]
    Hole(Range<Quarter>),
    /// The market's prices of these quarters are not known.
    #[error("the market price of {} is missing for {} spans of time", .area.code(), .spans.len())]
    MissingPrices {
        /// Where.
        area: PriceArea,
        /// When, the earliest first; neighbours are joined.
        spans: Vec<Range<Quarter>>,
    },
    /// The tariff asks the market, and the facility is in no area.
    #[error("the facility has no price area")]
    NoArea,
    /// An amount too large for any invoice.
    #[error(transparent)]
    Amount(#[from] MoneyError),
}

impl Unpriced {
    /// The stable word that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Hole(_) => "tariff.no_price",
            Self::MissingPrices { .. } => "market_price.missing",
            Self::NoArea => "facility.no_price_area",
            Self::Amount(_) => "money.too_large",
        }
    }
}

/// What one row of a tariff makes of some energy: rounded here, and never again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TariffLine {
    /// What it is for.
    pub kind: ComponentKind,
    /// How much it costs.
    pub rate: Rate,
    /// Since when that holds.
    pub valid_from: NaiveDate,
    /// The VAT on it.
    pub vat: Vat,
    /// Where the figure comes from.
    pub source: String,
    /// The energy; nothing for a fee.
    pub energy: Energy,
    /// Without VAT.
    pub amount: Money,
}

/// What a session costs in one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthCost {
    /// Which month, at the facility.
    pub month: Month,
    /// The energy of the session in it.
    pub energy: Energy,
    /// By kind, and of each kind the oldest row first.
    pub lines: Vec<TariffLine>,
}

/// The price of a quarter by one row: for the proof of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceAt<'t> {
    /// The row.
    pub component: &'t Component,
    /// What it asks in the quarter.
    pub price: EnergyPrice,
}

/// A tariff at a place, with the prices of the market there.
#[derive(Debug)]
pub struct Pricer<'t> {
    tariff: &'t Tariff,
    place: Place,
    market: &'t MarketPrices,
    /// Each row with the quarters in which it is valid, in the order of the tariff.
    rows: Vec<(Range<Quarter>, &'t Component)>,
}

/// Far beyond any session: a row that does not end ends here.
const NEVER: Quarter = Quarter::from_number(i64::MAX / 2);

impl<'t> Pricer<'t> {
    /// Prices by a tariff at a place; `market` holds its area in the currency of the tariff.
    pub fn new(tariff: &'t Tariff, place: Place, market: &'t MarketPrices) -> Self {
        let quarters = |row: &Component| {
            let until = row.valid_until.map_or(NEVER, |until| first_quarter(until, place.zone));
            first_quarter(row.valid_from, place.zone)..until
        };
        let rows = tariff.components().iter().map(|row| (quarters(row), row)).collect();
        Self { tariff, place, market, rows }
    }

    /// What the energy of a session costs, cut by the months of the place.
    ///
    /// A quarter may be named more than once, in any order; what is asked is only how much energy each has. Quarters
    /// without energy need no price.
    ///
    /// # Errors
    /// [`Unpriced`], with everything that is missing and not only the first of it.
    pub fn session(&self, intervals: &[(Quarter, Energy)]) -> Result<Vec<MonthCost>, Unpriced> {
        let mut costs: BTreeMap<(Month, usize), (Energy, Cost)> = BTreeMap::new();
        let mut months: BTreeMap<Month, Energy> = BTreeMap::new();
        let mut missing = Missing::default();
        let mut month: Option<(Month, Range<Quarter>)> = None;
        for (quarter, energy) in intervals.iter().filter(|(_, energy)| *energy != Energy::ZERO) {
            // Nearly always the month of the quarter before.
            let in_month = match &month {
                Some((same, range)) if range.contains(quarter) => *same,
                _ => {
                    let other = Month::containing(*quarter, self.place.zone);
                    month = Some((other, other.quarters(self.place.zone)));
                    other
                }
            };
            let sum = months.entry(in_month).or_default();
            *sum = *sum + *energy;
            let mut has_energy = false;
            for (row, (range, component)) in self.rows.iter().enumerate() {
                if !component.kind.is_by_energy() || !range.contains(quarter) {
                    continue;
                }
                has_energy |= component.kind == ComponentKind::Energy;
                if let Some(price) = self.price_of(component, *quarter, &mut missing) {
                    let nothing = (Energy::ZERO, Cost::zero(self.tariff.currency()));
                    let (sum, cost) = costs.entry((in_month, row)).or_insert(nothing);
                    *sum = *sum + *energy;
                    *cost = cost.plus(price.cost(*energy))?;
                }
            }
            if !has_energy {
                missing.holes.insert(*quarter);
            }
        }
        missing.none(self.place.area)?;
        let mut cut: Vec<MonthCost> =
            months.into_iter().map(|(month, energy)| MonthCost { month, energy, lines: Vec::new() }).collect();
        for ((month, row), (energy, cost)) in costs {
            let line = line_of(self.rows[row].1, energy, cost.rounded()?);
            cut.iter_mut().filter(|cost| cost.month == month).for_each(|cost| cost.lines.push(line.clone()));
        }
        let first = intervals.iter().filter(|(_, energy)| *energy != Energy::ZERO).map(|(quarter, _)| *quarter).min();
        if let (Some(first), Some(month)) = (first, cut.first_mut()) {
            month.lines.extend(self.start_fee(first));
        }
        Ok(cut)
    }

    /// The fee of a month, by the row of its first day or else the first one that begins in it; it is owed whole.
    pub fn monthly_fee(&self, month: Month) -> Option<TariffLine> {
        let fees = self.tariff.components().iter().filter(|row| row.kind == ComponentKind::MonthlyFee);
        let mut valid = fees.filter(|row| {
            row.valid_from <= month.last_day() && row.valid_until.is_none_or(|until| month.first_day() < until)
        });
        valid.next().and_then(fee_line)
    }

    /// The prices that make up a quarter, in the order of lines.
    ///
    /// # Errors
    /// [`Unpriced`] as for a session.
    pub fn quarter(&self, quarter: Quarter) -> Result<Vec<PriceAt<'t>>, Unpriced> {
        let mut missing = Missing::default();
        let valid = self.rows.iter().filter(|(range, row)| row.kind.is_by_energy() && range.contains(&quarter));
        let prices: Vec<PriceAt<'t>> = valid
            .filter_map(|(_, component)| {
                self.price_of(component, quarter, &mut missing).map(|price| PriceAt { component, price })
            })
            .collect();
        if !self.rows.iter().any(|(range, row)| row.kind == ComponentKind::Energy && range.contains(&quarter)) {
            missing.holes.insert(quarter);
        }
        missing.none(self.place.area).map(|()| prices)
    }

    fn start_fee(&self, first: Quarter) -> Option<TariffLine> {
        let day = day_of(first, self.place.zone);
        self.tariff.on(ComponentKind::StartFee, day).and_then(fee_line)
    }

    fn price_of(&self, component: &Component, quarter: Quarter, missing: &mut Missing) -> Option<EnergyPrice> {
        let market = |micro_per_kwh| EnergyPrice { micro_per_kwh, currency: self.tariff.currency() };
        match component.rate {
            Rate::PerKwh(price) => Some(price),
            Rate::Spot(SpotBasis::Quarter) => {
                let price = self.market.quarter(quarter);
                if price.is_none() {
                    missing.prices.insert(quarter);
                }
                price.map(market)
            }
            Rate::Spot(SpotBasis::HourMean) => match self.market.hour(quarter) {
                Ok(price) => Some(market(price)),
                Err(quarters) => {
                    missing.prices.extend(quarters);
                    None
                }
            },
            Rate::Each(_) => None,
        }
    }
}

/// What keeps a session waiting.
#[derive(Default)]
struct Missing {
    holes: BTreeSet<Quarter>,
    prices: BTreeSet<Quarter>,
}

impl Missing {
    fn none(self, area: Option<PriceArea>) -> Result<(), Unpriced> {
        if let Some(hole) = joined(&self.holes).into_iter().next() {
            return Err(Unpriced::Hole(hole));
        }
        match (self.prices.is_empty(), area) {
            (true, _) => Ok(()),
            (false, None) => Err(Unpriced::NoArea),
            (false, Some(area)) => Err(Unpriced::MissingPrices { area, spans: joined(&self.prices) }),
        }
    }
}

/// Neighbours joined into spans.
fn joined(quarters: &BTreeSet<Quarter>) -> Vec<Range<Quarter>> {
    let mut spans: Vec<Range<Quarter>> = Vec::new();
    for quarter in quarters {
        match spans.last_mut() {
            Some(span) if span.end == *quarter => span.end = quarter.next(),
            _ => spans.push(*quarter..quarter.next()),
        }
    }
    spans
}

fn line_of(component: &Component, energy: Energy, amount: Money) -> TariffLine {
    let Component { kind, rate, valid_from, vat, .. } = *component;
    TariffLine { kind, rate, valid_from, vat, source: component.source.clone(), energy, amount }
}

fn fee_line(component: &Component) -> Option<TariffLine> {
    match component.rate {
        Rate::Each(amount) => Some(line_of(component, Energy::ZERO, amount)),
        Rate::PerKwh(_) | Rate::Spot(_) => None,
    }
}
