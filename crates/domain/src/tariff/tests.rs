//! Tables of cases and properties of tariffs.

use super::*;
use crate::energy::Energy;
use crate::local_day::{Month, first_quarter};
use crate::market_price::{MarketPrices, PriceArea};
use crate::quarter::Quarter;
use crate::vat::VatRate;
use chrono_tz::Europe::{Oslo, Stockholm};
use proptest::prelude::*;
use rstest::rstest;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn at(text: &str) -> Quarter {
    Quarter::containing(text.parse().expect("an instant"))
}

fn per_kwh(micro_per_kwh: i64) -> Rate {
    Rate::PerKwh(EnergyPrice { micro_per_kwh, currency: Currency::Sek })
}

fn each(minor: i64) -> Rate {
    Rate::Each(Money::of_minor(minor, Currency::Sek))
}

fn row(kind: ComponentKind, rate: Rate, from: &str, until: Option<&str>) -> Component {
    let vat = Vat::Rate(VatRate::of_basis_points(2_500).expect("a rate"));
    let source = "Avtal 2025".to_owned();
    Component { kind, rate, valid_from: day(from), valid_until: until.map(day), vat, source }
}

fn tariff(rows: Vec<Component>) -> Tariff {
    Tariff::check(Currency::Sek, rows).expect("a sound tariff")
}

const PLACE: Place = Place { area: Some(PriceArea::Se3), zone: Stockholm };

fn wh(wh: i64) -> Energy {
    Energy::from_wh(wh)
}

#[rstest]
#[case::hole(vec![row(ComponentKind::Energy, per_kwh(1), "2026-01-01", Some("2026-03-01")), row(ComponentKind::Energy, per_kwh(2), "2026-03-02", None)], "components.1.validFrom", "tariff.hole")]
#[case::overlap(vec![row(ComponentKind::Energy, per_kwh(1), "2026-01-01", Some("2026-03-03")), row(ComponentKind::Energy, per_kwh(2), "2026-03-02", None)], "components.1.validFrom", "tariff.overlap")]
#[case::the_same_day_twice(vec![row(ComponentKind::Energy, per_kwh(1), "2026-01-01", None), row(ComponentKind::Energy, per_kwh(2), "2026-01-01", None)], "components.1.validFrom", "tariff.overlap")]
#[case::no_energy(vec![row(ComponentKind::Grid, per_kwh(1), "2026-01-01", None)], "components", "tariff.no_energy")]
#[case::a_spot_grid(vec![row(ComponentKind::Energy, per_kwh(1), "2026-01-01", None), row(ComponentKind::Grid, Rate::Spot(SpotBasis::Quarter), "2026-01-01", None)], "components.1.rate", "tariff.rate_of_another_kind")]
#[case::a_fee_by_energy(vec![row(ComponentKind::Energy, per_kwh(1), "2026-01-01", None), row(ComponentKind::StartFee, per_kwh(1), "2026-01-01", None)], "components.1.rate", "tariff.rate_of_another_kind")]
#[case::over_before_it_begins(vec![row(ComponentKind::Energy, per_kwh(1), "2026-01-01", Some("2026-01-01"))], "components.0.validUntil", "tariff.ends_before_it_begins")]
fn a_tariff_that_does_not_fit_together_is_refused_by_name(
    #[case] rows: Vec<Component>,
    #[case] field: &str,
    #[case] code: &str,
) {
    let faults = Tariff::check(Currency::Sek, rows).expect_err("a fault");
    assert_eq!(faults.0.get(field).map(String::as_str), Some(code), "{faults:?}");
}

#[test]
fn a_row_ends_where_the_next_of_its_kind_begins() {
    let rows = vec![
        row(ComponentKind::Energy, per_kwh(2), "2026-06-01", None),
        row(ComponentKind::Energy, per_kwh(1), "2026-01-01", None),
    ];
    let tariff = tariff(rows);
    let ends: Vec<_> = tariff.components().iter().map(|row| row.valid_until).collect();
    assert_eq!(ends, [Some(day("2026-06-01")), None]);
    assert_eq!(tariff.on(ComponentKind::Energy, day("2026-05-31")).map(|row| row.rate), Some(per_kwh(1)));
    assert_eq!(tariff.on(ComponentKind::Energy, day("2026-06-01")).map(|row| row.rate), Some(per_kwh(2)));
}

/// EVC-14: energy times price, by the quarter; one line for each component, rounded once.
#[test]
fn evc_14_a_session_costs_its_quarters_by_every_component() {
    let rows = vec![
        row(ComponentKind::Energy, Rate::Spot(SpotBasis::Quarter), "2026-01-01", None),
        row(ComponentKind::MarkUp, per_kwh(40_000), "2026-01-01", None),
        row(ComponentKind::Grid, per_kwh(317_000), "2026-01-01", None),
        row(ComponentKind::EnergyTax, per_kwh(439_000), "2026-01-01", None),
        row(ComponentKind::StartFee, each(500), "2026-01-01", None),
    ];
    let (first, second) = (at("2026-11-21T17:00:00Z"), at("2026-11-21T17:15:00Z"));
    let market = MarketPrices::of([(first, 423_450), (second, -1_250)]);
    let tariff = tariff(rows);
    let months =
        Pricer::new(&tariff, PLACE, &market).session(&[(first, wh(2_750)), (second, wh(1_001))]).expect("a price");
    let [month] = &months[..] else { panic!("{months:?}") };
    assert_eq!((month.month.to_string().as_str(), month.energy), ("2026-11", wh(3_751)));
    let amounts: Vec<_> = month.lines.iter().map(|line| (line.kind.word(), line.amount.minor)).collect();
    // 2.75 kWh at 0.42345 less 1.001 kWh at 0.00125 are 1.16323625 kronor.
    let expected = [("energy", 116), ("mark_up", 15), ("grid", 119), ("energy_tax", 165), ("start_fee", 500)];
    assert_eq!(amounts, expected);
}

#[test]
fn what_the_market_has_not_said_keeps_a_session_waiting_and_is_named() {
    let tariff = tariff(vec![row(ComponentKind::Energy, Rate::Spot(SpotBasis::Quarter), "2026-01-01", None)]);
    let begin = at("2026-11-21T13:00:00Z").number();
    let market = MarketPrices::of([(Quarter::from_number(begin), 1), (Quarter::from_number(begin + 3), 1)]);
    let intervals: Vec<_> =
        (0..6).map(|place| (Quarter::from_number(begin + place), wh(if place == 5 { 0 } else { 9 }))).collect();
    let spans = vec![
        Quarter::from_number(begin + 1)..Quarter::from_number(begin + 3),
        Quarter::from_number(begin + 4)..Quarter::from_number(begin + 5),
    ];
    let waits = Pricer::new(&tariff, PLACE, &market).session(&intervals);
    assert_eq!(waits, Err(Unpriced::MissingPrices { area: PriceArea::Se3, spans }));
    let nowhere = Place { area: None, ..PLACE };
    assert_eq!(Pricer::new(&tariff, nowhere, &market).session(&intervals), Err(Unpriced::NoArea));
}

#[test]
fn energy_before_the_tariff_begins_has_no_price() {
    let tariff = tariff(vec![row(ComponentKind::Energy, per_kwh(1), "2026-11-22", None)]);
    let market = MarketPrices::default();
    let pricer = Pricer::new(&tariff, PLACE, &market);
    // The 22nd begins at 23.00 in UTC.
    let (before, after) = (at("2026-11-21T22:45:00Z"), at("2026-11-21T23:00:00Z"));
    let refused = pricer.session(&[(before, wh(1)), (after, wh(1))]);
    assert_eq!(refused, Err(Unpriced::Hole(before..after)));
    assert!(pricer.session(&[(after, wh(1))]).is_ok());
    assert_eq!(pricer.quarter(before).map(|prices| prices.len()), Err(Unpriced::Hole(before..after)));
}

#[rstest]
#[case::spring("2026-03-29", 92)]
#[case::autumn("2026-10-25", 100)]
fn a_day_with_another_length_costs_each_of_its_quarters(#[case] date: &str, #[case] quarters: i64) {
    let (from, to) = (first_quarter(day(date), Oslo), first_quarter(day(date).succ_opt().expect("a day"), Oslo));
    assert_eq!(to.number() - from.number(), quarters);
    let all = (from.number()..to.number()).map(Quarter::from_number);
    let market = MarketPrices::of(all.clone().zip((1..).map(|price| price * 10_000)));
    let rows = vec![row(ComponentKind::Energy, Rate::Spot(SpotBasis::Quarter), "2026-01-01", None)];
    let by_quarter = tariff(rows.clone());
    let place = Place { area: Some(PriceArea::No1), zone: Oslo };
    let intervals: Vec<_> = all.map(|quarter| (quarter, wh(1_000))).collect();
    let months = Pricer::new(&by_quarter, place, &market).session(&intervals).expect("a price");
    // A kilowatt-hour in each quarter, at one öre in the first, two in the second and so on.
    assert_eq!(months[0].lines[0].amount.minor, quarters * (quarters + 1) / 2);
    let by_hour =
        tariff(rows.into_iter().map(|row| Component { rate: Rate::Spot(SpotBasis::HourMean), ..row }).collect());
    let hourly = Pricer::new(&by_hour, place, &market).session(&intervals).expect("a price");
    assert_eq!(hourly[0].lines[0].amount, months[0].lines[0].amount, "even energy costs the same by the hour");
}

#[test]
fn a_session_over_the_end_of_a_month_is_cut_there_and_its_start_fee_stays_with_its_start() {
    let rows = vec![
        row(ComponentKind::Energy, per_kwh(1_000_000), "2026-01-01", None),
        row(ComponentKind::StartFee, each(700), "2026-01-01", None),
    ];
    let (tariff, market) = (tariff(rows), MarketPrices::default());
    let midnight = first_quarter(day("2026-12-01"), Stockholm).number();
    let intervals: Vec<_> =
        (midnight - 4..midnight + 2).map(|quarter| (Quarter::from_number(quarter), wh(1_500))).collect();
    let months = Pricer::new(&tariff, PLACE, &market).session(&intervals).expect("a price");
    let cut: Vec<_> = months
        .iter()
        .map(|month| {
            (month.month.to_string(), month.energy.wh(), month.lines.iter().map(|line| line.amount.minor).collect())
        })
        .collect();
    let expected: Vec<(String, i64, Vec<i64>)> =
        vec![("2026-11".into(), 6_000, vec![600, 700]), ("2026-12".into(), 3_000, vec![300])];
    assert_eq!(cut, expected);
}

#[test]
fn a_new_price_in_the_middle_of_a_session_makes_two_lines() {
    let rows = vec![
        row(ComponentKind::Energy, per_kwh(1_000_000), "2026-01-01", None),
        row(ComponentKind::Energy, per_kwh(2_000_000), "2026-11-21", None),
    ];
    let (tariff, market) = (tariff(rows), MarketPrices::default());
    let midnight = first_quarter(day("2026-11-21"), Stockholm).number();
    let intervals = [(Quarter::from_number(midnight - 1), wh(1_000)), (Quarter::from_number(midnight), wh(1_000))];
    let months = Pricer::new(&tariff, PLACE, &market).session(&intervals).expect("a price");
    let lines: Vec<_> = months[0].lines.iter().map(|line| (line.valid_from, line.amount.minor)).collect();
    assert_eq!(lines, [(day("2026-01-01"), 100), (day("2026-11-21"), 200)]);
}

#[test]
fn the_fee_of_a_month_is_owed_whole_and_once() {
    let rows = vec![
        row(ComponentKind::Energy, per_kwh(1), "2026-01-01", None),
        row(ComponentKind::MonthlyFee, each(4_900), "2026-02-10", Some("2026-04-15")),
        row(ComponentKind::MonthlyFee, each(5_900), "2026-04-15", None),
    ];
    let (tariff, market) = (tariff(rows), MarketPrices::default());
    let pricer = Pricer::new(&tariff, PLACE, &market);
    let fee = |month| pricer.monthly_fee(Month::parse(month).expect("a month")).map(|line| line.amount.minor);
    assert_eq!(
        [fee("2026-01"), fee("2026-02"), fee("2026-04"), fee("2026-05")],
        [None, Some(4_900), Some(4_900), Some(5_900)]
    );
}

#[test]
fn a_session_that_took_nothing_costs_nothing_at_all() {
    let rows = vec![
        row(ComponentKind::Energy, Rate::Spot(SpotBasis::Quarter), "2026-01-01", None),
        row(ComponentKind::StartFee, each(500), "2026-01-01", None),
    ];
    let (tariff, market) = (tariff(rows), MarketPrices::default());
    let pricer = Pricer::new(&tariff, PLACE, &market);
    assert_eq!(pricer.session(&[(at("2026-11-21T17:00:00Z"), wh(0))]), Ok(vec![]));
}

/// EVC-13: "this changes 0 settled and 14 open sessions" before it is saved.
#[test]
fn evc_13_a_change_says_which_sessions_it_meets() {
    let old = tariff(vec![
        row(ComponentKind::Energy, per_kwh(1_000_000), "2026-01-01", None),
        row(ComponentKind::Grid, per_kwh(300_000), "2026-01-01", None),
    ]);
    let mut rows = old.components().to_vec();
    rows[0].valid_until = None;
    rows.push(row(ComponentKind::Energy, per_kwh(1_200_000), "2026-11-15", None));
    let new = tariff(rows);
    let spans = changed_days(Some(&old), &new);
    assert_eq!(spans, [DaySpan { from: day("2026-11-15"), until: None }]);
    let sessions = [
        ("2026-10-30", "2026-10-31", true),
        ("2026-11-14", "2026-11-14", false),
        ("2026-11-14", "2026-11-15", false),
        ("2026-11-20", "2026-11-20", false),
        ("2026-11-20", "2026-11-20", true),
    ];
    let met = touched(&spans, sessions.map(|(first, last, settled)| (day(first), day(last), settled)));
    assert_eq!(met, Touched { settled: 1, open: 2 });
    assert_eq!(changed_days(Some(&new), &new), []);
    let renamed = new.components().iter().map(|row| Component { source: "Other".into(), ..row.clone() }).collect();
    assert_eq!(changed_days(Some(&new), &tariff(renamed)), [], "where a figure comes from changes no price");
    assert_eq!(changed_days(None, &old), [DaySpan { from: day("2026-01-01"), until: None }]);
}

fn sessions() -> impl Strategy<Value = Vec<(Quarter, Energy)>> {
    let midnight = first_quarter(day("2026-11-01"), Stockholm).number();
    proptest::collection::vec((midnight - 200..midnight + 200, 0i64..6_000), 1..120)
        .prop_map(|all| all.into_iter().map(|(quarter, energy)| (Quarter::from_number(quarter), wh(energy))).collect())
}

proptest! {
    #[test]
    fn neither_order_nor_repetition_of_quarters_changes_a_price(intervals in sessions(), seed in any::<u64>()) {
        let rows = vec![
            row(ComponentKind::Energy, Rate::Spot(SpotBasis::Quarter), "2026-01-01", None),
            row(ComponentKind::Grid, per_kwh(317_000), "2026-01-01", Some("2026-11-01")),
            row(ComponentKind::Grid, per_kwh(391_111), "2026-11-01", None),
        ];
        let tariff = tariff(rows);
        let midnight = first_quarter(day("2026-11-01"), Stockholm).number();
        let mut random = fastrand::Rng::with_seed(seed);
        let market = MarketPrices::of((midnight - 200..midnight + 200).map(|q| (Quarter::from_number(q), random.i64(-50_000..4_000_000))));
        let pricer = Pricer::new(&tariff, PLACE, &market);
        let whole = pricer.session(&intervals).expect("a price");

        // The same energy in another order, and every quarter in two parts.
        let mut parts: Vec<_> = intervals
            .iter()
            .flat_map(|(quarter, energy)| {
                let part = random.i64(0..=energy.wh());
                [(*quarter, wh(part)), (*quarter, wh(energy.wh() - part))]
            })
            .collect();
        random.shuffle(&mut parts);
        prop_assert_eq!(pricer.session(&parts).expect("a price"), whole.clone());

        let energy: i64 = intervals.iter().map(|(_, energy)| energy.wh()).sum();
        prop_assert_eq!(whole.iter().map(|month| month.energy.wh()).sum::<i64>(), energy);
        for month in &whole {
            for kind in [ComponentKind::Energy, ComponentKind::Grid] {
                let sum: i64 = month.lines.iter().filter(|line| line.kind == kind).map(|line| line.energy.wh()).sum();
                prop_assert_eq!(sum, month.energy.wh(), "every component counts all energy of the month");
            }
        }
        // What the proof of each quarter says adds up to the lines, but for their one rounding.
        let mut exact = std::collections::BTreeMap::<(Month, ComponentKind), i128>::new();
        for (quarter, energy) in &intervals {
            for price in pricer.quarter(*quarter).expect("a price") {
                let key = (Month::containing(*quarter, Stockholm), price.component.kind);
                *exact.entry(key).or_default() += i128::from(price.price.micro_per_kwh) * i128::from(energy.wh());
            }
        }
        for ((month, kind), exact) in exact {
            let lines = whole.iter().filter(|cost| cost.month == month).flat_map(|cost| &cost.lines);
            let sum: i128 = lines.filter(|line| line.kind == kind).map(|line| i128::from(line.amount.minor)).sum();
            prop_assert!((sum * 10_000_000 - exact).abs() <= 5_000_000, "{month} {kind:?}: {sum} for {exact}");
        }
    }
}
