//! What the training organisation asks for energy: fixed, for the prices of the market belong to the whole host.

use crate::money::{Currency, Money};
use crate::price::EnergyPrice;
use crate::tariff::{Component, ComponentKind, Rate};
use crate::vat::{Vat, VatRate};
use chrono::{Datelike as _, Days, NaiveDate};

/// The components as they are on a day: since before the first session, and dearer since some months.
pub fn tariff(today: NaiveDate) -> Vec<Component> {
    let first = |days: u64| {
        let day = today.checked_sub_days(Days::new(days)).unwrap_or(today);
        day.with_day(1).unwrap_or(day)
    };
    let vat = VatRate::of_basis_points(2_500).map_or(Vat::Exempt, Vat::Rate);
    let row = |kind, rate, days, source: &str| Component {
        kind,
        rate,
        valid_from: first(days),
        valid_until: None,
        vat,
        source: source.to_owned(),
    };
    let per_kwh = |micro_per_kwh| Rate::PerKwh(EnergyPrice { micro_per_kwh, currency: Currency::Sek });
    vec![
        row(ComponentKind::Energy, per_kwh(890_000), 400, "Elavtal, övning"),
        row(ComponentKind::Energy, per_kwh(950_000), 120, "Elavtal, övning, nytt pris"),
        row(ComponentKind::Grid, per_kwh(317_000), 400, "Nätavtal, övning"),
        row(ComponentKind::EnergyTax, per_kwh(439_000), 400, "Energiskatt, övning"),
        row(ComponentKind::StartFee, Rate::Each(Money::of_minor(200, Currency::Sek)), 120, "Styrelsebeslut, övning"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tariff::Tariff;

    #[test]
    fn the_tariff_of_training_fits_together_and_covers_the_year_of_sessions() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a day");
        let tariff = Tariff::check(Currency::Sek, tariff(today)).expect("a sound tariff");
        let begins = today.checked_sub_days(Days::new(366)).expect("a day");
        assert!(tariff.on(ComponentKind::Energy, begins).is_some());
        assert_ne!(tariff.on(ComponentKind::Energy, begins), tariff.on(ComponentKind::Energy, today));
    }
}
