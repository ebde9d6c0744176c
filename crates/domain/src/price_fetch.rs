//! When the prices of the market are asked for, and of whom.
//!
//! The day-ahead auction of all our areas is settled a little before 13:00 by the clock of central Europe, for the day
//! that follows; the sources have it within the quarter of an hour.

use crate::country::Country;
use crate::market_price::{PriceArea, PriceSource};
use crate::words::words;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Europe::Stockholm;

words! {
    /// Where prices are fetched from.
    PriceFetching {
        /// From nowhere: they come from files.
        Off = "off",
        /// From the public list of each area's country.
        Automatic = "automatic",
        /// From ENTSO-E, who ask for a token.
        Entsoe = "entsoe",
    }
}

impl PriceFetching {
    /// Whom to ask for the prices of an area.
    pub const fn source(self, area: PriceArea) -> Option<PriceSource> {
        match (self, area.country()) {
            (Self::Off, _) => None,
            (Self::Automatic, Country::Se) => Some(PriceSource::Elprisetjustnu),
            (Self::Automatic, Country::No) => Some(PriceSource::Hvakosterstrommen),
            (Self::Entsoe, _) => Some(PriceSource::Entsoe),
        }
    }
}

/// Days before today whose missing prices are asked for as well: a host that was off over a holiday catches up.
pub const DAYS_BACK: u64 = 14;

/// Pauses after failures, in minutes; the last one again and again, for prices are needed sooner or later.
const FAILED_MINUTES: [i64; 5] = [1, 5, 15, 30, 60];
/// Pauses while the prices of tomorrow are not published: they may come any minute, and some days late.
const UNPUBLISHED_MINUTES: [i64; 9] = [15, 15, 15, 15, 15, 15, 15, 15, 30];
/// Not all hosts ask in the same second.
pub const MOST_SPREAD: TimeDelta = TimeDelta::minutes(5);

const fn published() -> NaiveTime {
    match NaiveTime::from_hms_opt(13, 15, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}

/// The day of the market at an instant.
pub fn market_day(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&Stockholm).date_naive()
}

/// The last day whose prices can be had: tomorrow from 13:15 by the clock of the market, today before.
pub fn last_published(at: DateTime<Utc>) -> NaiveDate {
    let local = at.with_timezone(&Stockholm);
    let today = local.date_naive();
    if local.time() < published() { today } else { today.succ_opt().unwrap_or(today) }
}

/// When the next prices are published: the next 13:15 by the clock of the market.
pub fn next_published(at: DateTime<Utc>) -> DateTime<Utc> {
    let day = last_published(at);
    // The afternoon exists once on every day, also on those when clocks are turned.
    let local = Stockholm.from_local_datetime(&day.and_time(published())).earliest();
    local.map_or(at + TimeDelta::days(1), |local| local.to_utc())
}

/// The days that are looked at, the earliest first.
pub fn days_looked_at(at: DateTime<Utc>) -> Vec<NaiveDate> {
    let last = last_published(at);
    let first = market_day(at).checked_sub_days(Days::new(DAYS_BACK)).unwrap_or(last);
    first.iter_days().take_while(|day| *day <= last).collect()
}

/// What came of asking for the prices of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchOutcome {
    /// Everything that can be had is there.
    Whole,
    /// Today's or tomorrow's prices are not published yet.
    NotPublished,
    /// It went wrong.
    Failed,
}

impl FetchOutcome {
    /// When to ask again, after so many attempts that ended otherwise than whole; `spread` is of this host alone.
    pub fn again_at(self, at: DateTime<Utc>, attempt: i64, spread: TimeDelta) -> DateTime<Utc> {
        let pause = |minutes: &[i64]| {
            let place = usize::try_from(attempt - 1).unwrap_or(0).min(minutes.len() - 1);
            at + TimeDelta::minutes(minutes[place])
        };
        match self {
            Self::Whole => next_published(at) + spread,
            Self::NotPublished => pause(&UNPUBLISHED_MINUTES),
            Self::Failed => pause(&FAILED_MINUTES),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn tomorrow_is_asked_for_from_a_quarter_past_one_by_the_clock_of_the_market() {
        assert_eq!(last_published(at("2026-11-21T12:14:59Z")), day("2026-11-21"));
        assert_eq!(last_published(at("2026-11-21T12:15:00Z")), day("2026-11-22"));
        assert_eq!(next_published(at("2026-11-21T12:14:59Z")), at("2026-11-21T12:15:00Z"));
        assert_eq!(next_published(at("2026-11-21T12:15:00Z")), at("2026-11-22T12:15:00Z"));
        assert_eq!(last_published(at("2026-07-01T11:15:00Z")), day("2026-07-02"), "summer time");
    }

    #[test]
    fn the_hour_of_publication_follows_the_clock_over_both_nights_when_it_is_turned() {
        assert_eq!(next_published(at("2026-03-28T13:00:00Z")), at("2026-03-29T11:15:00Z"));
        assert_eq!(next_published(at("2026-10-24T12:00:00Z")), at("2026-10-25T12:15:00Z"));
        assert_eq!(market_day(at("2026-10-24T22:00:00Z")), day("2026-10-25"));
    }

    #[test]
    fn two_weeks_back_are_looked_at_and_not_a_day_that_cannot_be_had() {
        let days = days_looked_at(at("2026-11-21T11:00:00Z"));
        assert_eq!((days.first(), days.last(), days.len()), (Some(&day("2026-11-07")), Some(&day("2026-11-21")), 15));
    }

    #[test]
    fn failures_are_repeated_less_and_less_often_and_never_given_up() {
        let now = at("2026-11-21T12:20:00Z");
        let pauses: Vec<i64> = (1..=7)
            .map(|attempt| (FetchOutcome::Failed.again_at(now, attempt, MOST_SPREAD) - now).num_minutes())
            .collect();
        assert_eq!(pauses, [1, 5, 15, 30, 60, 60, 60]);
        assert_eq!(FetchOutcome::NotPublished.again_at(now, 100, MOST_SPREAD) - now, TimeDelta::minutes(30));
        let whole = FetchOutcome::Whole.again_at(now, 0, TimeDelta::seconds(70));
        assert_eq!(whole, at("2026-11-22T12:16:10Z"));
    }

    #[test]
    fn each_country_has_a_public_list_and_entsoe_has_both() {
        for area in PriceArea::ALL {
            let [list, entsoe] = [PriceFetching::Automatic, PriceFetching::Entsoe].map(|it| it.source(*area));
            assert_ne!(list, entsoe);
            assert_eq!(entsoe, Some(PriceSource::Entsoe));
            assert_eq!(PriceFetching::Off.source(*area), None);
        }
    }
}
