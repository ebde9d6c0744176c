//! Quarter-hours in UTC: the atom in which energy is counted and priced.
//!
//! A quarter is half-open, `[start, start + 15 min)`. Every zone that Stolpe serves is whole hours from UTC, so a local
//! day is 92, 96 or 100 quarters and never cuts one.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How long a quarter is, in seconds.
const SECONDS: i64 = 900;

/// One quarter of an hour, counted from 1970 so that neighbours are one apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quarter(i64);

impl Quarter {
    /// The quarter that an instant lies in.
    pub const fn containing(at: DateTime<Utc>) -> Self {
        Self(at.timestamp().div_euclid(SECONDS))
    }

    /// The quarter with this number, as stored.
    pub const fn from_number(number: i64) -> Self {
        Self(number)
    }

    /// Quarters since 1970.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// Its first instant.
    pub fn start(self) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(self.0 * SECONDS)
    }

    /// The first instant after it.
    pub fn end(self) -> DateTime<Utc> {
        self.next().start()
    }

    /// The one that follows.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;
    use chrono_tz::Europe::Stockholm;
    use proptest::prelude::*;
    use rstest::rstest;

    proptest! {
        #[test]
        fn an_instant_lies_in_exactly_one_quarter(seconds in -4_000_000_000i64..8_000_000_000, nanos in 0u32..1_000_000_000) {
            let at = DateTime::from_timestamp(seconds, nanos).expect("in range");
            let quarter = Quarter::containing(at);
            prop_assert!(quarter.start() <= at && at < quarter.end());
            prop_assert_eq!(Quarter::containing(quarter.end()), quarter.next());
        }
    }

    #[rstest]
    #[case::spring((2026, 3, 29), 92)]
    #[case::autumn((2026, 10, 25), 100)]
    #[case::common((2026, 11, 21), 96)]
    fn a_local_day_is_a_whole_number_of_quarters(#[case] (year, month, day): (i32, u32, u32), #[case] quarters: i64) {
        let midnight = |d| Stockholm.with_ymd_and_hms(year, month, d, 0, 0, 0).single().expect("midnight").to_utc();
        let (from, to) = (Quarter::containing(midnight(day)), Quarter::containing(midnight(day + 1)));
        assert_eq!(from.start(), midnight(day));
        assert_eq!(to.number() - from.number(), quarters);
    }
}
