//! Days and months as people at a place live them, cut into quarters: 92, 96 or 100 a day.

use crate::quarter::Quarter;
use chrono::{Datelike as _, NaiveDate, NaiveTime, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// The first quarter of a day at a place.
///
/// Where clocks are put forward over midnight, the day begins with the first hour that exists.
pub fn first_quarter(day: NaiveDate, zone: Tz) -> Quarter {
    let midnight = day.and_time(NaiveTime::MIN);
    let begins = (0..4).find_map(|hours| zone.from_local_datetime(&(midnight + TimeDelta::hours(hours))).earliest());
    Quarter::containing(begins.map_or_else(|| midnight.and_utc(), |begins| begins.to_utc()))
}

/// The day on which a quarter begins at a place.
pub fn day_of(quarter: Quarter, zone: Tz) -> NaiveDate {
    quarter.start().with_timezone(&zone).date_naive()
}

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month(NaiveDate);

/// The text is no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a month such as 2026-11")]
pub struct NoMonth;

impl Month {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap_or(day))
    }

    /// The month in which a quarter lies at a place.
    pub fn containing(quarter: Quarter, zone: Tz) -> Self {
        Self::of(day_of(quarter, zone))
    }

    /// Reads `2026-11`.
    ///
    /// # Errors
    /// [`NoMonth`] for anything else.
    pub fn parse(text: &str) -> Result<Self, NoMonth> {
        let short = text.len() == 7 && text.is_ascii();
        let day = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok().filter(|_| short);
        day.map(Self).ok_or(NoMonth)
    }

    /// Its first day.
    pub const fn first_day(self) -> NaiveDate {
        self.0
    }

    /// Its last day.
    pub fn last_day(self) -> NaiveDate {
        self.next().0.pred_opt().unwrap_or(self.0)
    }

    /// The one that follows.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.checked_add_months(chrono::Months::new(1)).unwrap_or(self.0))
    }

    /// Its quarters at a place, half-open.
    pub fn quarters(self, zone: Tz) -> Range<Quarter> {
        first_quarter(self.0, zone)..first_quarter(self.next().0, zone)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

impl TryFrom<String> for Month {
    type Error = NoMonth;

    fn try_from(text: String) -> Result<Self, NoMonth> {
        Self::parse(&text)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(feature = "wire")]
impl utoipa::PartialSchema for Month {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^\\d{4}-\\d{2}$")).into()
    }
}

#[cfg(feature = "wire")]
impl utoipa::ToSchema for Month {}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Europe::Oslo;
    use rstest::rstest;

    #[rstest]
    #[case::with_the_spring_night("2026-03", 31 * 96 - 4)]
    #[case::with_the_autumn_night("2026-10", 31 * 96 + 4)]
    #[case::common("2026-11", 30 * 96)]
    #[case::leap("2028-02", 29 * 96)]
    fn months_are_whole_and_touch(#[case] month: &str, #[case] quarters: i64) {
        let month = Month::parse(month).expect("a month");
        let range = month.quarters(Oslo);
        assert_eq!(range.end.number() - range.start.number(), quarters);
        assert_eq!(month.next().quarters(Oslo).start, range.end);
        assert_eq!(Month::containing(range.start, Oslo), month);
        assert_eq!(Month::containing(range.end, Oslo), month.next());
    }

    #[test]
    fn a_quarter_belongs_to_the_month_of_its_place_and_not_of_utc() {
        // 23.00 in UTC on the last of November is midnight in Oslo.
        let quarter = Quarter::containing("2026-11-30T23:00:00Z".parse().expect("an instant"));
        assert_eq!(Month::containing(quarter, Oslo).to_string(), "2026-12");
    }

    #[rstest]
    #[case("2026-13")]
    #[case("2026-1")]
    #[case("26-01")]
    #[case("2026-01-01")]
    #[case("")]
    fn what_is_no_month_is_refused(#[case] text: &str) {
        assert_eq!(Month::parse(text), Err(NoMonth));
    }
}
