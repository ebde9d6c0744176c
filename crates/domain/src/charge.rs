//! What is owed, and for what: the lines of a session's month or of a fee, ready to be put on a document.
//!
//! A charge is never changed. When the price or the energy of something that was charged turns out otherwise, what is
//! owed is the difference, as a charge of its own.

use crate::energy::Energy;
use crate::money::{Currency, Money, MoneyError};
use crate::tariff::{Rate, TariffLine};
use crate::vat::Vat;
use crate::words::words;
use std::collections::BTreeMap;

words! {
    /// What a charge comes from.
    ChargeSource {
        /// The energy of a charging session in one month.
        Session = "session",
        /// The fee of one month.
        MonthlyFee = "monthly_fee",
        /// What a session of an earlier month should have cost, less what was charged for it.
        Difference = "difference",
    }
}

/// What lines add up to, by VAT: the amounts that a document shows of a charge.
///
/// # Errors
/// [`MoneyError`] when lines are of several currencies or too large.
pub fn by_vat(currency: Currency, lines: &[TariffLine]) -> Result<BTreeMap<Vat, Money>, MoneyError> {
    lines.iter().try_fold(BTreeMap::new(), |mut sums, line| {
        let sum = sums.entry(line.vat).or_insert(Money::zero(currency));
        *sum = sum.plus(line.amount)?;
        Ok(sums)
    })
}

/// What all lines add up to.
///
/// # Errors
/// [`MoneyError`] as for [`by_vat`].
pub fn sum(currency: Currency, lines: &[TariffLine]) -> Result<Money, MoneyError> {
    Money::sum(currency, lines.iter().map(|line| line.amount))
}

/// The lines by which what was charged becomes what is right; none when nothing is to be changed.
///
/// Lines belong together when they come from one row of a tariff at one rate. What was charged and is no longer right
/// stands as a line the other way.
///
/// # Errors
/// [`MoneyError`] when lines are of several currencies or too large.
pub fn difference(charged: &[TariffLine], right: &[TariffLine]) -> Result<Vec<TariffLine>, MoneyError> {
    let mut lines: Vec<TariffLine> = Vec::new();
    let other_way = charged.iter().map(|line| TariffLine {
        energy: Energy::ZERO - line.energy,
        amount: line.amount.negated(),
        ..line.clone()
    });
    for line in right.iter().cloned().chain(other_way) {
        match lines.iter_mut().find(|known| same_row(known, &line)) {
            Some(known) => {
                known.amount = known.amount.plus(line.amount)?;
                known.energy = known.energy + line.energy;
            }
            None => lines.push(line),
        }
    }
    lines.retain(|line| line.amount.minor != 0 || line.energy != Energy::ZERO);
    lines.sort_by_key(|line| (line.kind, line.valid_from));
    Ok(lines)
}

/// Lines of many charges put together by the row of the tariff that they come from: how the price of a document came to
/// be. Each comes with the number of lines in it, which for a fee is how often it is owed.
///
/// # Errors
/// [`MoneyError`] when lines are of several currencies or too large.
pub fn by_row<'l>(lines: impl IntoIterator<Item = &'l TariffLine>) -> Result<Vec<(TariffLine, u32)>, MoneyError> {
    let mut rows: Vec<(TariffLine, u32)> = Vec::new();
    for line in lines {
        match rows.iter_mut().find(|(known, _)| same_row(known, line) && known.source == line.source) {
            Some((known, times)) => {
                known.amount = known.amount.plus(line.amount)?;
                known.energy = known.energy + line.energy;
                *times += 1;
            }
            None => rows.push((line.clone(), 1)),
        }
    }
    rows.sort_by_key(|(line, _)| (line.kind, line.valid_from));
    Ok(rows)
}

fn same_row(one: &TariffLine, other: &TariffLine) -> bool {
    let row = |line: &TariffLine| (line.kind, line.rate, line.valid_from, line.vat);
    row(one) == row(other)
}

/// What energy has cost on average: for the explanation of a price that was not one.
///
/// None where there is no energy to divide by, and for rates that are not by energy.
pub fn average_micro_per_kwh(rate: Rate, energy: Energy, amount: Money) -> Option<i64> {
    let by_energy = matches!(rate, Rate::PerKwh(_) | Rate::Spot(_));
    if !by_energy || energy.wh() <= 0 {
        return None;
    }
    // Öre by watt-hours, to millionths of a krona by kilowatt-hours.
    let micro = crate::money::divide_half_away(i128::from(amount.minor) * 10_000_000, i128::from(energy.wh()));
    i64::try_from(micro).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::price::EnergyPrice;
    use crate::tariff::ComponentKind;
    use crate::vat::VatRate;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    fn line(kind: ComponentKind, micro_per_kwh: i64, points: u16, wh: i64, minor: i64) -> TariffLine {
        TariffLine {
            kind,
            rate: Rate::PerKwh(EnergyPrice { micro_per_kwh, currency: Currency::Sek }),
            valid_from: NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day"),
            vat: Vat::Rate(VatRate::of_basis_points(points).expect("a rate")),
            source: "Avtal".to_owned(),
            energy: Energy::from_wh(wh),
            amount: Money::of_minor(minor, Currency::Sek),
        }
    }

    #[test]
    fn a_new_price_is_charged_as_the_old_one_back_and_the_new_one() {
        let charged = [line(ComponentKind::Energy, 1_000_000, 2_500, 5_000, 500)];
        let right = [line(ComponentKind::Energy, 1_200_000, 2_500, 5_000, 600)];
        let lines = difference(&charged, &right).expect("lines");
        let seen: Vec<_> = lines.iter().map(|line| (line.energy.wh(), line.amount.minor)).collect();
        assert_eq!(seen, [(5_000, 600), (-5_000, -500)]);
        assert_eq!(difference(&right, &right), Ok(vec![]));
    }

    #[test]
    fn an_average_is_of_energy_only() {
        let rate = Rate::Spot(crate::tariff::SpotBasis::Quarter);
        let money = Money::of_minor(1_375, Currency::Sek);
        assert_eq!(average_micro_per_kwh(rate, Energy::from_wh(5_500), money), Some(2_500_000));
        assert_eq!(average_micro_per_kwh(rate, Energy::ZERO, money), None);
        assert_eq!(average_micro_per_kwh(Rate::Each(money), Energy::from_wh(1), money), None);
    }

    fn lines() -> impl Strategy<Value = Vec<TariffLine>> {
        let kinds = proptest::sample::select(ComponentKind::ALL);
        let rates = proptest::sample::select(vec![0u16, 1_200, 2_500]);
        let one = (kinds, 0i64..3, rates, -9_000i64..9_000, -9_000i64..9_000);
        proptest::collection::vec(
            one.prop_map(|(kind, price, rate, wh, minor)| line(kind, price, rate, wh, minor)),
            0..12,
        )
    }

    proptest! {
        #[test]
        fn the_explanation_of_a_price_is_all_of_it(lines in lines()) {
            let rows = by_row(&lines).expect("rows");
            let sums = |of: &mut dyn Iterator<Item = &TariffLine>| {
                of.fold((0, 0), |(wh, minor), line| (wh + line.energy.wh(), minor + line.amount.minor))
            };
            prop_assert_eq!(sums(&mut rows.iter().map(|(line, _)| line)), sums(&mut lines.iter()));
            prop_assert_eq!(rows.iter().map(|(_, times)| *times as usize).sum::<usize>(), lines.len());
        }

        #[test]
        fn what_was_charged_and_the_difference_are_what_is_right(charged in lines(), right in lines()) {
            let difference = difference(&charged, &right).expect("lines");
            let both: Vec<TariffLine> = charged.into_iter().chain(difference).collect();
            let sum_of = |lines: &[TariffLine]| {
                let sums = by_vat(Currency::Sek, lines).expect("sums");
                sums.into_iter().filter(|(_, sum)| sum.minor != 0).map(|(vat, sum)| (vat, sum.minor)).collect::<Vec<_>>()
            };
            prop_assert_eq!(sum_of(&both), sum_of(&right));
            let energy = |lines: &[TariffLine]| lines.iter().map(|line| line.energy.wh()).sum::<i64>();
            prop_assert_eq!(energy(&both), energy(&right));
        }
    }
}
