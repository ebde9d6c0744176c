//! How a training organisation has invoiced its year: month by month, as one does it; the last month is left to whoever
//! practises.

use super::before;
use super::session::DAYS;
use crate::local_day::Month;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

/// Something that was done about invoices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainingAct {
    /// A month was looked at, charged, and its messages let go.
    MonthRun(Month),
    /// A session that had waited in a month run was given to whoever had charged.
    SessionGiven,
    /// The first invoice of this month was credited as a whole, to be asked for with the next month.
    InvoiceCredited(Month),
}

/// Why that invoice was credited, as whoever did it wrote.
pub const CREDITED_BECAUSE: &str = "Efter önskemål från hyresgästen kommer båda månaderna på en faktura.";

/// The months whose invoices are out, by their place.
const WITH_EXCEPTION: usize = 3;
const WITH_CREDIT: usize = 6;

/// The month before that of a day.
pub fn last_month(today: NaiveDate) -> Month {
    let first = Month::of(today).first_day();
    Month::of(first.pred_opt().unwrap_or(first))
}

/// The month whose run had to leave out a session, because nobody knew yet who had charged.
pub fn with_exception(today: NaiveDate) -> Option<Month> {
    invoiced(today).nth(WITH_EXCEPTION)
}

/// The months that were invoiced: since sessions go back, and before the last.
pub fn invoiced(today: NaiveDate) -> impl Iterator<Item = Month> {
    let last = last_month(today);
    let first = Month::of(before(today, DAYS - 1));
    std::iter::successors(Some(first), |month| Some(month.next())).take_while(move |month| *month < last)
}

/// What was done when, the earliest first: each of it early in the day, before tenants come and go.
pub fn invoicing(today: NaiveDate) -> Vec<(DateTime<Utc>, TrainingAct)> {
    let mut done = Vec::new();
    for (place, month) in invoiced(today).enumerate() {
        let on = |day: i64, hour: i64| {
            let first = month.next().first_day().and_time(NaiveTime::MIN).and_utc();
            first + TimeDelta::days(day - 1) + TimeDelta::hours(hour)
        };
        done.push((on(3, 6), TrainingAct::MonthRun(month)));
        if place == WITH_CREDIT {
            done.push((on(9, 7), TrainingAct::InvoiceCredited(month)));
        }
        if place == WITH_EXCEPTION {
            done.push((on(12, 7), TrainingAct::SessionGiven));
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike as _;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    #[test]
    fn every_month_is_invoiced_but_the_last_whatever_day_it_is() {
        let mut today = day(2026, 1, 1);
        while today < day(2029, 1, 1) {
            let months: Vec<Month> = invoiced(today).collect();
            assert!((10..=11).contains(&months.len()), "{today}: {months:?}");
            assert!(months.is_sorted());
            assert_eq!(months.last().map(|last| last.next()), Some(last_month(today)), "{today}");
            let done = invoicing(today);
            assert!(done.is_sorted_by_key(|(at, _)| *at), "{today}: {done:?}");
            assert!(done.iter().all(|(at, _)| at.date_naive() < today), "{today}: {done:?}");
            assert_eq!(done.len(), months.len() + 2, "each month once, a session that waited, and a credit note");
            today = today.succ_opt().expect("a day");
        }
    }

    #[test]
    fn the_last_month_is_that_of_the_calendar() {
        assert_eq!(last_month(day(2026, 1, 31)).first_day(), day(2025, 12, 1));
        assert_eq!(last_month(day(2026, 3, 1)).first_day().month(), 2);
    }
}
