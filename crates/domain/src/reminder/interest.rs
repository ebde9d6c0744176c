//! Interest on what was not paid in time: by the day, on what was open then, at the rate of its half-year.
//!
//! Days are half-open: the due date counts as the first, and the day on which something was paid does not count for it any
//! more. A year has the days that it has. Everything is added up as one exact fraction and rounded once.

use super::Figures;
use crate::money::divide_half_away;
use chrono::{Datelike as _, NaiveDate};

/// A change of what is owed, in hundredths: what was asked for, and less than nothing for what was paid or credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owed {
    /// The day on which it counts.
    pub on: NaiveDate,
    /// By how much.
    pub minor: i64,
}

/// Interest, and the days for which it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// How much, in hundredths.
    pub minor: i64,
    /// On how many days something was open.
    pub days: i64,
}

/// The rate of a half-year is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rate is known for the half-year from {0}")]
pub struct NoRate(pub NaiveDate);

/// The length of a leap year and of another, by which a year's interest is divided.
const YEARS: [i128; 2] = [366, 365];

/// The interest on what was open on each day of `[from, to)`.
///
/// # Errors
/// [`NoRate`] when something was open on a day whose rate is not known.
pub fn interest(figures: &Figures, changes: &[Owed], from: NaiveDate, to: NaiveDate) -> Result<Interest, NoRate> {
    let mut changes = changes.to_vec();
    changes.sort_by_key(|it| it.on);
    let mut later = changes.into_iter().peekable();
    // By the length of the year: öre times hundredths of a per cent times days.
    let mut sums = [0_i128; 2];
    let (mut open, mut days, mut day) = (0_i64, 0, from);
    while day < to {
        while let Some(change) = later.next_if(|it| it.on <= day) {
            open = open.saturating_add(change.minor);
        }
        let until = end_of_half_year(day).min(to).min(later.peek().map_or(to, |it| it.on));
        if open > 0 {
            let rate = figures.late_rate(day).ok_or_else(|| NoRate(super::half_year_of(day)))?;
            let count = (until - day).num_days();
            let year = usize::from(!day.leap_year());
            sums[year] += i128::from(open) * i128::from(rate) * i128::from(count);
            days += count;
        }
        day = until;
    }
    let [leap, other] = YEARS;
    let minor = divide_half_away(sums[0] * other + sums[1] * leap, 10_000 * leap * other);
    Ok(Interest { minor: i64::try_from(minor).unwrap_or(i64::MAX), days })
}

/// The first day of the next half-year.
fn end_of_half_year(day: NaiveDate) -> NaiveDate {
    let (year, month) = if day.month() < 7 { (day.year(), 7) } else { (day.year() + 1, 1) };
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::{Figure, FigureKind};
    use super::*;
    use crate::country::Country;
    use chrono::Days;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn owed(on: &str, minor: i64) -> Owed {
        Owed { on: day(on), minor }
    }

    /// Norway, where a rate is the whole rate.
    fn figures() -> Figures {
        Figures::of(Country::No, &rates())
    }

    fn rates() -> Vec<Figure> {
        let rate = |from: &str, value| Figure {
            country: Country::No,
            kind: FigureKind::Rate,
            valid_from: day(from),
            value,
            source: "en forskrift".into(),
        };
        vec![
            rate("2023-01-01", 1_000),
            rate("2023-07-01", 1_100),
            rate("2024-01-01", 1_200),
            rate("2024-07-01", 1_300),
            rate("2025-01-01", 900),
        ]
    }

    fn counted(changes: &[Owed], from: &str, to: &str) -> Interest {
        interest(&figures(), changes, day(from), day(to)).unwrap()
    }

    #[test]
    fn a_worked_example_thirty_days_of_a_thousand_kroner_at_ten_per_cent() {
        // 1 000.00 × 10 % × 30 / 365 = 8.219…
        let open = [owed("2023-02-01", 100_000)];
        assert_eq!(counted(&open, "2023-03-01", "2023-03-31"), Interest { minor: 822, days: 30 });
    }

    #[test]
    fn a_worked_example_over_a_half_year_with_a_part_payment() {
        // 20–30 June at 10 % on 5 000.00: 11 days, 15.068…; 1–9 July at 11 % on it: 9 days, 13.561…;
        // from 10 July on 2 000.00 for 10 days: 6.027…: together 34.657…
        let changes = [owed("2023-05-21", 500_000), owed("2023-07-10", -300_000)];
        assert_eq!(counted(&changes, "2023-06-20", "2023-07-20"), Interest { minor: 3_466, days: 30 });
    }

    #[test]
    fn a_worked_example_over_the_end_of_a_leap_year() {
        // 31 December 2024 at 13 % / 366, 1 January 2025 at 9 % / 365, of 10 000.00: 3.5519… + 2.4657…
        let open = [owed("2024-11-01", 1_000_000)];
        assert_eq!(counted(&open, "2024-12-31", "2025-01-02"), Interest { minor: 602, days: 2 });
    }

    #[test]
    fn what_was_paid_on_the_due_date_costs_nothing_and_a_day_later_one_day() {
        let paid = |on| [owed("2023-02-01", 100_000), owed(on, -100_000)];
        assert_eq!(counted(&paid("2023-03-01"), "2023-03-01", "2023-04-01"), Interest::default());
        assert_eq!(counted(&paid("2023-03-02"), "2023-03-01", "2023-04-01"), Interest { minor: 27, days: 1 });
    }

    #[test]
    fn what_was_overpaid_earns_nothing() {
        let changes = [owed("2023-02-01", 100_000), owed("2023-03-05", -150_000), owed("2023-03-10", 50_100)];
        assert_eq!(counted(&changes, "2023-03-05", "2023-03-10"), Interest::default());
        assert_eq!(counted(&changes, "2023-03-10", "2023-03-11").days, 1);
    }

    #[test]
    fn a_rate_that_is_not_known_is_told_and_only_where_something_was_open() {
        let open = [owed("2025-05-01", 100_000)];
        let told = interest(&figures(), &open, day("2025-06-30"), day("2025-07-02"));
        assert_eq!(told, Err(NoRate(day("2025-07-01"))));
        let paid = [open[0], owed("2025-07-01", -100_000)];
        assert_eq!(interest(&figures(), &paid, day("2025-06-30"), day("2025-07-02")).map(|it| it.days), Ok(1));
    }

    /// What a fraction of days in years of both lengths is counted in.
    const WHOLE: i128 = 10_000 * 366 * 365;

    /// Interest by the plainest rule: each day for itself, in parts of [`WHOLE`].
    fn day_by_day(changes: &[Owed], from: NaiveDate, to: NaiveDate) -> i128 {
        from.iter_days()
            .take_while(|day| *day < to)
            .map(|day| {
                let open: i64 = changes.iter().filter(|it| it.on <= day).map(|it| it.minor).sum();
                let rate = figures().late_rate(day).unwrap();
                let year = if day.leap_year() { 366 } else { 365 };
                i128::from(open.max(0)) * i128::from(rate) * (WHOLE / 10_000 / year)
            })
            .sum()
    }

    fn history() -> impl Strategy<Value = Vec<Owed>> {
        proptest::collection::vec((0u64..700, -200_000i64..400_000), 1..8).prop_map(|all| {
            let begin = day("2023-02-01");
            all.into_iter().map(|(after, minor)| Owed { on: begin + Days::new(after), minor }).collect()
        })
    }

    proptest! {
        #[test]
        fn it_is_what_each_day_for_itself_comes_to_rounded_once(
            changes in history(), after in 0u64..300, length in 0u64..400,
        ) {
            let from = day("2023-02-01") + Days::new(after);
            let to = from + Days::new(length);
            let counted = interest(&figures(), &changes, from, to).unwrap();
            let off = (i128::from(counted.minor) * WHOLE - day_by_day(&changes, from, to)).abs();
            prop_assert!(2 * off <= WHOLE, "{counted:?} is off by {off} of {WHOLE}");
        }

        #[test]
        fn the_order_in_which_it_was_written_down_makes_no_difference(changes in history(), seed in any::<u64>()) {
            let mut shuffled = changes.clone();
            fastrand::Rng::with_seed(seed).shuffle(&mut shuffled);
            let (from, to) = (day("2023-03-01"), day("2024-03-01"));
            prop_assert_eq!(interest(&figures(), &changes, from, to), interest(&figures(), &shuffled, from, to));
        }

        #[test]
        fn whoever_pays_more_or_earlier_never_owes_more(
            changes in history(), paid in 1i64..100_000, on in 0u64..300, earlier in 0u64..100,
        ) {
            let (from, to) = (day("2023-03-01"), day("2024-06-01"));
            let with = |on: u64| {
                let mut all = changes.clone();
                all.push(Owed { on: day("2023-02-01") + Days::new(on), minor: -paid });
                interest(&figures(), &all, from, to).unwrap()
            };
            let without = interest(&figures(), &changes, from, to).unwrap();
            prop_assert!(with(on + earlier).minor <= without.minor);
            prop_assert!(with(on).minor <= with(on + earlier).minor);
        }

        #[test]
        fn two_spans_that_follow_each_other_come_to_the_whole_but_for_rounding(changes in history(), cut in 0u64..366) {
            let (from, to) = (day("2023-03-01"), day("2024-03-01"));
            let cut = from + Days::new(cut);
            let part = |from, to| interest(&figures(), &changes, from, to).unwrap();
            let (whole, first, second) = (part(from, to), part(from, cut), part(cut, to));
            prop_assert_eq!(first.days + second.days, whole.days);
            prop_assert!((first.minor + second.minor - whole.minor).abs() <= 1);
        }
    }
}
